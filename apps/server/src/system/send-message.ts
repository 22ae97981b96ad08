import { createHash } from 'node:crypto'
import type { Agent } from '@agentic/agents'
import { createMessenger, type LinkStore, type Message, type SendResult } from '@agentic/links'
import type { NewTask, Task, TaskStore } from '@agentic/tasks'
import type { AgentOptions } from '@agentic/worker'
import type { AgentLifecycle } from '../ports.ts'

export interface SendMessageOptions {
  readonly links: LinkStore
  readonly tasks: TaskStore
  readonly withAgent: AgentLifecycle['withAgent']
  readonly agents: { get(agentId: string): Promise<Agent | undefined> }
  readonly scrub: (agentId: string, text: string) => Promise<string>
}

/** Sends a message of one agent to another, which is there until it has its task. */
export type SendMessage = (message: Message) => Promise<SendResult<Task>>

export function createSendMessage({ links, tasks, withAgent, agents, scrub }: SendMessageOptions): SendMessage {
  const messenger = createMessenger<Task>({
    links,
    tasks: { ...tasks, create: (task) => tasks.create(task satisfies NewTask) },
    scrub,
    hasAgent: async (agentId) => (await agents.get(agentId)) !== undefined,
  })
  return async (message) => {
    const sender = await agents.get(message.from)
    if (sender === undefined) return { type: 'unknown-agent', agentId: message.from }
    const idempotencyKey = message.idempotencyKey && keyOfSender(sender, message.idempotencyKey)
    const sent = await withAgent(message.to, () => messenger.send({ ...message, idempotencyKey }))
    return sent ?? { type: 'unknown-agent', agentId: message.to }
  }
}

/** Apart from the same key of an earlier agent of this id: what that one sent is kept by those who got it. */
function keyOfSender({ createdAt }: Agent, idempotencyKey: string): string {
  return createHash('sha256').update(`${createdAt} ${idempotencyKey}`).digest('base64url')
}

/**
 * The tool of a run that sends. Saying the same to the same agent twice in a task is one message: so a task that is tried
 * again after a crash doubles nothing.
 */
export function sendFromRuns(send: SendMessage): NonNullable<AgentOptions['sendMessage']> {
  return async ({ to, message: text }, { agentId: from, taskId }) => {
    const hash = createHash('sha256').update(text).digest('base64url')
    const result = await send({ from, to, text, parentTaskId: taskId, idempotencyKey: `run ${taskId} ${hash}` })
    if (result.type === 'sent') return { taskId: result.task.id, status: result.created ? 'sent' : 'sent before' }
    throw new Error(whyNot(result, to))
  }
}

function whyNot(result: Exclude<SendResult<Task>, { readonly type: 'sent' }>, to: string): string {
  switch (result.type) {
    case 'unknown-agent':
    case 'no-link':
      return `there is no link to an agent ${to}`
    case 'wrong-direction':
      return `the link lets ${to} write, not you`
    case 'too-many-hops':
      return `the work went through ${result.maxHops} hands already: do it in this task, or say why it cannot be done`
    case 'rate-limited':
      return `too many messages at once: try again in ${Math.ceil(result.retryAfterMs / 1000)} s`
    default:
      return result satisfies never
  }
}
