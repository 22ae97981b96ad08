import type { TaskRecord } from './record.ts'
import { placeOf, type RecordChange } from './rows.ts'

/** How many of the next tasks are known at once: what a claim's look at the index is shared by. */
export const MOST_HEADS = 8

/**
 * What an agent's queue holds, in one row that is there while it holds anything. It spares a claim the look at the head
 * of a range, which is what LevelDB is slow at: it keeps a mark of every deleted key until it compacts, so behind the
 * start of a much used range lie thousands of marks to walk over, and an empty one is walked to the next live key.
 */
export interface QueueState {
  /** How many tasks may be claimed. */
  readonly ready: number
  /** The places of the first of them, in order; at least one while there is any. */
  readonly heads: readonly string[]
  /** How many tasks wait for their instant. */
  readonly delayed: number
  /** None of these is due before this instant. */
  readonly delayedFrom: number
}

export const EMPTY_QUEUE: QueueState = { ready: 0, heads: [], delayed: 0, delayedFrom: 0 }

/**
 * The state after some changes of one agent's tasks. Its heads may have run out while tasks are left: they are then
 * behind the last head that was known before. No changes both take ready tasks away and add some.
 */
export function queueStateAfter(state: QueueState, changes: readonly RecordChange[]): QueueState {
  let next = state
  for (const { before, after } of changes) {
    if (staysInPlace(before, after)) continue
    if (before?.task.readyAt !== undefined) next = left(next, before, after)
    if (after?.task.readyAt !== undefined) next = entered(next, after)
  }
  return next
}

/** Something else of the task changed: that another waits for it, say. */
function staysInPlace(before: TaskRecord | undefined, after: TaskRecord | undefined): boolean {
  if (before?.task.readyAt === undefined || after === undefined) return false
  return before.task.readyAt === after.task.readyAt && before.isDelayed === after.isDelayed
}

function entered(state: QueueState, { task, isDelayed }: TaskRecord): QueueState {
  const { readyAt = 0 } = task
  const { ready, heads, delayed, delayedFrom } = state
  if (isDelayed) {
    return { ...state, delayed: delayed + 1, delayedFrom: delayed === 0 ? readyAt : Math.min(delayedFrom, readyAt) }
  }
  const place = placeOf(task)
  const lastKnown = heads.at(-1)
  const isHead = heads.length === ready || (lastKnown !== undefined && place < lastKnown)
  return {
    ...state,
    ready: ready + 1,
    heads: isHead ? [...heads, place].toSorted().slice(0, MOST_HEADS) : heads,
  }
}

function left(state: QueueState, before: TaskRecord, after: TaskRecord | undefined): QueueState {
  if (before.isDelayed) {
    // Promotion takes the earliest first, so what stays is no earlier.
    const isPromoted = after?.task.readyAt !== undefined
    const delayedFrom = isPromoted ? (before.task.readyAt ?? 0) : state.delayedFrom
    return { ...state, delayed: state.delayed - 1, delayedFrom }
  }
  const place = placeOf(before.task)
  return { ...state, ready: state.ready - 1, heads: state.heads.filter((head) => head !== place) }
}
