import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, test } from 'vitest'
import { webhookStoreRules } from '../conformance.ts'
import { createEmbeddedWebhookStore } from './embedded.ts'

describe('a webhook store', () => {
  test.for(webhookStoreRules)('in memory $name', ({ check }) =>
    check(async () => createEmbeddedWebhookStore(createMemoryStore())),
  )

  test.for(webhookStoreRules)('on disk $name', async ({ check }) => {
    const folder = await mkdtemp(join(tmpdir(), 'agentic-webhooks-'))
    const store = await openLevelStore(folder)
    await check(async () => createEmbeddedWebhookStore(store))
    await store.close()
    await rm(folder, { recursive: true })
  })
})
