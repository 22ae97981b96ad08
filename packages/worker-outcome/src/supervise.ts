import * as v from 'valibot'
import type { Block } from './block.ts'
import { type Clock, systemClock } from './clock.ts'
import { failedOutcome } from './failed-outcome.ts'
import { createLimits, type RunPhase, type StallLimits } from './limits.ts'
import { type WorkerOutcome, workerOutcomeSchema } from './outcome.ts'
import type { Scrub } from './scrub.ts'
import { scrubOutcome } from './scrub-outcome.ts'

/** Why a run is being stopped; the `reason` of its signals. */
export type StopReason =
  | { readonly type: 'wall-clock' }
  | { readonly type: 'stall' }
  | { readonly type: 'cancelled'; readonly reason: string }
  | { readonly type: 'blocked'; readonly block: Block }

export interface SuperviseOptions {
  /**
   * Longest the run may take, waiting for a person not counted. At least 1,000.
   * @default 1_800_000
   */
  readonly wallClockMs?: number | undefined
  /**
   * How long a run that was asked to stop may take to do so before it is given up and settled without it.
   * @default 5_000
   */
  readonly graceMs?: number | undefined
  /** Longest silences, in milliseconds: between tools, in a model call, in a tool. */
  readonly stall?: Partial<StallLimits> | undefined
  /** Cancels the run; the signal's reason, if it is a text or an error, is said in the outcome. */
  readonly signal?: AbortSignal | undefined
  /** Takes secrets out of every text of the outcome. */
  readonly scrub?: Scrub | undefined
  readonly clock?: Clock | undefined
}

/** What supervised work is given. Everything here is safe to call after the run has ended: late calls change nothing. */
export interface RunControl {
  /** Asks the work to stop now; it has the grace to do so. `reason` is a {@link StopReason}. */
  readonly signal: AbortSignal
  /** The grace is over and the run is being settled without the work: destroy what it holds. */
  readonly killSignal: AbortSignal
  /** Whether the run still stands: false once its outcome is decided. */
  readonly isOpen: boolean
  /** Says that something moved, so that the run is not taken for stalled. */
  progress(): void
  /** Says what the run is busy with until the answer is called. */
  enter(phase: RunPhase): () => void
  /** Counts one more segment of work. */
  countSegment(): void
  /** Keeps what there is so far, for an end before the end. */
  setPartialResult(text: string): void
  /** Reports a block: the first one decides the run, which is stopped at once. */
  reportBlock(block: Block): void
  /** Waits for a person: neither wall clock nor stall limits run meanwhile. */
  waitForInput<Result>(input: Promise<Result>): Promise<Result>
}

/** Limits below this make no sense: starting a process takes a good part of it. */
const MIN_WALL_CLOCK_MS = 1000

/** After the kill signal, how long the work's own end is still awaited before the run is settled without it. */
const SETTLE_MS = 20

const DEFAULTS = { wallClockMs: 1_800_000, graceMs: 5_000 } as const

/**
 * Runs work to exactly one outcome, whatever it does: it may return, throw, hang, ignore every signal or answer
 * nonsense. Never rejects. It resolves at the latest `graceMs` (plus a few milliseconds) after a limit was reached.
 */
export function supervise(
  work: (control: RunControl) => Promise<WorkerOutcome>,
  options: SuperviseOptions = {},
): Promise<WorkerOutcome> {
  const clock = options.clock ?? systemClock
  const wallClockMs = Math.max(MIN_WALL_CLOCK_MS, options.wallClockMs ?? DEFAULTS.wallClockMs)
  const graceMs = Math.max(0, options.graceMs ?? DEFAULTS.graceMs)
  const scrub = options.scrub ?? ((text: string) => text)

  const startedAt = clock.now()
  const settled = Promise.withResolvers<WorkerOutcome>()
  const stopping = new AbortController()
  const killing = new AbortController()
  const limits = createLimits({ wallClockMs, stall: options.stall, clock, onReached: (limit) => stop({ type: limit }) })

  let isOpen = true
  let stopReason: StopReason | undefined
  let takeBackTimer = (): void => undefined
  let segments = 0
  let partialResult: string | undefined

  function stop(reason: StopReason): void {
    if (!isOpen || stopReason !== undefined) return
    stopReason = reason
    limits.end()
    takeBackTimer = clock.setTimer(kill, graceMs)
    stopping.abort(reason)
  }

  function kill(): void {
    takeBackTimer = clock.setTimer(() => settle(stoppedOutcome(undefined)), SETTLE_MS)
    killing.abort(stopReason)
  }

  function settle(outcome: WorkerOutcome): void {
    if (!isOpen) return
    isOpen = false
    limits.end()
    takeBackTimer()
    options.signal?.removeEventListener('abort', cancel)
    settled.resolve(scrubOutcome(outcome, scrub))
  }

  function cancel(): void {
    stop({ type: 'cancelled', reason: reasonText(options.signal?.reason) })
  }

  function finish(outcome: WorkerOutcome): void {
    settle(stopReason === undefined ? outcome : stoppedOutcome(outcome))
  }

  /** The outcome of a run that was stopped; what the work said meanwhile is kept as its partial result. */
  function stoppedOutcome(said: WorkerOutcome | undefined): WorkerOutcome {
    const reason = stopReason ?? { type: 'stall' }
    const kept = partialOf(said) ?? partialResult
    switch (reason.type) {
      case 'wall-clock':
      case 'stall':
        return {
          type: 'timeout',
          elapsedMs: Math.round(clock.now() - startedAt),
          limit: reason.type,
          segments,
          partialResult: kept,
        }
      case 'cancelled':
        return { type: 'cancelled', reason: reason.reason, partialResult: kept }
      case 'blocked':
        return { type: 'blocked', block: reason.block.reason, url: reason.block.url, evidence: reason.block.evidence }
      default:
        return reason satisfies never
    }
  }

  const control: RunControl = {
    signal: stopping.signal,
    killSignal: killing.signal,
    get isOpen() {
      return isOpen
    },
    progress: limits.progress,
    enter: limits.enter,
    countSegment() {
      if (isOpen) segments += 1
      limits.progress()
    },
    setPartialResult(text) {
      if (isOpen) partialResult = text
      limits.progress()
    },
    reportBlock: (block) => stop({ type: 'blocked', block }),
    waitForInput: limits.waitForInput,
  }

  if (options.signal?.aborted === true) {
    stop({ type: 'cancelled', reason: reasonText(options.signal.reason) })
    settle(stoppedOutcome(undefined))
    return settled.promise
  }
  options.signal?.addEventListener('abort', cancel, { once: true })
  limits.begin()
  void callWork(work, control, scrub).then(finish)
  return settled.promise
}

/** Calls the work; what it throws or answers becomes an outcome. Never rejects. */
async function callWork(
  work: (control: RunControl) => Promise<WorkerOutcome>,
  control: RunControl,
  scrub: Scrub,
): Promise<WorkerOutcome> {
  try {
    const answer: unknown = await work(control)
    const parsed = v.safeParse(workerOutcomeSchema, answer)
    if (parsed.success) return parsed.output
    return {
      type: 'failed',
      code: 'INVALID_OUTCOME',
      message: `the worker's answer is not an outcome: ${v.summarize(parsed.issues)}`,
      retryable: false,
    }
  } catch (error) {
    return failedOutcome(error, scrub)
  }
}

function partialOf(outcome: WorkerOutcome | undefined): string | undefined {
  if (outcome === undefined || outcome.type === 'blocked') return undefined
  if (outcome.type === 'success' || outcome.type === 'partial') return outcome.result
  return outcome.partialResult
}

function reasonText(reason: unknown): string {
  if (typeof reason === 'string' && reason !== '') return reason
  if (reason instanceof Error && reason.name !== 'AbortError') return reason.message
  return 'cancelled'
}
