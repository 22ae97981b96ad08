import { agentWork } from './agent/agent-worker.ts'
import { runCommand } from './command-worker.ts'
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
  agent: (spec, { agent }) => agentWork(spec, agent),
}

/** Finds what does the runs of a worker spec. */
export function workOf(spec: WorkerSpec, options: WorkerOptions): RunWork {
  const kind = workerKinds[spec.type] as (spec: WorkerSpec, options: WorkerOptions) => RunWork
  return kind(spec, options)
}
