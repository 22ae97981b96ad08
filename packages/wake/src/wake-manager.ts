import { EventEmitter } from 'eventemitter3'
import { backoffMs, type RetryOptions, retryPolicyOf } from './backoff.ts'
import { type Clock, systemClock } from './clock.ts'
import { createDispatcher } from './dispatcher.ts'
import { createDueTimer } from './due-timer.ts'
import { WakeError } from './errors.ts'
import { assertAgentId, assertRing } from './validate.ts'
import { tell, type WakeEvents } from './wake-events.ts'
import type { Trigger, Wake } from './wake.ts'
import type { BegunWake, DeadPage, DeadPageOptions, RingAnswer, WakeCounts, WakeStore } from './wake-store.ts'

export interface WakeManagerOptions {
  readonly store: WakeStore
  /**
   * Gets the agent up. Resolving means that all the wake tells has been dealt with; rejecting, that it is to be tried again.
   * It can see a wake twice (a crash between its end and the disk), so it must not mind. `signal` aborts when the agent is
   * forgotten or a close has waited long enough.
   */
  readonly handler: (wake: Wake, context: { readonly signal: AbortSignal }) => Promise<void>
  /**
   * How many handlers may run at once.
   * @default 64
   */
  readonly concurrency?: number | undefined
  /**
   * How many agents may wait for their run before `fire` turns further ones away.
   * @default 100_000
   */
  readonly maxPending?: number | undefined
  readonly retry?: RetryOptions | undefined
  /**
   * Says a handler's error in words that may be kept on disk with a dead wake: strip secrets here.
   * @default its name and message, at most 1,000 characters
   */
  readonly describeError?: ((error: unknown) => string) | undefined
  /** @default the machine's */
  readonly clock?: Clock | undefined
  /**
   * Random numbers from 0 to 1, for the jitter of retries.
   * @default Math.random
   */
  readonly random?: (() => number) | undefined
}

export interface FireOptions {
  /** Not before this instant, in milliseconds since 1970. @default at once */
  readonly notBefore?: number | undefined
}

export interface CloseOptions {
  /**
   * How long running handlers may go on before their signal is aborted, in milliseconds.
   * @default 30_000
   */
  readonly timeoutMs?: number | undefined
  /**
   * How long aborted handlers may take before they are left behind, in milliseconds.
   * @default 5_000
   */
  readonly graceMs?: number | undefined
}

/** How much there is; the counts of the store end at its limit. */
export interface WakeStats extends WakeCounts {
  /** Agents that wait for their run. */
  readonly queued: number
  /** Agents whose handler runs. */
  readonly running: number
}

/**
 * Runs a handler for agents that were rung: at least once for each ring it acknowledged, one run of an agent at a time,
 * a bounded number in all, first come first served.
 */
export interface WakeManager extends AsyncDisposable {
  /** Starts: all that waits on disk is queued. Rejects when the store cannot be read. */
  open(): Promise<void>

  /**
   * Rings for an agent; resolves when that is on disk. Rejects with WAKE_INVALID, WAKE_OVERLOADED (see its
   * `retryAfterMs`) or WAKE_CLOSED; before `open` it is kept for then.
   */
  fire(agentId: string, trigger: Omit<Trigger, 'at'>, options?: FireOptions): Promise<RingAnswer>

  /** Tells of a ring that was written through a store's `prepareRing`, delayed or not. */
  notify(agentId: string): void

  /**
   * Forgets a deleted agent: aborts and awaits its handler (so do not await this inside of it), then removes all that it
   * was rung for. What rings afterwards is a new agent's.
   */
  forget(agentId: string): Promise<void>

  stats(): Promise<WakeStats>

  /** Lists wakes whose attempts are used up. */
  listDead(options?: DeadPageOptions): Promise<DeadPage>
  /** Queues an agent's dead wakes again; how many there were. */
  revive(agentId: string): Promise<number>
  /** Removes an agent's dead wakes; how many there were. */
  discard(agentId: string): Promise<number>

  readonly events: EventEmitter<WakeEvents>

  /**
   * Accepts no more rings, waits for the handlers that run, aborts those that take too long, and leaves all else on disk
   * for the next start. Calling it again waits for the same. The store is its owner's to close.
   */
  close(options?: CloseOptions): Promise<void>
}

/** How long to wait before the store is tried again after it failed, and what an overloaded caller is told, in milliseconds. */
const STORE_RETRY_MS = 1_000
const OVERLOAD_RETRY_MS = 1_000

const ERROR_CHARACTERS = 1_000

/** Makes a {@link WakeManager}; it does nothing before `open`. */
export function createWakeManager(options: WakeManagerOptions): WakeManager {
  const { store, handler, concurrency, maxPending, retry, describeError, clock, random } = resolveOptions(options)
  const events = new EventEmitter<WakeEvents>()
  const dispatcher = createDispatcher({ concurrency, run: attend })
  const timer = createDueTimer({ store, clock, announce, elapsed: rescueStranded, retryMs: STORE_RETRY_MS })
  const runs = new Map<string, { readonly controller: AbortController; readonly ended: Promise<void> }>()
  const forgetting = new Map<string, Promise<void>>()
  /** Agents whose begin or end the store refused, until it is tried again. */
  const stranded = new Set<string>()
  const ringsInFlight = new Set<Promise<RingAnswer>>()
  let state: 'new' | 'open' | 'closing' = 'new'
  let closed: Promise<void> | undefined
  /** Handlers that outlived a close are not heard any more: the store may be another's by then. */
  let isAbandoned = false

  function announce(agentId: string): void {
    if (state === 'open') dispatcher.ring(agentId)
  }

  async function fire(
    agentId: string,
    input: Omit<Trigger, 'at'>,
    { notBefore }: FireOptions = {},
  ): Promise<RingAnswer> {
    if (state === 'closing')
      throw new WakeError('WAKE_CLOSED', 'no more wakes are accepted: ring again after the next start')
    const trigger: Trigger = { ...input, at: clock.now() }
    assertRing(agentId, trigger, { dueAt: notBefore })
    assertRoom(agentId)
    const status = await inFlight(store.ring(agentId, trigger, { dueAt: notBefore }))
    tell(events, 'wake-queued', { agentId, trigger, status, notBefore })
    if (notBefore !== undefined && notBefore > trigger.at) timer.expect(notBefore)
    else announce(agentId)
    return status
  }

  function assertRoom(agentId: string): void {
    if (dispatcher.queued + ringsInFlight.size < maxPending || dispatcher.has(agentId)) return
    throw new WakeError('WAKE_OVERLOADED', `${maxPending} agents wait already: ring again later, or raise maxPending`, {
      retryAfterMs: OVERLOAD_RETRY_MS,
    })
  }

  async function inFlight(ring: Promise<RingAnswer>): Promise<RingAnswer> {
    ringsInFlight.add(ring)
    try {
      return await ring
    } finally {
      ringsInFlight.delete(ring)
    }
  }

  /** One turn of an agent, as the dispatcher gives it. Never rejects. */
  async function attend(agentId: string): Promise<void> {
    if (forgetting.has(agentId)) return
    const controller = new AbortController()
    const ended = begin(agentId, controller.signal).catch((error: unknown) => strand(agentId, error))
    runs.set(agentId, { controller, ended })
    await ended
    runs.delete(agentId)
  }

  async function begin(agentId: string, signal: AbortSignal): Promise<void> {
    const begun = await store.begin(agentId)
    // Nothing waits, or a delayed ring was written beside something else: then its instant is news.
    if (begun === undefined) return timer.refresh()
    if (!signal.aborted) await runHandler(begun, signal)
  }

  async function runHandler({ wake, gen }: BegunWake, signal: AbortSignal): Promise<void> {
    const startedAt = clock.now()
    tell(events, 'wake-started', { wake })
    try {
      await handler(wake, { signal })
    } catch (error) {
      if (!isAbandoned) await fail({ wake, gen }, error, signal)
      return
    }
    if (isAbandoned) return
    const answer = await store.finish(wake.agentId, gen)
    tell(events, 'wake-finished', { wake, elapsedMs: clock.now() - startedAt })
    if (answer === 'rung-again') announce(wake.agentId)
  }

  async function fail({ wake, gen }: BegunWake, error: unknown, signal: AbortSignal): Promise<void> {
    const { agentId, attempt } = wake
    // It was stopped, or stopped itself as this manager is closing; it did not fail: the attempt does not count.
    if (signal.aborted || state === 'closing') return tell(events, 'wake-failed', { agentId, wake, error })
    if (attempt >= retry.maxAttempts) return bury({ wake, gen }, error)
    const retryAt = clock.now() + backoffMs(attempt, retry, random())
    const answer = await store.postpone(agentId, gen, retryAt)
    timer.expect(retryAt)
    tell(events, 'wake-failed', { agentId, wake, error, retryAt })
    if (answer === 'rung-again') announce(agentId)
  }

  async function bury({ wake, gen }: BegunWake, error: unknown): Promise<void> {
    const answer = await store.bury(wake.agentId, gen, { error: describeError(error), diedAt: clock.now() })
    tell(events, 'wake-dead', { wake, error })
    if (answer === 'rung-again') announce(wake.agentId)
  }

  /** The store failed: what it holds is safe there, so try again in a while. */
  function strand(agentId: string, error: unknown): void {
    if (isAbandoned) return
    const retryAt = state === 'open' ? clock.now() + STORE_RETRY_MS : undefined
    tell(events, 'wake-failed', { agentId, error, retryAt })
    if (retryAt === undefined) return
    stranded.add(agentId)
    timer.expect(retryAt)
  }

  function rescueStranded(): void {
    for (const agentId of stranded) announce(agentId)
    stranded.clear()
  }

  function forget(agentId: string): Promise<void> {
    const known = forgetting.get(agentId)
    if (known !== undefined) return known
    const forgotten = forgetNow(agentId).finally(() => {
      forgetting.delete(agentId)
      // What rang meanwhile was turned away by `attend`.
      announce(agentId)
    })
    forgetting.set(agentId, forgotten)
    return forgotten
  }

  async function forgetNow(agentId: string): Promise<void> {
    assertAgentId(agentId)
    dispatcher.drop(agentId)
    stranded.delete(agentId)
    const run = runs.get(agentId)
    run?.controller.abort(new WakeError('WAKE_FORGOTTEN', `the agent ${JSON.stringify(agentId)} was deleted`))
    await run?.ended
    await store.deleteAgent(agentId)
  }

  async function drain({ timeoutMs = 30_000, graceMs = 5_000 }: CloseOptions): Promise<void> {
    state = 'closing'
    dispatcher.stop()
    await timer.stop()
    await Promise.allSettled(ringsInFlight)
    if (await isWithin(dispatcher.idle(), timeoutMs)) return
    for (const { controller } of runs.values())
      controller.abort(new WakeError('WAKE_CLOSED', `not ended ${timeoutMs} ms after closing began`))
    isAbandoned = !(await isWithin(dispatcher.idle(), graceMs))
  }

  async function isWithin(work: Promise<void>, limitMs: number): Promise<boolean> {
    const { promise: elapsed, resolve } = Promise.withResolvers<boolean>()
    const cancel = clock.setTimer(() => resolve(false), limitMs)
    try {
      return await Promise.race([work.then(() => true), elapsed])
    } finally {
      cancel()
    }
  }

  const manager: WakeManager = {
    async open() {
      if (state !== 'new') throw new WakeError('WAKE_CLOSED', 'a manager opens once: make another one')
      state = 'open'
      await timer.start()
    },
    fire,
    notify: announce,
    forget,
    async stats() {
      const counts = await store.count(clock.now())
      return { queued: dispatcher.queued, running: dispatcher.running, ...counts }
    },
    listDead: (page) => store.listDead(page),
    async revive(agentId) {
      const revived = await store.revive(agentId)
      announce(agentId)
      return revived
    },
    discard: (agentId) => store.discard(agentId),
    events,
    close(closeOptions = {}) {
      closed ??= drain(closeOptions)
      return closed
    },
    [Symbol.asyncDispose]: () => manager.close(),
  }
  return manager
}

function resolveOptions(options: WakeManagerOptions) {
  const { store, handler, concurrency = 64, maxPending = 100_000 } = options
  assertCount('concurrency', concurrency)
  assertCount('maxPending', maxPending)
  const retry = retryPolicyOf(options.retry)
  assertCount('retry.maxAttempts', retry.maxAttempts)
  const { describeError = nameAndMessage, clock = systemClock, random = Math.random } = options
  return { store, handler, concurrency, maxPending, retry, describeError, clock, random }
}

function assertCount(field: string, count: number): void {
  if (!Number.isSafeInteger(count) || count < 1)
    throw new WakeError('WAKE_INVALID', `${field} must be a whole number from 1`)
}

function nameAndMessage(error: unknown): string {
  return String(error).slice(0, ERROR_CHARACTERS).toWellFormed()
}
