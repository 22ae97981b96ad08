import type { EmbeddedStore } from '@agentic/embedded-store'
import { isMemoryId } from '../memory-id.ts'
import type { Memory } from '../memory.ts'
import type { Bulletin, MemoryStore, Page } from '../memory-store.ts'
import { parseChangesPage, parseListOptions } from '../requests.ts'
import { parseAgentId } from '../validation.ts'
import { createEdgeBook } from './edges.ts'
import { type AgentState, decodeVector, keyOf, lastPart, rangeOf, type StoredVector, versionInKey } from './rows.ts'

export interface MemoryReader extends Pick<
  MemoryStore,
  'get' | 'list' | 'associationsOf' | 'version' | 'changes' | 'vectors' | 'readBulletin' | 'agents'
> {
  ownerOf(memoryId: string): Promise<string | undefined>
  /** A memory of the agent that is there. */
  there(agentId: string, memoryId: string): Promise<Memory | undefined>
  /** A memory of the agent, there or gone. */
  any(agentId: string, memoryId: string): Promise<Memory | undefined>
}

/** Answers what a memory store is asked without deciding anything, so without taking turns. */
export function createMemoryReader(store: EmbeddedStore): MemoryReader {
  const reader: MemoryReader = {
    async ownerOf(memoryId) {
      return isMemoryId(memoryId) ? store.get<string>(keyOf.owner(memoryId)) : undefined
    },

    async there(agentId, memoryId) {
      return isMemoryId(memoryId) ? store.get<Memory>(keyOf.there(agentId, memoryId)) : undefined
    },

    async any(agentId, memoryId) {
      return (await reader.there(agentId, memoryId)) ?? store.get<Memory>(keyOf.gone(agentId, memoryId))
    },

    async get(memoryId, { deleted = false } = {}) {
      const agentId = await reader.ownerOf(memoryId)
      if (agentId === undefined) return undefined
      return deleted ? reader.any(agentId, memoryId) : reader.there(agentId, memoryId)
    },

    async list(agentId, options = {}) {
      const agent = parseAgentId(agentId)
      const { kind, deleted, limit, cursor } = parseListOptions(options)
      const presence = deleted ? 'gone' : 'there'
      const range = kind === undefined ? rangeOf.presence(agent, presence) : rangeOf.kind(agent, presence, kind)
      // Everything before the NUL-divided id of the cursor is the start of the range.
      const lt = cursor === undefined ? range.lt : `${range.gt}${cursor}`
      const keys = await store.keys({ ...range, lt, reverse: true, limit: limit + 1 })
      const ids = keys.slice(0, limit).map(lastPart)
      const found = await Promise.all(ids.map((id) => store.get<Memory>(keyOf[presence](agent, id))))
      const items = found.filter((memory) => memory !== undefined && (kind === undefined || memory.kind === kind))
      return pageOf(items as Memory[], keys.length > limit ? ids.at(-1) : undefined)
    },

    async associationsOf(memoryId) {
      const agentId = (await reader.get(memoryId))?.agentId
      if (agentId === undefined) return []
      const edges = await createEdgeBook(store, agentId).of(memoryId)
      const ends = await Promise.all(edges.map(({ from, to }) => reader.there(agentId, from === memoryId ? to : from)))
      return edges.filter((_, index) => ends[index] !== undefined)
    },

    async version(agentId) {
      return (await store.get<AgentState>(keyOf.agent(parseAgentId(agentId))))?.version ?? 0
    },

    async changes(agentId, options = {}) {
      const agent = parseAgentId(agentId)
      const { after, limit } = parseChangesPage(options)
      const memories: Memory[] = []
      let range = rangeOf.changesAfter(agent, after)
      // What was purged or changed again meanwhile is made up for, so that a short page is the last one.
      while (memories.length < limit) {
        const keys = await store.keys({ ...range, limit: limit - memories.length })
        const found = await Promise.all(keys.map((rowKey) => reader.any(agent, lastPart(rowKey))))
        memories.push(
          ...found.filter((memory, index): memory is Memory => memory?.version === versionInKey(keys[index] ?? '')),
        )
        const last = keys.at(-1)
        if (last === undefined) break
        range = { ...range, gt: last }
      }
      return memories
    },

    async *vectors(agentId, model) {
      for await (const row of store.walk<StoredVector>(rangeOf.vectors(parseAgentId(agentId)))) {
        if (row.value.model === model) yield { memoryId: lastPart(row.key), values: decodeVector(row.value) }
      }
    },

    async readBulletin(agentId) {
      return store.get<Bulletin>(keyOf.bulletin(parseAgentId(agentId)))
    },

    async *agents({ after } = {}) {
      const range = rangeOf.agents(after === undefined ? undefined : parseAgentId(after))
      for await (const row of store.walk<AgentState>(range)) yield lastPart(row.key)
    },
  }
  return reader
}

function pageOf(items: readonly Memory[], nextCursor: string | undefined): Page<Memory> {
  return nextCursor === undefined ? { items } : { items, nextCursor }
}
