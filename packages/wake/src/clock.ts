/** The time and a timer, replaceable in tests. */
export interface Clock {
  /** Whole milliseconds since 1970. */
  now(): number
  /** Runs once, after this many milliseconds; what it returns undoes it. */
  setTimer(run: () => void, delayMs: number): () => void
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}
