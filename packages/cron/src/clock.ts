/** Time as the scheduler sees it. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `run` once, `delayMs` from now; the answer takes it back. */
  setTimer(run: () => void, delayMs: number): () => void
}

/** The process's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    // In a lambda, so that fake timers are seen whenever they are installed.
    const timer = setTimeout(() => run(), delayMs)
    return () => clearTimeout(timer)
  },
}
