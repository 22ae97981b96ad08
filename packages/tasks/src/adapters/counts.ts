import { type EmbeddedStore, type Operation, under } from '@agentic/embedded-store'
import { TASK_STATUSES, type TaskCounts, type TaskStatus } from '../task.ts'
import { nothingIfCorrupt } from './load.ts'
import { keyOf, type RecordChange, statusInKey } from './rows.ts'

type MutableCounts = Record<TaskStatus | 'escalations', number>

/** How many tasks stand where, over all agents: one row, written along with every change. */
export interface Counts {
  /** Reads the row, the first time; to be awaited before the others. */
  load(): Promise<void>
  /**
   * Counts changes, and has them written with what that adds to their batch. Nothing waits in between, so that the row
   * that was written last holds what all batches before it did; a batch that failed is taken back.
   */
  counting(changes: readonly RecordChange[], write: (operations: readonly Operation[]) => Promise<void>): Promise<void>
  read(): TaskCounts
}

/** Shared by all that stand on the same store, since the numbers are held in memory. */
const known = new WeakMap<EmbeddedStore, Counts>()

export function countsIn(store: EmbeddedStore): Counts {
  const shared = known.get(store)
  if (shared !== undefined) return shared
  const counts = createCounts(store)
  known.set(store, counts)
  return counts
}

function createCounts(store: EmbeddedStore): Counts {
  let counts: MutableCounts = zeroCounts()
  let loading: Promise<void> | undefined

  async function read(): Promise<void> {
    const row = await store.get<MutableCounts>(keyOf.counts()).catch(nothingIfCorrupt)
    counts = row === undefined ? await counted() : { ...zeroCounts(), ...row }
  }

  /** What a store holds that has no such row, or a damaged one: a number must not hold up the work. */
  async function counted(): Promise<MutableCounts> {
    const found = zeroCounts()
    for await (const row of store.walk(under('tasks', 'status'))) found[statusInKey(row.key)] += 1
    for await (const _row of store.walk(under('tasks', 'escalation'))) found.escalations += 1
    return found
  }

  function add(changes: readonly RecordChange[], sign: 1 | -1): boolean {
    let isChanged = false
    const count = (name: keyof MutableCounts, by: number): void => {
      counts[name] += by * sign
      isChanged = true
    }
    for (const { before, after } of changes) {
      const isMoved = before?.task.status !== after?.task.status
      if (before !== undefined && isMoved) count(before.task.status, -1)
      if (after !== undefined && isMoved) count(after.task.status, 1)
      const waited = before?.escalatedAt !== undefined
      const waits = after?.escalatedAt !== undefined
      if (waited !== waits) count('escalations', waits ? 1 : -1)
    }
    return isChanged
  }

  return {
    load() {
      loading ??= read().catch((error: unknown) => {
        loading = undefined
        throw error
      })
      return loading
    },
    async counting(changes, write) {
      if (!add(changes, 1)) return write([])
      try {
        await write([countsRow(counts)])
      } catch (error) {
        add(changes, -1)
        throw error
      }
    },
    read: () => ({ ...counts }),
  }
}

/** Counts an agent's tasks along their indexes, each up to `limit`. */
export async function countOfAgent(store: EmbeddedStore, agentId: string, limit: number): Promise<TaskCounts> {
  const counts = zeroCounts()
  for (const status of TASK_STATUSES) {
    counts[status] = (await store.keys({ ...under('tasks', 'status', agentId, status), limit })).length
  }
  counts.escalations = (await store.keys({ ...under('tasks', 'agent-escalation', agentId), limit })).length
  return counts
}

/** An empty store keeps no row. */
function countsRow(counts: MutableCounts): Operation {
  const isEmpty = Object.values(counts).every((count) => count === 0)
  return isEmpty ? { type: 'delete', key: keyOf.counts() } : { type: 'put', key: keyOf.counts(), value: counts }
}

function zeroCounts(): MutableCounts {
  return Object.fromEntries([...TASK_STATUSES, 'escalations'].map((name) => [name, 0])) as MutableCounts
}
