import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { createEmbeddedMemoryStore, type Memory, type MemoryStore, type NewMemory } from '../src/index.ts'
import { NOW } from './memories.ts'

export interface Setup {
  readonly embedded: EmbeddedStore
  readonly store: MemoryStore
  /** The only time there is. */
  readonly time: { now: number }
  readonly clock: () => number
  /** Saves facts of the agent `acme`, unless the fields say otherwise. */
  readonly save: (content: string, fields?: Partial<NewMemory>) => Promise<Memory>
}

/** A real store in memory, whose time the test moves. */
export function setup(): Setup {
  const time = { now: NOW }
  const clock = (): number => time.now
  const embedded = createMemoryStore()
  const store = createEmbeddedMemoryStore(embedded, { clock })
  return {
    embedded,
    store,
    time,
    clock,
    save: async (content, fields) => (await store.save({ agentId: 'acme', kind: 'fact', content, ...fields })).memory,
  }
}
