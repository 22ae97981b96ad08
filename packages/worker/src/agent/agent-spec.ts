import type { Json } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { type ModelSettings, modelSettingsSchema } from './model-settings.ts'

/** How much work a run may do at most; using it up ends it as `partial`. A later layer may lower it, never raise it. */
export interface AgentBudget {
  /** @default 10 */
  readonly segments?: number | undefined
  /** @default 15 */
  readonly turnsPerSegment?: number | undefined
  /** Tokens in and out. */
  readonly tokens?: number | undefined
  /** Counts only where the model's prices are known. */
  readonly costUsd?: number | undefined
}

/** A task for a language model with tools. */
export interface AgentSpec {
  readonly type: 'agent'
  /** What to do. */
  readonly prompt: string
  /**
   * A name among the host's models, else a model of the agent's provider.
   * @default the agent's model, else the host's
   */
  readonly model?: string | undefined
  /** Said to the model before all else, after what the agent's settings say. */
  readonly system?: string | undefined
  /**
   * Which of the offered tools it may use.
   * @default all that the agent may
   */
  readonly tools?: readonly string[] | undefined
  /** JSON Schema of an object: the run must end with data of it. */
  readonly outputSchema?: { readonly [key: string]: Json } | undefined
  readonly budget?: AgentBudget | undefined
  readonly network?: 'none' | 'host' | undefined
}

/** A server of tools that speaks the Model Context Protocol. `${NAME}` in texts stands for the run's `tool` secret of that name. */
export type McpServer =
  | {
      readonly type: 'http'
      readonly url: string
      readonly headers?: Readonly<Record<string, string>> | undefined
    }
  /** A program that is run in the sandbox, with the run's environment. */
  | { readonly type: 'stdio'; readonly argv: readonly [string, ...string[]] }

/** Settings of one agent for its `agent` runs. Whoever writes them chooses where model keys are sent: keep them to administrators. */
export interface AgentRunSettings {
  /** A name among the host's models, a model of the host's provider, or a model of the agent's own. */
  readonly model?: string | ModelSettings | undefined
  /** Said to the model before all else, as who the agent is. */
  readonly system?: string | undefined
  readonly tools?: readonly string[] | undefined
  readonly budget?: AgentBudget | undefined
  readonly mcpServers?: Readonly<Record<string, McpServer>> | undefined
}

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))
const unknownKey = 'is not known here'
const whole = (most: number) =>
  v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be whole'),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(most, `must be at most ${most}`),
    ),
  )

export const agentBudgetSchema: v.GenericSchema<unknown, AgentBudget> = v.strictObject(
  {
    segments: whole(1000),
    turnsPerSegment: whole(1000),
    tokens: whole(Number.MAX_SAFE_INTEGER),
    costUsd: v.optional(
      v.pipe(v.number('must be a number'), v.finite('must be finite'), v.gtValue(0, 'must be above 0')),
    ),
  },
  unknownKey,
)

const tools = v.optional(v.array(text, 'must be a list of names of tools'))

/** Read by recursion later on, so that its depth is bounded where it comes in. */
const objectSchema = v.pipe(
  v.record(v.string(), v.unknown(), 'must be a JSON Schema of an object'),
  v.check(({ type }) => type === 'object', 'must be a JSON Schema whose type is "object"'),
  v.check((schema) => depthOf(schema) <= 30, 'must be nested at most 30 deep'),
  v.transform((schema) => schema as { readonly [key: string]: Json }),
)

export const agentSpecSchema: v.GenericSchema<unknown, AgentSpec> = v.strictObject(
  {
    type: v.literal('agent'),
    prompt: text,
    model: v.optional(text),
    system: v.optional(text),
    tools,
    outputSchema: v.optional(objectSchema),
    budget: v.optional(agentBudgetSchema),
    network: v.optional(v.picklist(['none', 'host'], 'must be none or host')),
  },
  unknownKey,
)

const mcpServerSchema: v.GenericSchema<unknown, McpServer> = v.variant(
  'type',
  [
    v.strictObject(
      {
        type: v.literal('http'),
        url: v.pipe(
          v.string('must be a text'),
          v.check(
            (url) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol),
            'must be an http or https address',
          ),
        ),
        headers: v.optional(v.record(v.string(), v.string('must be a text'), 'must be names and texts')),
      },
      unknownKey,
    ),
    v.strictObject(
      {
        type: v.literal('stdio'),
        argv: v.tupleWithRest([text], v.string('must be a text'), 'must be a list that begins with a program'),
      },
      unknownKey,
    ),
  ],
  'must be http or stdio',
)

/** Settings of one agent, as they may be stored and sent. Strict; the message of each issue goes with its path. */
export const agentRunSettingsSchema: v.GenericSchema<unknown, AgentRunSettings> = v.strictObject(
  {
    model: v.optional(v.union([text, modelSettingsSchema], 'must be the name of a model or its settings')),
    system: v.optional(text),
    tools,
    budget: v.optional(agentBudgetSchema),
    mcpServers: v.optional(
      v.record(
        v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,24}$/, 'must be named with letters, digits and -, at most 24')),
        mcpServerSchema,
      ),
    ),
  },
  unknownKey,
)

function depthOf(value: unknown, depth = 0): number {
  if (typeof value !== 'object' || value === null || depth > 30) return depth
  return Math.max(depth, ...Object.values(value).map((item) => depthOf(item, depth + 1)))
}
