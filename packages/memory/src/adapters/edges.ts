import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { type Association, orderedAssociation } from '../memory.ts'
import { associationOf, edgeRows, rangeOf } from './rows.ts'

/** Most associations of one memory. */
export const MOST_ASSOCIATIONS = 50

/** The associations of an agent as they are with what a batch is about to change. */
export interface EdgeBook {
  /** Those of a memory, strongest first. */
  of(memoryId: string): Promise<readonly Association[]>
  put(association: Association): void
  remove(association: Association): void
  /**
   * Puts one if both of its ends have room, or weaker ones that give way; else names the end that has not.
   */
  fit(association: Association): Promise<string | undefined>
  /** Moves those of one memory to another, those between the two being dropped; of equal ones the stronger stays. */
  move(memoryId: string, to: string): Promise<void>
  operations(): Operation[]
}

export function createEdgeBook(store: EmbeddedStore, agentId: string): EdgeBook {
  /** What this batch changes, by the name of the edge; a weight of 0 takes it away. */
  const changed = new Map<string, Association>()

  const book: EdgeBook = {
    async of(memoryId) {
      const rows = await store.list<number>(rangeOf.edges(agentId, memoryId))
      const edges = new Map(rows.map(({ key, value }) => named(associationOf(key, value))))
      for (const [name, edge] of changed) if (edge.from === memoryId || edge.to === memoryId) edges.set(name, edge)
      return [...edges.values()].filter(({ weight }) => weight > 0).toSorted(byStrength)
    },
    put(association) {
      changed.set(...named(association))
    },
    remove(association) {
      changed.set(...named({ ...association, weight: 0 }))
    },
    async fit(association) {
      const [name] = named(association)
      const givingWay: Association[] = []
      for (const memoryId of [association.from, association.to]) {
        const others = (await book.of(memoryId)).filter((other) => named(other)[0] !== name)
        if (others.length < MOST_ASSOCIATIONS) continue
        const weakest = others.at(-1)
        if (weakest === undefined || weakest.weight >= association.weight) return memoryId
        givingWay.push(weakest)
      }
      for (const weakest of givingWay) book.remove(weakest)
      book.put(association)
      return undefined
    },
    async move(memoryId, to) {
      const there = new Map((await book.of(to)).map(named))
      for (const edge of await book.of(memoryId)) {
        book.remove(edge)
        const ends = edge.from === memoryId ? { from: to, to: edge.to } : { from: edge.from, to }
        if (ends.from === ends.to) continue
        const moved = orderedAssociation({ ...edge, ...ends })
        const weight = Math.max(moved.weight, there.get(named(moved)[0])?.weight ?? 0)
        await book.fit({ ...moved, weight })
      }
    },
    operations() {
      return [...changed.values()].flatMap((edge) =>
        edgeRows(agentId, edge).map(({ key, value }): Operation =>
          value > 0 ? { type: 'put', key, value } : { type: 'delete', key },
        ),
      )
    },
  }
  return book
}

function named(edge: Association): [string, Association] {
  return [`${edge.from} ${edge.to} ${edge.kind}`, edge]
}

function byStrength(one: Association, other: Association): number {
  return other.weight - one.weight || (named(one)[0] < named(other)[0] ? -1 : 1)
}
