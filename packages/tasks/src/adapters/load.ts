import { type EmbeddedStore, EmbeddedStoreError } from '@agentic/embedded-store'
import { TaskError } from '../errors.ts'
import { isRunId, isTaskId } from '../ids.ts'
import type { Run } from '../task.ts'
import type { TaskRecord } from './record.ts'
import { keyOf } from './rows.ts'

/** Reads records and runs by id: where a caller asks, absent is `undefined`; where a row of ours points, it is damage. */
export interface RecordLoader {
  load(taskId: string): Promise<TaskRecord | undefined>
  loadIndexed(taskId: string): Promise<TaskRecord>
  loadRun(runId: string): Promise<Run | undefined>
  loadOpenRun(record: TaskRecord): Promise<Run>
}

export function createRecordLoader(store: EmbeddedStore): RecordLoader {
  const loader: RecordLoader = {
    async load(taskId) {
      return isTaskId(taskId) ? store.get<TaskRecord>(keyOf.task(taskId)) : undefined
    },
    async loadIndexed(taskId) {
      return (await loader.load(taskId)) ?? missing(`task ${taskId}`, 'an index')
    },
    async loadRun(runId) {
      return isRunId(runId) ? store.get<Run>(keyOf.run(runId)) : undefined
    },
    async loadOpenRun({ task }) {
      return (await loader.loadRun(task.runId ?? '')) ?? missing(`run ${task.runId}`, `task ${task.id}`)
    },
  }
  return loader
}

/** For a `catch`: takes a row that cannot be read for one that is not there, where that does no harm. */
export function nothingIfCorrupt(error: unknown): undefined {
  if (!(error instanceof EmbeddedStoreError) || error.code !== 'STORE_CORRUPT') throw error
}

function missing(what: string, namedBy: string): never {
  throw new TaskError(
    'TASK_STORE_DAMAGED',
    `${what} is missing, though ${namedBy} names it: restore the store from a backup`,
  )
}
