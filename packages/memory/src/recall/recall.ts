import * as v from 'valibot'
import { MemoryError } from '../errors.ts'
import { MEMORY_KINDS, type Memory, type MemoryKind } from '../memory.ts'
import type { MemoryStore } from '../memory-store.ts'
import { withTimeLimit } from '../time-limit.ts'
import { objectMessage, oneOf, parse, parseAgentId, wholeNumber } from '../validation.ts'
import { type AgentIndex, createAgentIndex } from './agent-index.ts'
import type { Embedder } from './embedder.ts'
import { fuseRankings, type Scored, sortByScore, spreadScores, weighScores } from './ranking.ts'
import { wordsOfQuery } from './text-index.ts'

/** How many of the best of each ranking are looked at further. */
const CANDIDATES = 100
/** How many of those found give their neighbours a bit of their score. */
const SPREADING = 10

export interface SearchOptions {
  /**
   * From 1 to 50.
   * @default 10
   */
  readonly limit?: number | undefined
  /** @default every kind */
  readonly kinds?: readonly MemoryKind[] | undefined
  /**
   * Whether what is found counts as recalled, which keeps it from decaying.
   * @default true
   */
  readonly countsAsRecall?: boolean | undefined
  /** Stops it; it rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined
}

/** How the result was ranked. */
export type Ranking =
  /** By words: no embedder was given. */
  | { readonly type: 'text' }
  /** By words and by meaning; so many memories have no vector yet and were ranked by words alone. */
  | { readonly type: 'hybrid'; readonly model: string; readonly unembedded: number }
  /** By words alone, because the embedder failed. */
  | { readonly type: 'text-fallback'; readonly error: unknown }

export interface RecallResult {
  /** Best first. Scores compare within one result only. */
  readonly items: readonly { readonly memory: Memory; readonly score: number }[]
  readonly ranking: Ranking
}

export interface RecallOptions {
  /** @default none: ranking by words */
  readonly embedder?: Embedder | undefined
  /**
   * How long the embedder may take for one search, in milliseconds. What it made by then is kept.
   * @default 5_000
   */
  readonly embedTimeoutMs?: number | undefined
  /**
   * The time now, in milliseconds since the epoch.
   * @default Date.now
   */
  readonly clock?: (() => number) | undefined
}

/** An agent's memories, ready to be searched while it is awake. */
export interface OpenRecall extends AsyncDisposable {
  /**
   * Finds memories by what they say; all that is on disk when it is called can be found. Any text is a query: it has no
   * operators, and of a very long one the beginning counts. Rejects with MEMORY_RECALL_CLOSED once closed.
   */
  search(query: string, options?: SearchOptions): Promise<RecallResult>
  /** Lets go of the index; with the last one of an agent, all of it. */
  close(): Promise<void>
}

export interface Recall {
  /** Loads an agent's memories into an index. Opened again before it is closed, the index is shared. */
  open(agentId: string): Promise<OpenRecall>
  /** Opens, searches and closes: for the one question about an agent that sleeps. */
  search(agentId: string, query: string, options?: SearchOptions): Promise<RecallResult>
  /** How many agents have an index in memory now. */
  readonly openAgents: number
}

interface Held {
  holders: number
  readonly index: AgentIndex
}

const optionsSchema = v.strictObject(
  {
    limit: v.optional(wholeNumber(1, 50), 10),
    kinds: v.optional(v.array(oneOf(MEMORY_KINDS), 'must be a list of kinds')),
    countsAsRecall: v.optional(v.boolean('must be true or false'), true),
  },
  objectMessage,
)
const querySchema = v.string('must be text')

/** Makes a {@link Recall} over a store. An agent that is not open costs nothing here, and there is no timer. */
export function createRecall(
  store: MemoryStore,
  { embedder, embedTimeoutMs = 5000, clock = () => Date.now() }: RecallOptions = {},
): Recall {
  const heldByAgent = new Map<string, Held>()

  function hold(agentId: string): Held {
    const held = heldByAgent.get(agentId) ?? { holders: 0, index: createAgentIndex(store, agentId) }
    held.holders += 1
    heldByAgent.set(agentId, held)
    return held
  }

  function release(agentId: string, held: Held): void {
    held.holders -= 1
    if (held.holders === 0) heldByAgent.delete(agentId)
  }

  async function open(agentId: string): Promise<OpenRecall> {
    const agent = parseAgentId(agentId)
    const held = hold(agent)
    let isOpen = true
    const handle: OpenRecall = {
      async search(query, options = {}) {
        if (!isOpen)
          throw new MemoryError('MEMORY_RECALL_CLOSED', 'the recall is closed: open the agent again to search')
        return search(agent, held.index, query, options)
      },
      async close() {
        if (isOpen) release(agent, held)
        isOpen = false
      },
      [Symbol.asyncDispose]: () => handle.close(),
    }
    try {
      await held.index.refresh()
    } catch (error) {
      await handle.close()
      throw error
    }
    return handle
  }

  async function search(
    agentId: string,
    index: AgentIndex,
    query: string,
    { signal, ...given }: SearchOptions,
  ): Promise<RecallResult> {
    const text = parse(querySchema, query, 'query')
    const { limit, kinds, countsAsRecall } = parse(optionsSchema, given, 'options')
    signal?.throwIfAborted()
    await index.refresh()
    const isWanted = (id: string): boolean => {
      const memory = index.memories.get(id)
      return memory !== undefined && (kinds === undefined || kinds.includes(memory.kind))
    }
    const { scores, ranking } = await rank(index, text, isWanted, signal)
    const spread = await spreadFrom(scores)
    const items = await takeBest(
      spread.filter(({ id }) => isWanted(id)),
      limit,
    )
    signal?.throwIfAborted()
    if (countsAsRecall && items.length > 0) await countRecall(agentId, index, items)
    return { items, ranking }
  }

  async function rank(
    index: AgentIndex,
    query: string,
    isWanted: (id: string) => boolean,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly scores: Scored[]; readonly ranking: Ranking }> {
    const best = (scores: readonly Scored[]): Scored[] =>
      weighScores(scores, index.memories, clock()).slice(0, CANDIDATES)
    const byWords = best(index.searchText(query, isWanted))
    if (embedder === undefined) return { scores: byWords, ranking: { type: 'text' } }
    const { model } = embedder
    if (index.memories.size === 0 || wordsOfQuery(query).length === 0) {
      return { scores: byWords, ranking: { type: 'hybrid', model, unembedded: 0 } }
    }
    try {
      const limits = { timeoutMs: embedTimeoutMs, signal, what: 'the embedder' }
      const found = await withTimeLimit(limits, (stop) => index.searchMeaning(query, embedder, stop))
      const byMeaning = best(found.scores.filter(({ id }) => isWanted(id)))
      const ranking: Ranking = { type: 'hybrid', model, unembedded: found.unembedded }
      return { scores: fuseRankings([byWords, byMeaning]), ranking }
    } catch (error) {
      return { scores: byWords, ranking: { type: 'text-fallback', error } }
    }
  }

  async function spreadFrom(scores: readonly Scored[]): Promise<Scored[]> {
    const seeds = scores.slice(0, SPREADING)
    const edges = await Promise.all(seeds.map(({ id }) => store.associationsOf(id)))
    const rest = scores.slice(SPREADING)
    const spread = new Map(spreadScores(seeds, edges.flat()).map((scored) => [scored.id, scored.score]))
    for (const { id, score } of rest) spread.set(id, score + (spread.get(id) ?? 0))
    return sortByScore(Array.from(spread, ([id, score]) => ({ id, score })))
  }

  /** The best that are still there, as they are now. */
  async function takeBest(scores: readonly Scored[], limit: number) {
    const items: { readonly memory: Memory; readonly score: number }[] = []
    for (const { id, score } of scores) {
      if (items.length === limit) break
      const memory = await store.get(id)
      if (memory !== undefined) items.push({ memory, score })
    }
    return items
  }

  async function countRecall(agentId: string, index: AgentIndex, items: RecallResult['items']): Promise<void> {
    const ids = items.map(({ memory }) => memory.id)
    await store.touch(agentId, ids)
    index.noteRecall(ids, clock())
  }

  return {
    open,
    async search(agentId, query, options) {
      await using handle = await open(agentId)
      return await handle.search(query, options)
    },
    get openAgents() {
      return heldByAgent.size
    },
  }
}
