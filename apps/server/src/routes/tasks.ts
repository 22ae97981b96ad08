import { setTimeout as sleep } from 'node:timers/promises'
import type { Agent } from '@agentic/agents'
import type { TransitionResult } from '@agentic/tasks'
import { scrubJson } from '@agentic/worker-outcome'
import type { Hono } from 'hono'
import * as v from 'valibot'
import { type Owner, requireWithinSettings } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { type Answer, endpoint } from '../http/endpoint.ts'
import { found, notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotencyKeyOf } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import { ProblemError } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import {
  answerBody,
  cancelBody,
  newTaskBody,
  readNewTask,
  resolveBody,
  taskParams,
  taskStatus,
  taskView,
  viewTask,
} from '../schemas/task.ts'

const tag = 'Tasks'
const listQuery = v.object({ ...pageQuery, status: v.optional(taskStatus) })

/** How often a run that is neither taken up nor ended is looked for, to be cancelled. */
const CANCEL_TRIES = 5
const CANCEL_PAUSE_MS = 20

const changed = { 200: { description: 'The task as it is now', schema: taskView } } as const

export function taskRoutes(app: Hono<ServerEnv>, { tasks, agents, secrets, lifecycle, cancelRun }: AppPorts): void {
  const owner: Owner = { what: 'task', agentOf: async (id) => (await tasks.get(id))?.agentId }

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/tasks',
      tag,
      access: 'agent',
      summary: 'Give an agent a task, and wake it',
      params: agentParams,
      body: newTaskBody,
      headers: IDEMPOTENCY_HEADER,
      answers: { 201: { description: 'The task', schema: taskView } },
      problems: ['not-found', 'forbidden', 'idempotency-key-reused', 'not-accepting'],
    },
    async ({ params, body, caller, context }) => {
      const idempotencyKey = idempotencyKeyOf(context.req.header('idempotency-key'))
      const create = (agent: Agent) => {
        requireWithinSettings(caller, agent, body.worker, 'worker')
        return tasks.create({ ...readNewTask(params.id, body), lineage: { hops: 0, source: 'http' }, idempotencyKey })
      }
      const { task, created } = found(await lifecycle.withAgent(params.id, create), `agent ${params.id}`)
      const replayed = created ? {} : { 'idempotency-replayed': 'true' }
      return { status: 201, body: viewTask(task), headers: { location: `/api/tasks/${task.id}`, ...replayed } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/tasks',
      tag,
      access: 'agent',
      summary: 'List an agent’s tasks, newest first',
      params: agentParams,
      query: listQuery,
      answers: { 200: { description: 'A page of tasks', schema: pageOf(taskView) } },
      problems: ['not-found'],
    },
    async ({ params, query }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      const page = await tasks.list(params.id, {
        limit: query.limit,
        cursor: readCursor(query.cursor),
        status: query.status,
      })
      return { status: 200, body: { items: page.items.map(viewTask), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/tasks/{id}',
      tag,
      access: 'agent',
      owner,
      summary: 'Read a task, with the outcome of its last run',
      params: taskParams,
      answers: { 200: { description: 'The task', schema: taskView } },
      problems: ['not-found'],
    },
    async ({ params }) => ({ status: 200, body: viewTask(found(await tasks.get(params.id), `task ${params.id}`)) }),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/tasks/{id}/approve',
      tag,
      access: 'agent',
      owner,
      summary: 'Let a task that waits for approval go ahead',
      params: taskParams,
      answers: changed,
      problems: ['not-found', 'wrong-status'],
    },
    async ({ params }) => answerOf(await tasks.approve(params.id), params.id, 'approve'),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/tasks/{id}/retry',
      tag,
      access: 'agent',
      owner,
      summary: 'Try a task that has ended again, its attempts counted anew',
      params: taskParams,
      answers: changed,
      problems: ['not-found', 'wrong-status'],
    },
    async ({ params }) => answerOf(await tasks.retry(params.id), params.id, 'retry'),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/tasks/{id}/cancel',
      tag,
      access: 'agent',
      owner,
      summary: 'Cancel a task; the run of one in progress is stopped',
      params: taskParams,
      body: cancelBody,
      isBodyOptional: true,
      answers: {
        ...changed,
        202: { description: 'Its run is being stopped and will end as cancelled', schema: taskView },
      },
      problems: ['not-found', 'wrong-status'],
    },
    async ({ params, body: { reason } }) => {
      for (let tries = 1; ; tries++) {
        const result = await tasks.cancel(params.id, reason)
        if (result.type !== 'running') return answerOf(result, params.id, 'cancel')
        const isStopping = cancelRun(result.runId, reason ?? 'cancelled over HTTP')
        // The wish is kept in any case; a run that is not taken up yet, or has just ended, is worth another look.
        if (isStopping || tries === CANCEL_TRIES) return { status: 202, body: viewTask(result.task) }
        await sleep(CANCEL_PAUSE_MS)
      }
    },
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/tasks/{id}/resolve',
      tag: 'Escalations',
      access: 'agent',
      owner,
      summary: 'Decide an escalation of a blocked task: try it again, or give it up',
      params: taskParams,
      body: resolveBody,
      answers: changed,
      problems: ['not-found', 'wrong-status'],
    },
    async ({ params, body }) => answerOf(await tasks.resolve(params.id, body), params.id, 'resolve'),
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/tasks/{id}/answer',
      tag: 'Escalations',
      access: 'agent',
      owner,
      summary: 'Answer the question that a run waits with; the run goes on, or the task does where the run is gone',
      params: taskParams,
      body: answerBody,
      answers: changed,
      problems: ['not-found', 'wrong-status', 'unreadable', 'locked'],
    },
    async ({ params, body }) => {
      const { agentId } = found(await tasks.get(params.id), `task ${params.id}`)
      // It goes into events and the transcript: what the agent keeps secret is taken out before.
      const { scrubber } = await secrets.envFor(agentId)
      const value = scrubJson(body.answer, (text) => scrubber.scrub(text))
      const result = await tasks.answer(params.id, { value, questionId: body.questionId })
      if (result.type !== 'wrong-status') return answerOf(result, params.id, 'answer')
      const { waiting, isCancelling } = result.task
      const asked = waiting === undefined ? 'it waits for no answer' : `it waits for an answer to ${waiting.id}`
      const why = isCancelling ? 'it is being cancelled' : asked
      throw new ProblemError('wrong-status', `task ${params.id} is ${result.task.status}, and ${why}`)
    },
  )
}

function answerOf(result: TransitionResult, taskId: string, wish: string): Answer<200> {
  switch (result.type) {
    case 'changed':
      return { status: 200, body: viewTask(result.task) }
    case 'not-found':
      throw notFound(`task ${taskId}`)
    case 'running':
      throw new ProblemError('wrong-status', `task ${taskId} is in progress: cancel it first, or wait for its outcome`)
    case 'wrong-status':
      throw new ProblemError(
        'wrong-status',
        `task ${taskId} is ${result.task.status}; to ${wish} it, it must be ${result.allowed.join(' or ')}`,
      )
    default:
      return result satisfies never
  }
}
