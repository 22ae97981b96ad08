const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 3_600_000
const GIVE_UP_MS = 3 * 86_400_000

/** What is known of a delivery that has failed so far. Times in milliseconds since the epoch. */
export interface FailedDelivery {
  /** Failed attempts, this one included: at least 1. */
  readonly attempts: number
  readonly firstFailedAt: number
}

/** What becomes of it: it is tried again at an instant, or set aside so that the events after it go on. */
export type AfterFailure = { readonly type: 'retry'; readonly at: number } | { readonly type: 'set-aside' }

/** Waits 5 s, doubled with each failure up to an hour; sets aside once an event has failed for three days. */
export function afterFailure({ attempts, firstFailedAt }: FailedDelivery, now: number): AfterFailure {
  const giveUpAt = firstFailedAt + GIVE_UP_MS
  if (now >= giveUpAt) return { type: 'set-aside' }
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS)
  return { type: 'retry', at: Math.min(now + waitMs, giveUpAt) }
}
