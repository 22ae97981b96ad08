import type { Clock } from './clock.ts'
import type { WakeStore } from './wake-store.ts'

/** `setTimeout` counts in 32 bits and fires at once beyond: a longer wait is cut and looked at again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export interface DueTimerOptions {
  readonly store: Pick<WakeStore, 'due' | 'nextDueAt'>
  readonly clock: Clock
  readonly announce: (agentId: string) => void
  /** Called each time that the timer has elapsed, before the store is asked. */
  readonly elapsed: () => void
  /** How long to wait after the store failed, in milliseconds. */
  readonly retryMs: number
}

/** Waits for the earliest due instant of the store with the one timer there is, and announces what is due. */
export interface DueTimer {
  /** Announces all that waits, then waits for what is to come. */
  start(): Promise<void>
  /** Sees to it that a ring which is on disk is announced at its instant, and that `elapsed` is called by then. */
  expect(dueAt: number): void
  /** Asks the store again for its earliest instant. */
  refresh(): Promise<void>
  /** Stops for good; resolves when nothing of it reads the store any more. */
  stop(): Promise<void>
}

export function createDueTimer({ store, clock, announce, elapsed, retryMs }: DueTimerOptions): DueTimer {
  let sweptUntil: number | undefined
  let armedFor = Number.POSITIVE_INFINITY
  let disarm: (() => void) | undefined
  let sweeping: Promise<void> = Promise.resolve()
  let isStopped = false

  function arm(instant: number): void {
    if (isStopped || instant >= armedFor) return
    disarm?.()
    armedFor = instant
    disarm = clock.setTimer(wakeUp, Math.min(Math.max(0, instant - clock.now()), LONGEST_TIMER_MS))
  }

  function wakeUp(): void {
    armedFor = Number.POSITIVE_INFINITY
    disarm = undefined
    elapsed()
    sweeping = sweeping.then(sweep).catch(() => arm(clock.now() + retryMs))
  }

  async function sweep(): Promise<void> {
    if (isStopped) return
    const after = sweptUntil
    const until = clock.now()
    // Set before reading, so that `expect` can set it back for what is written meanwhile.
    sweptUntil = until
    try {
      for await (const agentId of store.due({ after, until })) announce(agentId)
      await refresh()
    } catch (error) {
      sweptUntil = after === undefined ? undefined : Math.min(sweptUntil, after)
      throw error
    }
  }

  async function refresh(): Promise<void> {
    const next = await store.nextDueAt(sweptUntil ?? -1)
    if (next !== undefined) arm(next)
  }

  return {
    start() {
      const first = sweeping.then(sweep)
      sweeping = first.catch(() => undefined)
      return first
    },
    expect(dueAt) {
      // A sweep may have passed this instant before the ring was on disk: the next one looks at it again.
      if (sweptUntil !== undefined) sweptUntil = Math.min(sweptUntil, dueAt - 1)
      arm(dueAt)
    },
    refresh,
    stop() {
      isStopped = true
      disarm?.()
      disarm = undefined
      return sweeping
    },
  }
}
