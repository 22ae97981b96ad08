import * as v from 'valibot'
import { nextCronTime } from './cron-time.ts'
import { CronError } from './errors.ts'
import { timeZoneOf } from './time-zone.ts'

/** Hours of the day in which a job may run: from `from` to before `to`, over midnight when `to` is the earlier; always when they are equal. */
export interface ActiveHours {
  /** Wall-clock time, `HH:MM`. */
  readonly from: string
  /** Wall-clock time, `HH:MM`. */
  readonly to: string
  /** @default the zone of a cron schedule, else UTC */
  readonly timeZone?: string | undefined
}

const MINUTE_MS = 60_000
const DAY_MINUTES = 24 * 60

const clockTime = v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:30'))

export const timeZoneSchema: v.GenericSchema<string> = v.pipe(
  v.string(),
  v.check(
    isTimeZone,
    ({ input }) => `no time zone is called ${JSON.stringify(input)}: use an IANA name such as Europe/Berlin, or UTC`,
  ),
)

export const activeHoursSchema: v.GenericSchema<ActiveHours> = v.strictObject({
  from: clockTime,
  to: clockTime,
  timeZone: v.optional(timeZoneSchema),
})

/** Says whether an instant, in epoch milliseconds, lies in the hours; `defaultZone` counts when they name no zone. */
export function isActive(hours: ActiveHours, at: number, defaultZone = 'UTC'): boolean {
  const from = minuteOf(hours.from)
  const to = minuteOf(hours.to)
  const second = Math.floor(at / 1000)
  const localMinute = Math.floor(
    ((second + timeZoneOf(hours.timeZone ?? defaultZone).segmentAt(second).offset) * 1000) / MINUTE_MS,
  )
  const minute = ((localMinute % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES
  if (from === to) return true
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

/** The next beginning of the hours after an instant outside them. */
export function nextActive(hours: ActiveHours, after: number, defaultZone: string): number {
  const minute = minuteOf(hours.from)
  const begin = nextCronTime(`${minute % 60} ${Math.floor(minute / 60)} * * *`, hours.timeZone ?? defaultZone, after)
  return begin ?? Number.MAX_SAFE_INTEGER
}

function minuteOf(time: string): number {
  if (!v.is(clockTime, time))
    throw new CronError(
      'CRON_INVALID_INPUT',
      `activeHours must be times of day such as 09:30, not ${JSON.stringify(time)}`,
    )
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

function isTimeZone(name: string): boolean {
  try {
    timeZoneOf(name)
    return true
  } catch {
    return false
  }
}
