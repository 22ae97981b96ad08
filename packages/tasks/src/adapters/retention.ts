import type { EmbeddedStore } from '@agentic/embedded-store'
import { parsePrune } from '../requests.ts'
import type { Pruned, TaskStore } from '../task-store.ts'
import type { EndedStatus } from '../task.ts'
import type { TaskRecord } from './record.ts'
import { keyOf, lastPart, rangeOf } from './rows.ts'

/** What retention needs of the store around it. */
export interface RetentionOptions {
  readonly store: EmbeddedStore
  readonly inTurn: <Result>(agentId: string, work: () => Promise<Result>) => Promise<Result>
  readonly load: (taskId: string) => Promise<TaskRecord | undefined>
  /** Removes tasks of an agent with their runs; the ids of these. */
  readonly remove: (agentId: string, taskIds: readonly string[]) => Promise<readonly string[]>
}

/** Makes the part of a task store that removes what ended long ago. */
export function createRetention({ store, inTurn, load, remove }: RetentionOptions): Pick<TaskStore, 'prune'> {
  async function isWaitedFor({ task, hasDependents }: TaskRecord): Promise<boolean> {
    return hasDependents === true && (await store.keys({ ...rangeOf.dependents(task.id), limit: 1 })).length > 0
  }

  return {
    async prune(options) {
      const { endedBefore, statuses, limit, cursor } = parsePrune(options)
      const isOver = ({ task }: TaskRecord): boolean =>
        statuses.includes(task.status as EndedStatus) && task.updatedAt < endedBefore

      /** Decided anew in the agent's turn: a person may have opened the task meanwhile. */
      async function removeOne(found: TaskRecord): Promise<Pruned['removed']> {
        const { id: taskId, agentId } = found.task
        return inTurn(agentId, async () => {
          const record = await load(taskId)
          if (record === undefined || !isOver(record) || (await isWaitedFor(record))) return []
          return [{ taskId, agentId, runIds: await remove(agentId, [taskId]) }]
        })
      }

      // Ids sort by when tasks were made, so those that ended long ago are found at the start; none that was made later
      // than the instant can have ended before it.
      const range = { ...rangeOf.tasks(), lt: keyOf.firstTaskFrom(endedBefore) }
      const gt = cursor === undefined ? range.gt : keyOf.task(cursor)
      const rows = await store.list<TaskRecord>({ ...range, gt, limit: limit + 1 })
      const looked = rows.slice(0, limit)
      const removed = await Promise.all(
        looked
          .map(({ value }) => value)
          .filter(isOver)
          .map(removeOne),
      )
      const last = looked.at(-1)
      return {
        removed: removed.flat(),
        ...(rows.length > limit && last !== undefined ? { nextCursor: lastPart(last.key) } : {}),
      }
    },
  }
}
