import { setImmediate } from 'node:timers/promises'
import { changedMemories } from '../changed-memories.ts'
import type { Memory } from '../memory.ts'
import type { MemoryStore } from '../memory-store.ts'
import { cosineOf, type Embedder, embedTexts, normalise } from './embedder.ts'
import type { Scored } from './ranking.ts'
import { createTextIndex, type TextIndex } from './text-index.ts'

/** How many memories are taken in before everything else may run: one of the longest takes some milliseconds. */
const BETWEEN_RESTS = 32

/** Texts in one call of the embedder, and texts embedded for one search: the rest waits for the next. */
const EMBED_BATCH = 64
const EMBED_MOST = 256

/** All that is held of one agent while it is awake. */
export interface AgentIndex {
  readonly memories: ReadonlyMap<string, Memory>
  /** Takes in what changed since the last time; one after another. */
  refresh(): Promise<void>
  searchText(query: string, isWanted: (id: string) => boolean): Scored[]
  /** Ranks by meaning, after embedding what has no vector yet; how many still have none. */
  searchMeaning(
    query: string,
    embedder: Embedder,
    signal: AbortSignal,
  ): Promise<{ readonly scores: Scored[]; readonly unembedded: number }>
  /** Notes that memories were recalled, which changes no knowledge and so comes with no refresh. */
  noteRecall(ids: readonly string[], at: number): void
}

export function createAgentIndex(store: MemoryStore, agentId: string): AgentIndex {
  const memories = new Map<string, Memory>()
  let text: TextIndex = createTextIndex()
  let vectors: Map<string, Float32Array> | undefined
  let seen = 0
  let refreshing: Promise<void> = Promise.resolve()
  let embedding: Promise<unknown> = refreshing

  function note(memory: Memory): void {
    const { id } = memory
    const before = memories.get(id)
    if (memory.deletion !== undefined) {
      memories.delete(id)
      text.remove(id)
      vectors?.delete(id)
      return
    }
    memories.set(id, memory)
    if (before?.content === memory.content) return
    text.put(id, memory.content)
    vectors?.delete(id)
  }

  async function takeIn(): Promise<void> {
    const version = await store.version(agentId)
    if (version === seen) return
    if (version < seen) forget()
    let count = 0
    for await (const memory of changedMemories(store, agentId, seen)) {
      note(memory)
      count += 1
      if (count % BETWEEN_RESTS === 0) await setImmediate()
    }
    seen = version
  }

  /** The agent was deleted. */
  function forget(): void {
    memories.clear()
    text = createTextIndex()
    vectors = undefined
    seen = 0
  }

  async function vectorsOf(model: string): Promise<Map<string, Float32Array>> {
    if (vectors !== undefined) return vectors
    const byId = new Map<string, Float32Array>()
    const before = new Map(memories)
    for await (const { memoryId, values } of store.vectors(agentId, model)) {
      const vector = normalise(values)
      // What changed while the vectors were read is not what this one is of.
      const isOfThis = memories.get(memoryId)?.content === before.get(memoryId)?.content
      if (vector !== undefined && isOfThis && memories.has(memoryId)) byId.set(memoryId, vector)
    }
    vectors = byId
    return byId
  }

  /** Newest first: what was learnt last is asked for most. */
  async function embedMissing(byId: Map<string, Float32Array>, embedder: Embedder, signal: AbortSignal): Promise<void> {
    const missing = [...memories.values()]
      .filter(({ id }) => !byId.has(id))
      .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    for (let from = 0; from < Math.min(missing.length, EMBED_MOST); from += EMBED_BATCH) {
      const batch = missing.slice(from, Math.min(from + EMBED_BATCH, EMBED_MOST))
      const texts = batch.map(({ content }) => content)
      const made = await embedTexts(embedder, texts, signal)
      const entries = batch.flatMap(({ id, content }, index) => {
        const values = made[index]
        return values === undefined ? [] : [{ memoryId: id, content, values }]
      })
      await store.putVectors(agentId, embedder.model, entries)
      for (const { memoryId, content, values } of entries) {
        if (memories.get(memoryId)?.content === content) byId.set(memoryId, values)
      }
    }
  }

  return {
    memories,
    noteRecall(ids, at) {
      for (const id of ids) {
        const memory = memories.get(id)
        if (memory !== undefined) memories.set(id, { ...memory, lastAccessedAt: Math.max(memory.lastAccessedAt, at) })
      }
    },
    refresh() {
      refreshing = refreshing.then(takeIn, takeIn)
      return refreshing
    },
    searchText: (query, isWanted) => text.search(query, isWanted),
    async searchMeaning(query, embedder, signal) {
      // One after another, so that searches at the same time do not embed the same.
      const work = async (): Promise<Map<string, Float32Array>> => {
        const byId = await vectorsOf(embedder.model)
        await embedMissing(byId, embedder, signal)
        return byId
      }
      const embedded = embedding.then(work, work)
      embedding = embedded
      const byId = await embedded
      const [wanted] = await embedTexts(embedder, [query], signal)
      const scores = Array.from(byId, ([id, vector]) => ({
        id,
        score: wanted === undefined ? 0 : cosineOf(wanted, vector),
      }))
      return { scores: scores.filter(({ score }) => score > 0), unembedded: memories.size - byId.size }
    },
  }
}
