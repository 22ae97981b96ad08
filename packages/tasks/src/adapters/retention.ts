import type { EmbeddedStore } from '@agentic/embedded-store'
import { parsePrune } from '../requests.ts'
import type { Pruned, TaskStore } from '../task-store.ts'
import type { EndedStatus } from '../task.ts'
import { nothingIfCorrupt } from './load.ts'
import type { TaskRecord } from './record.ts'
import { keyOf, lastPart, rangeOf } from './rows.ts'

/** What retention needs of the store around it. */
export interface RetentionOptions {
  readonly store: EmbeddedStore
  readonly inTurn: <Result>(agentId: string, work: () => Promise<Result>) => Promise<Result>
  readonly load: (taskId: string) => Promise<TaskRecord | undefined>
  /** Removes tasks of an agent with their runs. */
  readonly remove: (agentId: string, taskIds: readonly string[]) => Promise<unknown>
}

/** Makes the part of a task store that removes what ended long ago. */
export function createRetention({ store, inTurn, load, remove }: RetentionOptions): Pick<TaskStore, 'prune'> {
  async function isWaitedFor({ task, hasDependents }: TaskRecord): Promise<boolean> {
    return hasDependents === true && (await store.keys({ ...rangeOf.dependents(task.id), limit: 1 })).length > 0
  }

  return {
    async prune(options) {
      const { endedBefore, statuses, limit, cursor, mayRemove } = parsePrune(options)
      const isOver = ({ task }: TaskRecord): boolean =>
        statuses.includes(task.status as EndedStatus) && task.updatedAt < endedBefore

      /** Decided anew in the agent's turn: a person may have opened the task meanwhile. */
      async function removeOne(agentId: string, taskId: string): Promise<Pruned['removed']> {
        return inTurn(agentId, async () => {
          const record = await load(taskId)
          if (record === undefined || !isOver(record) || (await isWaitedFor(record))) return []
          const runIds = (await store.list<string>(rangeOf.taskRuns(taskId))).map(({ value }) => value)
          if (mayRemove !== undefined && !(await mayRemove({ taskId, agentId, runIds }))) return []
          await remove(agentId, [taskId])
          return [{ taskId, agentId, runIds }]
        })
      }

      // Ids sort by when tasks were made, so those that ended long ago are found at the start; none that was made later
      // than the instant can have ended before it.
      const { gt } = rangeOf.tasks()
      const range = { gt: cursor === undefined ? gt : keyOf.task(cursor), lt: keyOf.firstTaskFrom(endedBefore) }
      const keys = await store.keys({ ...range, limit: limit + 1 })
      const looked = keys.slice(0, limit).map(lastPart)
      const over: { readonly agentId: string; readonly taskId: string }[] = []
      for (const taskId of looked) {
        // One at a time, since a task may be large. One that cannot be read stays, and keeps no other.
        const record = await load(taskId).catch(nothingIfCorrupt)
        if (record !== undefined && isOver(record)) over.push({ agentId: record.task.agentId, taskId })
      }
      const removed = await Promise.all(over.map(({ agentId, taskId }) => removeOne(agentId, taskId)))
      const nextCursor = keys.length > limit ? looked.at(-1) : undefined
      return { removed: removed.flat(), ...(nextCursor === undefined ? {} : { nextCursor }) }
    },
  }
}
