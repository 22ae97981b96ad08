import { type CronJob, type Firing, scheduleInputOf, scheduleSchema } from '@agentic/cron'
import * as v from 'valibot'
import { taskFields } from './task.ts'
import { durationInput, instant, toInstant, toOptionalInstant } from './time.ts'

/** The task that each firing makes; its wall clock is the job's timeout. */
const { wallClockSecs: _wallClockSecs, ...templateFields } = taskFields
export const taskTemplate = v.strictObject(templateFields)

const timeOfDay = v.pipe(v.string(), v.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00'))
const activeHours = v.strictObject({ from: timeOfDay, to: timeOfDay })
const jitter = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(86_400, 'must be at most a day'),
)

const jobFields = {
  name: v.pipe(
    v.string('must be text'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(200, 'must have at most 200 characters'),
  ),
  schedule: scheduleSchema,
  task: taskTemplate,
  timeoutSecs: v.optional(durationInput),
  overlap: v.optional(v.picklist(['skip', 'queue', 'cancel'], 'must be skip, queue or cancel')),
  missed: v.optional(v.picklist(['once', 'skip', 'all'], 'must be once, skip or all')),
  activeHours: v.optional(activeHours),
  jitterSecs: v.optional(jitter),
  enabled: v.optional(v.boolean('must be true or false')),
}

export const newJobBody = v.pipe(v.strictObject(jobFields), v.metadata({ ref: 'NewCronJob' }))

export const jobPatchBody = v.pipe(
  v.partial(
    v.strictObject({ ...jobFields, timeoutSecs: v.nullable(durationInput), activeHours: v.nullable(activeHours) }),
  ),
  v.metadata({ ref: 'CronJobPatch' }),
)

export const jobView = v.pipe(
  v.object({
    id: v.string(),
    agentId: v.string(),
    name: v.string(),
    schedule: v.union([
      v.object({ cron: v.string(), timeZone: v.optional(v.string()) }),
      v.object({ everySecs: v.number() }),
      v.object({ at: instant }),
    ]),
    task: v.unknown(),
    timeoutSecs: v.optional(v.number()),
    overlap: v.picklist(['skip', 'queue', 'cancel']),
    missed: v.picklist(['once', 'skip', 'all']),
    activeHours: v.optional(v.object({ from: v.string(), to: v.string() })),
    jitterSecs: v.number(),
    enabled: v.boolean(),
    breaker: v.picklist(['closed', 'open', 'half-open']),
    nextAt: v.optional(instant),
    createdAt: instant,
    updatedAt: instant,
  }),
  v.metadata({ ref: 'CronJob', description: 'A timed trigger of an agent' }),
)

export const firingView = v.pipe(
  v.object({
    id: v.string(),
    jobId: v.string(),
    agentId: v.string(),
    dueAt: instant,
    until: v.optional(instant),
    status: v.picklist(['pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled']),
    reason: v.optional(v.string()),
    trigger: v.picklist(['schedule', 'manual', 'backfill']),
    timeoutSecs: v.number(),
    timeoutSource: v.picklist(['job', 'agent', 'default']),
    startedAt: v.optional(instant),
    finishedAt: v.optional(instant),
  }),
  v.metadata({ ref: 'Firing', description: 'One durable occurrence of a cron job' }),
)

/** Reads the fields of a request into those of the scheduler. */
export function readJob<
  Body extends { readonly timeoutSecs?: number | null | undefined; readonly jitterSecs?: number | undefined },
>(
  body: Body,
): Omit<Body, 'timeoutSecs' | 'jitterSecs'> & { readonly timeoutMs?: Body['timeoutSecs']; readonly jitterMs?: number } {
  const { timeoutSecs, jitterSecs, ...rest } = body
  return {
    ...rest,
    ...(timeoutSecs === undefined ? {} : { timeoutMs: timeoutSecs }),
    ...(jitterSecs === undefined ? {} : { jitterMs: Math.round(jitterSecs * 1000) }),
  }
}

export function viewJob(job: CronJob): v.InferOutput<typeof jobView> {
  const {
    id,
    agentId,
    name,
    schedule,
    task,
    timeoutMs,
    overlap,
    missed,
    activeHours: hours,
    jitterMs,
    enabled,
    breaker,
  } = job
  return {
    id,
    agentId,
    name,
    schedule: scheduleInputOf(schedule),
    task,
    timeoutSecs: timeoutMs === undefined ? undefined : timeoutMs / 1000,
    overlap,
    missed,
    activeHours: hours,
    jitterSecs: jitterMs / 1000,
    enabled,
    breaker: breaker.type,
    nextAt: toOptionalInstant(job.nextAt),
    createdAt: toInstant(job.createdAt),
    updatedAt: toInstant(job.updatedAt),
  }
}

export function viewFiring(firing: Firing): v.InferOutput<typeof firingView> {
  const { id, jobId, agentId, dueAt, until, status, reason, trigger, timeoutMs, timeoutSource, startedAt, finishedAt } =
    firing
  return {
    id,
    jobId,
    agentId,
    dueAt: toInstant(dueAt),
    until: toOptionalInstant(until),
    status,
    reason,
    trigger,
    timeoutSecs: timeoutMs / 1000,
    timeoutSource,
    startedAt: toOptionalInstant(startedAt),
    finishedAt: toOptionalInstant(finishedAt),
  }
}
