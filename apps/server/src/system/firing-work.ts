import type { CronJob, Firing, FiringResult } from '@agentic/cron'
import type { Task, TaskStore } from '@agentic/tasks'
import type { WakeManager } from '@agentic/wake'
import type { AgentLifecycle } from '../ports.ts'
import { firingKey, resultOfTask, taskOfFiring } from './firing-tasks.ts'

export interface FiringWorkOptions {
  readonly tasks: TaskStore
  readonly wakes: Pick<WakeManager, 'fire'>
  readonly withAgent: AgentLifecycle['withAgent']
  readonly cancelRun: (runId: string, reason: string) => boolean
}

/** What the scheduler has done for a firing: a task is made, cancelled and asked after. */
export interface FiringWork {
  start(firing: Firing, job: CronJob): Promise<void>
  cancel(firing: Firing): Promise<void>
  /** How a firing ended, if it did; its agent is woken before that is told. */
  resultOf(firing: Firing): Promise<FiringResult | undefined>
  /** Wakes the agent before the firing's end is written: should the process die between, both are found again. */
  wakeAfter(agentId: string, firingId: string): Promise<void>
}

const REPLACED = 'a later firing of its job took its place'

export function createFiringWork({ tasks, wakes, withAgent, cancelRun }: FiringWorkOptions): FiringWork {
  const taskOf = ({ agentId, id }: Firing): Promise<Task | undefined> =>
    tasks.getByIdempotencyKey(agentId, firingKey(id))

  const work: FiringWork = {
    async start(firing, job) {
      // The job may have been changed since an earlier start made the task.
      const make = async () => (await taskOf(firing)) ?? tasks.create(taskOfFiring(firing, job))
      await withAgent(firing.agentId, make)
    },
    async cancel(firing) {
      const task = await taskOf(firing)
      const result = task === undefined ? undefined : await tasks.cancel(task.id, REPLACED)
      if (result?.type === 'running') cancelRun(result.runId, REPLACED)
    },
    async resultOf(firing) {
      const task = await taskOf(firing)
      if (task === undefined) return { type: 'cancelled', reason: 'its task is gone' }
      const result = resultOfTask(task)
      if (result !== undefined) await work.wakeAfter(firing.agentId, firing.id)
      return result
    },
    async wakeAfter(agentId, firingId) {
      const fire = () => wakes.fire(agentId, { type: 'cron', reason: 'firing-finished', payload: { firingId } })
      await withAgent(agentId, fire)
    },
  }
  return work
}
