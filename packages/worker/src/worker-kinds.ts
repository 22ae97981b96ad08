import { runCommand } from './command-worker.ts'
import { WorkerError } from './errors.ts'
import { callFunction, functionContext, functionNamed } from './function-worker.ts'
import type { RunWork } from './run-context.ts'
import type { WorkerSpec } from './worker-spec.ts'
import type { WorkerOptions } from './worker.ts'

type WorkerKinds = {
  readonly [Type in WorkerSpec['type']]: (
    spec: Extract<WorkerSpec, { readonly type: Type }>,
    options: WorkerOptions,
  ) => RunWork
}

/** What does each kind of worker. Throws when there is no such thing here. */
const workerKinds: WorkerKinds = {
  command: (spec) => async (run) => {
    run.control.enter('tool')
    return await runCommand(spec, run)
  },
  function: ({ name }, { functions = {} }) => {
    const work = functionNamed(functions, name)
    return async (run) => {
      run.control.enter('tool')
      return await callFunction(work, functionContext(run))
    }
  },
  agent: (spec, { agent }) => {
    if (agent === undefined) throw new WorkerError('UNKNOWN_WORKER', 'worker.type: no agent runs are configured here')
    // Loaded with the first run: it takes 75 MB, which a host without agent runs need not give.
    return async (run) => await (await import('./agent/agent-worker.ts')).runAgent(spec, agent, run)
  },
  acp: (spec, { acp = {}, sandbox }) => {
    const { open } = sandbox
    if (open === undefined)
      throw new WorkerError('UNKNOWN_WORKER', 'worker.type: the sandbox here opens no coding agents')
    return async (run) => await (await import('./acp/acp-worker.ts')).runCodingAgent(spec, { ...acp, open }, run)
  },
}

/** Finds what does the runs of a worker spec. */
export function workOf(spec: WorkerSpec, options: WorkerOptions): RunWork {
  const kind = workerKinds[spec.type] as (spec: WorkerSpec, options: WorkerOptions) => RunWork
  return kind(spec, options)
}
