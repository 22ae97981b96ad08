export interface RetryOptions {
  /**
   * How often the handler is tried before the wake is dead, the first time included.
   * @default 10
   */
  readonly maxAttempts?: number | undefined
  /**
   * Longest wait after the first failure, in milliseconds; it doubles with each further one.
   * @default 1_000
   */
  readonly baseDelayMs?: number | undefined
  /**
   * Longest wait of all, in milliseconds.
   * @default 300_000
   */
  readonly maxDelayMs?: number | undefined
}

/** {@link RetryOptions} with nothing left open. */
export interface RetryPolicy {
  readonly maxAttempts: number
  readonly baseDelayMs: number
  readonly maxDelayMs: number
}

export function retryPolicyOf({
  maxAttempts = 10,
  baseDelayMs = 1_000,
  maxDelayMs = 300_000,
}: RetryOptions = {}): RetryPolicy {
  return { maxAttempts, baseDelayMs, maxDelayMs }
}

/**
 * Says how long to wait after a failed attempt, in whole milliseconds: between half and all of a doubling delay ("equal
 * jitter"), so that agents which failed together do not come back together. `chance` is a random number from 0 to 1.
 */
export function backoffMs(attempt: number, { baseDelayMs, maxDelayMs }: RetryPolicy, chance: number): number {
  const longest = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1))
  return Math.round(longest / 2 + (longest / 2) * chance)
}
