import { setTimeout as delay } from 'node:timers/promises'

/** Waits for an answer no longer than a limit, and not after the signal; what is waited for may go on. */
export async function bounded<Result>(
  answer: Promise<Result>,
  limitMs: number,
  { onLimit, signal }: { readonly onLimit: () => Error; readonly signal?: AbortSignal | undefined },
): Promise<Result> {
  const waiting = new AbortController()
  const signals = signal === undefined ? [waiting.signal] : [waiting.signal, signal]
  const limit = delay(limitMs, undefined, { signal: AbortSignal.any(signals) }).then(
    () => Promise.reject(onLimit()),
    () => Promise.reject(signal?.reason),
  )
  // Whichever comes second is nobody's.
  answer.catch(() => undefined)
  limit.catch(() => undefined)
  try {
    return await Promise.race([answer, limit])
  } finally {
    waiting.abort()
  }
}
