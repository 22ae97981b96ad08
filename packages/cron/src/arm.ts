import { jitterOf } from './jitter.ts'
import type { CronJob } from './job.ts'
import { nextTime } from './next-time.ts'

/** Sets when a job is due next, later than `after` and than what was decided about already; never, when it is disabled. */
export function armed(job: CronJob, after: number): CronJob {
  const { nextDueAt: _nextDueAt, nextAt: _nextAt, ...rest } = job
  if (!job.enabled) return rest
  // A clock that was set back must not bring a due time back.
  const due = nextTime(job.schedule, Math.max(after, job.lastDueAt ?? after), { activeHours: job.activeHours })
  return due === undefined ? rest : { ...rest, nextDueAt: due, nextAt: due + delayOf(job, due) }
}

/** The job's jitter at a due time. */
export function delayOf(job: CronJob, dueAt: number): number {
  if (job.jitterMs === 0) return 0
  const following = nextTime(job.schedule, dueAt, { activeHours: job.activeHours })
  return jitterOf(job.id, { jitterMs: job.jitterMs, periodMs: following === undefined ? undefined : following - dueAt })
}
