import { setTimeout as sleep } from 'node:timers/promises'

/** Longest that the tour waits for any one thing, in milliseconds. */
export const BOUND_MS = 30_000

const LOOK_AGAIN_MS = 50

/** Waits for a promise, and no longer than {@link BOUND_MS}; then rejects, saying what did not come. */
export async function bounded<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`${what} did not come within ${BOUND_MS / 1000} s`)), BOUND_MS)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Looks again and again at something that no event tells of, until it is there; rejects after {@link BOUND_MS}. */
export async function eventually(what: string, isThere: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + BOUND_MS
  while (!(await isThere())) {
    if (Date.now() > until) throw new Error(`${what} did not come within ${BOUND_MS / 1000} s`)
    await sleep(LOOK_AGAIN_MS)
  }
}

/** An error in a line, with what caused it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message} (${describeError(error.cause)})`
}
