import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { afterEach, describe, expect, test } from 'vitest'
import { agentStoreRules } from '../conformance.ts'
import { createEmbeddedAgentStore } from './embedded.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function levelStore(): Promise<EmbeddedStore> {
  const path = await mkdtemp(join(tmpdir(), 'agentic-agents-'))
  const store = await openLevelStore(path)
  cleanups.push(async () => {
    await store.close()
    await rm(path, { recursive: true })
  })
  return store
}

const stores = [
  { name: 'memory', open: async () => createMemoryStore() },
  { name: 'level', open: levelStore },
]

describe.each(stores)('agents in $name', ({ open }) => {
  test.for(agentStoreRules)('$name', ({ check }) => check(async () => createEmbeddedAgentStore(await open())))

  test('P15 deletes no mark of an active agent that was never there: listing those goes past what was deleted', async () => {
    const store = await open()
    const written: string[] = []
    const agents = createEmbeddedAgentStore({
      ...store,
      write(operations) {
        written.push(...operations.map(({ type, key }) => `${type} ${key.split('\0')[0]}`))
        return store.write(operations)
      },
    })
    const ids = async () => (await agents.list({ mode: 'active' })).items.map(({ id }) => id)
    await agents.create({ id: 'asleep' })
    await agents.update('asleep', { settings: {} })
    await agents.beginDelete('asleep')
    expect(written.filter((what) => what.endsWith('agent-active'))).toEqual([])
    await agents.create({ id: 'awake', mode: 'active' })
    expect(await ids()).toEqual(['awake'])
    await agents.update('awake', { mode: 'dormant' })
    expect(await ids()).toEqual([])
    await agents.update('awake', { mode: 'active' })
    await agents.beginDelete('awake')
    expect(await ids()).toEqual([])
    expect(written.filter((what) => what === 'delete agent-active')).toHaveLength(2)
  })

  test('writes what tells of a change in the batch of the change', async () => {
    const store = await open()
    const agents = createEmbeddedAgentStore(store, {
      alongside: (change) => ({ operations: [{ type: 'put', key: 'told', value: change.type }] }),
    })
    await agents.create({ id: 'a' })
    expect(await store.get('told')).toBe('agent-created')
    await agents.update('a', { mode: 'active' })
    expect(await store.get('told')).toBe('agent-updated')
    await agents.beginDelete('a')
    await agents.endDelete('a')
    expect(await store.get('told')).toBe('agent-deleted')
  })
})
