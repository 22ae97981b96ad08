/** Time as supervision sees it. */
export interface Clock {
  /** Milliseconds that only ever rise. */
  now(): number
  /** Calls `run` once, `delayMs` from now; the answer takes it back. */
  setTimer(run: () => void, delayMs: number): () => void
}

/** Longest delay that `setTimeout` takes; a longer one would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1

/** The process's own time. Its timers keep the process alive: a limit that nobody is left to keep is none. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(run, delayMs) {
    // In a lambda, so that fake timers are seen whenever they are installed.
    const timer = setTimeout(() => run(), Math.min(Math.max(0, delayMs), MAX_DELAY_MS))
    return () => clearTimeout(timer)
  },
}
