const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 900_000
const GIVE_UP_FAILED_MS = 3 * 86_400_000
const GIVE_UP_REFUSED_MS = 3_600_000

/** What is known of a message that has failed so far. Times in milliseconds since the epoch. */
export interface FailedMessage {
  /** Failed attempts, this one included: at least 1. */
  readonly attempts: number
  readonly firstFailedAt: number
  /** Whether the receiver read it and will not have it, as the last answer said. */
  readonly isRefused: boolean
}

/** What becomes of it: it is tried again at an instant, or set aside so that what comes after it goes on. */
export type AfterFailure = { readonly type: 'retry'; readonly at: number } | { readonly type: 'set-aside' }

/**
 * Waits by {@link waitAfter}. Sets a message aside once it has failed for three days, or for
 * an hour when the receiver answers that it will not have it: it would hold up all others for nothing.
 */
export function afterFailure({ attempts, firstFailedAt, isRefused }: FailedMessage, now: number): AfterFailure {
  const giveUpAt = firstFailedAt + (isRefused ? GIVE_UP_REFUSED_MS : GIVE_UP_FAILED_MS)
  if (now >= giveUpAt) return { type: 'set-aside' }
  return { type: 'retry', at: Math.min(now + waitAfter(attempts), giveUpAt) }
}

/** How long to wait after so many failures in a row, in milliseconds: 5 s, doubled with each up to 15 minutes. */
export function waitAfter(failures: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)
}
