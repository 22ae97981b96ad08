import {
  failedOutcome,
  type Json,
  type RunControl,
  type Scrub,
  supervise,
  systemClock,
  type WorkerOutcome,
} from '@agentic/worker-outcome'
import type { AcpUsage } from './acp/acp-event.ts'
import { boundOutcome } from './bound-outcome.ts'
import { WorkerError } from './errors.ts'
import type { RunContext } from './run-context.ts'
import { createProgressReporter } from './run-progress.ts'
import { createRunSeam, openSeam } from './run-seam.ts'
import { createTranscript, type RunTranscript } from './transcript.ts'
import { createUsageMeter } from './usage-meter.ts'
import { workOf } from './worker-kinds.ts'
import { parseWorkerSpec } from './worker-spec.ts'
import type { RunJob, RunResult, RunSecrets, SecretsSource, Worker, WorkerOptions } from './worker.ts'

const DEFAULTS = { wallClockMs: 1_800_000, graceMs: 5_000, resultLimitBytes: 65_536 } as const

/** Creates what does runs: commands in the sandbox, registered functions, language models with tools and coding agents, supervised and scrubbed. */
export function createWorker(options: WorkerOptions): Worker {
  const graceMs = options.graceMs ?? DEFAULTS.graceMs
  const resultLimitBytes = options.resultLimitBytes ?? DEFAULTS.resultLimitBytes
  const running = new Set<Promise<RunResult>>()
  let isClosed = false

  async function runToOutcome(job: RunJob, signal: AbortSignal): Promise<RunResult> {
    // Until the secrets are taken, nothing of them can be in what the run says.
    let seam: { readonly scrub: Scrub } = openSeam
    const scrub: Scrub = (text) => seam.scrub(text)
    // Kept out here, so that they are there however the run ends, also when its work never does.
    const meter = createUsageMeter()
    let said: AcpUsage | undefined
    const transcript = createTranscript(scrub)

    async function work(control: RunControl): Promise<WorkerOutcome> {
      const run = infoOf(job)
      await transcript.open(run, options.openTranscript)
      const does = workOf(parseWorkerSpec(job.worker), options)
      const workspace = options.workspaceFor(job.agentId)
      const taken = await takeSecrets(options.secrets, job.agentId)
      if (taken.type === 'failed') return taken
      const runSeam = createRunSeam(taken.scrubber, taken.env, options.agent?.createScrubber)
      seam = runSeam
      control.signal.throwIfAborted()
      transcript.append('run', { ...run, title: job.title, worker: job.worker as Json, input: job.input ?? null })
      const report = createProgressReporter(run, scrub, options.onProgress)
      const context: RunContext = {
        job,
        control,
        env: taken.env,
        workspace,
        seam: runSeam,
        sandbox: options.sandbox,
        graceMs,
        resultLimitBytes,
        transcript,
        meter,
        keepUsage: (used) => (said = used),
        report: (progress) => (control.isOpen ? report(progress) : undefined),
      }
      return await does(context)
    }

    const outcome = boundOutcome(
      await supervise(work, {
        wallClockMs: job.wallClockMs ?? options.defaultWallClockMs ?? DEFAULTS.wallClockMs,
        graceMs,
        stall: options.stall,
        signal,
        scrub,
      }),
      resultLimitBytes,
    )
    const usage = meter.total() ?? said
    await endTranscript(transcript, outcome, usage, graceMs)
    const { reference } = transcript
    return {
      outcome,
      ...(usage === undefined ? {} : { usage }),
      ...(reference === undefined ? {} : { transcript: reference }),
    }
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

function infoOf({ agentId, taskId, runId }: RunJob) {
  return { agentId, taskId, runId }
}

/** Writes how the run ended and waits for the transcript to be kept, no longer than a grace: a run's end waits for no disk. */
async function endTranscript(
  transcript: RunTranscript,
  outcome: WorkerOutcome,
  usage: Json | undefined,
  graceMs: number,
): Promise<void> {
  transcript.append('outcome', { outcome: outcome as unknown as Json, usage: usage ?? null })
  const waited = Promise.withResolvers<void>()
  const takeBack = systemClock.setTimer(waited.resolve, graceMs)
  await Promise.race([transcript.close(), waited.promise])
  takeBack()
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
