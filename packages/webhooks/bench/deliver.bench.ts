/*
 * What does telling a webhook cost beside the post itself, and what do webhooks that want nothing of it cost an append?
 *
 * Workload: 500 events told to a receiver on loopback, places synced on LevelDB; 500 appends of one caller after another
 * beside 100 webhooks of other agents.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLevelStore } from '@agentic/embedded-store/level'
import { openEmbeddedEventLog } from '@agentic/events'
import { test } from 'vitest'
import { createEmbeddedWebhookStore, newWebhookSecret, openWebhooks, webhookHeaders } from '../src/index.ts'
import { openReceiver } from '../test/receiver.ts'

const EVENTS = 500
const OTHERS = 100
const event = { type: 'run-ended', agentId: 'ada', data: { text: 'x'.repeat(1_000) } }
const few = { warmup: false, iterations: 5, time: 0 }

async function setup() {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-webhooks-bench-'))
  const store = await openLevelStore(folder)
  const events = await openEmbeddedEventLog(store)
  const kept = new Map<string, string>()
  const webhooks = await openWebhooks({
    store: createEmbeddedWebhookStore(store),
    events,
    secrets: {
      put: async (id, secret) => void kept.set(id, secret),
      read: async (id) => [kept.get(id) ?? []].flat(),
      delete: async (id) => void kept.delete(id),
    },
    fetch,
    urlRefusal: () => undefined,
  })
  await webhooks.start()
  return {
    store,
    events,
    webhooks,
    async [Symbol.asyncDispose]() {
      await webhooks.close()
      await events.close()
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

test('500 events to one receiver', async ({ bench }) => {
  await using ground = await setup()
  await using receiver = await openReceiver()
  await ground.webhooks.create({ url: receiver.url })
  await using bare = await openReceiver()
  const secrets = [newWebhookSecret()]
  let wanted = 0

  await bench.compare(
    bench('told by a webhook', async () => {
      await ground.events.append(Array.from({ length: EVENTS }, () => event))
      await receiver.count((wanted += EVENTS))
    }),
    bench('signed and posted alone', async () => {
      const body = JSON.stringify(event)
      for (let sent = 0; sent < EVENTS; sent++) {
        const headers = webhookHeaders(secrets, { id: `event-${sent}`, sentAtSecs: 1_800_000_000, body })
        await (await fetch(bare.url, { method: 'POST', headers, body })).body?.cancel()
      }
    }),
    bench('the same, and a synced row after each', async () => {
      const body = JSON.stringify(event)
      for (let sent = 0; sent < EVENTS; sent++) {
        const headers = webhookHeaders(secrets, { id: `event-${sent}`, sentAtSecs: 1_800_000_000, body })
        await (await fetch(bare.url, { method: 'POST', headers, body })).body?.cancel()
        await ground.store.write([{ type: 'put', key: 'floor', value: { cursor: sent } }])
      }
    }),
    few,
  )
})

test('500 appends of one caller', async ({ bench }) => {
  await using none = await setup()
  await using many = await setup()
  for (let n = 0; n < OTHERS; n++) await many.webhooks.create({ url: 'http://127.0.0.1:9/', agentId: `other-${n}` })
  const append = async ({ events }: typeof none): Promise<void> => {
    for (let n = 0; n < EVENTS; n++) await events.append([event])
  }
  await bench.compare(
    bench('without webhooks', () => append(none)),
    bench('beside 100 webhooks of other agents', () => append(many)),
    few,
  )
})
