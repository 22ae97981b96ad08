/** Keeps a job that always fails from being tried at its every due time. Plain data, stored with the job. */
export type Breaker =
  /** Lets firings through, and counts the failures in a row. */
  | { readonly type: 'closed'; readonly failures: number }
  /** Skips what is due before `until`, epoch milliseconds. */
  | { readonly type: 'open'; readonly until: number; readonly coolDownMs: number }
  /** Lets firings through to see whether they end better; the next end decides. */
  | { readonly type: 'half-open'; readonly coolDownMs: number }

/** What happened to a job, at an instant in epoch milliseconds. A cancelled firing says nothing about the job. */
export type BreakerEvent =
  | { readonly type: 'due'; readonly at: number }
  | { readonly type: 'succeeded' }
  | { readonly type: 'failed'; readonly at: number }

export const CLOSED_BREAKER: Breaker = { type: 'closed', failures: 0 }

/** So many failures in a row open it. */
const MAX_FAILURES = 3

/** First cool-down: five minutes. Each failure after a cool-down doubles it, up to an hour. */
const FIRST_COOL_DOWN_MS = 5 * 60_000
const MAX_COOL_DOWN_MS = 60 * 60_000

/** Gives the breaker's next state. */
export function nextBreaker(breaker: Breaker, event: BreakerEvent): Breaker {
  switch (event.type) {
    case 'succeeded':
      return CLOSED_BREAKER
    case 'due':
      return breaker.type === 'open' && event.at >= breaker.until
        ? { type: 'half-open', coolDownMs: breaker.coolDownMs }
        : breaker
    case 'failed':
      return afterFailure(breaker, event.at)
    default:
      return event satisfies never
  }
}

function afterFailure(breaker: Breaker, at: number): Breaker {
  switch (breaker.type) {
    case 'closed':
      return breaker.failures + 1 < MAX_FAILURES
        ? { type: 'closed', failures: breaker.failures + 1 }
        : opened(at, FIRST_COOL_DOWN_MS)
    case 'half-open':
      return opened(at, Math.min(breaker.coolDownMs * 2, MAX_COOL_DOWN_MS))
    case 'open':
      return breaker
    default:
      return breaker satisfies never
  }
}

function opened(at: number, coolDownMs: number): Breaker {
  return { type: 'open', until: at + coolDownMs, coolDownMs }
}
