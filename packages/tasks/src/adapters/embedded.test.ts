import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, test } from 'vitest'
import { assertConsistent } from '../../test/assert-consistent.ts'
import { taskStoreRules } from '../conformance.ts'
import { createEmbeddedTaskStore } from './embedded.ts'

async function onLevel(): Promise<EmbeddedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-tasks-'))
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
] as const)('a task store %s', ([, openStore]) => {
  test.for(taskStoreRules)('$name', async ({ check }) => {
    await using store = await openStore()
    await check(async (conditions) => createEmbeddedTaskStore(store, conditions))
    await assertConsistent(store)
  })
})
