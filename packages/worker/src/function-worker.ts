import type { WorkerOutcome } from '@agentic/worker-outcome'
import { WorkerError } from './errors.ts'
import type { RunContext } from './run-context.ts'
import type { FunctionContext, WorkerFunction } from './worker-function.ts'

const OUTCOME_TYPES: ReadonlySet<unknown> = new Set<WorkerOutcome['type']>([
  'success',
  'partial',
  'cancelled',
  'timeout',
  'blocked',
  'failed',
])

/** Finds a registered function, or throws an error that names those there are. */
export function functionNamed(functions: Readonly<Record<string, WorkerFunction>>, name: string): WorkerFunction {
  const found = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(functions).toSorted()
  const way = names.length === 0 ? 'none is registered' : `use one of ${names.join(', ')}`
  throw new WorkerError('UNKNOWN_FUNCTION', `worker.name: there is no function "${name.slice(0, 128)}": ${way}`)
}

/** Calls a function and makes an outcome of its answer. */
export async function callFunction(work: WorkerFunction, context: FunctionContext): Promise<WorkerOutcome> {
  return outcomeOf(await work(context))
}

export function functionContext({ job, control, env, workspace, seam, report }: RunContext): FunctionContext {
  return {
    agentId: job.agentId,
    taskId: job.taskId,
    runId: job.runId,
    title: job.title,
    input: job.input,
    note: job.note,
    signal: control.signal,
    killSignal: control.killSignal,
    env,
    workspace,
    scrub: seam.scrub,
    progress: control.progress,
    setStatus(status) {
      control.progress()
      report({ type: 'status', status })
    },
    setPartialResult: control.setPartialResult,
    reportBlock: control.reportBlock,
    waitForInput: control.waitForInput,
  }
}

function outcomeOf(answer: unknown): WorkerOutcome {
  if (answer === undefined) return { type: 'success', result: '' }
  if (typeof answer === 'string') return { type: 'success', result: answer }
  // Checked by the supervisor; one that is not sound is a failure and not taken for plain data.
  if (typeof answer === 'object' && answer !== null && 'type' in answer && OUTCOME_TYPES.has(answer.type)) {
    return answer as WorkerOutcome
  }
  const result = jsonOf(answer)
  return { type: 'success', result, data: JSON.parse(result) }
}

function jsonOf(answer: unknown): string {
  try {
    const json: string | undefined = JSON.stringify(answer)
    if (json !== undefined) return json
  } catch (cause) {
    throw new WorkerError('RESULT_INVALID', `the function's answer cannot be said as JSON: ${String(cause)}`, { cause })
  }
  throw new WorkerError(
    'RESULT_INVALID',
    `the function's answer is a ${typeof answer}: answer a text, JSON or an outcome`,
  )
}
