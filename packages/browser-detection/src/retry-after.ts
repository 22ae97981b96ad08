/** Longest wait that is believed: a day. */
const MAX_SECS = 86_400
/** A number from here on is an instant, not a duration: x-ratelimit-reset is used in both senses. */
const FIRST_EPOCH_SECS = 1_000_000_000

const RESET_HEADERS = ['ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'] as const
const REMAINING_HEADERS = ['ratelimit-remaining', 'x-ratelimit-remaining', 'x-rate-limit-remaining'] as const

/**
 * Reads how many seconds to wait from `Retry-After` (RFC 9110, section 10.2.3) or the headers of rate limits.
 * A date is counted from `nowMs`, else from the response's own `Date`; without either it says nothing.
 */
export function parseRetryAfter(headers: ReadonlyMap<string, string>, nowMs: number | undefined): number | undefined {
  const now = nowMs ?? dateOf(headers.get('date'))
  const retryAfter = headers.get('retry-after')?.trim()
  if (retryAfter !== undefined) {
    const secs = /^\d{1,10}(?:\.\d{1,6})?$/.test(retryAfter) ? Number(retryAfter) : secsUntil(dateOf(retryAfter), now)
    if (secs !== undefined) return clamp(secs)
  }
  return resetOf(headers, now)
}

/** Whether the headers of a rate limit say that no request is left. */
export function remainingIsZero(headers: ReadonlyMap<string, string>): boolean {
  if (/(?:^|[;,\s])r=0(?:$|[;,\s])/.test(headers.get('ratelimit') ?? '')) return true
  return REMAINING_HEADERS.some((name) => /^\s*0+(?:\.0+)?\s*$/.test(headers.get(name) ?? ''))
}

function resetOf(headers: ReadonlyMap<string, string>, now: number | undefined): number | undefined {
  // draft-ietf-httpapi-ratelimit-headers: `RateLimit: "name";r=0;t=30`.
  const structured = /(?:^|[;,\s])t=(\d{1,10})(?:$|[;,\s])/.exec(headers.get('ratelimit') ?? '')?.[1]
  const value =
    structured ?? RESET_HEADERS.map((name) => headers.get(name)?.trim()).find((found) => found !== undefined)
  if (value === undefined || !/^\d{1,12}(?:\.\d{1,6})?$/.test(value)) return undefined
  const secs = Number(value)
  if (secs < FIRST_EPOCH_SECS) return clamp(secs)
  const until = secsUntil(secs * 1000, now)
  return until === undefined ? undefined : clamp(until)
}

function dateOf(value: string | undefined): number | undefined {
  // HTTP dates begin with the name of a day; Date.parse alone takes nearly anything.
  if (value === undefined || value.length > 64 || !/^\s*(?:mon|tue|wed|thu|fri|sat|sun)/i.test(value)) return undefined
  const ms = Date.parse(value)
  return Number.isNaN(ms) ? undefined : ms
}

function secsUntil(instantMs: number | undefined, now: number | undefined): number | undefined {
  return instantMs === undefined || now === undefined ? undefined : (instantMs - now) / 1000
}

function clamp(secs: number): number {
  return Math.min(MAX_SECS, Math.max(0, Math.ceil(secs)))
}
