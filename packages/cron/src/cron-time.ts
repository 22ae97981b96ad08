import { nextLocal } from './calendar.ts'
import { type CronExpression, LAST_YEAR } from './expression.ts'
import { parseCron } from './parse.ts'
import { type TimeZone, timeZoneOf } from './time-zone.ts'

/** Larger moves of a wall clock are corrections, not daylight saving: the new time counts at once (Debian cron(8)). */
const MAX_SHIFT_SECS = 3 * 3600

/** Wall clocks differ from UTC, and are moved, by less than this. */
const MARGIN_SECS = 3 * 86_400

/** Zones are asked for no instants outside the years that expressions know. */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z') / 1000 - MARGIN_SECS
const LAST_INSTANT = Date.UTC(LAST_YEAR + 1, 0, 1) / 1000 + MARGIN_SECS

/** Parsed expressions are kept, the least recently made dropped first. */
const MAX_EXPRESSIONS = 2000

const expressions = new Map<string, CronExpression>()

export function expressionOf(text: string): CronExpression {
  const known = expressions.get(text)
  if (known !== undefined) return known
  const expression = parseCron(text)
  if (expressions.size >= MAX_EXPRESSIONS) {
    for (const oldest of expressions.keys()) {
      expressions.delete(oldest)
      break
    }
  }
  expressions.set(text, expression)
  return expression
}

/** The first due time of an expression strictly later than an instant, in epoch milliseconds. */
export function nextCronTime(text: string, timeZone: string, afterMs: number): number | undefined {
  const after = Math.max(Math.floor(afterMs / 1000), FIRST_INSTANT)
  if (after > LAST_INSTANT) return undefined
  const found = nextInstant(expressionOf(text), timeZoneOf(timeZone), after)
  return found === undefined ? undefined : found * 1000
}

/**
 * Walks from stretch to stretch of unchanging offset, by the rule of Debian's cron(8): at a move of up to three hours, a
 * fixed-time job runs at the first instant after the times that were left out, and not again in those that are repeated;
 * any other job, and any job at a larger move, runs by what the wall shows.
 */
function nextInstant(expression: CronExpression, zone: TimeZone, after: number): number | undefined {
  let segment = zone.segmentAt(after)
  let from = after + 1 + segment.offset
  if (expression.isFixedTime && isRepeat(segment.moved))
    from = Math.max(from, segment.start + segment.offset - segment.moved)
  for (;;) {
    const local = nextLocal(expression, from)
    if (local === undefined) return undefined
    const instant = local - segment.offset
    if (instant < segment.end) return instant

    // Nothing is due before `local`, so what lies well before it needs no look.
    const next = zone.segmentAt(Math.max(segment.end, instant - MARGIN_SECS))
    const isNeighbour = next.start <= segment.end
    const moved = isNeighbour ? next.offset - segment.offset : 0
    from = local
    if (moved > 0 && local < segment.end + next.offset) {
      if (expression.isFixedTime && moved <= MAX_SHIFT_SECS) return segment.end
      from = segment.end + next.offset
    }
    if (moved < 0 && !(expression.isFixedTime && isRepeat(moved))) from = segment.end + next.offset
    segment = next
  }
}

function isRepeat(moved: number): boolean {
  return moved < 0 && moved >= -MAX_SHIFT_SECS
}
