import { armed, delayOf } from './arm.ts'
import { nextBreaker } from './breaker.ts'
import type { JobChange, JobState } from './cron-store.ts'
import { type CronJob, type Firing, type FiringResult, isOpen, type SkipReason } from './job.ts'
import { decideMissed } from './missed.ts'
import type { Timeout } from './timeout.ts'

const POSTPONED_MS = 10_000

/** A bound for a job whose starts fail for days: what was replaced longest ago needs no cancelling any more. */
const MAX_REPLACED = 100

/** Names the firing of a job's due time: always the same, so that it cannot be made twice. */
export function firingId(jobId: string, dueAt: number): string {
  return `${jobId}@${dueAt}`
}

/** Decides what becomes of all that a job is due for; `undefined` when it is not due. */
export function planDue(state: JobState, now: number, timeout: Timeout): JobChange | undefined {
  const { job } = state
  if (!job.enabled || job.nextAt === undefined || job.nextDueAt === undefined || job.nextAt > now) return undefined
  // Jitter moves the whole schedule, so what is due is asked for as of so much earlier.
  const unjittered = now - delayOf(job, job.nextDueAt)
  const breaker = nextBreaker(job.breaker, { type: 'due', at: now })
  const decision = decideMissed(job.schedule, {
    policy: job.missed,
    firstDueAt: job.nextDueAt,
    now: unjittered,
    catchUpWindowMs: job.catchUpWindowMs,
    activeHours: job.activeHours,
  })
  const draft = (dueAt: number, isMissed: boolean): Firing => ({
    ...newFiring(job, firingId(job.id, dueAt), dueAt, timeout),
    trigger: isMissed ? 'backfill' : 'schedule',
  })
  const line = createLine(state.open, now)
  for (const { from, until, reason } of decision.skipped) {
    const stretch = until === undefined ? {} : { id: `${firingId(job.id, from)}-${until}`, until }
    line.skip({ ...draft(from, true), ...stretch }, reason)
  }
  // A backlog waits for its turn whatever the overlap policy: it was asked for one by one.
  const isBacklog = job.missed === 'all' && decision.run.length > 1
  for (const { dueAt, isMissed } of decision.run) {
    const firing = draft(dueAt, isMissed)
    if (breaker.type === 'open') line.skip(firing, 'breaker-open')
    else if (isBacklog) line.append(firing)
    else addByOverlap(line, job, firing)
  }
  const lastDueAt = decision.run.at(-1)?.dueAt ?? unjittered
  return { job: armed({ ...job, breaker, lastDueAt }, unjittered), firings: line.changed() }
}

/** Puts a job that could not be decided about off for a while; what it is due for stays. */
export function planPostponed(state: JobState, now: number): JobChange | undefined {
  const { job } = state
  if (job.nextAt === undefined || job.nextAt > now) return undefined
  return { job: { ...job, nextAt: now + POSTPONED_MS }, firings: [] }
}

/** Makes a firing that a person asks for now; it may run while the job is disabled or its breaker open. */
export function planManual(state: JobState, now: number, timeout: Timeout, id: string): JobChange {
  const line = createLine(state.open, now)
  addByOverlap(line, state.job, { ...newFiring(state.job, id, now, timeout), trigger: 'manual' })
  return { job: state.job, firings: line.changed() }
}

/** Adds firings of past due times, which run one after another behind what is open. */
export function planBackfill(state: JobState, now: number, timeout: Timeout, dueTimes: readonly number[]): JobChange {
  const line = createLine(state.open, now)
  for (const dueAt of dueTimes) {
    const id = firingId(state.job.id, dueAt)
    if (!line.has(id)) line.append({ ...newFiring(state.job, id, dueAt, timeout), trigger: 'backfill' })
  }
  return { job: state.job, firings: line.changed() }
}

/** Ends a firing, counts it for the breaker, and lets the next in line go; `undefined` when it has ended already. */
export function planFinish(state: JobState, id: string, result: FiringResult, now: number): JobChange | undefined {
  const line = createLine(state.open, now)
  if (!line.has(id)) return undefined
  line.end(id, result.type, result.type === 'succeeded' ? undefined : result.reason)
  const breaker =
    result.type === 'cancelled' ? state.job.breaker : nextBreaker(state.job.breaker, { type: result.type, at: now })
  if (breaker.type === 'open') line.skipWaiting('breaker-open')
  line.release()
  return { job: { ...state.job, breaker }, firings: line.changed() }
}

/** Notes that `start` has taken a firing; `undefined` when it has ended meanwhile. */
export function planStarted(state: JobState, id: string, now: number): JobChange | undefined {
  const firing = state.open.find((open) => open.id === id && open.status === 'pending')
  if (firing === undefined) return undefined
  const { startAt: _startAt, ...rest } = firing
  return { job: state.job, firings: [{ ...rest, status: 'running', startedAt: now }] }
}

/** First pause after a failed start; doubled each time, up to five minutes. */
const FIRST_PAUSE_MS = 1000
const MAX_PAUSE_MS = 5 * 60_000

/** Notes that `start` has failed and when it is tried again; `undefined` when the firing has ended meanwhile. */
export function planStartFailed(state: JobState, id: string, now: number): JobChange | undefined {
  const firing = state.open.find((open) => open.id === id && open.status === 'pending')
  if (firing === undefined) return undefined
  const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** firing.failedStarts, MAX_PAUSE_MS)
  return { job: state.job, firings: [{ ...firing, failedStarts: firing.failedStarts + 1, startAt: now + pauseMs }] }
}

function newFiring(job: CronJob, id: string, dueAt: number, timeout: Timeout): Omit<Firing, 'trigger'> {
  return {
    id,
    jobId: job.id,
    agentId: job.agentId,
    dueAt,
    status: 'pending',
    timeoutMs: timeout.timeoutMs,
    timeoutSource: timeout.source,
    failedStarts: 0,
  }
}

function addByOverlap(line: Line, job: CronJob, firing: Firing): void {
  if (line.length() === 0) return line.append(firing)
  switch (job.overlap) {
    case 'skip':
      return line.skip(firing, 'overlap')
    case 'queue':
      return line.length() === 1 ? line.append(firing) : line.skip(firing, 'queue-full')
    case 'cancel':
      return line.replaceAll(firing)
    default:
      return job.overlap satisfies never
  }
}

/** The open firings of a job, of which only the first is started. */
interface Line {
  length(): number
  has(id: string): boolean
  /** Puts a firing at the end; it starts now if it is the first. */
  append(firing: Firing): void
  /** Records a firing that is not to be. */
  skip(firing: Firing, reason: SkipReason): void
  /** Skips what waits for its turn, except what a person asked for. */
  skipWaiting(reason: SkipReason): void
  /** Cancels all that is open, and starts this one when that is done. */
  replaceAll(firing: Firing): void
  end(id: string, status: 'succeeded' | 'failed' | 'cancelled', reason: string | undefined): void
  /** Lets the first start, if it is waiting. */
  release(): void
  /** All that was added or changed. */
  changed(): Firing[]
}

function createLine(open: readonly Firing[], now: number): Line {
  const firings = new Map(open.map((firing) => [firing.id, firing]))
  const changed = new Map<string, Firing>()
  const set = (firing: Firing): void => {
    changed.set(firing.id, firing)
    if (isOpen(firing)) firings.set(firing.id, firing)
    else firings.delete(firing.id)
  }
  const close = (firing: Firing, status: Firing['status'], reason: string | undefined): void => {
    const { startAt: _startAt, ...rest } = firing
    set({ ...rest, status, finishedAt: now, ...(reason !== undefined && { reason }) })
  }
  const line: Line = {
    length: () => firings.size,
    has: (id) => firings.has(id),
    append: (firing) => set(firings.size === 0 ? { ...firing, startAt: now } : firing),
    skip: (firing, reason) => close(firing, 'skipped', reason),
    skipWaiting(reason) {
      for (const firing of firings.values()) {
        const isWaiting = firing.status === 'pending' && firing.startAt === undefined
        if (isWaiting && firing.trigger !== 'manual') line.skip(firing, reason)
      }
    },
    replaceAll(firing) {
      // What an earlier one was to replace and did not come to is handed on.
      const replaces = [...firings.values()].flatMap((old) => [
        ...(old.status === 'pending' ? (old.replaces ?? []) : []),
        old.id,
      ])
      for (const old of firings.values()) close(old, 'cancelled', 'replaced by a later firing')
      line.append({ ...firing, replaces: replaces.slice(-MAX_REPLACED) })
    },
    end(id, status, reason) {
      const firing = firings.get(id)
      if (firing !== undefined) close({ ...firing, startedAt: firing.startedAt ?? now }, status, reason)
    },
    release() {
      const [first] = firings.values()
      if (first?.status === 'pending' && first.startAt === undefined) set({ ...first, startAt: now })
    },
    changed: () => [...changed.values()],
  }
  return line
}
