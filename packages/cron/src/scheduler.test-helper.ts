import { setImmediate } from 'node:timers/promises'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { createEmbeddedCronStore } from './adapters/embedded.ts'
import type { Clock } from './clock.ts'
import type { CronStore } from './cron-store.ts'
import type { Firing } from './job.ts'
import { createScheduler, type Scheduler, type SchedulerOptions } from './scheduler.ts'

/** A clock that moves only when told. */
export interface ManualClock extends Clock {
  readonly timers: readonly { readonly at: number; readonly delayMs: number }[]
  /** Sets the time and calls each timer that is due then, once; then lets what they began come to rest. */
  jumpTo(at: number | string): Promise<void>
  /** Moves forward from timer to timer. */
  advance(ms: number): Promise<void>
}

export function createManualClock(start: number | string): ManualClock {
  let now = millis(start)
  let timers: { at: number; delayMs: number; run: () => void }[] = []
  const fireDue = (): void => {
    const due = timers.filter(({ at }) => at <= now)
    timers = timers.filter(({ at }) => at > now)
    for (const { run } of due) run()
  }
  return {
    now: () => now,
    get timers() {
      return timers
    },
    setTimer(run, delayMs) {
      const timer = { at: now + delayMs, delayMs, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    async jumpTo(at) {
      now = millis(at)
      await rest()
      fireDue()
      await rest()
    },
    async advance(ms) {
      const end = now + ms
      await rest()
      for (let next = earliest(timers); next <= end; next = earliest(timers)) {
        now = Math.max(now, next)
        fireDue()
        await rest()
      }
      now = end
    },
  }
}

function earliest(timers: readonly { readonly at: number }[]): number {
  return Math.min(...timers.map(({ at }) => at))
}

function millis(at: number | string): number {
  return typeof at === 'number' ? at : Date.parse(at)
}

/** Lets everything happen that happens by itself: the memory store answers within a few turns. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 25; turn++) await setImmediate()
}

export interface World {
  readonly clock: ManualClock
  readonly embedded: EmbeddedStore
  readonly store: CronStore
  readonly scheduler: Scheduler
  /** What was started, in order. */
  readonly started: Firing[]
  readonly cancelled: string[]
  /** Closes the scheduler and opens another over the same store, at another time if given. */
  restart(at?: number | string): Promise<World>
}

export interface WorldOptions extends Partial<SchedulerOptions> {
  readonly clock?: ManualClock | undefined
  readonly embedded?: EmbeddedStore | undefined
  readonly started?: Firing[] | undefined
}

/** An open scheduler at 2026-01-01T00:00:00Z over an empty memory store, whose `start` notes what it was given. */
export async function setup(options: WorldOptions = {}): Promise<World> {
  const {
    clock = createManualClock('2026-01-01T00:00:00Z'),
    embedded = createMemoryStore(),
    started = [],
    ...rest_
  } = options
  const cancelled: string[] = []
  const store = options.store ?? createEmbeddedCronStore(embedded)
  const scheduler = createScheduler({
    start: async (firing) => {
      started.push(firing)
    },
    cancel: async ({ id }) => {
      cancelled.push(id)
    },
    ...rest_,
    store,
    clock,
  })
  await scheduler.open()
  await rest()
  return {
    clock,
    embedded,
    store,
    scheduler,
    started,
    cancelled,
    async restart(at) {
      await scheduler.close()
      if (at !== undefined) await clock.jumpTo(at)
      return setup({ ...options, clock, embedded, started })
    },
  }
}

/** When each was due, as UTC to the minute. */
export function dueTimesOf(firings: readonly Firing[]): string[] {
  return firings.map(({ dueAt }) => new Date(dueAt).toISOString().slice(0, 16))
}
