import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, test } from 'vitest'
import { createEmbeddedWakeStore } from './adapters/embedded.ts'
import { wakeStoreRules } from './conformance.ts'

async function openInFolder(): Promise<EmbeddedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-wake-'))
  const store = await openLevelStore(folder)
  const close = store.close.bind(store)
  return Object.assign(store, { close: () => close().then(() => rm(folder, { recursive: true })) })
}

const grounds: Record<string, () => Promise<EmbeddedStore>> = {
  memory: async () => createMemoryStore(),
  level: openInFolder,
}

describe.for(Object.entries(grounds))('a wake store on %s', ([, openGround]) => {
  test.for(wakeStoreRules.map(({ name, check }) => [name, check] as const))('%s', async ([, check]) => {
    await using ground = await openGround()
    await check(async () => createEmbeddedWakeStore(ground))
  })
})
