import { type Alongside, type EmbeddedStore, EmbeddedStoreError, numberPart } from '@agentic/embedded-store'
import { type Bundle, mergeBundles } from '../bundle.ts'
import { assertAgentId, assertRing } from '../validate.ts'
import { MAX_TRIGGERS, type Trigger } from '../wake.ts'
import { COUNT_LIMIT, type RingAnswer, type RingOptions, type WakeStore } from '../wake-store.ts'
import { createDeadWakes, type Prepared } from './dead-wakes.ts'
import { createPendingAgents, type PendingAgent } from './pending.ts'
import * as rows from './rows.ts'

/** A ring to be written in the batch of what caused it. */
export interface PreparedRing extends Alongside {
  readonly answer: RingAnswer
  readonly onWritten: () => void
}

export interface EmbeddedWakeStore extends WakeStore {
  /**
   * Makes a ring to be written in the batch of what caused it, so that either both are on disk or neither; throws
   * WAKE_INVALID on bad input. It may be written whenever and in any order, once; not written at all, it has done nothing.
   * When it is written, call its `onWritten`, then the manager's `notify`.
   */
  prepareRing(agentId: string, trigger: Trigger, options?: RingOptions): PreparedRing
  /** How many agents it holds in memory: those with a wake that waits or runs. */
  readonly agentsInMemory: number
}

/** A row that cannot be read still wakes its agent: it counts as one ring of unknown content. */
const UNREADABLE: Bundle = { triggers: [], more: 1, attempt: 1 }

/** Keeps wakes on an {@link EmbeddedStore}: a ring is one blind put, a finished wake leaves no row. */
export function createEmbeddedWakeStore(store: EmbeddedStore): EmbeddedWakeStore {
  const names = rows.createRowNames()
  const agents = createPendingAgents()
  const dead = createDeadWakes(store, (agentId, bundle, at) => prepareRow(agentId, names.now(agentId, at), bundle))
  // Unique among all begins of this process, and only the process that began a wake can end it.
  let lastGen = 0
  let announcedUntil = -1
  let loading: Promise<void> | undefined

  function prepareRing(agentId: string, trigger: Trigger, options: RingOptions = {}): PreparedRing {
    assertRing(agentId, trigger, options)
    const ring: Bundle = { triggers: [trigger], more: 0, attempt: 1 }
    const { dueAt = trigger.at } = options
    if (dueAt > trigger.at) return { answer: 'queued', ...prepareLater(agentId, ring, trigger.at, dueAt) }
    const waiting = agents.get(agentId)?.waiting.size ?? 0
    const rowKey = names.now(agentId, trigger.at)
    const prepared = waiting < MAX_TRIGGERS ? prepareRow(agentId, rowKey, ring) : prepareCount(agentId, rowKey)
    return { answer: waiting === 0 ? 'queued' : 'coalesced', ...prepared }
  }

  /** The key is known from now on, so that rings made at the same time know of each other; a look too early finds nothing. */
  function prepareRow(agentId: string, rowKey: string, bundle: Bundle): Prepared {
    agents.add(agentId, rowKey)
    return { operations: [{ type: 'put', key: rowKey, value: bundle }], onWritten: () => agents.add(agentId, rowKey) }
  }

  /** Beyond the triggers that a wake carries a ring is a count, which takes over the counts before it: few rows, whatever the noise. */
  function prepareCount(agentId: string, rowKey: string): Prepared {
    const pending = agents.of(agentId)
    const takenOver = pending.counted
    pending.counted = []
    const more = takenOver.reduce((sum, row) => sum + row.more, 1)
    const row = prepareRow(agentId, rowKey, { triggers: [], more, attempt: 1 })
    return {
      operations: [...row.operations, ...takenOver.flatMap(({ key }) => rows.remove(key))],
      onWritten() {
        row.onWritten()
        const { waiting, counted } = agents.of(agentId)
        for (const { key } of takenOver) waiting.delete(key)
        if (waiting.has(rowKey)) counted.push({ key: rowKey, more })
      },
    }
  }

  function prepareLater(agentId: string, bundle: Bundle, at: number, dueAt: number): Prepared {
    const laterKey = names.later(agentId, at, dueAt)
    return {
      operations: rows.putLater(laterKey, bundle),
      onWritten() {
        // An announcement that has passed by will not find it any more.
        if (dueAt <= announcedUntil) agents.add(agentId, laterKey)
      },
    }
  }

  /** Finds the rows of an earlier process, once. */
  function load(): Promise<void> {
    loading ??= loadNow().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }

  async function loadNow(): Promise<void> {
    for await (const rowKey of rows.walkKeys(store, rows.ALL_NOW)) agents.add(rows.parseNow(rowKey).agentId, rowKey)
  }

  async function readBundles(keys: Iterable<string>): Promise<Map<string, Bundle>> {
    const bundles = new Map<string, Bundle>()
    for (const rowKey of keys) {
      const bundle = await store.get<Bundle>(rowKey).catch(unreadable)
      if (bundle !== undefined) bundles.set(rowKey, bundle)
    }
    return bundles
  }

  /** Ends a run: what it was shown goes, what takes its place comes, in one write. */
  async function end(
    agentId: string,
    gen: number,
    replace?: (shown: Bundle) => Alongside,
  ): Promise<'done' | 'rung-again'> {
    const shown = agents.get(agentId)?.shown
    if (shown?.gen === gen) {
      const replacement = replace?.(shown.bundle)
      await store.write([...[...shown.keys].flatMap(rows.remove), ...(replacement?.operations ?? [])])
      const pending = agents.get(agentId)
      if (pending?.shown === shown) pending.shown = undefined
      replacement?.onWritten?.()
    }
    return agents.settle(agentId)
  }

  function forget(agentId: string, removed: readonly string[]): void {
    const pending = agents.get(agentId)
    if (pending === undefined) return
    for (const rowKey of removed) pending.waiting.delete(rowKey)
    pending.counted = pending.counted.filter(({ key }) => pending.waiting.has(key))
    pending.shown = undefined
    agents.settle(agentId)
  }

  return {
    prepareRing,

    async ring(agentId, trigger, options) {
      const { answer, operations, onWritten } = prepareRing(agentId, trigger, options)
      try {
        await store.write(operations)
      } catch (error) {
        const [row] = operations
        if (row !== undefined) agents.get(agentId)?.waiting.delete(row.key)
        agents.settle(agentId)
        throw error
      }
      onWritten()
      return answer
    },

    async begin(agentId) {
      await load()
      const pending = agents.get(agentId)
      if (pending === undefined) return undefined
      const keys = takeAll(pending)
      const bundles = await readBundles(keys).catch((error: unknown) => {
        for (const rowKey of keys) agents.add(agentId, rowKey)
        throw error
      })
      if (bundles.size === 0) {
        agents.settle(agentId)
        return undefined
      }
      lastGen += 1
      const bundle = mergeBundles([...bundles.values()])
      agents.of(agentId).shown = { gen: lastGen, keys: new Set(bundles.keys()), bundle }
      return { wake: { agentId, ...bundle }, gen: lastGen }
    },

    finish: (agentId, gen) => end(agentId, gen),

    postpone: (agentId, gen, dueAt) =>
      end(agentId, gen, (shown) => prepareLater(agentId, { ...shown, attempt: shown.attempt + 1 }, dueAt, dueAt)),

    bury: (agentId, gen, death) =>
      end(agentId, gen, (shown) => ({
        operations: [{ type: 'put', key: names.dead(agentId, death.diedAt), value: { ...shown, ...death } }],
      })),

    async *due({ after, until }) {
      const since = new Map<string, string>()
      if (after === undefined) {
        await load()
        for await (const rowKey of rows.walkKeys(store, rows.ALL_NOW)) {
          const { agentId, at } = rows.parseNow(rowKey)
          if (at < (since.get(agentId) ?? '~')) since.set(agentId, at)
        }
      }
      // Raised before reading: what is written from now on looks after itself.
      announcedUntil = Math.max(announcedUntil, until)
      for await (const dueKey of rows.walkKeys(store, rows.dueBetween(after ?? -1, until))) {
        const { agentId, dueAt, laterKey } = rows.parseDue(dueKey)
        agents.add(agentId, laterKey)
        if (dueAt < (since.get(agentId) ?? '~')) since.set(agentId, dueAt)
      }
      for (const [agentId] of [...since].toSorted(([, one], [, other]) => (one < other ? -1 : 1))) yield agentId
    },

    async nextDueAt(after) {
      const [dueKey] = await store.keys({ ...rows.dueAfter(after), limit: 1 })
      return dueKey === undefined ? undefined : numberPart(rows.parseDue(dueKey).dueAt)
    },

    async count(now) {
      const delayed = await store.keys({ ...rows.dueAfter(now), limit: COUNT_LIMIT })
      const buried = await store.keys({ ...rows.ALL_DEAD, limit: COUNT_LIMIT })
      return { delayed: delayed.length, dead: buried.length }
    },

    ...dead,

    async deleteAgent(agentId) {
      assertAgentId(agentId)
      await load()
      // Rings handed to the store before this call are on disk after it, and listed below.
      await store.write([rows.BARRIER])
      const removed: string[] = []
      for (const stretch of [rows.nowOf(agentId), rows.laterOf(agentId), rows.deadOf(agentId)]) {
        for await (const rowKey of rows.walkKeys(store, stretch)) removed.push(rowKey)
      }
      await store.write(removed.flatMap(rows.remove))
      forget(agentId, removed)
    },

    get agentsInMemory() {
      return agents.size
    },
  }
}

/** Takes all keys of an agent, those of an earlier begin first. */
function takeAll(pending: PendingAgent): Set<string> {
  const keys = new Set([...(pending.shown?.keys ?? []), ...pending.waiting])
  pending.waiting = new Set()
  pending.counted = []
  pending.shown = undefined
  return keys
}

function unreadable(error: unknown): Bundle {
  if (error instanceof EmbeddedStoreError && error.code === 'STORE_CORRUPT') return UNREADABLE
  throw error
}
