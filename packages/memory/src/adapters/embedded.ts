import type { Alongside, EmbeddedStore, Operation } from '@agentic/embedded-store'
import { MemoryError } from '../errors.ts'
import { createMemoryId } from '../memory-id.ts'
import { type Memory, orderedAssociation } from '../memory.ts'
import type { ChangeResult, KnowledgeChange, MemoryStore, VersionCondition } from '../memory-store.ts'
import { joinProvenance } from '../provenance.ts'
import {
  type AcceptedMemory,
  parseAssociation,
  parseBulletin,
  parseChanges,
  parseCondition,
  parseNewMemory,
  parseTouched,
  parseVectors,
} from '../requests.ts'
import { parseAgentId } from '../validation.ts'
import { createEdgeBook } from './edges.ts'
import { applyBatch, batchesOf, removeEdges, startProgress } from './maintenance.ts'
import { createMemoryReader } from './reader.ts'
import { type AgentState, encodeVector, keyOf, type MemoryChange, rangeOf } from './rows.ts'
import { inTurn, type Turn } from './turn.ts'

/** How many memories are removed in one batch. */
const PAGE = 100

export interface EmbeddedMemoryStoreOptions {
  /**
   * The time now, in milliseconds since the epoch.
   * @default Date.now
   */
  readonly clock?: (() => number) | undefined
  /**
   * More to write in the same batch as these changes: an event. Called right before that batch is handed to the store, in
   * the order of the batches; when it throws, nothing is written.
   * @default nothing
   */
  readonly alongside?: ((changes: readonly KnowledgeChange[]) => Alongside) | undefined
  /**
   * Most memories that one agent may have, those that are gone not counted.
   * @default 20_000
   */
  readonly mostMemories?: number | undefined
}

/**
 * Makes a {@link MemoryStore} on an embedded store, in memory or on disk. It holds no state of its own: what the rows say
 * is all there is, and an agent that sleeps costs disk alone. One process at a time.
 */
export function createEmbeddedMemoryStore(
  store: EmbeddedStore,
  { clock = () => Date.now(), alongside, mostMemories = 20_000 }: EmbeddedMemoryStoreOptions = {},
): MemoryStore {
  const reader = createMemoryReader(store)
  const { ownerOf, there, any, ...reading } = reader

  const turnOf = <Result>(agentId: string, work: (turn: Turn) => Promise<Result>): Promise<Result> =>
    inTurn(store, agentId, { clock, alongside, mostMemories }, work)

  /** Works on a memory in the turn of the agent that has it, if it is as `find` wants it. */
  async function onMemory<Result>(
    memoryId: string,
    find: typeof there,
    work: (memory: Memory, turn: Turn) => Promise<Result>,
  ): Promise<Result | { readonly type: 'not-found' }> {
    const agentId = await ownerOf(memoryId)
    if (agentId === undefined) return { type: 'not-found' }
    return turnOf(agentId, async (turn) => {
      const memory = await find(agentId, memoryId)
      return memory === undefined ? { type: 'not-found' } : work(memory, turn)
    })
  }

  /** The memory that says exactly this. */
  async function saying(agentId: string, { kind, content }: Pick<Memory, 'kind' | 'content'>) {
    const memoryId = await store.get<string>(keyOf.text(agentId, kind, content))
    if (memoryId === undefined) return undefined
    const memory = await there(agentId, memoryId)
    if (memory !== undefined) return memory
    const problem = `memory ${memoryId} is missing, though an index names it: restore the store from a backup`
    throw new MemoryError('MEMORY_STORE_DAMAGED', problem)
  }

  async function change(memory: Memory, changes: Partial<Memory>, turn: Turn): Promise<ChangeResult> {
    const after = { ...memory, ...changes, version: turn.nextVersion() }
    await turn.commit([{ before: memory, after }])
    return { type: 'changed', memory: after }
  }

  /** A page of an agent's memories with all that goes when they go. */
  async function removalPage(turn: Turn): Promise<{ changes: MemoryChange[]; edges: Operation[] }> {
    const list = (presence: 'there' | 'gone') =>
      store.list<Memory>({ ...rangeOf.presence(turn.agentId, presence), limit: PAGE })
    const rows = [...(await list('there')), ...(await list('gone'))].slice(0, PAGE)
    const book = createEdgeBook(store, turn.agentId)
    for (const { value } of rows) await removeEdges(book, value.id)
    return { changes: rows.map(({ value }) => ({ before: value })), edges: book.operations() }
  }

  return {
    ...reading,

    async save(input) {
      const accepted = parseNewMemory(input)
      return turnOf(accepted.agentId, async (turn) => {
        const known = await saying(accepted.agentId, accepted)
        if (known !== undefined) {
          const after = remindOf(known, accepted, turn.at)
          await turn.commit([{ before: known, after }])
          return { type: 'known', memory: after }
        }
        turn.assertRoom()
        const memory = createMemory(accepted, turn)
        await turn.commit([{ after: memory }])
        return { type: 'created', memory }
      })
    },

    async update(memoryId, input, condition = {}) {
      const changes = parseChanges(input)
      const { version } = parseCondition(condition)
      return onMemory(memoryId, there, async (memory, turn): Promise<ChangeResult> => {
        if (isConflict(memory, { version })) return { type: 'conflict', memory }
        if (!changesAnything(memory, changes)) return { type: 'changed', memory }
        const same = await saying(turn.agentId, { ...memory, ...changes })
        if (same !== undefined && same.id !== memory.id) return { type: 'duplicate', memory: same }
        return change(memory, { ...changes, updatedAt: turn.at, lastAccessedAt: latest(memory, turn) }, turn)
      })
    },

    async delete(memoryId, options = {}) {
      const { version, reason } = parseCondition(options)
      return onMemory(memoryId, there, async (memory, turn) => {
        if (isConflict(memory, { version })) return { type: 'conflict', memory }
        const because = reason === undefined ? {} : { reason }
        const deletion = { type: 'requested', at: turn.at, ...because } as const
        return change(memory, { deletion }, turn) as Promise<Extract<ChangeResult, { type: 'changed' }>>
      })
    },

    async restore(memoryId) {
      return onMemory(memoryId, any, async (memory, turn) => {
        const { deletion, ...rest } = memory
        if (deletion === undefined) return { type: 'changed', memory }
        const same = await saying(turn.agentId, memory)
        if (same !== undefined) return { type: 'duplicate', memory: same }
        turn.assertRoom()
        const after = { ...rest, version: turn.nextVersion(), lastAccessedAt: latest(memory, turn) }
        await turn.commit([{ before: memory, after }])
        return { type: 'changed', memory: after }
      })
    },

    async erase(memoryId) {
      const result = await onMemory(memoryId, any, async (memory, turn) => {
        const edges = createEdgeBook(store, turn.agentId)
        await removeEdges(edges, memory.id)
        if (memory.deletion === undefined) turn.nextVersion()
        await turn.commit([{ before: memory }], edges.operations())
        return { type: 'erased' as const }
      })
      return result.type === 'erased'
    },

    async touch(agentId, memoryIds) {
      const ids = parseTouched(memoryIds)
      await turnOf(parseAgentId(agentId), async (turn) => {
        const found = await Promise.all(ids.map((id) => there(turn.agentId, id)))
        const touched = found.filter((memory) => memory !== undefined)
        const recall = (memory: Memory): MemoryChange => ({
          before: memory,
          after: { ...memory, lastAccessedAt: latest(memory, turn), accessCount: memory.accessCount + 1 },
        })
        if (touched.length > 0) await turn.commit(touched.map(recall))
      })
    },

    async associate(input) {
      const given = parseAssociation(input)
      const { from, to } = given
      const association = orderedAssociation(given)
      const result = await onMemory(from, there, async (_, turn) => {
        if ((await there(turn.agentId, to)) === undefined) return { type: 'not-found' as const, memoryId: to }
        const edges = createEdgeBook(store, turn.agentId)
        const full = await edges.fit(association)
        if (full !== undefined) return { type: 'full' as const, memoryId: full }
        await turn.commit([], edges.operations())
        return { type: 'associated' as const, association }
      })
      return 'memoryId' in result || result.type !== 'not-found' ? result : { ...result, memoryId: from }
    },

    async dissociate(association) {
      const { from, to, kind, weight } = parseAssociation(association)
      const ordered = orderedAssociation({ from, to, kind, weight })
      const result = await onMemory(from, any, async (_, turn) => {
        const edges = createEdgeBook(store, turn.agentId)
        const isThere = (await edges.of(from)).some(
          (edge) => edge.from === ordered.from && edge.to === ordered.to && edge.kind === kind,
        )
        edges.remove(ordered)
        if (isThere) await turn.commit([], edges.operations())
        return { type: isThere ? 'dissociated' : 'absent' }
      })
      return result.type === 'dissociated'
    },

    async putVectors(agentId, model, vectors) {
      const accepted = parseVectors(model, vectors)
      await turnOf(parseAgentId(agentId), async (turn) => {
        const operations: Operation[] = []
        for (const { memoryId, content, values } of accepted.vectors) {
          if ((await there(turn.agentId, memoryId))?.content !== content) continue
          const value = encodeVector(accepted.model, values)
          operations.push({ type: 'put', key: keyOf.vector(turn.agentId, memoryId), value })
        }
        if (operations.length > 0) await turn.commit([], operations)
      })
    },

    async writeBulletin(agentId, input) {
      const bulletin = parseBulletin(input)
      return turnOf(parseAgentId(agentId), async (turn) => {
        const state = await store.get<AgentState>(keyOf.agent(turn.agentId))
        if (state === undefined || bulletin.version < state.since || bulletin.version > state.version) return false
        await turn.commit([], [{ type: 'put', key: keyOf.bulletin(turn.agentId), value: bulletin }])
        return true
      })
    },

    async applyMaintenance(agentId, changes, { signal } = {}) {
      const agent = parseAgentId(agentId)
      const progress = startProgress()
      for (const batch of batchesOf(changes)) {
        signal?.throwIfAborted()
        await turnOf(agent, (turn) => applyBatch(store, reader, turn, batch, progress))
      }
      return progress.counts
    },

    async deleteAgent(agentId) {
      const agent = parseAgentId(agentId)
      let count = 0
      for (;;) {
        const removed = await turnOf(agent, async (turn) => {
          const { changes, edges } = await removalPage(turn)
          if (changes.length > 0) turn.nextVersion()
          const last: Operation[] = [keyOf.agent(agent), keyOf.bulletin(agent)].map((key) => ({ type: 'delete', key }))
          await turn.commitUntold(changes, changes.length < PAGE ? [...edges, ...last] : edges)
          return changes
        })
        count += removed.filter(({ before }) => before?.deletion === undefined).length
        if (removed.length < PAGE) return count
      }
    },
  }
}

function createMemory({ agentId, kind, content, importance, isPinned, source }: AcceptedMemory, turn: Turn): Memory {
  const { at } = turn
  const version = turn.nextVersion()
  return {
    id: createMemoryId(version),
    agentId,
    kind,
    content,
    importance,
    isPinned,
    provenance: source === undefined ? [] : [{ ...source, at }],
    version,
    createdAt: at,
    updatedAt: at,
    lastAccessedAt: at,
    accessCount: 0,
  }
}

/** Hearing again what is known adds where it was heard, and makes it fresh. */
function remindOf(known: Memory, { source }: AcceptedMemory, at: number): Memory {
  const heard = source === undefined ? [] : [{ ...source, at }]
  return {
    ...known,
    provenance: joinProvenance(known.provenance, heard),
    lastAccessedAt: Math.max(known.lastAccessedAt, at),
  }
}

function latest({ lastAccessedAt }: Memory, { at }: Turn): number {
  return Math.max(lastAccessedAt, at)
}

function isConflict(memory: Memory, { version }: VersionCondition): boolean {
  return version !== undefined && version !== memory.version
}

function changesAnything(memory: Memory, changes: Partial<Memory>): boolean {
  return Object.entries(changes).some(([name, value]) => memory[name as keyof Memory] !== value)
}
