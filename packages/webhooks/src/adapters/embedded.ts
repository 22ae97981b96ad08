import { type EmbeddedStore, key, parts, under } from '@agentic/embedded-store'
import type { Delivery, Webhook } from '../webhook.ts'
import type { WebhookStore } from '../webhook-store.ts'

/*
 *   webhooks | hook     | id -> Webhook
 *   webhooks | delivery | id -> Delivery
 *   webhooks | secret   | id -> null        a secret of it may be kept
 */
const ROOT = 'webhooks'
const hookKey = (id: string): string => key(ROOT, 'hook', id)
const deliveryKey = (id: string): string => key(ROOT, 'delivery', id)
const secretKey = (id: string): string => key(ROOT, 'secret', id)

/** Makes a {@link WebhookStore} on an embedded store, whose keys under `webhooks` it then owns. */
export function createEmbeddedWebhookStore(store: EmbeddedStore): WebhookStore {
  return {
    async load() {
      const hooks = await store.list<Webhook>(under(ROOT, 'hook'))
      return Promise.all(
        hooks.map(async ({ value: webhook }) => {
          const delivery = await store.get<Delivery>(deliveryKey(webhook.id))
          return { webhook, delivery: delivery ?? { cursor: 0, setAside: 0 } }
        }),
      )
    },
    put: (webhook, delivery) =>
      store.write([
        { type: 'put', key: hookKey(webhook.id), value: webhook },
        { type: 'put', key: deliveryKey(webhook.id), value: delivery },
      ]),
    putDelivery: (id, delivery) => store.write([{ type: 'put', key: deliveryKey(id), value: delivery }]),
    delete: (id) =>
      store.write([
        { type: 'delete', key: hookKey(id) },
        { type: 'delete', key: deliveryKey(id) },
      ]),
    mark: (id) => store.write([{ type: 'put', key: secretKey(id), value: null }]),
    unmark: (id) => store.write([{ type: 'delete', key: secretKey(id) }]),
    async marked() {
      const keys = await store.keys(under(ROOT, 'secret'))
      return keys.map((text) => parts(text)[2] ?? '')
    },
  }
}
