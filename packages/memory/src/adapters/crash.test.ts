import { createMemoryStore, type EmbeddedStore, key } from '@agentic/embedded-store'
import { expect, test } from 'vitest'
import { assertConsistent } from '../../test/assert-consistent.ts'
import { createDyingStore, type Death } from '../../test/dying-store.ts'
import { DAY_MS, NOW } from '../../test/memories.ts'
import { createEmbeddedMemoryStore, type KnowledgeChange, maintainAgent, type MemoryStore } from '../index.ts'

interface Clock {
  now: number
}

/** A life of memories, step by step; each step leaves something behind for the next. */
function createLife(store: MemoryStore, clock: Clock): (() => Promise<unknown>)[] {
  const ids = new Map<string, string>()
  const id = (content: string): string => ids.get(content) ?? ''
  const save =
    (content: string, fields: object = {}) =>
    async () => {
      const source = { type: 'run' as const, id: content }
      const { memory } = await store.save({ agentId: 'a', kind: 'fact', content, source, ...fields })
      ids.set(content, memory.id)
    }
  return [
    save('Likes tea.'),
    save('likes tea'),
    save('Seen', { kind: 'observation' }),
    save('Wrong'),
    save('Likes tea.', { source: { type: 'person', id: 'p' } }),
    async () => store.associate({ from: id('likes tea'), to: id('Wrong'), kind: 'updates' }),
    async () => store.update(id('Wrong'), { content: 'Right' }),
    async () =>
      store.putVectors('a', 'm', [{ memoryId: id('likes tea'), content: 'likes tea', values: Float32Array.of(1) }]),
    async () => store.touch('a', [id('Seen'), id('Wrong')]),
    async () => store.writeBulletin('a', { text: 'x', version: await store.version('a'), source: 'rendered' }),
    async () => {
      clock.now += 60 * DAY_MS
      return maintainAgent(store, 'a', { clock: () => clock.now })
    },
    async () => store.delete(id('Wrong'), { reason: 'no' }),
    async () => store.restore(id('Wrong')),
    async () => store.erase(id('likes tea')),
    async () => store.deleteAgent('a'),
  ]
}

/** All that there is, in words that are equal for equal lives. */
async function portray(store: MemoryStore): Promise<unknown> {
  const memories = await store.changes('a')
  return {
    memories: memories.map((memory) => ({ ...memory, id: '', deletion: memory.deletion?.type })),
    edges: await Promise.all(memories.map(async (memory) => (await store.associationsOf(memory.id)).length)),
    vectors: (await Array.fromAsync(store.vectors('a', 'm'))).length,
    bulletin: await store.readBulletin('a'),
    agents: await Array.fromAsync(store.agents()),
  }
}

function onOneStore(embedded: EmbeddedStore, clock: Clock): MemoryStore {
  return createEmbeddedMemoryStore(embedded, { clock: () => clock.now })
}

/** How things stand after each step of a life without a death, and how many writes it took. */
async function liveUndisturbed(): Promise<{ portraits: unknown[]; writes: number }> {
  const embedded = createMemoryStore()
  let writes = 0
  const write: EmbeddedStore['write'] = async (operations) => {
    writes += 1
    await embedded.write(operations)
  }
  const clock = { now: NOW }
  const store = onOneStore({ ...embedded, write }, clock)
  const portraits = [await portray(store)]
  for (const step of createLife(store, clock)) {
    await step()
    portraits.push(await portray(store))
  }
  return { portraits, writes }
}

async function dieAndReturn(death: Death): Promise<{ steps: number; embedded: EmbeddedStore; clock: Clock }> {
  const embedded = createMemoryStore()
  const clock = { now: NOW }
  const life = createLife(onOneStore(createDyingStore(embedded, death), clock), clock)
  let steps = 0
  const live = async (): Promise<void> => {
    for (const step of life) {
      await step()
      steps += 1
    }
  }
  await expect(live()).rejects.toThrow('the process is dead')
  return { steps, embedded, clock }
}

test('P19 loses nothing acknowledged and does nothing by half, whichever write the process dies at', async () => {
  const { portraits, writes } = await liveUndisturbed()
  expect(writes).toBeGreaterThan(14)
  for (let atWrite = 1; atWrite <= writes; atWrite += 1) {
    for (const moment of ['before', 'after'] as const) {
      const { steps, embedded, clock } = await dieAndReturn({ atWrite, moment })
      await assertConsistent(embedded)
      const store = onOneStore(embedded, clock)
      expect([portraits[steps], portraits[steps + 1]]).toContainEqual(await portray(store))
    }
  }
})

test('P19 a save that is repeated after a death makes no second memory and no second source', async () => {
  for (const moment of ['before', 'after'] as const) {
    const { embedded, clock } = await dieAndReturn({ atWrite: 1, moment })
    const store = onOneStore(embedded, clock)
    const source = { type: 'run', id: 'Likes tea.' } as const
    const { type, memory } = await store.save({ agentId: 'a', kind: 'fact', content: 'Likes tea.', source })
    expect(type).toBe(moment === 'before' ? 'created' : 'known')
    expect(memory.provenance).toHaveLength(1)
    expect((await store.list('a')).items).toHaveLength(1)
  }
})

test('P19 E13 a maintenance that a death cut short ends, when it is done again, as one that was not', async () => {
  const live = async (deaths: readonly Death[]) => {
    const embedded = createMemoryStore()
    const clock = () => NOW + 90 * DAY_MS
    const young = createEmbeddedMemoryStore(embedded, { clock: () => NOW })
    for (let count = 0; count < 300; count += 1) {
      await young.save({ agentId: 'a', kind: count < 150 ? 'observation' : 'fact', content: `Seen ${count % 290}` })
      if (count > 200) await young.save({ agentId: 'a', kind: 'fact', content: `seen ${count % 290}!` })
    }
    for (const death of deaths) {
      const dying = createEmbeddedMemoryStore(createDyingStore(embedded, death), { clock })
      await expect(maintainAgent(dying, 'a', { clock })).rejects.toThrow('the process is dead')
      await assertConsistent(embedded)
    }
    const store = createEmbeddedMemoryStore(embedded, { clock })
    await maintainAgent(store, 'a', { clock })
    expect(await maintainAgent(store, 'a', { clock })).toMatchObject({ pruned: 0, merged: 0, purged: 0, skipped: 0 })
    return (await store.changes('a')).map(({ content, deletion }) => `${content} ${deletion?.type}`).toSorted()
  }
  const undisturbed = await live([])
  const deaths: Death[] = [
    { atWrite: 1, moment: 'before' },
    { atWrite: 1, moment: 'after' },
    { atWrite: 2, moment: 'before' },
  ]
  expect(await live(deaths)).toEqual(undisturbed)
})

test('P6 finishes a deletion that a death cut short', async () => {
  const embedded = createMemoryStore()
  const store = createEmbeddedMemoryStore(embedded)
  for (let count = 0; count < 250; count += 1) await store.save({ agentId: 'a', kind: 'fact', content: `${count}` })
  const dying = createEmbeddedMemoryStore(createDyingStore(embedded, { atWrite: 2, moment: 'before' }))
  await expect(dying.deleteAgent('a')).rejects.toThrow('the process is dead')
  await assertConsistent(embedded)
  expect((await store.list('a', { limit: 500 })).items).toHaveLength(150)
  expect(await store.deleteAgent('a')).toBe(150)
  expect(await embedded.keys({})).toEqual([])
})

test('changes nothing when the disk refuses a write', async () => {
  const embedded = createMemoryStore()
  const store = createEmbeddedMemoryStore(embedded)
  const { memory } = await store.save({ agentId: 'a', kind: 'fact', content: 'x' })
  const refusing = createEmbeddedMemoryStore({ ...embedded, write: () => Promise.reject(new Error('disk full')) })
  await expect(refusing.save({ agentId: 'a', kind: 'fact', content: 'y' })).rejects.toThrow('disk full')
  await expect(refusing.delete(memory.id)).rejects.toThrow('disk full')
  await assertConsistent(embedded)
  expect((await store.list('a')).items).toEqual([memory])
})

test('says so when a row that an index names is missing', async () => {
  const embedded = createMemoryStore()
  const store = createEmbeddedMemoryStore(embedded)
  const { memory } = await store.save({ agentId: 'a', kind: 'fact', content: 'x' })
  await embedded.write([{ type: 'delete', key: key('memory', 'there', 'a', memory.id) }])
  const saving = store.save({ agentId: 'a', kind: 'fact', content: 'x' })
  await expect(saving).rejects.toMatchObject({ code: 'MEMORY_STORE_DAMAGED' })
})

test('tells in the same batch what changed of the knowledge, and nothing else', async () => {
  const embedded = createMemoryStore()
  let refuses = false
  const written: string[] = []
  const nameOf = (change: KnowledgeChange): string =>
    change.type === 'memory-erased' ? `${change.type} ${change.agentId}` : `${change.type} ${change.memory.content}`
  const store = createEmbeddedMemoryStore(embedded, {
    clock: () => NOW,
    alongside: (changes) => {
      if (refuses) throw new Error('no room for events')
      const operations = changes.map((change) => ({ type: 'put' as const, key: 'told', value: nameOf(change) }))
      return { operations, onWritten: () => written.push(...changes.map(nameOf)) }
    },
  })
  const save = async (content: string) => (await store.save({ agentId: 'a', kind: 'fact', content })).memory
  const tea = await save('tea')
  await save('tea')
  await store.touch('a', [tea.id])
  await store.update(tea.id, { content: 'milk' })
  await store.delete(tea.id)
  await store.restore(tea.id)
  await store.erase(tea.id)
  expect(await embedded.get('told')).toBe('memory-erased a')
  expect(written.splice(0)).toEqual([
    'memory-created tea',
    'memory-updated milk',
    'memory-deleted milk',
    'memory-restored milk',
    'memory-erased a',
  ])
  await save('Likes tea.')
  await save('likes tea')
  await maintainAgent(store, 'a', { clock: () => NOW })
  await store.deleteAgent('a')
  expect(written.splice(0).slice(2)).toEqual(['memory-deleted likes tea', 'memory-updated Likes tea.'])

  refuses = true
  await expect(save('rum')).rejects.toThrow('no room for events')
  expect((await store.list('a')).items).toEqual([])
})
