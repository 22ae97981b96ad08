import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { EMPTY_QUEUE, MOST_HEADS, type QueueState, queueStateAfter } from './queue-state.ts'
import { keyOf, lastPart, placeInKey, placeOf, rangeOf, type RecordChange, taskInPlace } from './rows.ts'

/** How many tasks are promoted at a time. */
const PAGE = 256

export interface QueueLook {
  readonly due: readonly string[]
  readonly head?: string | undefined
  /** What was read; good for the rest of the agent's turn while nothing is written. */
  readonly state: QueueState
}

/** The ready tasks of each agent, in the order of claiming. */
export interface Queue {
  /** Looks for the next task, or for those that must be promoted before that can be said: the earliest first. */
  look(agentId: string, at: number): Promise<QueueLook>
  /** When the earliest task may be claimed, in the past if one may already. */
  nextReadyAt(agentId: string): Promise<number | undefined>
  /** Every agent that has a ready task. */
  agents(): AsyncGenerator<{ readonly agentId: string; readonly readyAt: number }>
  /** What changes of an agent's tasks write here besides their own rows. To be called and written in the agent's turn. */
  operationsOf(agentId: string, changes: readonly RecordChange[], known?: QueueState): Promise<Operation[]>
}

export function createQueue(store: EmbeddedStore): Queue {
  const stateOf = async (agentId: string): Promise<QueueState> =>
    (await store.get<QueueState>(keyOf.queue(agentId))) ?? EMPTY_QUEUE

  async function earliest(agentId: string, { heads: [head], delayed, delayedFrom }: QueueState) {
    if (head !== undefined) return store.get<number>(keyOf.ready(agentId, head))
    if (delayed === 0) return undefined
    const range = rangeOf.delayedBetween(agentId, delayedFrom, Number.MAX_SAFE_INTEGER)
    const [row] = await store.list<number>({ ...range, limit: 1 })
    return row?.value
  }

  /** The next heads once those that were known have all left. */
  async function nextHeads(agentId: string, known: readonly string[], changes: readonly RecordChange[]) {
    const leaving = new Set(changes.map(({ before }) => before && placeOf(before.task)))
    const range = { gt: keyOf.ready(agentId, known.at(-1) ?? ''), lt: rangeOf.ready(agentId).lt }
    const keys = await store.keys({ ...range, limit: MOST_HEADS + changes.length })
    return keys
      .map(placeInKey)
      .filter((place) => !leaving.has(place))
      .slice(0, MOST_HEADS)
  }

  return {
    async look(agentId, at) {
      const state = await stateOf(agentId)
      const { heads, delayed, delayedFrom } = state
      const head = heads[0] && taskInPlace(heads[0])
      if (delayed === 0 || delayedFrom > at) return { due: [], head, state }
      const keys = await store.keys({ ...rangeOf.delayedBetween(agentId, delayedFrom, at + 1), limit: PAGE })
      return { due: keys.map(lastPart), head, state }
    },

    async nextReadyAt(agentId) {
      return earliest(agentId, await stateOf(agentId))
    },

    async *agents() {
      for await (const { key, value } of store.walk<QueueState>(rangeOf.queues())) {
        const agentId = lastPart(key)
        const readyAt = await earliest(agentId, value)
        if (readyAt !== undefined) yield { agentId, readyAt }
      }
    },

    async operationsOf(agentId, changes, known) {
      const isTouched = changes.some(({ before, after }) => (before?.task.readyAt ?? after?.task.readyAt) !== undefined)
      if (!isTouched) return []
      const key = keyOf.queue(agentId)
      const state = known ?? (await stateOf(agentId))
      const next = queueStateAfter(state, changes)
      if (next.ready === 0 && next.delayed === 0) return [{ type: 'delete', key }]
      const hasRunOut = next.ready > 0 && next.heads.length === 0
      const heads = hasRunOut ? await nextHeads(agentId, state.heads, changes) : next.heads
      return [{ type: 'put', key, value: { ...next, heads } }]
    },
  }
}
