import type { Clock } from '../src/clock.ts'

export interface ManualClock extends Clock {
  /** Lets time pass and fires what is due, in order. */
  advance(ms: number): void
  /** How many timers are set. */
  readonly timers: number
  /** The instant of the earliest timer. */
  readonly next: number | undefined
}

/** Time that stands still until it is told to pass. */
export function createManualClock(start = 1_000_000): ManualClock {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  const earliest = () => [...timers].toSorted((one, other) => one.at - other.at)[0]
  let now = start
  return {
    now: () => now,
    setTimer(run, delayMs) {
      const timer = { at: now + delayMs, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      now += ms
      for (let timer = earliest(); timer !== undefined && timer.at <= now; timer = earliest()) {
        timers.delete(timer)
        timer.run()
      }
    },
    get timers() {
      return timers.size
    },
    get next() {
      return earliest()?.at
    },
  }
}
