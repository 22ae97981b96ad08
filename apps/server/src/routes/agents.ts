import type { Agent } from '@agentic/agents'
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { found, notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotencyKeyOf, idempotent } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import { ProblemError } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import {
  agentParams,
  agentPatchBody,
  agentView,
  newAgentBody,
  usageView,
  viewAgent,
  viewAgentNow,
} from '../schemas/agent.ts'

const tag = 'Agents'
const listQuery = v.object({
  ...pageQuery,
  mode: v.optional(v.picklist(['active', 'dormant'], 'must be active or dormant')),
})

export function agentRoutes(app: Hono<ServerEnv>, { agents, lifecycle, usage, store, breaker }: AppPorts): void {
  const viewNow = async (agent: Agent) => viewAgentNow(agent, await breaker.look(agent.id))

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents',
      tag,
      summary: 'Make an agent',
      body: newAgentBody,
      answers: { 201: { description: 'The agent', schema: agentView } },
      problems: ['already-exists', 'idempotency-key-reused'],
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store, { agentsOf: ({ id }) => [id] }),
    },
    async ({ body, context }) => {
      // The answer is kept after the agent is: should the process die between, the agent is found by the key itself.
      const idempotencyKey = idempotencyKeyOf(context.req.header('idempotency-key'))
      const result = await agents.create({ ...body, idempotencyKey })
      if (result.type === 'taken')
        throw new ProblemError(
          'already-exists',
          `the id ${body.id} is taken: choose another, or delete that agent first`,
        )
      lifecycle.agentChanged(result.agent)
      return { status: 201, body: viewAgent(result.agent), headers: { location: `/api/agents/${result.agent.id}` } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents',
      tag,
      summary: 'List agents, by id; to an agent’s token that agent alone',
      access: 'agent',
      query: listQuery,
      answers: { 200: { description: 'A page of agents', schema: pageOf(agentView) } },
    },
    async ({ query, caller }) => {
      if (caller.type === 'agent') {
        const agent = await agents.get(caller.agentId)
        const isListed = agent !== undefined && (query.mode ?? agent.mode) === agent.mode
        return { status: 200, body: { items: isListed ? [await viewNow(agent)] : [] } }
      }
      const page = await agents.list({ limit: query.limit, cursor: readCursor(query.cursor), mode: query.mode })
      const items = await Promise.all(page.items.map(viewNow))
      return { status: 200, body: { items, nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}',
      tag,
      summary: 'Read an agent',
      access: 'agent',
      params: agentParams,
      answers: { 200: { description: 'The agent', schema: agentView } },
      problems: ['not-found'],
    },
    async ({ params }) => ({
      status: 200,
      body: await viewNow(found(await agents.get(params.id), `agent ${params.id}`)),
    }),
  )

  endpoint(
    app,
    {
      method: 'patch',
      path: '/api/agents/{id}',
      tag,
      summary: 'Change an agent; a new mode takes effect at once',
      params: agentParams,
      body: agentPatchBody,
      answers: { 200: { description: 'The agent as it is now', schema: agentView } },
      problems: ['not-found'],
    },
    async ({ params, body }) => {
      const agent = found(await agents.update(params.id, body), `agent ${params.id}`)
      lifecycle.agentChanged(agent)
      return { status: 200, body: viewAgent(agent) }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/usage',
      tag,
      summary: 'Sum up what the agent’s runs of language models used',
      access: 'agent',
      params: agentParams,
      answers: { 200: { description: 'The sum', schema: usageView } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      return { status: 200, body: await usage(params.id) }
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/agents/{id}',
      tag,
      summary: 'Delete an agent and all that is its: runs are stopped; secrets, tasks, cron jobs, wakes and events go',
      params: agentParams,
      answers: { 204: { description: 'It is gone, and its id is free' } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      if (!(await lifecycle.deleteAgent(params.id))) throw notFound(`agent ${params.id}`)
      return { status: 204 }
    },
  )
}
