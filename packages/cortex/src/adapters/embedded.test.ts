import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, test } from 'vitest'
import { breakerStoreRules, janitorJournalRules } from '../conformance.ts'
import { createEmbeddedBreakerStore, createEmbeddedJanitorJournal } from './embedded.ts'

async function onDisk(): Promise<EmbeddedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-cortex-'))
  const store = await openLevelStore(folder)
  return {
    ...store,
    async [Symbol.asyncDispose]() {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

describe.for([
  ['in memory', async () => createMemoryStore()],
  ['on disk', onDisk],
] as const)('%s', ([, openStore]) => {
  test.for(breakerStoreRules)('a store of breakers $name', async ({ check }) => {
    await using store = await openStore()
    await check(async () => createEmbeddedBreakerStore(store))
  })

  test.for(janitorJournalRules)('a journal of the janitor $name', async ({ check }) => {
    await using store = await openStore()
    await check(async () => createEmbeddedJanitorJournal(store))
  })
})
