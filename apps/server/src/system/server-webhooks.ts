import type { EmbeddedStore } from '@agentic/embedded-store'
import type { EventLog } from '@agentic/events'
import { INSTANCE_SHARED, type SecretStore } from '@agentic/secrets'
import {
  type Attempt,
  createEmbeddedWebhookStore,
  openWebhooks,
  type Webhooks,
  type WebhookSecrets,
} from '@agentic/webhooks'
import { createGuardedFetch } from '@agentic/worker'
import type { Logger } from 'pino'
import type { SecretKeys } from './secret-keys.ts'

export interface ServerWebhooksOptions {
  readonly store: EmbeddedStore
  readonly events: EventLog
  readonly secrets: Pick<SecretStore, 'put' | 'info' | 'reveal' | 'previous' | 'delete'>
  readonly secretKeys: Pick<SecretKeys, 'usable'>
  /** `host:port` that may be private, or without TLS. */
  readonly allowedPrivateHosts: readonly string[]
  readonly onAttempt: (attempt: Attempt) => void
  readonly log: Logger
}

/** Opens the webhooks of the server, over connections that reach nothing private unless it is named. */
export async function openServerWebhooks(options: ServerWebhooksOptions): Promise<Webhooks> {
  const { store, events, allowedPrivateHosts, onAttempt, log } = options
  const guardedFetch = createGuardedFetch({ allowedPrivateHosts })
  const webhooks = await openWebhooks({
    store: createEmbeddedWebhookStore(store),
    events,
    secrets: createWebhookSecrets(options),
    fetch: guardedFetch,
    urlRefusal(url) {
      if (url.protocol === 'http:' && isNamed(url, allowedPrivateHosts)) return undefined
      if (url.protocol !== 'https:')
        return 'must begin with https: where AGENTIC_WEBHOOK_PRIVATE_HOSTS does not name it'
      if (guardedFetch.refusalOf(url) === undefined) return undefined
      return 'must be public where AGENTIC_WEBHOOK_PRIVATE_HOSTS does not name it as host:port'
    },
    onAttempt(attempt) {
      onAttempt(attempt)
      logAttempt(attempt, log)
    },
    onTrouble: ({ webhook, error }) =>
      log.warn({ err: error, webhookId: webhook?.id }, 'webhooks had a failure and go on'),
  })

  return {
    ...webhooks,
    async close() {
      await webhooks.close()
      await guardedFetch.close()
    },
  }
}

function isNamed({ hostname, port }: URL, named: readonly string[]): boolean {
  return named.includes(`${hostname}:${port === '' ? 80 : port}`)
}

/** Addresses are not logged: their paths may be secret. */
function logAttempt({ type, webhook, attempts, reason }: Attempt, log: Logger): void {
  const fields = { webhookId: webhook.id, name: webhook.name, attempts, reason }
  if (type === 'set-aside')
    log.error(fields, 'a webhook’s receiver did not take an event for so long that it was set aside')
  else if (type === 'failed' && attempts === 1)
    log.warn(fields, 'a webhook’s receiver did not take an event; it is tried again')
  else if (type === 'delivered' && attempts > 1) log.info(fields, 'a webhook’s receiver takes events again')
}

/** Keeps them among the shared secrets, where an operator replaces one, which signs on for a day beside the new one. */
function createWebhookSecrets({ secrets, secretKeys }: ServerWebhooksOptions): WebhookSecrets {
  const nameOf = (id: string): string => `WEBHOOK_${id.toUpperCase()}`
  return {
    async put(id, secret) {
      await secrets.put(INSTANCE_SHARED, nameOf(id), secret, { category: 'system', actor: 'webhooks' })
    },
    async read(id) {
      const info = await secrets.info(INSTANCE_SHARED, nameOf(id))
      const hasExpired = info?.expiresAt !== undefined && Date.parse(info.expiresAt) <= Date.now()
      const value = info === undefined || hasExpired ? undefined : await secrets.reveal(INSTANCE_SHARED, nameOf(id))
      if (value === undefined) return []
      const previous = await secrets.previous(INSTANCE_SHARED, nameOf(id))
      return previous === undefined ? [value] : [value, previous.value]
    },
    async delete(id) {
      await secrets.delete(INSTANCE_SHARED, nameOf(id), { actor: 'webhooks' })
    },
    usable: ({ signal }) => secretKeys.usable(signal),
  }
}
