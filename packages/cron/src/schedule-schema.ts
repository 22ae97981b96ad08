import * as v from 'valibot'
import { timeZoneSchema } from './active-hours.ts'
import { expressionOf } from './cron-time.ts'
import { CronError } from './errors.ts'
import type { Schedule } from './schedule.ts'

/** A schedule as it crosses a wire: durations in seconds, instants as RFC 3339. */
export type ScheduleInput =
  /** `timeZone` is UTC unless said otherwise. */
  | { readonly cron: string; readonly timeZone?: string | undefined }
  | { readonly everySecs: number }
  | { readonly at: string }

/** Longest interval, in seconds: 100 years. */
const MAX_EVERY_SECS = 100 * 366 * 86_400

const RFC_3339 = /^(\d{4}-\d{2}-\d{2})[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

const cronExpressionSchema = v.pipe(
  v.string(),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const problem = problemOf(dataset.value)
    if (problem !== undefined) addIssue({ message: problem })
  }),
)

const cronShape = v.strictObject({ cron: cronExpressionSchema, timeZone: v.optional(timeZoneSchema) })

const intervalShape = v.strictObject({
  everySecs: v.pipe(
    v.number(),
    v.minValue(1, 'must be at least 1 second'),
    v.maxValue(MAX_EVERY_SECS, `must be at most ${MAX_EVERY_SECS} seconds`),
  ),
})

const onceShape = v.strictObject({
  at: v.pipe(v.string(), v.check(isInstant, 'must be an RFC 3339 instant such as 2026-07-01T09:00:00Z')),
})

const anyShape = v.union([cronShape, intervalShape, onceShape], 'must have one of cron, everySecs or at')

/** Reads a {@link ScheduleInput} into a {@link Schedule}; its issues name the field that is wrong. */
export const scheduleSchema: v.GenericSchema<ScheduleInput, Schedule> = v.pipe(
  // Chosen by the key that is there: a union would only say that nothing fitted.
  v.lazy((input) => {
    if (typeof input !== 'object' || input === null) return anyShape
    if ('cron' in input) return cronShape
    if ('everySecs' in input) return intervalShape
    return 'at' in input ? onceShape : anyShape
  }),
  v.transform(scheduleOf),
)

/** Writes a schedule as it crosses a wire; the inverse of {@link scheduleSchema}, an interval's anchor apart. */
export function scheduleInputOf(schedule: Schedule): ScheduleInput {
  switch (schedule.type) {
    case 'cron':
      return { cron: schedule.expression, timeZone: schedule.timeZone }
    case 'interval':
      return { everySecs: schedule.everyMs / 1000 }
    case 'once':
      return { at: new Date(schedule.atMs).toISOString() }
    default:
      return schedule satisfies never
  }
}

function scheduleOf(input: ScheduleInput): Schedule {
  if ('cron' in input) return { type: 'cron', expression: input.cron, timeZone: input.timeZone ?? 'UTC' }
  if ('everySecs' in input) return { type: 'interval', everyMs: Math.round(input.everySecs * 1000) }
  return { type: 'once', atMs: Date.parse(input.at) }
}

/** What is wrong with a cron expression, in words. */
export function problemOf(expression: string): string | undefined {
  try {
    expressionOf(expression)
    return undefined
  } catch (error) {
    if (error instanceof CronError) return error.message
    throw error
  }
}

function isInstant(text: string): boolean {
  const date = RFC_3339.exec(text)?.[1]
  if (date === undefined || Number.isNaN(Date.parse(text))) return false
  // Date.parse reads 30 February as 2 March.
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)
}
