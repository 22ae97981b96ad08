import { createMemoryStore, under } from '@agentic/embedded-store'
import { createEmbeddedMemoryStore, type MemoryStore } from '@agentic/memory'
import { expect, test } from 'vitest'
import { createAssociator } from './associate-memories.ts'

const { signal } = new AbortController()

/** An associator, and how often it has read what the agent remembers. */
function watched() {
  const rows = createMemoryStore()
  const memories = createEmbeddedMemoryStore(rows)
  let lists = 0
  const counted: MemoryStore = {
    ...memories,
    list(...given) {
      lists += 1
      return memories.list(...given)
    },
  }
  return { memories, associator: createAssociator(rows, counted), lists: () => lists }
}

const content = 'The invoices of Acme are due on the first of the month'

test('links what is new to what was known, and reads nothing again where nothing is new', async () => {
  const { memories, associator, lists } = watched()
  const { memory: first } = await memories.save({ agentId: 'a', kind: 'fact', content })
  await memories.save({ agentId: 'a', kind: 'fact', content: `${content}, in euros` })
  await associator.associate('a', { signal })
  expect(await memories.associationsOf(first.id)).toHaveLength(1)
  expect(lists()).toBe(1)
  await associator.associate('a', { signal })
  expect(lists()).toBe(1)
})

// An erased memory raises the version and is not among the changes: everything was read again at each turn, for ever.
test('reads nothing for what was erased, in this turn or the next', async () => {
  const { memories, associator, lists } = watched()
  const { memory } = await memories.save({ agentId: 'a', kind: 'fact', content })
  await associator.associate('a', { signal })
  await memories.erase(memory.id)
  const before = await memories.version('a')
  await associator.associate('a', { signal })
  await associator.associate('a', { signal })
  expect(lists()).toBe(1)
  // What is learnt after that is seen.
  await memories.save({ agentId: 'a', kind: 'fact', content: `${content}, again` })
  expect(await memories.version('a')).toBeGreaterThan(before)
  await associator.associate('a', { signal })
  expect(lists()).toBe(2)
})

test('P6 writes nothing of an agent that was deleted while its turn went on', async () => {
  const rows = createMemoryStore()
  const memories = createEmbeddedMemoryStore(rows)
  await memories.save({ agentId: 'a', kind: 'fact', content })
  const stop = new AbortController()
  const associator = createAssociator(rows, {
    ...memories,
    async list(...given) {
      const page = await memories.list(...given)
      stop.abort(new Error('the agent is gone'))
      await memories.deleteAgent('a')
      await associator.deleteAgent('a')
      return page
    },
  })
  await expect(associator.associate('a', { signal: stop.signal })).rejects.toThrow('the agent is gone')
  expect(await rows.keys(under('associated'))).toEqual([])
})
