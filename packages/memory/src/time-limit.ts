/**
 * Runs work that may be deaf: rejects when `signal` aborts or after `timeoutMs`, whether or not the work listens to the
 * signal that it is given.
 */
export async function withTimeLimit<Result>(
  limit: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined; readonly what: string },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { timeoutMs, signal, what } = limit
  signal?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  const onTimeout = (): void => controller.abort(new Error(`${what} took longer than ${timeoutMs} ms`))
  const timer = setTimeout(() => onTimeout(), timeoutMs)
  signal?.addEventListener('abort', onAbort)
  try {
    return await untilAborted(controller.signal, () => work(controller.signal))
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Waits for work, but rejects with the signal's reason as soon as it aborts. */
export async function untilAborted<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
