import type { WorkerOutcome } from './outcome.ts'

/** What becomes of a task when its run ends. */
export interface OutcomeRoute {
  readonly status: 'done' | 'blocked' | 'failed' | 'cancelled' | 'ready'
  /** A person must be called. */
  readonly escalate: boolean
  /** The task is tried again by itself, after its backoff. */
  readonly retry: boolean
}

/**
 * Says what an outcome means for its task. `attempts` counts the run that just ended. Nothing that was blocked or timed
 * out is retried by itself: the first needs a person, the second would most likely only time out again.
 */
export function routeOutcome(
  outcome: WorkerOutcome,
  attempts: { readonly attempts: number; readonly maxAttempts: number },
): OutcomeRoute {
  switch (outcome.type) {
    case 'success':
    case 'partial':
      return { status: 'done', escalate: false, retry: false }
    case 'blocked':
      return { status: 'blocked', escalate: true, retry: false }
    case 'timeout':
      return { status: 'failed', escalate: false, retry: false }
    case 'cancelled':
      return { status: 'cancelled', escalate: false, retry: false }
    case 'failed': {
      const retry = outcome.retryable && attempts.attempts < attempts.maxAttempts
      return { status: retry ? 'ready' : 'failed', escalate: false, retry }
    }
    default:
      return outcome satisfies never
  }
}
