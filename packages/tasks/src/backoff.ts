const FIRST_WAIT_MS = 5000
const LONGEST_WAIT_MS = 3_600_000

/** Waits 5 s after the first failed attempt and twice as long after each further one, at most an hour. */
export function exponentialBackoffMs(attempts: number): number {
  return Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS)
}
