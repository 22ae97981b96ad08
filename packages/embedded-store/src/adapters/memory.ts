import { MemoryLevel } from 'memory-level'
import type { EmbeddedStore } from '../embedded-store.ts'
import { createStoreOnLevel } from '../store-on-level.ts'

/** Makes a store that lives as long as the process: the same rules as on disk, nothing durable. */
export function createMemoryStore(): EmbeddedStore {
  return createStoreOnLevel(new MemoryLevel())
}
