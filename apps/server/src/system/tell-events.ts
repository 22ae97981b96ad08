import type { AgentChange } from '@agentic/agents'
import type { BreakerChange } from '@agentic/cortex'
import type { Firing } from '@agentic/cron'
import type { NewEvent } from '@agentic/events'
import type { Question, TaskChange } from '@agentic/tasks'
import type { Wake } from '@agentic/wake'
import { viewAgent } from '../schemas/agent.ts'
import type { EventType } from '../schemas/event.ts'
import { toInstant } from '../schemas/time.ts'
import { viewFiring } from '../schemas/cron.ts'
import { viewRun, viewTask } from '../schemas/task.ts'
import { viewTrigger } from '../schemas/wake.ts'

/** An event of a type that the API names. */
export type ToldEvent = NewEvent & { readonly type: EventType }

/** What a change of an agent is told as. A deleted agent's own events are gone, so the instance tells that one. */
export function eventOfAgentChange(change: AgentChange): ToldEvent {
  if (change.type === 'agent-deleted') return { type: change.type, data: { agentId: change.agentId } }
  return { type: change.type, agentId: change.agent.id, data: { agent: viewAgent(change.agent) } }
}

/**
 * What changes of tasks, written together, are told as. The start or end of a run tells of its task too, so that the
 * task's own change is not told beside it; an outcome is told once, by its run.
 */
export function eventsOfTaskChanges(changes: readonly TaskChange[]): ToldEvent[] {
  const inRuns = new Set(changes.flatMap((change) => ('run' in change ? [change.task.id] : [])))
  return changes.flatMap((change) =>
    change.type === 'task-updated' && inRuns.has(change.task.id) ? [] : eventsOf(change),
  )
}

function eventsOf(change: TaskChange): ToldEvent[] {
  const { agentId, id: taskId, title, status: taskStatus } = change.task
  switch (change.type) {
    case 'task-created':
      return [{ type: change.type, agentId, data: { task: viewTask(change.task) } }]
    case 'task-updated': {
      const updated = { type: change.type, agentId, data: { task: viewTask(change.task), previous: change.previous } }
      const asked = questionOf(change)
      if (asked !== undefined) {
        const data = {
          taskId,
          runId: asked.runId,
          title,
          question: { id: asked.id, type: asked.type, text: asked.text },
        }
        return [updated, { type: 'escalation-opened', agentId, data }]
      }
      if (change.previous !== 'blocked' && !isAnswer(change)) return [updated]
      return [updated, { type: 'escalation-resolved', agentId, data: { taskId, title, taskStatus } }]
    }
    case 'run-started':
      return [{ type: change.type, agentId, data: { run: viewRun(change.run), taskStatus } }]
    case 'run-ended': {
      const ended = { type: change.type, agentId, data: { run: viewRun(change.run), taskStatus } }
      const { outcome } = change.run
      if (taskStatus !== 'blocked' || outcome?.type !== 'blocked') return [ended]
      const { block, url } = outcome
      return [ended, { type: 'escalation-opened', agentId, data: { taskId, runId: change.run.id, title, block, url } }]
    }
    default:
      return change satisfies never
  }
}

type TaskUpdate = Extract<TaskChange, { readonly type: 'task-updated' }>

/** What a run has asked by this change, if it is one. */
function questionOf({ task, previous }: TaskUpdate): Question | undefined {
  const isSame = previous === task.status && task.status === 'in-progress'
  return isSame && task.isCancelling === undefined ? task.waiting : undefined
}

/** Whether a person answered, by this change, a run that waits. */
function isAnswer({ task, previous }: TaskUpdate): boolean {
  return previous === task.status && task.status === 'in-progress' && task.answer !== undefined
}

/** What a firing that came, ended or was skipped is told as. */
export function eventOfFiring(
  type: 'firing-started' | 'firing-finished' | 'firing-skipped',
  firing: Firing,
): ToldEvent {
  return { type, agentId: firing.agentId, data: { firing: viewFiring(firing) } }
}

/** What a wake is told as whose attempts are used up. */
export function eventOfDeadWake({ agentId, triggers, more, attempt }: Wake): ToldEvent {
  return { type: 'wake-dead', agentId, data: { triggers: triggers.map(viewTrigger), more, attempts: attempt } }
}

/** What a breaker that opened or closed is told as. */
export function eventOfBreaker({ type, agentId, state: { failures, openUntil } }: BreakerChange): ToldEvent {
  return { type, agentId, data: { failures, ...(openUntil === undefined ? {} : { openUntil: toInstant(openUntil) }) } }
}
