import * as v from 'valibot'
import { type AcpSpec, acpSpecSchema } from './acp/acp-spec.ts'
import { type AgentSpec, agentSpecSchema } from './agent/agent-spec.ts'
import { WorkerError } from './errors.ts'

type Network = 'none' | 'host'

/** What does a task's runs. */
export type WorkerSpec =
  /** A program with its arguments, in the sandbox. */
  | { readonly type: 'command'; readonly argv: readonly [string, ...string[]]; readonly network?: Network | undefined }
  /** A line for `/bin/sh`, in the sandbox. */
  | { readonly type: 'command'; readonly shell: string; readonly network?: Network | undefined }
  /** A registered function. */
  | { readonly type: 'function'; readonly name: string }
  /** A language model with tools. */
  | AgentSpec
  /** A coding agent that speaks the Agent Client Protocol, in the sandbox. */
  | AcpSpec

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))
const network = v.optional(v.picklist(['none', 'host'], 'must be none or host'))

const commandSchema = v.pipe(
  v.strictObject(
    {
      type: v.literal('command'),
      argv: v.optional(
        v.tupleWithRest([text], v.string('must be a text'), 'must be a list that begins with a program'),
      ),
      shell: v.optional(text),
      network,
    },
    'is not known here',
  ),
  v.rawTransform(({ dataset, addIssue, NEVER }): WorkerSpec => {
    const { argv, shell, network } = dataset.value
    if (argv !== undefined && shell === undefined) return { type: 'command', argv, network }
    if (shell !== undefined && argv === undefined) return { type: 'command', shell, network }
    addIssue({ message: 'give exactly one of argv and shell' })
    return NEVER
  }),
)

const functionSchema = v.strictObject({ type: v.literal('function'), name: text }, 'is not known here')

/** The schema of each kind: an object, strict, with its own `type`. */
const kinds: { readonly [Type in WorkerSpec['type']]: v.GenericSchema<unknown, Extract<WorkerSpec, { type: Type }>> } =
  {
    command: commandSchema as v.GenericSchema<unknown, Extract<WorkerSpec, { type: 'command' }>>,
    function: functionSchema,
    agent: agentSpecSchema,
    acp: acpSpecSchema,
  }

/** What a task's `worker` may be. Strict; the message of each issue goes with its path. */
export const workerSpecSchema: v.GenericSchema<unknown, WorkerSpec> = v.variant(
  'type',
  // That each is an object with `type` is more than the type of a table of schemas says.
  Object.values(kinds) as never,
  `must be one of ${Object.keys(kinds).join(', ')}`,
)

/** Reads a task's worker, or throws an error that names the field. */
export function parseWorkerSpec(worker: unknown): WorkerSpec {
  const parsed = v.safeParse(workerSpecSchema, worker)
  if (parsed.success) return parsed.output
  const code = parsed.issues.some((issue) => v.getDotPath(issue) === 'type') ? 'UNKNOWN_WORKER' : 'WORKER_INVALID'
  throw new WorkerError(code, problemsOf(parsed.issues, 'worker'))
}

/** Says issues in one line, each with its field. */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[], root: string): string {
  return issues.flatMap((issue) => problemsIn(issue, root)).join('; ')
}

/** Of a choice that nothing fits, what is wrong within the choice that comes nearest says more than that nothing fits. */
function problemsIn(issue: v.BaseIssue<unknown>, root: string): readonly string[] {
  const path = v.getDotPath(issue)
  const place = path === null ? root : `${root}.${path}`
  const within = (issue.issues ?? []).filter((inner) => v.getDotPath(inner) !== null)
  return within.length > 0 ? within.flatMap((inner) => problemsIn(inner, place)) : [`${place}: ${issue.message}`]
}
