import type { CortexClock } from './ports.ts'

export interface LimitOptions {
  /** What is waited for, as the error names it. */
  readonly what: string
  readonly clock: CortexClock
  /** Longest that the work is waited for, in milliseconds. */
  readonly limitMs: number
  /** Asks the work to stop; it is then waited for 5 s more at most. */
  readonly stop: AbortSignal
}

/** How long work that was asked to stop is waited for. */
const STOP_GRACE_MS = 5_000

/** Waits for work for so long. Work that takes longer is told so by its signal and given up: it rejects. */
export async function withinLimit<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { what, clock, limitMs, stop }: LimitOptions,
): Promise<Result> {
  const late = new AbortController()
  const { promise: elapsed, reject } = Promise.withResolvers<never>()
  const giveUp = (): void => {
    const error = new Error(`${what} took longer than ${limitMs} ms`)
    late.abort(error)
    reject(error)
  }
  let takeBack = clock.setTimer(giveUp, limitMs)
  const hurry = (): void => {
    takeBack()
    takeBack = clock.setTimer(giveUp, Math.min(limitMs, STOP_GRACE_MS))
  }
  stop.addEventListener('abort', hurry, { once: true })
  try {
    return await Promise.race([work(AbortSignal.any([stop, late.signal])), elapsed])
  } finally {
    takeBack()
    stop.removeEventListener('abort', hurry)
  }
}
