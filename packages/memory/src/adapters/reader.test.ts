import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { expect, test } from 'vitest'
import { NOW } from '../../test/memories.ts'
import { changedMemories } from '../changed-memories.ts'
import { createEmbeddedMemoryStore } from './embedded.ts'

// A memory that changed between the reading of the index and its own reading took the others with it past the cursor.
test('passes over no memory when one changes while a page is being read', async () => {
  const embedded = createMemoryStore()
  let between: (() => Promise<unknown>) | undefined
  const interrupted: EmbeddedStore = {
    ...embedded,
    async keys(range) {
      const keys = await embedded.keys(range)
      const work = between
      between = undefined
      await work?.()
      return keys
    },
  }
  const store = createEmbeddedMemoryStore(interrupted, { clock: () => NOW })
  const ids: string[] = []
  for (let count = 0; count < 600; count += 1) {
    ids.push((await store.save({ agentId: 'a', kind: 'fact', content: `${count}` })).memory.id)
  }
  const [last = ''] = ids.slice(499)
  between = () => store.update(last, { content: 'changed' })
  const met = await Array.fromAsync(changedMemories(store, 'a'))
  expect(met.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  expect(met.find(({ id }) => id === last)?.content).toBe('changed')
})
