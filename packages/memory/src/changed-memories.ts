import type { Memory } from './memory.ts'
import type { MemoryStore } from './memory-store.ts'

const PAGE = 500

/** Walks the memories that changed after a version, there and gone; one that changes meanwhile comes again. */
export async function* changedMemories(store: MemoryStore, agentId: string, since = 0): AsyncGenerator<Memory> {
  for (let after = since; ;) {
    const page = await store.changes(agentId, { after, limit: PAGE })
    yield* page
    after = page.at(-1)?.version ?? after
    if (page.length < PAGE) return
  }
}

/** All memories of an agent, there and gone, each as it was when it was last met. */
export async function readMemories(store: MemoryStore, agentId: string, signal?: AbortSignal): Promise<Memory[]> {
  const byId = new Map<string, Memory>()
  for await (const memory of changedMemories(store, agentId)) {
    signal?.throwIfAborted()
    byId.set(memory.id, memory)
  }
  return [...byId.values()]
}
