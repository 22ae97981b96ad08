export { parseCron } from './parse.ts'
export type { CronExpression, DayRule, SpecialDays, StepRange } from './expression.ts'

export type { Schedule } from './schedule.ts'
export { nextTime, type NextTimeOptions } from './next-time.ts'
export { type ScheduleInput, scheduleInputOf, scheduleSchema } from './schedule-schema.ts'
export { type ActiveHours, activeHoursSchema, isActive } from './active-hours.ts'

export { jitterOf, type JitterOptions } from './jitter.ts'
export { DEFAULT_TIMEOUT_MS, type Timeout, timeoutOf, type TimeoutSource } from './timeout.ts'
export {
  decideMissed,
  DEFAULT_CATCH_UP_WINDOW_MS,
  type MissedDecision,
  type MissedOptions,
  type MissedPolicy,
  type MissedReason,
  type MissedStretch,
} from './missed.ts'
export { type Breaker, type BreakerEvent, CLOSED_BREAKER, nextBreaker } from './breaker.ts'

export { createScheduler, type Scheduler, type SchedulerEvents, type SchedulerOptions } from './scheduler.ts'
export type { Clock } from './clock.ts'
export type {
  CronJob,
  CronJobInput,
  CronJobPatch,
  Firing,
  FiringResult,
  FiringStatus,
  OverlapPolicy,
  Page,
  PageOptions,
  SkipReason,
} from './job.ts'

export type { CronStore, DueEntry, Idempotency, JobChange, JobState } from './cron-store.ts'
export { createEmbeddedCronStore, type EmbeddedCronStoreOptions } from './adapters/embedded.ts'
export { CronError, type CronErrorCode, type CronErrorOptions } from './errors.ts'
