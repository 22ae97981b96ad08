import type { Clock } from '@agentic/worker-outcome'

/** Waits for something, but no longer than until the signal: then rejects with its reason, whether what is waited for obeys or not. */
export async function untilStopped<Result>(signal: AbortSignal, waited: PromiseLike<Result>): Promise<Result> {
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await Promise.race([waited, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
    // Either may still be rejected when nobody looks any more.
    void Promise.resolve(waited).catch(() => undefined)
    void stopped.catch(() => undefined)
  }
}

/** Waits for a while, or until the signal. */
export async function pause(delayMs: number, signal: AbortSignal, clock: Clock): Promise<void> {
  const over = Promise.withResolvers<void>()
  const takeBack = clock.setTimer(over.resolve, delayMs)
  try {
    await untilStopped(signal, over.promise)
  } finally {
    takeBack()
  }
}
