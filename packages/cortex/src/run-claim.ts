import { failedOutcome } from '@agentic/worker-outcome'
import { LeaseLostError, RunInterruptedError } from './errors.ts'
import type { CortexClock, RunReport, RunTask, TaskClaim, TaskQueue } from './ports.ts'

export interface RunClaimOptions<Claim extends TaskClaim> {
  readonly tasks: TaskQueue<Claim>
  readonly run: RunTask<Claim>
  readonly leaseMs: number
  readonly clock: CortexClock
  /** Stops the run: its reason says whether it is cancelled or interrupted. */
  readonly signal: AbortSignal
}

/** Works on one claim to its outcome and settles it, keeping its lease alive meanwhile. */
export async function runClaim<Claim extends TaskClaim>(
  claim: Claim,
  options: RunClaimOptions<Claim>,
): Promise<{ readonly type: 'settled' | 'lost' }> {
  const lease = keepLease(claim, options)
  try {
    const report = await callRun(claim, options.run, AbortSignal.any([options.signal, lease.lost]))
    return await options.tasks.settle(claim, interruptedReport(report, options.signal))
  } finally {
    lease.end()
  }
}

async function callRun<Claim extends TaskClaim>(
  claim: Claim,
  run: RunTask<Claim>,
  signal: AbortSignal,
): Promise<RunReport> {
  try {
    return await run(claim, { signal })
  } catch (error) {
    return { outcome: failedOutcome(error) }
  }
}

/** A run that was stopped because the process stops was not cancelled by anybody: its task is taken up again. */
function interruptedReport(report: RunReport, signal: AbortSignal): RunReport {
  if (report.outcome.type !== 'cancelled' || !(signal.reason instanceof RunInterruptedError)) return report
  const { partialResult } = report.outcome
  return { ...report, outcome: { ...failedOutcome(signal.reason), partialResult } }
}

/** Extends the lease three times in its length. A heartbeat that fails is tried again by the next one. */
function keepLease<Claim extends TaskClaim>(
  claim: Claim,
  { tasks, leaseMs, clock }: RunClaimOptions<Claim>,
): { readonly lost: AbortSignal; end(): void } {
  const lost = new AbortController()
  let hasEnded = false
  let takeBackTimer = arm()

  function arm(): () => void {
    return clock.setTimer(() => void beat(), leaseMs / 3)
  }

  async function beat(): Promise<void> {
    const isHeld = await tasks.heartbeat(claim, { leaseMs }).catch(() => true)
    if (hasEnded) return
    if (isHeld) takeBackTimer = arm()
    else lost.abort(new LeaseLostError())
  }

  return {
    lost: lost.signal,
    end() {
      hasEnded = true
      takeBackTimer()
    },
  }
}
