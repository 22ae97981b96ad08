import { type ActiveHours, isActive, nextActive } from './active-hours.ts'
import { nextCronTime } from './cron-time.ts'
import { CronError } from './errors.ts'
import type { Schedule } from './schedule.ts'

export interface NextTimeOptions {
  /** Due times outside these hours do not count. @default always */
  readonly activeHours?: ActiveHours | undefined
}

/**
 * After so many due times that each fell outside the active hours of their day, none is expected inside: with a due time
 * a day, that is more than two years.
 */
const MAX_DAYS_OUTSIDE = 1000

/**
 * Finds the first due time strictly later than `after`, in epoch milliseconds; `undefined` when there is none, as for
 * 31 February. Throws CRON_INVALID_EXPRESSION or CRON_INVALID_TIME_ZONE for a schedule that says nothing.
 */
export function nextTime(schedule: Schedule, after: Date | number, options?: NextTimeOptions): number | undefined {
  const afterMs = typeof after === 'number' ? after : after.getTime()
  if (!Number.isFinite(afterMs))
    throw new CronError('CRON_INVALID_INPUT', 'after must be a valid date', { field: 'after' })
  if (options?.activeHours === undefined) return nextOf(schedule, afterMs)
  return nextInHours(schedule, afterMs, options.activeHours)
}

function nextOf(schedule: Schedule, afterMs: number): number | undefined {
  switch (schedule.type) {
    case 'cron':
      return nextCronTime(schedule.expression, schedule.timeZone, afterMs)
    case 'interval':
      return nextInterval(schedule.everyMs, schedule.anchorMs ?? 0, afterMs)
    case 'once':
      return schedule.atMs > afterMs ? schedule.atMs : undefined
    default:
      return schedule satisfies never
  }
}

function nextInterval(everyMs: number, anchorMs: number, afterMs: number): number {
  if (!(everyMs >= 1))
    throw new CronError('CRON_INVALID_INPUT', `everyMs must be at least 1, not ${everyMs}`, { field: 'everyMs' })
  return anchorMs + (Math.floor((afterMs - anchorMs) / everyMs) + 1) * everyMs
}

function nextInHours(schedule: Schedule, afterMs: number, hours: ActiveHours): number | undefined {
  const timeZone = schedule.type === 'cron' ? schedule.timeZone : 'UTC'
  let after = afterMs
  for (let days = 0; days < MAX_DAYS_OUTSIDE; days++) {
    const due = nextOf(schedule, after)
    if (due === undefined || isActive(hours, due, timeZone)) return due
    // All that is due until the hours begin again is skipped in one step.
    after = nextActive(hours, due, timeZone) - 1
  }
  return undefined
}
