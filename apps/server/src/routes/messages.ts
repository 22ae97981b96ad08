import type { Hono } from 'hono'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, idempotent } from '../http/idempotency.ts'
import { ProblemError } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import { newMessageBody } from '../schemas/link.ts'
import { taskView, viewTask } from '../schemas/task.ts'

export function messageRoutes(app: Hono<ServerEnv>, { sendMessage, store }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/messages',
      tag: 'Links',
      access: 'agent',
      summary: 'Hand work to another agent that this one is linked to: a task of it, and it is woken',
      params: agentParams,
      body: newMessageBody,
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store, { agentsOf: ({ agentId, input }) => [input.from, agentId] }),
      answers: { 201: { description: 'The task of the receiver', schema: taskView } },
      problems: [
        'not-found',
        'no-link',
        'too-many-hops',
        'rate-limited',
        'idempotency-key-reused',
        'locked',
        'unreadable',
      ],
    },
    async ({ params, body, caller, context }) => {
      const { to, message: text, parentTaskId } = body
      const idempotencyKey = idempotencyKeyOf(context.req.header('idempotency-key'))
      const result = await sendMessage({ from: params.id, to, text, parentTaskId, idempotencyKey })
      switch (result.type) {
        case 'sent': {
          const replayed = result.created ? {} : { 'idempotency-replayed': 'true' }
          const location = `/api/tasks/${result.task.id}`
          return { status: 201, body: viewTask(result.task), headers: { location, ...replayed } }
        }
        case 'unknown-agent':
          // To an agent's token, an agent that it has no link to is none, whether it is there or not.
          if (result.agentId === params.id || caller.type === 'admin') throw notFound(`agent ${result.agentId}`)
          throw noLink(params.id, to)
        case 'no-link':
          throw noLink(params.id, to)
        case 'wrong-direction':
          throw new ProblemError('no-link', `the link of ${params.id} and ${to} lets ${to} alone write`)
        case 'too-many-hops':
          throw new ProblemError(
            'too-many-hops',
            `this would be hand ${result.hops} of at most ${result.maxHops}: let a person or the product give the task`,
          )
        case 'rate-limited': {
          const secs = Math.max(1, Math.ceil(result.retryAfterMs / 1000))
          throw new ProblemError('rate-limited', `the link takes no more messages now: try again in ${secs} s`, {
            headers: { 'retry-after': String(secs) },
          })
        }
        default:
          return result satisfies never
      }
    },
  )
}

function noLink(from: string, to: string): ProblemError {
  return new ProblemError('no-link', `no link lets ${from} write to ${to}: an admin makes one with POST /api/links`)
}
