import { failedOutcome, type RunControl, type Scrub, supervise, type WorkerOutcome } from '@agentic/worker-outcome'
import type { AcpUsage } from './acp/acp-event.ts'
import type { ProcessOpener } from './acp/agent-process.ts'
import { runAcp } from './acp/run-acp.ts'
import { boundOutcome } from './bound-outcome.ts'
import { runCommand } from './command-worker.ts'
import { WorkerError } from './errors.ts'
import { callFunction, functionContext, functionNamed } from './function-worker.ts'
import { parseWorkerSpec } from './worker-spec.ts'
import type { CommandRunner, RunJob, RunResult, RunSecrets, SecretsSource, Worker, WorkerOptions } from './worker.ts'

const DEFAULTS = { wallClockMs: 1_800_000, graceMs: 5_000, resultLimitBytes: 65_536 } as const

type Work = (control: RunControl, secrets: RunSecrets, onUsage: (usage: AcpUsage) => void) => Promise<WorkerOutcome>

/** Creates what does runs: commands in the sandbox and registered functions, supervised and scrubbed. */
export function createWorker(options: WorkerOptions): Worker {
  const { sandbox, secrets, workspaceFor, functions = {}, stall } = options
  const graceMs = options.graceMs ?? DEFAULTS.graceMs
  const resultLimitBytes = options.resultLimitBytes ?? DEFAULTS.resultLimitBytes
  const running = new Set<Promise<RunResult>>()
  let isClosed = false

  /** Finds what does the run; throws when there is no such thing. */
  function workOf(job: RunJob): Work {
    const spec = parseWorkerSpec(job.worker)
    const workspace = workspaceFor(job.agentId)
    if (spec.type === 'command') {
      const ground = { sandbox, workspace, graceMs, resultLimitBytes }
      return (control, taken) => runCommand(spec, job, control, taken, ground)
    }
    if (spec.type === 'acp') {
      if (!opensProcesses(sandbox))
        throw new WorkerError('UNKNOWN_WORKER', 'worker.type: the sandbox here opens no coding agents')
      const ground = { ...options.acp, sandbox, workspace, graceMs, resultLimitBytes }
      return (control, taken, onUsage) => runAcp(spec, job, control, taken, { ...ground, onUsage })
    }
    const work = functionNamed(functions, spec.name)
    return (control, taken) => callFunction(work, functionContext(job, control, taken, workspace))
  }

  async function runToOutcome(job: RunJob, signal: AbortSignal): Promise<RunResult> {
    // Until the secrets are taken, nothing of them can be in what the run says.
    let scrub: Scrub = (text) => text
    let usage: AcpUsage | undefined
    const outcome = await supervise(
      async (control) => {
        const work = workOf(job)
        const taken = await takeSecrets(secrets, job.agentId)
        if (taken.type === 'failed') return taken
        scrub = (text) => taken.scrubber.scrub(text)
        control.signal.throwIfAborted()
        if (!isAcp(job.worker)) control.enter('tool')
        return await work(control, taken, (used) => (usage = used))
      },
      {
        wallClockMs: job.wallClockMs ?? options.defaultWallClockMs ?? DEFAULTS.wallClockMs,
        graceMs,
        stall,
        signal,
        scrub: (text) => scrub(text),
      },
    )
    return { outcome: boundOutcome(outcome, resultLimitBytes), ...(usage === undefined ? {} : { usage }) }
  }

  async function close(): Promise<void> {
    isClosed = true
    await Promise.all(running)
  }

  return {
    async run(job, { signal }) {
      if (isClosed) return { outcome: closedOutcome() }
      const run = runToOutcome(job, signal)
      running.add(run)
      try {
        return await run
      } finally {
        running.delete(run)
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function opensProcesses(sandbox: CommandRunner): sandbox is CommandRunner & ProcessOpener {
  return sandbox.open !== undefined
}

/** A coding agent says itself whether it is in a model call or in a tool. */
function isAcp(worker: unknown): boolean {
  return typeof worker === 'object' && worker !== null && 'type' in worker && worker.type === 'acp'
}

type Taken = ({ readonly type: 'taken' } & RunSecrets) | Extract<WorkerOutcome, { readonly type: 'failed' }>

/** Takes an agent's secrets once, for the whole run. A store that is locked now may be open at the next attempt. */
async function takeSecrets(secrets: SecretsSource, agentId: string): Promise<Taken> {
  try {
    const { env, scrubber } = await secrets.envFor(agentId)
    return { type: 'taken', env, scrubber }
  } catch (error) {
    return { ...failedOutcome(error), retryable: true }
  }
}

function closedOutcome(): WorkerOutcome {
  const message = 'the worker is closed and takes no more runs: run it on another'
  return failedOutcome(new WorkerError('WORKER_CLOSED', message, { retryable: true }))
}
