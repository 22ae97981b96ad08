import { randomBytes } from 'node:crypto'
import { type Deliveries, type DeliverOptions, deliverTo } from './deliver.ts'
import { WebhookError } from './errors.ts'
import { type EventSource, systemClock, type WebhookClock, type WebhookSecrets } from './ports.ts'
import type { PostFetch } from './post-message.ts'
import { newWebhookSecret } from './signature.ts'
import { type Watch, watch } from './watch.ts'
import { httpsOnly, type NewWebhook, parseNewWebhook } from './validation.ts'
import type { Webhook, WebhookStatus } from './webhook.ts'
import type { WebhookStore } from './webhook-store.ts'

export interface WebhooksOptions {
  readonly store: WebhookStore
  readonly events: EventSource
  readonly secrets: WebhookSecrets
  /**
   * Posts the messages. It must refuse private addresses by itself where others than you make webhooks, as
   * `createGuardedFetch` of @agentic/worker does.
   */
  readonly fetch: PostFetch
  /**
   * Why an address may not be a webhook's, as the end of a sentence about it.
   * @default those that do not begin with https:
   */
  readonly urlRefusal?: ((url: URL) => string | undefined) | undefined
  /** @default the process's time */
  readonly clock?: WebhookClock | undefined
  /**
   * How long a receiver has to answer, in milliseconds.
   * @default 15_000
   */
  readonly timeoutMs?: number | undefined
  /** Is told of every attempt. Must not throw. */
  readonly onAttempt?: DeliverOptions['onAttempt'] | undefined
  /** Is told what failed on this side, as a write to a full disk; it goes on by itself. Must not throw. */
  readonly onTrouble?:
    | ((trouble: { readonly webhook?: Webhook | undefined; readonly error: unknown }) => void)
    | undefined
}

export interface WebhookPage {
  readonly items: readonly WebhookStatus[]
  readonly nextCursor?: string | undefined
}

/**
 * Tells receivers over HTTP what the log of events holds: each webhook in the order of the log, at least once, over
 * restarts and failures of the receiver. Deliveries begin with {@link start}.
 */
export interface Webhooks extends AsyncDisposable {
  /**
   * Makes a webhook, which is told what happens from now on; `secret` is told this one time. Rejects with
   * WEBHOOK_INVALID, and with WEBHOOKS_FULL when there are {@link MAX_WEBHOOKS}.
   */
  create(webhook: NewWebhook): Promise<{ readonly status: WebhookStatus; readonly secret: string }>
  /** Lists webhooks and how far each has come, oldest first. */
  list(page: { readonly limit: number; readonly cursor?: string | undefined }): WebhookPage
  /** From when this resolves nothing is sent to it any more; false if there was none. */
  delete(id: string): Promise<boolean>
  /** Deletes the webhooks of an agent and says how many there were. */
  deleteAgent(agentId: string): Promise<number>
  /** Begins to deliver what was not, and takes up what an earlier process left. */
  start(): Promise<void>
  /** Cuts what is being sent short, to be sent again at the next start. */
  close(): Promise<void>
}

/** Each is offered every event and may be posting at the same time as all others, so there may not be any number. */
export const MAX_WEBHOOKS = 1_000

interface Entry {
  readonly status: WebhookStatus
  readonly deliveries?: Deliveries | undefined
}

/** Opens the webhooks of a store. */
export async function openWebhooks(options: WebhooksOptions): Promise<Webhooks> {
  const { store, events, secrets, fetch, urlRefusal = httpsOnly, clock = systemClock, timeoutMs = 15_000 } = options
  const { onAttempt = () => undefined, onTrouble = () => undefined } = options
  const entries = new Map<string, Entry>()
  const closing = new AbortController()
  /** Secrets that are still to be deleted. */
  const dropping = new Set<Promise<void>>()
  let watching: Watch | undefined
  let creating = 0

  for (const status of await store.load()) entries.set(status.webhook.id, { status })

  function begin(status: WebhookStatus): void {
    const { id } = status.webhook
    if (watching === undefined || closing.signal.aborted) return void entries.set(id, { status })
    // Nobody has waited for what came before it.
    if (entries.size === 0 && creating === 1) watching.skipTo(status.delivery.cursor)
    const { place } = watching
    const deliveries = deliverTo(status, {
      events,
      secrets,
      store,
      fetch,
      clock,
      watched: place,
      timeoutMs,
      onAttempt,
      onTrouble,
    })
    entries.set(id, { status, deliveries })
  }

  async function keepNew({ secret = newWebhookSecret(), ...rest }: NewWebhook) {
    const createdAt = clock.now()
    const webhook: Webhook = { id: newId(createdAt), ...rest, createdAt }
    const status = { webhook, delivery: { cursor: events.last(), setAside: 0 } }
    await store.mark(webhook.id)
    try {
      await secrets.put(webhook.id, secret)
    } catch (error) {
      await store.unmark(webhook.id)
      throw error
    }
    await store.put(webhook, status.delivery)
    begin(status)
    return { status, secret }
  }

  async function remove(id: string): Promise<boolean> {
    const entry = entries.get(id)
    if (entry === undefined) return false
    await entry.deliveries?.stop()
    try {
      await store.delete(id)
    } catch (error) {
      // Another call for the same may have gone before.
      if (entries.get(id) === entry) begin(statusOf(entry))
      throw error
    }
    const isGone = entries.delete(id)
    await dropSecret(id)
    return isGone
  }

  /** Deletes the secret of a webhook that is gone: now, or once the secrets are no longer locked away. */
  async function dropSecret(id: string): Promise<void> {
    const drop = async (): Promise<void> => {
      await secrets.delete(id)
      await store.unmark(id)
    }
    try {
      await drop()
    } catch {
      const { signal } = closing
      const later = Promise.resolve(secrets.usable?.({ signal }))
        .then(drop)
        // Its mark stays, and the next start tries again.
        .catch((error: unknown) => (signal.aborted ? undefined : onTrouble({ error })))
        .finally(() => dropping.delete(later))
      dropping.add(later)
    }
  }

  const webhooks: Webhooks = {
    async create(given) {
      const accepted = parseNewWebhook(given, urlRefusal)
      if (entries.size + creating >= MAX_WEBHOOKS) {
        throw new WebhookError('WEBHOOKS_FULL', `there are ${MAX_WEBHOOKS} webhooks: delete one that is not needed`)
      }
      creating += 1
      try {
        return await keepNew(accepted)
      } finally {
        creating -= 1
      }
    },
    list({ limit, cursor = '' }) {
      const ids = [...entries.keys()].toSorted().filter((id) => id > cursor)
      const shown = ids.slice(0, limit).flatMap((id) => entries.get(id) ?? [])
      return {
        items: shown.map(statusOf),
        ...(ids.length > limit ? { nextCursor: shown.at(-1)?.status.webhook.id } : {}),
      }
    },
    delete: remove,
    async deleteAgent(agentId) {
      const own = [...entries.values()].flatMap(({ status: { webhook } }) =>
        webhook.agentId === agentId ? webhook.id : [],
      )
      for (const id of own) await remove(id)
      return own.length
    },
    async start() {
      watching ??= watch({
        events,
        // Behind it, each looks for itself. A place that is yet to come is of another log.
        from: Math.min(
          events.last(),
          Math.max(0, ...[...entries.values()].map(({ status: { delivery } }) => delivery.cursor)),
        ),
        isNeeded: () => entries.size > 0,
        onPage: (page, upTo) => entries.forEach(({ deliveries }) => deliveries?.offer(page, upTo)),
        onGap: () => entries.forEach(({ deliveries }) => deliveries?.wake()),
      })
      for (const { status, deliveries } of entries.values()) if (deliveries === undefined) begin(status)
      for (const id of await store.marked()) if (!entries.has(id)) await dropSecret(id)
    },
    async close() {
      closing.abort(new Error('the webhooks are closing'))
      const stops = [...entries.values()].map(({ deliveries }) => deliveries?.stop())
      await Promise.all([watching?.stop(), ...stops, ...dropping])
    },
    [Symbol.asyncDispose]: () => webhooks.close(),
  }
  return webhooks
}

function statusOf({ status, deliveries }: Entry): WebhookStatus {
  return deliveries === undefined ? status : { webhook: status.webhook, delivery: deliveries.delivery() }
}

/** Ids sort by the time when they were made. */
function newId(createdAt: number): string {
  return `${createdAt.toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`
}
