import { EventEmitter } from 'eventemitter3'
import { type Clock, systemClock } from './clock.ts'
import type { CronStore, DueEntry, JobChange, JobState } from './cron-store.ts'
import { CronError } from './errors.ts'
import {
  type CronJob,
  type CronJobInput,
  type CronJobPatch,
  type Firing,
  type FiringResult,
  isOpen,
  type OverlapPolicy,
  type Page,
  type PageOptions,
} from './job.ts'
import { newId } from './job-id.ts'
import { idempotencyOf, jobOf, patchedJob } from './job-input.ts'
import { DEFAULT_CATCH_UP_LIMIT } from './missed.ts'
import { nextTime } from './next-time.ts'
import {
  firingId,
  planBackfill,
  planDue,
  planFinish,
  planManual,
  planPostponed,
  planStarted,
  planStartFailed,
} from './plan.ts'
import { type Timeout, timeoutOf } from './timeout.ts'

export interface SchedulerOptions {
  readonly store: CronStore
  /**
   * Starts the work of a firing: called at least once for each, so the same `firing.id` must not start it twice. Resolves
   * when the work is durable, not when it is done; when it rejects, or takes longer than `answerTimeoutMs`, it is called again.
   */
  readonly start: (firing: Firing, job: CronJob) => Promise<void>
  /**
   * Stops the work of a firing that a later one replaces; called at least once, also for work that never began or has
   * ended. Needed for jobs with `overlap: 'cancel'`.
   */
  readonly cancel?: ((firing: Firing) => Promise<void>) | undefined
  /**
   * Says how a firing ended that is still noted as running; `undefined` while it does. Asked at the start and before such
   * a firing holds back another, so that an end whose `finish` was lost in a crash is found.
   */
  readonly resultOf?: ((firing: Firing) => Promise<FiringResult | undefined>) | undefined
  /** An agent's own default timeout, in milliseconds. @default none */
  readonly agentDefaultTimeoutMs?: ((agentId: string) => Promise<number | undefined>) | undefined
  /** How many jobs are worked on at a time; they share synced writes. @default 256 */
  readonly maxConcurrent?: number | undefined
  /** How long each of these functions may take before it counts as failed, in milliseconds. @default 30_000 */
  readonly answerTimeoutMs?: number | undefined
  /** @default the process's own time */
  readonly clock?: Clock | undefined
}

export interface SchedulerEvents {
  'firing-started': [firing: Firing]
  'firing-finished': [firing: Firing]
  'firing-skipped': [firing: Firing]
  /** `start` failed; the firing stays pending and is tried again at `firing.startAt`. */
  'firing-start-failed': [firing: Firing, error: unknown]
  'breaker-opened': [job: CronJob]
  'breaker-closed': [job: CronJob]
  /** Something broke that is not a firing's; the scheduler goes on by itself. */
  'scheduler-failed': [error: unknown]
}

/** Fires jobs when they are due, each due time once, over restarts. */
export interface Scheduler extends AsyncDisposable {
  readonly events: EventEmitter<SchedulerEvents>
  /** Takes up what was left: starts pending firings again, decides about what was missed, and arms the timer. */
  open(): Promise<void>
  /** Makes a job, one for each key. Rejects with CRON_INVALID_INPUT, CRON_NEVER_DUE or CRON_IDEMPOTENCY_MISMATCH. */
  create(agentId: string, input: CronJobInput): Promise<CronJob>
  get(jobId: string): Promise<CronJob | undefined>
  /** Lists an agent's jobs, oldest first. */
  list(agentId: string, page?: PageOptions): Promise<Page<CronJob>>
  /** Changes a job. Rejects with CRON_JOB_NOT_FOUND, CRON_INVALID_INPUT or CRON_NEVER_DUE. What is running goes on. */
  update(jobId: string, patch: CronJobPatch): Promise<CronJob>
  /** Removes a job and its firings; false when there is none. What is running goes on. */
  delete(jobId: string): Promise<boolean>
  /** Removes all jobs of an agent and their firings; the number of jobs. */
  deleteAgent(agentId: string): Promise<number>
  /** Fires a job now, whatever its schedule, under its overlap policy: the answer may be `skipped`. Rejects with CRON_JOB_NOT_FOUND. */
  runNow(jobId: string): Promise<Firing>
  /**
   * Fires the past due times from `from` to `to` that have no firing yet, one after another, at most 100; more rejects
   * with CRON_INVALID_INPUT and changes nothing.
   */
  backfill(jobId: string, from: Date | number, to: Date | number): Promise<readonly Firing[]>
  /** Lists a job's firings, newest first. */
  firings(jobId: string, page?: PageOptions): Promise<Page<Firing>>
  /** Ends a firing. Calling it again, or for a firing that is gone, changes nothing. */
  finish(firingId: string, result: FiringResult): Promise<void>
  /** Stops firing and waits for what is being started. Calling it again waits for the same. */
  close(): Promise<void>
}

/** The clock is looked at once a minute: a wall clock that is set, or a machine that slept, is noticed so soon. */
const MAX_TIMER_MS = 60_000

/** Latest instant that a Date can hold. */
const END_OF_TIME = 8.64e15

const FIRST_PAUSE_MS = 1000
const MAX_PAUSE_MS = 60_000

/** How many due things are looked at in one read. */
const PAGE = 256

/** A job has at most two entries: itself, and the first of its firings. */
const ENTRIES_PER_JOB = 2

/** Makes a scheduler over a store that no other scheduler uses. It fires nothing until it is opened. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { store, clock = systemClock, maxConcurrent = 256, answerTimeoutMs = 30_000 } = options
  const events = new EventEmitter<SchedulerEvents>()
  /** What is being worked on, by job: one thing of a job at a time, so that a cancel never overtakes a start. */
  const busy = new Map<string, Promise<void>>()
  let opening: Promise<void> | undefined
  let closing: Promise<void> | undefined
  let pumping: Promise<void> | undefined
  let freed: PromiseWithResolvers<void> | undefined
  let isAskedAgain = false
  let isPaused = false
  let failures = 0
  let stopTimer: (() => void) | undefined

  /** Looks for what is due: now, or right after the present look. */
  function kick(): void {
    if (opening === undefined || closing !== undefined || isPaused) return
    isAskedAgain = true
    pumping ??= pump()
  }

  async function pump(): Promise<void> {
    while (isAskedAgain && !isPaused && closing === undefined) {
      isAskedAgain = false
      try {
        await workOffDue()
        await armTimer()
      } catch (error) {
        pause(error)
      }
    }
    // In the same turn as the last look at the flag, so that no kick falls between.
    pumping = undefined
  }

  /** Goes once through what is due. What comes to be due behind it meanwhile asks for another look. */
  async function workOffDue(): Promise<void> {
    let last: DueEntry | undefined
    do {
      const entries = await store.due(clock.now(), PAGE, last)
      for (const entry of entries) {
        while (busy.size >= maxConcurrent) await untilFree()
        if (closing !== undefined || isPaused) return
        if (!busy.has(entry.jobId)) busy.set(entry.jobId, work(entry))
      }
      last = entries.at(-1)
    } while (last !== undefined)
  }

  function untilFree(): Promise<void> {
    freed ??= Promise.withResolvers<void>()
    return freed.promise
  }

  async function work(entry: DueEntry): Promise<void> {
    try {
      await startFirst(await (entry.type === 'job' ? decideDue(entry.jobId) : store.get(entry.jobId)))
      failures = 0
    } catch (error) {
      pause(error)
    } finally {
      busy.delete(entry.jobId)
      freed?.resolve()
      freed = undefined
      kick()
    }
  }

  /** Only a store that fails comes to this: everything waits a little and is then tried again. */
  function pause(error: unknown): void {
    emit('scheduler-failed', error)
    if (isPaused) return
    isPaused = true
    setTimer(Math.min(FIRST_PAUSE_MS * 2 ** failures++, MAX_PAUSE_MS))
  }

  async function armTimer(): Promise<void> {
    const entries = await store.due(END_OF_TIME, ENTRIES_PER_JOB * busy.size + 1)
    const next = entries.find(({ jobId }) => !busy.has(jobId))
    if (next !== undefined && !isPaused) setTimer(next.at - clock.now())
  }

  function setTimer(delayMs: number): void {
    stopTimer?.()
    if (closing !== undefined) return
    const onTime = (): void => {
      isPaused = false
      kick()
    }
    stopTimer = clock.setTimer(onTime, Math.min(Math.max(delayMs, 0), MAX_TIMER_MS))
  }

  /** Decides about all that a job is due for; the decision is on disk before anything is started. */
  async function decideDue(jobId: string): Promise<JobState | undefined> {
    const state = await store.get(jobId)
    if (state === undefined) return undefined
    let problem: unknown
    const timeout = await reconcile(state.open)
      .then(() => timeoutFor(state.job))
      .catch((error: unknown) => {
        problem = error
        return undefined
      })
    const { after } = await apply(jobId, (current) => {
      try {
        if (timeout !== undefined) return planDue(current, clock.now(), timeout)
      } catch (error) {
        problem = error
      }
      return planPostponed(current, clock.now())
    })
    if (problem !== undefined) emit('scheduler-failed', problem)
    return after
  }

  /** Starts the first of a job's firings, if it is time. */
  async function startFirst(state: JobState | undefined): Promise<void> {
    const firing = state?.open[0]
    if (state === undefined || firing?.startAt === undefined || firing.startAt > clock.now()) return
    try {
      for (const id of firing.replaces ?? []) await cancelReplaced(id)
      await withinTime(() => options.start(firing, state.job))
    } catch (error) {
      const { change } = await apply(firing.jobId, (current) => planStartFailed(current, firing.id, clock.now()))
      for (const failed of change?.firings ?? []) emit('firing-start-failed', failed, error)
      return
    }
    await apply(firing.jobId, (current) => planStarted(current, firing.id, clock.now()))
  }

  async function cancelReplaced(id: string): Promise<void> {
    const firing = await store.getFiring(id)
    if (firing !== undefined) await withinTime(async () => options.cancel?.(firing))
  }

  /** Waits for what was asked of others, for a limited time. */
  async function withinTime<Result>(ask: () => Promise<Result>): Promise<Result> {
    const tooLong = Promise.withResolvers<never>()
    const stop = clock.setTimer(() => tooLong.reject(new Error(`no answer in ${answerTimeoutMs} ms`)), answerTimeoutMs)
    try {
      return await Promise.race([ask(), tooLong.promise])
    } finally {
      stop()
    }
  }

  /** Ends firings whose end was not told. */
  async function reconcile(firings: readonly Firing[]): Promise<void> {
    if (options.resultOf === undefined) return
    for (const firing of firings) {
      if (firing.status !== 'running') continue
      const result = await withinTime(async () => options.resultOf?.(firing))
      if (result !== undefined) await apply(firing.jobId, (state) => planFinish(state, firing.id, result, clock.now()))
    }
  }

  async function recover(): Promise<void> {
    if (options.resultOf === undefined) return
    for await (const firing of store.running()) {
      await reconcile([firing]).catch((error: unknown) => emit('scheduler-failed', error))
    }
  }

  async function timeoutFor(job: CronJob): Promise<Timeout> {
    if (job.timeoutMs !== undefined || options.agentDefaultTimeoutMs === undefined) return timeoutOf(job)
    return timeoutOf(job, await withinTime(async () => options.agentDefaultTimeoutMs?.(job.agentId)))
  }

  interface Applied {
    readonly after: JobState | undefined
    readonly change: JobChange | undefined
  }

  async function apply(jobId: string, decide: (state: JobState) => JobChange | undefined): Promise<Applied> {
    let before: JobState | undefined
    let change: JobChange | undefined
    const after = await store.change(jobId, (state) => {
      before = state
      change = decide(state)
      return change
    })
    if (before !== undefined && change !== undefined) announce(before.job, change)
    return { after, change }
  }

  function announce(before: CronJob, { job, firings }: JobChange): void {
    for (const firing of firings) {
      if (firing.status === 'skipped') emit('firing-skipped', firing)
      else if (firing.status === 'running') emit('firing-started', firing)
      else if (!isOpen(firing)) emit('firing-finished', firing)
    }
    if (job.breaker.type === 'open' && before.breaker.type !== 'open') emit('breaker-opened', job)
    if (job.breaker.type === 'closed' && before.breaker.type !== 'closed') emit('breaker-closed', job)
  }

  function emit<Name extends keyof SchedulerEvents>(name: Name, ...args: SchedulerEvents[Name]): void {
    try {
      ;(events.emit as (name: string, ...args: readonly unknown[]) => boolean).call(events, name, ...args)
    } catch (error) {
      // A listener's mistake must not stop a firing; one in hearing of mistakes is beyond help.
      if (name !== 'scheduler-failed') emit('scheduler-failed', error)
    }
  }

  async function known(jobId: string): Promise<JobState> {
    assertOpen()
    const state = await store.get(jobId)
    if (state === undefined) throw notFound(jobId)
    return state
  }

  function assertOpen(): void {
    if (closing !== undefined) throw new CronError('CRON_CLOSED', 'the scheduler is closed: make a new one to use it')
  }

  function assertCancellable(overlap: OverlapPolicy | undefined): void {
    if (overlap !== 'cancel' || options.cancel !== undefined) return
    throw new CronError('CRON_INVALID_INPUT', 'overlap: cancel needs a scheduler that was given a way to cancel', {
      field: 'overlap',
    })
  }

  const scheduler: Scheduler = {
    events,
    async open() {
      assertOpen()
      opening ??= recover().catch((error: unknown) => {
        opening = undefined
        throw error
      })
      await opening
      kick()
    },
    async create(agentId, input) {
      assertOpen()
      const now = clock.now()
      const idempotency = idempotencyOf(agentId, input)
      // Looked for first: the instant of a job that was made long ago may have passed.
      const earlier = idempotency === undefined ? undefined : await store.getByKey(agentId, idempotency)
      if (earlier !== undefined) return earlier
      const job = jobOf(newId(now), agentId, input, now)
      assertCancellable(job.overlap)
      const { job: kept } = await store.insert(job, idempotency)
      kick()
      return kept
    },
    async get(jobId) {
      assertOpen()
      return (await store.get(jobId))?.job
    },
    async list(agentId, page) {
      assertOpen()
      return store.list(agentId, page)
    },
    async update(jobId, patch) {
      const { job } = await known(jobId)
      assertCancellable(patch.overlap)
      // A due time that has come is decided about before the schedule it is of goes away.
      if (opening !== undefined && job.nextAt !== undefined && job.nextAt <= clock.now()) await decideDue(jobId)
      const { after } = await apply(jobId, (state) => ({ job: patchedJob(state.job, patch, clock.now()), firings: [] }))
      if (after === undefined) throw notFound(jobId)
      kick()
      return after.job
    },
    async delete(jobId) {
      assertOpen()
      return store.delete(jobId)
    },
    async deleteAgent(agentId) {
      assertOpen()
      return store.deleteAgent(agentId)
    },
    async runNow(jobId) {
      const timeout = await timeoutFor((await known(jobId)).job)
      const now = clock.now()
      const id = `${firingId(jobId, now)}.${newId(now)}`
      const { change } = await apply(jobId, (state) => planManual(state, now, timeout, id))
      const firing = change?.firings.find((changed) => changed.id === id)
      if (firing === undefined) throw notFound(jobId)
      kick()
      return firing
    },
    async backfill(jobId, from, to) {
      const { job } = await known(jobId)
      const timeout = await timeoutFor(job)
      const now = clock.now()
      const free = await withoutFiring(store, job, pastDueTimes(job, Number(from), Math.min(Number(to), now)))
      const { change } = await apply(jobId, (state) => planBackfill(state, now, timeout, free))
      kick()
      return change?.firings ?? []
    },
    async firings(jobId, page) {
      assertOpen()
      return store.listFirings(jobId, page)
    },
    async finish(id, result) {
      assertOpen()
      const firing = await store.getFiring(id)
      if (firing === undefined) return
      await apply(firing.jobId, (state) => planFinish(state, id, result, clock.now()))
      kick()
    },
    close() {
      closing ??= (async () => {
        stopTimer?.()
        await opening?.catch(() => undefined)
        await pumping
        await Promise.all(busy.values())
      })()
      return closing
    },
    [Symbol.asyncDispose]: () => scheduler.close(),
  }
  return scheduler
}

/** The job's due times from `from` to `to` that are past and were not left for the scheduler itself to act on. */
function pastDueTimes(job: CronJob, from: number, to: number): number[] {
  if (Number.isNaN(from) || Number.isNaN(to))
    throw new CronError('CRON_INVALID_INPUT', 'from and to must be valid dates', { field: 'from' })
  const end = job.nextDueAt === undefined ? to : Math.min(to, job.nextDueAt - 1)
  const found: number[] = []
  let due = nextTime(job.schedule, from - 1, { activeHours: job.activeHours })
  while (due !== undefined && due <= end) {
    found.push(due)
    if (found.length > DEFAULT_CATCH_UP_LIMIT) {
      throw new CronError(
        'CRON_INVALID_INPUT',
        `from and to hold more than ${DEFAULT_CATCH_UP_LIMIT} due times: ask for fewer at a time`,
        { field: 'to' },
      )
    }
    due = nextTime(job.schedule, due, { activeHours: job.activeHours })
  }
  return found
}

async function withoutFiring(store: CronStore, job: CronJob, dueTimes: readonly number[]): Promise<number[]> {
  const firings = await Promise.all(dueTimes.map((dueAt) => store.getFiring(firingId(job.id, dueAt))))
  return dueTimes.filter((_, index) => firings[index] === undefined || firings[index].status === 'skipped')
}

function notFound(jobId: string): CronError {
  return new CronError('CRON_JOB_NOT_FOUND', `there is no cron job ${JSON.stringify(jobId)}`)
}
