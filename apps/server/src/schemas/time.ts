import * as v from 'valibot'

/** An instant as RFC 3339 text. */
export const instant = v.pipe(v.string(), v.metadata({ format: 'date-time', description: 'An instant, RFC 3339' }))

/** Writes an instant of milliseconds since the epoch. */
export function toInstant(ms: number): string {
  return new Date(ms).toISOString()
}

/** Writes an optional instant. */
export function toOptionalInstant(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : toInstant(ms)
}

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

/** Reads an instant from RFC 3339 text into milliseconds since the epoch. */
export const instantInput = v.pipe(
  v.string('must be text'),
  v.check(isInstant, 'must be an RFC 3339 instant such as 2026-07-01T09:00:00Z'),
  v.transform((text) => Date.parse(text)),
  v.minValue(0, 'must be 1970 or later'),
)

/** Reads a duration in seconds into milliseconds. */
export const durationInput = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(1, 'must be at least 1 second'),
  v.maxValue(2_147_483, 'must be at most 2147483 seconds'),
  v.transform(msOfSecs),
)

/** Longest wait that a timer of Node.js can hold, in milliseconds; tasks take no longer wall clock. */
const LONGEST_MS = 2_147_483_647

/** Makes whole milliseconds of a number of seconds, at most what a timer can hold. */
export function msOfSecs(secs: number): number {
  return Math.min(Math.round(secs * 1000), LONGEST_MS)
}

function isInstant(text: string): boolean {
  const date = RFC_3339.exec(text)?.[1]
  if (date === undefined || Number.isNaN(Date.parse(text))) return false
  // Date.parse reads 30 February as 2 March.
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
}
