import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, test } from 'vitest'
import { assertConsistent } from '../../test/assert-consistent.ts'
import { memoryStoreRules } from '../conformance.ts'
import { createEmbeddedMemoryStore } from './embedded.ts'

async function onLevel(): Promise<EmbeddedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-memory-'))
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
  ['on disk', onLevel],
] as const)('a memory store %s', ([, openStore]) => {
  test.for(memoryStoreRules)('$name', async ({ check }) => {
    await using store = await openStore()
    await check(async (conditions) => createEmbeddedMemoryStore(store, conditions))
    await assertConsistent(store)
  })
})
