import type { TaskChange } from '@agentic/tasks'
import type { Trigger } from '@agentic/wake'

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
  const trigger: Trigger = { type: 'task', reason: change.type, payload: { taskId: task.id }, at: now }
  return { agentId: task.agentId, trigger, dueAt: task.readyAt }
}
