import { setImmediate } from 'node:timers/promises'
import type { PrunedTask, TaskStore } from '@agentic/tasks'

export interface TaskRetentionOptions {
  readonly tasks: Pick<TaskStore, 'prune'>
  /** How long a task is kept after it ended, in milliseconds; 0 keeps each for ever. */
  readonly keepMs: number
  /** Removes the files of a run whose task is to go; the task stays when it rejects. */
  readonly forgetRun: (agentId: string, runId: string) => Promise<unknown>
  readonly onFailed: (error: unknown) => void
  readonly clock?: (() => number) | undefined
}

/** Removes tasks that ended long ago, with their runs, transcripts and pictures. */
export interface TaskRetention {
  /** Does it soon, and then every hour. */
  open(): void
  /** Does it now, a bounded number of tasks at a time; how many tasks went. */
  sweep(): Promise<number>
  close(): Promise<void>
}

const FIRST_MS = 60_000
const EVERY_MS = 3_600_000

export function createTaskRetention(options: TaskRetentionOptions): TaskRetention {
  const { tasks, keepMs, forgetRun, onFailed, clock = Date.now } = options
  let timer: NodeJS.Timeout | undefined
  let sweeping: Promise<unknown> = Promise.resolve()
  let isClosed = false

  /** Files go first: should the process die between, the task is still there to find them by. */
  async function mayRemove({ agentId, runIds }: PrunedTask): Promise<boolean> {
    try {
      for (const runId of runIds) await forgetRun(agentId, runId)
      return true
    } catch (error) {
      onFailed(error)
      return false
    }
  }

  async function sweep(): Promise<number> {
    let gone = 0
    let cursor: string | undefined
    do {
      const { removed, nextCursor } = await tasks.prune({ endedBefore: clock() - keepMs, cursor, mayRemove })
      gone += removed.length
      cursor = nextCursor
      // Everybody else first.
      await setImmediate()
    } while (cursor !== undefined && !isClosed)
    return gone
  }

  function arm(delayMs: number): void {
    timer = setTimeout(() => {
      sweeping = sweep()
        .catch(onFailed)
        .then(() => (isClosed ? undefined : arm(EVERY_MS)))
    }, delayMs)
    timer.unref()
  }

  return {
    open() {
      if (keepMs > 0) arm(FIRST_MS)
    },
    sweep: async () => (keepMs > 0 ? sweep() : 0),
    async close() {
      isClosed = true
      clearTimeout(timer)
      await sweeping
    },
  }
}
