import { confidenceOf, type Finding, type Notes } from './finding.ts'
import { rateLimit } from './marker.ts'
import type { Reading } from './reading.ts'
import { parseRetryAfter, remainingIsZero } from './retry-after.ts'

/** Judges by status and headers. Asked after the vendors, since several challenge with 429 and then no waiting helps. */
export function judgeRateLimit(reading: Reading, notes: Notes): Finding | undefined {
  const { status, headers } = reading
  const hasRetryAfter = headers.has('retry-after')
  const isUsedUp = remainingIsZero(headers)
  if (status === 429) {
    const signals = ['HTTP status 429']
    if (hasRetryAfter) signals.push('response header Retry-After')
    if (isUsedUp) signals.push('response headers that say no request is left')
    return { reason: rateLimit, confidence: confidenceOf(0.9 + 0.04 * (signals.length - 1)), signals }
  }
  if ((status === 403 || status === 503) && isUsedUp) {
    return {
      reason: rateLimit,
      confidence: 0.8,
      signals: [`HTTP status ${status}`, 'response headers that say no request is left'],
    }
  }
  if (status === 503 && hasRetryAfter)
    notes.advisories.add('HTTP status 503 with Retry-After: the server is busy or in maintenance')
  return undefined
}

/** Seconds to wait, by the headers of the response. */
export function retryAfterSecsOf({ status, headers }: Reading, nowMs: number | undefined): number | undefined {
  // Firewalls send the header with other statuses too, and mean nothing by it.
  if (status !== undefined && status !== 429 && status !== 503 && !(status === 403 && remainingIsZero(headers)))
    return undefined
  return parseRetryAfter(headers, nowMs)
}
