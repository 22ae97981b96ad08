/**
 * Runs work that may be deaf: rejects when `signal` aborts or after `timeoutMs`, whether or not the work listens to the
 * signal that it is given.
 */
export async function withTimeLimit<Result>(
  {
    timeoutMs,
    signal,
    what,
  }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined; readonly what: string },
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const stopped = Promise.withResolvers<never>()
  const stop = (reason: unknown): void => {
    controller.abort(reason)
    stopped.reject(reason)
  }
  const onAbort = (): void => stop(signal?.reason)
  const timer = setTimeout(() => stop(new Error(`${what} took longer than ${timeoutMs} ms`)), timeoutMs)
  signal?.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work(controller.signal), stopped.promise])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
