import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { activeHoursSchema, timeZoneSchema } from './active-hours.ts'
import { armed } from './arm.ts'
import { CLOSED_BREAKER } from './breaker.ts'
import type { Idempotency } from './cron-store.ts'
import { CronError } from './errors.ts'
import type { CronJob, CronJobInput, CronJobPatch } from './job.ts'
import { DEFAULT_CATCH_UP_WINDOW_MS } from './missed.ts'
import type { Schedule } from './schedule.ts'
import { problemOf } from './schedule-schema.ts'

/** Latest instant that a Date can hold. */
const MAX_DATE_MS = 8.64e15

const wholeMs = (min: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer('must be whole milliseconds'), v.minValue(min), v.maxValue(MAX_DATE_MS))

const expression = v.pipe(
  v.string(),
  v.check(
    (text) => problemOf(text) === undefined,
    ({ input }) => problemOf(input) ?? '',
  ),
)

const schedule: v.GenericSchema<Schedule> = v.variant('type', [
  v.strictObject({ type: v.literal('cron'), expression, timeZone: timeZoneSchema }),
  v.strictObject({ type: v.literal('interval'), everyMs: wholeMs(1000), anchorMs: v.optional(wholeMs(-MAX_DATE_MS)) }),
  v.strictObject({ type: v.literal('once'), atMs: wholeMs(0) }),
])

const fields = {
  name: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(200, 'must be at most 200 characters'),
  ),
  schedule,
  task: v.pipe(v.unknown(), v.check(isJson, 'must be JSON')),
  overlap: v.optional(v.picklist(['skip', 'queue', 'cancel'])),
  missed: v.optional(v.picklist(['once', 'skip', 'all'])),
  catchUpWindowMs: v.optional(wholeMs(0)),
  jitterMs: v.optional(wholeMs(0)),
  enabled: v.optional(v.boolean()),
}

const idempotencyKey = v.pipe(
  v.string(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(255, 'must be at most 255 characters'),
  v.check((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not hold control characters'),
)

const inputSchema: v.GenericSchema<unknown, CronJobInput> = v.strictObject({
  ...fields,
  idempotencyKey: v.optional(idempotencyKey),
  timeoutMs: v.optional(wholeMs(1000)),
  activeHours: v.optional(activeHoursSchema),
})

const patchSchema: v.GenericSchema<unknown, CronJobPatch> = v.strictObject({
  ...fields,
  name: v.optional(fields.name),
  schedule: v.optional(schedule),
  task: v.optional(fields.task),
  timeoutMs: v.nullish(wholeMs(1000)),
  activeHours: v.nullish(activeHoursSchema),
})

/** An agent's id, as the product chose it. */
const agentIdSchema = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    'must be 1 to 128 letters, digits and . _ : -, beginning with a letter or digit',
  ),
)

/** Makes a job of what was asked for, armed for its first due time. Throws CRON_INVALID_INPUT or CRON_NEVER_DUE. */
export function jobOf(id: string, agentId: string, input: CronJobInput, now: number): CronJob {
  const valid = checked(inputSchema, input)
  const { timeoutMs, activeHours } = valid
  const job: CronJob = {
    id,
    agentId: checked(agentIdSchema, agentId, 'agentId'),
    name: valid.name,
    schedule: anchored(valid.schedule, now),
    task: valid.task,
    ...(timeoutMs !== undefined && { timeoutMs }),
    overlap: valid.overlap ?? 'skip',
    missed: valid.missed ?? 'once',
    catchUpWindowMs: valid.catchUpWindowMs ?? DEFAULT_CATCH_UP_WINDOW_MS,
    ...(activeHours !== undefined && { activeHours }),
    jitterMs: valid.jitterMs ?? 0,
    enabled: valid.enabled ?? true,
    breaker: CLOSED_BREAKER,
    createdAt: now,
    updatedAt: now,
  }
  return armedAnew(job, now)
}

/** What names a job that was asked for with a key; `undefined` without one. Throws CRON_INVALID_INPUT. */
export function idempotencyOf(agentId: string, input: CronJobInput): Idempotency | undefined {
  checked(agentIdSchema, agentId, 'agentId')
  const { idempotencyKey: key, ...content } = checked(inputSchema, input)
  if (key === undefined) return undefined
  return { key, fingerprint: createHash('sha256').update(JSON.stringify(content, sortFields)).digest('base64url') }
}

function sortFields(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** Changes a job; one whose times change is armed anew. Throws CRON_INVALID_INPUT or CRON_NEVER_DUE. */
export function patchedJob(job: CronJob, patch: CronJobPatch, now: number): CronJob {
  const { timeoutMs, activeHours, ...valid } = checked(patchSchema, patch)
  const isEnabledAgain = valid.enabled === true && !job.enabled
  const { timeoutMs: oldTimeoutMs, activeHours: oldActiveHours, ...rest } = job
  const given = Object.fromEntries(Object.entries(valid).filter(([, value]) => value !== undefined)) as Partial<CronJob>
  const changed: CronJob = {
    ...rest,
    ...given,
    ...defined('timeoutMs', timeoutMs === undefined ? oldTimeoutMs : timeoutMs),
    ...defined('activeHours', activeHours === undefined ? oldActiveHours : activeHours),
    ...(valid.schedule !== undefined && { schedule: anchored(valid.schedule, now) }),
    // Who enables a job again has seen to what was wrong with it.
    ...(isEnabledAgain && { breaker: CLOSED_BREAKER }),
    updatedAt: now,
  }
  if (valid.schedule !== undefined || changed.enabled !== job.enabled) return armedAnew(changed, now)
  if (job.nextDueAt === undefined || (valid.jitterMs === undefined && activeHours === undefined)) return changed
  // The same schedule goes on: what was due and not acted on yet still is.
  return armedAnew(changed, Math.min(now, job.nextDueAt - 1))
}

/** An interval runs from when it was asked for, so that many of the same length do not all fall on the same second. */
function anchored(asked: Schedule, now: number): Schedule {
  return asked.type === 'interval' && asked.anchorMs === undefined ? { ...asked, anchorMs: now } : asked
}

/** Arms a job from `after` on. A single instant that has just passed is late, not lost. */
function armedAnew(job: CronJob, after: number): CronJob {
  const result = armed(job, job.schedule.type === 'once' ? after - job.catchUpWindowMs - 1 : after)
  if (job.enabled && result.nextDueAt === undefined) throw neverDue(job)
  return result
}

function neverDue(job: CronJob): CronError {
  const inHours = job.activeHours === undefined ? '' : ' within its active hours'
  const way = job.schedule.type === 'once' ? 'choose an instant to come' : 'choose times that exist'
  return new CronError('CRON_NEVER_DUE', `schedule is never due again${inHours}: ${way}`, { field: 'schedule' })
}

function defined<Name extends string, Value>(name: Name, value: Value | null | undefined): { [Key in Name]?: Value } {
  return (value === undefined || value === null ? {} : { [name]: value }) as { [Key in Name]?: Value }
}

function checked<Type>(schema: v.GenericSchema<unknown, Type>, input: unknown, name?: string): Type {
  const result = v.safeParse(schema, input)
  if (result.success) return result.output
  const problems = result.issues.map((issue) => ({
    field: v.getDotPath(issue) ?? name ?? 'input',
    message: issue.message,
  }))
  throw new CronError('CRON_INVALID_INPUT', problems.map(({ field, message }) => `${field}: ${message}`).join('; '), {
    field: problems[0]?.field,
  })
}

function isJson(value: unknown): boolean {
  try {
    return JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}
