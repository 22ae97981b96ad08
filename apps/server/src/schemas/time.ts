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

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

/** Reads an instant from RFC 3339 text into milliseconds since the epoch. */
export const instantInput = v.pipe(
  v.string('must be text'),
  v.check(
    (text) => RFC_3339.test(text) && !Number.isNaN(Date.parse(text)),
    'must be an RFC 3339 instant such as 2026-07-01T09:00:00Z',
  ),
  v.transform((text) => Date.parse(text)),
)

/** Reads a duration in seconds into milliseconds. */
export const durationInput = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(1, 'must be at least 1 second'),
  v.maxValue(2_147_483, 'must be at most 2147483 seconds'),
  v.transform((secs) => Math.round(secs * 1000)),
)
