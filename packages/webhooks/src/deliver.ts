import { afterFailure, waitAfter } from './after-failure.ts'
import { isFor, type Message, nextMessage } from './next-message.ts'
import type { EventSource, LoggedEvent, WebhookClock, WebhookSecrets } from './ports.ts'
import { type PostFetch, postMessage, type PostResult } from './post-message.ts'
import { isWebhookSecret } from './signature.ts'
import type { Delivery, Webhook, WebhookStatus } from './webhook.ts'
import type { WebhookStore } from './webhook-store.ts'

/** One attempt, and what became of the message. */
export interface Attempt {
  readonly type: 'delivered' | 'failed' | 'set-aside'
  readonly webhook: Webhook
  /** Which attempt at this message it was: 1 for the first. */
  readonly attempts: number
  /** Why it was no delivery. */
  readonly reason?: string | undefined
}

export interface DeliverOptions {
  readonly events: EventSource
  readonly secrets: WebhookSecrets
  readonly store: WebhookStore
  readonly fetch: PostFetch
  readonly clock: WebhookClock
  /** The place in the log up to which all events were offered. */
  readonly watched: () => number
  readonly timeoutMs: number
  readonly onAttempt: (attempt: Attempt) => void
  readonly onTrouble: (trouble: { readonly webhook: Webhook; readonly error: unknown }) => void
}

/** The deliveries of one webhook. */
export interface Deliveries {
  delivery(): Delivery
  /** Hands it the events that are new, up to a place; only if one is for it does it look further. */
  offer(events: readonly LoggedEvent[], upTo: number): void
  /** Has it look for itself. */
  wake(): void
  /** Cuts what is under way short and resolves when nothing of it is left. */
  stop(): Promise<void>
}

/** How many events that are not for a webhook are passed before its place is written down. */
const PASS_BEFORE_SAVING = 1_000

/** Tells a webhook, one message after the other, what it has not been told. Holds no timer while nothing waits. */
export function deliverTo({ webhook, delivery: from }: WebhookStatus, options: DeliverOptions): Deliveries {
  const { events, secrets, store, fetch, clock, watched, timeoutMs, onAttempt, onTrouble } = options
  const stopping = new AbortController()
  const { signal } = stopping
  let delivery = from
  let savedCursor = from.cursor
  let news = Promise.withResolvers<void>()
  /** Whether it has looked at everything and waits for news. */
  let isIdle = false

  /** What is in memory goes on, should this reject: after a restart the receiver is told again. */
  async function save(next: Delivery): Promise<void> {
    delivery = next
    savedCursor = next.cursor
    await store.putDelivery(webhook.id, next)
  }

  async function turn(): Promise<void> {
    const { failing } = delivery
    if (failing !== undefined) await wait(failing.retryAt - clock.now())
    // Before reading: what comes meanwhile wakes it again, and up to this place nothing can come any more.
    news = Promise.withResolvers()
    const place = watched()
    // Read again before each attempt: what was deleted meanwhile is told to nobody.
    const next = await nextMessage(webhook, delivery.cursor, events)
    if (next.type === 'message') return attempt(next.message)
    delivery = { ...delivery, cursor: Math.max(next.seenTo, place), failing: undefined }
    if (failing !== undefined || delivery.cursor - savedCursor >= PASS_BEFORE_SAVING) await save(delivery)
    isIdle = true
    await abortable(news.promise, signal)
  }

  function offer(offered: readonly LoggedEvent[], upTo: number): void {
    const { cursor } = delivery
    if (offered.some((event) => event.seq > cursor && isFor(webhook, event))) return wake()
    if (!isIdle) return
    delivery = { ...delivery, cursor: Math.max(cursor, upTo) }
    if (delivery.cursor - savedCursor >= PASS_BEFORE_SAVING) wake()
  }

  function wake(): void {
    isIdle = false
    news.resolve()
  }

  async function attempt(message: Message): Promise<void> {
    const failing = delivery.failing?.place === message.place ? delivery.failing : undefined
    const attempts = (failing?.attempts ?? 0) + 1
    const result = await post(message)
    signal.throwIfAborted()
    const now = clock.now()
    const { setAside, lastDeliveredAt } = delivery
    if (result.type === 'delivered') {
      await save({ cursor: message.place, lastDeliveredAt: now, setAside })
      return onAttempt({ type: 'delivered', webhook, attempts })
    }
    const { reason } = result
    const firstFailedAt = failing?.firstFailedAt ?? now
    const then = afterFailure({ attempts, firstFailedAt, isRefused: result.type === 'refused' }, now)
    if (then.type === 'set-aside') {
      await save({ cursor: message.place, lastDeliveredAt, setAside: setAside + 1 })
      return onAttempt({ type: 'set-aside', webhook, attempts, reason })
    }
    const still = { place: message.place, attempts, firstFailedAt, retryAt: then.at, reason }
    await save({ ...delivery, failing: still })
    return onAttempt({ type: 'failed', webhook, attempts, reason })
  }

  async function post({ id, body }: Message): Promise<PostResult> {
    await secrets.usable?.({ signal })
    const usable = (await secrets.read(webhook.id)).filter(isWebhookSecret)
    if (usable.length === 0) return { type: 'failed', reason: 'SECRET_MISSING' }
    const sentAtSecs = Math.floor(clock.now() / 1000)
    return postMessage({ url: webhook.url, secrets: usable }, { id, sentAtSecs, body }, { fetch, signal, timeoutMs })
  }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        await turn()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        failures += 1
        onTrouble({ webhook, error })
        await wait(waitAfter(failures)).catch(() => undefined)
      }
    }
  }

  /** Never longer than between two attempts, should the clock have been set back. */
  async function wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const takeBack = clock.setTimer(resolve, Math.min(Math.max(ms, 0), waitAfter(Infinity)))
    await abortable(promise, signal).finally(takeBack)
  }

  const done = run()
  return {
    delivery: () => delivery,
    offer,
    wake,
    stop() {
      stopping.abort(new Error('the deliveries of this webhook were stopped'))
      return done
    },
  }
}

async function abortable(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}
