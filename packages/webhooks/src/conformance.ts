import assert from 'node:assert/strict'
import type { Webhook } from './webhook.ts'
import type { WebhookStore } from './webhook-store.ts'

/** A promise that every adapter keeps; `check` rejects when it is broken. `open` gives a new and empty store. */
export interface WebhookStoreRule {
  readonly name: string
  readonly check: (open: () => Promise<WebhookStore>) => Promise<void>
}

const webhook = (id: string): Webhook => ({ id, url: `https://${id}.example/`, types: ['run-ended'], createdAt: 1 })
const fresh = { cursor: 7, setAside: 0 }

/** What every {@link WebhookStore} keeps, whatever it is made of. */
export const webhookStoreRules: readonly WebhookStoreRule[] = [
  {
    name: 'gives back what was kept, in the order of ids',
    async check(open) {
      const store = await open()
      await store.put(webhook('b'), fresh)
      await store.put(webhook('a'), fresh)
      assert.deepEqual(await store.load(), [
        { webhook: webhook('a'), delivery: fresh },
        { webhook: webhook('b'), delivery: fresh },
      ])
    },
  },
  {
    name: 'keeps how far one has come, and of the others what they had',
    async check(open) {
      const store = await open()
      await store.put(webhook('a'), fresh)
      await store.put(webhook('b'), fresh)
      const failing = { place: 9, attempts: 2, firstFailedAt: 3, retryAt: 4, reason: 'answered 500' }
      const further = { cursor: 8, failing, lastDeliveredAt: 5, setAside: 1 }
      await store.putDelivery('a', further)
      assert.deepEqual(
        (await store.load()).map(({ delivery }) => delivery),
        [further, fresh],
      )
      await store.putDelivery('a', { cursor: 9, setAside: 1 })
      assert.deepEqual((await store.load())[0]?.delivery, { cursor: 9, setAside: 1 })
    },
  },
  {
    name: 'removes all of one, and nothing of the others',
    async check(open) {
      const store = await open()
      await store.put(webhook('a'), fresh)
      await store.put(webhook('a2'), fresh)
      await store.delete('a')
      await store.delete('a')
      assert.deepEqual(
        (await store.load()).map((each) => each.webhook.id),
        ['a2'],
      )
      await store.put(webhook('a'), { ...fresh, cursor: 0 })
      assert.equal((await store.load())[0]?.delivery.cursor, 0)
    },
  },
  {
    name: 'keeps marks until they are taken away, webhook or not',
    async check(open) {
      const store = await open()
      await store.mark('b')
      await store.mark('a')
      await store.put(webhook('a'), fresh)
      await store.delete('a')
      assert.deepEqual(await store.marked(), ['a', 'b'])
      await store.unmark('a')
      await store.unmark('a')
      assert.deepEqual(await store.marked(), ['b'])
    },
  },
]
