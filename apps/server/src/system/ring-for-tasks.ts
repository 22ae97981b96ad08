import type { TaskChange } from '@agentic/tasks'
import type { Trigger, TriggerType } from '@agentic/wake'

/** A ring that a change of a task asks for. */
export interface TaskRing {
  readonly agentId: string
  readonly trigger: Trigger
  readonly dueAt: number | undefined
}

/** Every task that becomes ready rings its agent, when it may be claimed; nothing else of a task does. */
export function ringOfTaskChange(change: TaskChange, now: number): TaskRing | undefined {
  const { task } = change
  const becameReady = change.type === 'task-created' || (change.type === 'task-updated' && change.previous !== 'ready')
  if (task.status !== 'ready' || !becameReady) return undefined
  const trigger: Trigger = { type: typeOf(change), reason: change.type, payload: { taskId: task.id }, at: now }
  return { agentId: task.agentId, trigger, dueAt: task.readyAt }
}

/** What rings: another agent's message, a firing, a person's answer, or else just a task. */
function typeOf({ type, task: { agentId, lineage, answer } }: TaskChange): TriggerType {
  if (type !== 'task-created') return answer === undefined ? 'task' : 'answer'
  const source = lineage?.source ?? ''
  if (source.startsWith('cron:')) return 'cron'
  return source.startsWith('agent:') && source !== `agent:${agentId}` ? 'message' : 'task'
}
