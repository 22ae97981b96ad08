import type { AgentChange } from '@agentic/agents'
import type { Firing } from '@agentic/cron'
import type { NewEvent } from '@agentic/events'
import type { TaskChange } from '@agentic/tasks'
import { viewAgent } from '../schemas/agent.ts'
import { viewFiring } from '../schemas/cron.ts'
import { viewRun, viewTask } from '../schemas/task.ts'

/** What a change of an agent is told as. A deleted agent's own events are gone, so the instance tells that one. */
export function eventOfAgentChange(change: AgentChange): NewEvent {
  if (change.type === 'agent-deleted') return { type: change.type, data: { agentId: change.agentId } }
  return { type: change.type, agentId: change.agent.id, data: { agent: viewAgent(change.agent) } }
}

/** What a change of a task is told as: the change itself, and the escalation that it opens or closes. */
export function eventsOfTaskChange(change: TaskChange): NewEvent[] {
  const { agentId } = change.task
  const task = viewTask(change.task)
  switch (change.type) {
    case 'task-created':
      return [{ type: change.type, agentId, data: { task } }]
    case 'task-updated': {
      const updated = { type: change.type, agentId, data: { task, previous: change.previous } }
      return change.previous === 'blocked'
        ? [updated, { type: 'escalation-resolved', agentId, data: { task } }]
        : [updated]
    }
    case 'run-started':
      return [{ type: change.type, agentId, data: { task, run: viewRun(change.run) } }]
    case 'run-ended': {
      const ended = { type: change.type, agentId, data: { task, run: viewRun(change.run) } }
      return change.task.status === 'blocked'
        ? [ended, { type: 'escalation-opened', agentId, data: { task } }]
        : [ended]
    }
    default:
      return change satisfies never
  }
}

/** What a firing that came, ended or was skipped is told as. */
export function eventOfFiring(type: 'firing-started' | 'firing-finished' | 'firing-skipped', firing: Firing): NewEvent {
  return { type, agentId: firing.agentId, data: { firing: viewFiring(firing) } }
}
