import type { Agent } from '@agentic/agents'
import type { Hono } from 'hono'
import * as v from 'valibot'
import { type Owner, requireWithinSettings } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { found, notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, idempotent } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import { firingView, jobPatchBody, jobView, newJobBody, readJob, viewFiring, viewJob } from '../schemas/cron.ts'

const tag = 'Cron'
const jobParams = v.object({ id: v.string() })

export function cronRoutes(app: Hono<ServerEnv>, { scheduler, agents, lifecycle, store }: AppPorts): void {
  const owner: Owner = { what: 'cron job', agentOf: async (id) => (await scheduler.get(id))?.agentId }

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/cron',
      tag,
      access: 'agent',
      summary: 'Give an agent a cron job: each firing makes a task and wakes it',
      params: agentParams,
      body: newJobBody,
      answers: { 201: { description: 'The job', schema: jobView } },
      problems: ['not-found', 'forbidden', 'idempotency-key-reused'],
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store),
    },
    async ({ params, body, caller, context }) => {
      // The answer is kept after the job is: should the process die between, the job is found by the key itself.
      const idempotencyKey = idempotencyKeyOf(context.req.header('idempotency-key'))
      const create = (agent: Agent) => {
        requireWithinSettings(caller, agent, body.task.worker, 'task.worker')
        return scheduler.create(params.id, { ...readJob(body), idempotencyKey })
      }
      const job = found(await lifecycle.withAgent(params.id, create), `agent ${params.id}`)
      return { status: 201, body: viewJob(job), headers: { location: `/api/cron/${job.id}` } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/cron',
      tag,
      access: 'agent',
      summary: 'List an agent’s cron jobs',
      params: agentParams,
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of jobs', schema: pageOf(jobView) } },
      problems: ['not-found'],
    },
    async ({ params, query }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      const page = await scheduler.list(params.id, { limit: query.limit, cursor: readCursor(query.cursor) })
      return { status: 200, body: { items: page.items.map(viewJob), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/cron/{id}',
      tag,
      access: 'agent',
      owner,
      summary: 'Read a cron job',
      params: jobParams,
      answers: { 200: { description: 'The job', schema: jobView } },
      problems: ['not-found'],
    },
    async ({ params }) => ({
      status: 200,
      body: viewJob(found(await scheduler.get(params.id), `cron job ${params.id}`)),
    }),
  )

  endpoint(
    app,
    {
      method: 'patch',
      path: '/api/cron/{id}',
      tag,
      access: 'agent',
      owner,
      summary: 'Change a cron job; a new schedule counts from now',
      params: jobParams,
      body: jobPatchBody,
      answers: { 200: { description: 'The job as it is now', schema: jobView } },
      problems: ['not-found', 'forbidden'],
    },
    async ({ params, body, caller }) => {
      if (caller.type === 'agent' && body.task !== undefined) {
        const agent = found(await agents.get(caller.agentId), `agent ${caller.agentId}`)
        requireWithinSettings(caller, agent, body.task.worker, 'task.worker')
      }
      const job = await scheduler.update(params.id, readJob(body))
      return { status: 200, body: viewJob(job) }
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/cron/{id}',
      tag,
      access: 'agent',
      owner,
      summary: 'Delete a cron job; what it started goes on',
      params: jobParams,
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      if (!(await scheduler.delete(params.id))) throw notFound(`cron job ${params.id}`)
      return { status: 204 }
    },
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/cron/{id}/run',
      tag,
      access: 'agent',
      owner,
      summary: 'Fire a cron job now, its schedule untouched',
      params: jobParams,
      answers: { 202: { description: 'The firing', schema: firingView } },
      problems: ['not-found', 'not-accepting', 'idempotency-key-reused'],
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store, { agentsOf: ({ agentId }) => [agentId] }),
    },
    async ({ params }) => {
      const firing = await scheduler.runNow(params.id)
      return { status: 202, body: viewFiring(firing) }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/cron/{id}/firings',
      tag,
      access: 'agent',
      owner,
      summary: 'List the firings of a cron job, newest first, those that were skipped too',
      params: jobParams,
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of firings', schema: pageOf(firingView) } },
      problems: ['not-found'],
    },
    async ({ params, query }) => {
      found(await scheduler.get(params.id), `cron job ${params.id}`)
      const page = await scheduler.firings(params.id, { limit: query.limit, cursor: readCursor(query.cursor) })
      return { status: 200, body: { items: page.items.map(viewFiring), nextCursor: writeCursor(page.nextCursor) } }
    },
  )
}
