import * as v from 'valibot'

/** What becomes of a coding agent's requests for permission. */
export type AcpPermissions = 'allow' | 'reject' | 'allow-read-only' | 'ask'

/** A server of tools (Model Context Protocol) for the coding agent. `${NAME}` in a value of `env` or `headers` is the secret NAME. */
export type AcpMcpServer =
  | {
      readonly type: 'stdio'
      readonly name: string
      readonly command: string
      readonly args?: readonly string[] | undefined
      readonly env?: Readonly<Record<string, string>> | undefined
    }
  | {
      readonly type: 'http' | 'sse'
      readonly name: string
      readonly url: string
      readonly headers?: Readonly<Record<string, string>> | undefined
    }

/** What a task and the host's settings may both say of a coding agent; the task's word goes first. */
export interface AcpChoices {
  /** @default 'allow' */
  readonly permissions?: AcpPermissions | undefined
  /** Mode of the session, by its id at the agent. */
  readonly mode?: string | undefined
  /** Model of the session, by its id at the agent. */
  readonly model?: string | undefined
  /** Further options of the session that the agent offers, by id. */
  readonly options?: Readonly<Record<string, string | boolean>> | undefined
  /** Way of authentication, by its id at the agent, to be taken before the session. */
  readonly authMethod?: string | undefined
  readonly mcpServers?: readonly AcpMcpServer[] | undefined
  readonly network?: 'none' | 'host' | undefined
}

/** A coding agent that tasks may name: settings of the host. */
export interface AcpAgent extends AcpChoices {
  readonly command: readonly [string, ...string[]]
  /** Variables for it that are no secrets; a secret of the same name goes first. */
  readonly env?: Readonly<Record<string, string>> | undefined
}

/** Work for a coding agent that speaks the Agent Client Protocol over its standard streams, in the sandbox. */
export type AcpSpec = AcpChoices & {
  readonly type: 'acp'
  readonly prompt: string
  /** The program and its arguments. Either this or `agent`. */
  readonly command?: readonly [string, ...string[]] | undefined
  /** Name of a coding agent in the host's settings. */
  readonly agent?: string | undefined
  /**
   * Folder in the workspace where the session is.
   * @default the workspace
   */
  readonly cwd?: string | undefined
  /** Session of an earlier run to go on with. */
  readonly sessionId?: string | undefined
  /**
   * When that session cannot be had: fail, or begin a new one.
   * @default 'require'
   */
  readonly resume?: 'require' | 'prefer' | undefined
}

/** Room for a long brief; more belongs in a file of the workspace. */
const PROMPT_MAX_LENGTH = 1_000_000

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))
const anyText = v.string('must be a text')
const texts = v.record(text, anyText, 'must be a map of texts')
const command = v.tupleWithRest([text], anyText, 'must be a list that begins with a program')

const mcpServerSchema = v.variant(
  'type',
  [
    v.strictObject(
      {
        type: v.literal('stdio'),
        name: text,
        command: text,
        args: v.optional(v.array(anyText, 'must be a list of texts')),
        env: v.optional(texts),
      },
      'is not known here',
    ),
    v.strictObject(
      { type: v.picklist(['http', 'sse']), name: text, url: text, headers: v.optional(texts) },
      'is not known here',
    ),
  ],
  'must be stdio, http or sse',
)

const choices = {
  permissions: v.optional(
    v.picklist(['allow', 'reject', 'allow-read-only', 'ask'], 'must be allow, reject, allow-read-only or ask'),
  ),
  mode: v.optional(text),
  model: v.optional(text),
  options: v.optional(
    v.record(text, v.union([text, v.boolean()], 'must be a text or true or false'), 'must be a map of options'),
  ),
  authMethod: v.optional(text),
  mcpServers: v.optional(v.array(mcpServerSchema, 'must be a list of servers')),
  network: v.optional(v.picklist(['none', 'host'], 'must be none or host')),
}

/** What the host's settings may say of one coding agent. */
export const acpAgentSchema: v.GenericSchema<unknown, AcpAgent> = v.strictObject(
  { command, env: v.optional(texts), ...choices },
  'is not known here',
)

/** What a task's `worker` of type `acp` may be. Strict; the message of each issue goes with its path. */
export const acpSpecSchema: v.GenericSchema<unknown, AcpSpec> = v.pipe(
  v.strictObject(
    {
      type: v.literal('acp'),
      prompt: v.pipe(
        text,
        v.maxLength(
          PROMPT_MAX_LENGTH,
          `must have at most ${PROMPT_MAX_LENGTH} characters: put more in a file of the workspace`,
        ),
      ),
      command: v.optional(command),
      agent: v.optional(text),
      cwd: v.optional(text),
      sessionId: v.optional(text),
      resume: v.optional(v.picklist(['require', 'prefer'], 'must be require or prefer')),
      ...choices,
    },
    'is not known here',
  ),
  v.check(
    (spec) => (spec.command === undefined) !== (spec.agent === undefined),
    'give exactly one of command and agent',
  ),
)
