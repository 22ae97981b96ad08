import type { Json, WorkerOutcome } from '@agentic/worker-outcome'

/** What the cortex reads of a task; whoever runs it knows the rest. */
export interface ClaimedTask {
  readonly id: string
  readonly agentId: string
}

/** The right to work on a task, as the task store gives it. */
export interface TaskClaim {
  readonly task: ClaimedTask
  readonly run: { readonly id: string }
}

export interface RunReport {
  readonly outcome: WorkerOutcome
  readonly usage?: Json | undefined
  readonly transcript?: string | undefined
}

/** What the cortex asks of the task store; `TaskStore` of @agentic/tasks is one. */
export interface TaskQueue<Claim extends TaskClaim> {
  claimNextReady(agentId: string, lease: { readonly leaseMs: number }): Promise<Claim | undefined>
  heartbeat(claim: Claim, lease: { readonly leaseMs: number }): Promise<boolean>
  settle(claim: Claim, report: RunReport): Promise<{ readonly type: 'settled' | 'lost' }>
  nextReadyAt(agentId: string): Promise<number | undefined>
}

/** Does one run to its outcome. Must not reject; what it throws all the same becomes a failed outcome. */
export type RunTask<Claim extends TaskClaim> = (
  claim: Claim,
  options: { readonly signal: AbortSignal },
) => Promise<RunReport>

/** Rings an agent's doorbell, now or at an instant. Resolves when the ring is durable. */
export type RingAgent = (
  agentId: string,
  reason: string,
  options?: { readonly notBefore?: number | undefined },
) => Promise<void>

export interface CortexClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `run` once, `delayMs` from now; the answer takes it back. */
  setTimer(run: () => void, delayMs: number): () => void
}

export const systemClock: CortexClock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(() => run(), delayMs)
    return () => clearTimeout(timer)
  },
}
