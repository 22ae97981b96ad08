import type { CronJob, Firing, FiringResult } from '@agentic/cron'
import type { NewTask, Task } from '@agentic/tasks'
import type { Json } from '@agentic/worker-outcome'

const SOURCE_PREFIX = 'cron:'

/**
 * The task that a firing makes. Its idempotency key names the firing: starting a firing again finds the same task.
 * One attempt unless the job says otherwise: the next firing comes by itself.
 */
export function taskOfFiring(firing: Firing, job: CronJob): NewTask {
  const template = job.task as Pick<NewTask, 'title' | 'worker' | 'priority' | 'maxAttempts'> & {
    readonly input?: Json
  }
  return {
    maxAttempts: 1,
    ...template,
    agentId: firing.agentId,
    wallClockMs: firing.timeoutMs,
    lineage: { hops: 0, source: `${SOURCE_PREFIX}${firing.id}` },
    idempotencyKey: firingKey(firing.id),
  }
}

/** The idempotency key of a firing's task. It holds a space, which no `Idempotency-Key` over HTTP may: so nobody takes it first. */
export function firingKey(firingId: string): string {
  return `firing ${firingId}`
}

/** The firing that made a task, if one did. */
export function firingIdOf(task: Task): string | undefined {
  const source = task.lineage?.source
  return source?.startsWith(SOURCE_PREFIX) === true ? source.slice(SOURCE_PREFIX.length) : undefined
}

/**
 * How the firing of a task ended; `undefined` while it has not. A timeout is a failure, and so is a block; a task that
 * waits for an answer goes on when it comes.
 */
export function resultOfTask(task: Task): FiringResult | undefined {
  switch (task.status) {
    case 'done':
      return { type: 'succeeded' }
    case 'blocked':
      if (task.waiting !== undefined) return undefined
      return { type: 'failed', reason: task.outcome?.type ?? task.status }
    case 'failed':
      return { type: 'failed', reason: task.outcome?.type ?? task.status }
    case 'cancelled':
      return { type: 'cancelled', reason: task.note ?? 'its task was cancelled' }
    case 'pending-approval':
    case 'backlog':
    case 'ready':
    case 'in-progress':
      return undefined
    default:
      return task.status satisfies never
  }
}
