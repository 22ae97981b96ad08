import { jsonSchema } from '@agentic/worker-outcome'
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { found } from '../http/found.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import { deadWakeView, viewDeadWake } from '../schemas/wake.ts'

const tag = 'Wakes'

const wakeBody = v.strictObject({
  reason: v.optional(v.pipe(v.string('must be text'), v.maxLength(500, 'must have at most 500 characters'))),
  payload: v.optional(
    v.pipe(
      jsonSchema,
      v.check((value) => JSON.stringify(value).length <= 16_384, 'must be at most 16384 bytes of JSON'),
    ),
  ),
})

export function wakeRoutes(app: Hono<ServerEnv>, { wakes, agents, lifecycle }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/wake',
      tag,
      access: 'agent',
      summary: 'Ring an agent: it gets up and works on what is ready. What was acknowledged is done, whatever happens',
      params: agentParams,
      body: wakeBody,
      isBodyOptional: true,
      answers: {
        202: {
          description: 'Rung; `coalesced` when it had been rung already and not got up yet',
          schema: v.object({ status: v.picklist(['queued', 'coalesced']) }),
        },
      },
      problems: ['not-found', 'not-accepting', 'too-many-wakes'],
    },
    async ({ params, body }) => {
      const ring = () => wakes.fire(params.id, { type: 'manual', ...body })
      const status = found(await lifecycle.withAgent(params.id, ring), `agent ${params.id}`)
      return { status: 202, body: { status } }
    },
  )

  async function listDead(query: { readonly limit: number; readonly cursor?: string | undefined }, agentId?: string) {
    const page = await wakes.listDead({ agentId, limit: query.limit, cursor: readCursor(query.cursor) })
    const body = { items: page.items.map(viewDeadWake), nextCursor: writeCursor(page.nextCursor) }
    return { status: 200, body } as const
  }

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/wakes/dead',
      tag,
      summary: 'List the wakes of all agents that failed until their attempts were used up, by agent',
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of dead wakes', schema: pageOf(deadWakeView) } },
    },
    ({ query }) => listDead(query),
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/wakes/dead',
      tag,
      access: 'agent',
      summary: 'List the wakes of an agent that failed until their attempts were used up, oldest first',
      params: agentParams,
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of dead wakes', schema: pageOf(deadWakeView) } },
      problems: ['not-found'],
    },
    async ({ params, query }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      return listDead(query, params.id)
    },
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/wakes/dead/revive',
      tag,
      access: 'agent',
      summary: 'Ring an agent’s dead wakes again, as first attempts',
      params: agentParams,
      answers: { 200: { description: 'How many there were', schema: v.object({ revived: v.number() }) } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      const revived = found(await lifecycle.withAgent(params.id, () => wakes.revive(params.id)), `agent ${params.id}`)
      return { status: 200, body: { revived } }
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/agents/{id}/wakes/dead',
      tag,
      access: 'agent',
      summary: 'Discard an agent’s dead wakes; its tasks stay',
      params: agentParams,
      answers: { 200: { description: 'How many there were', schema: v.object({ discarded: v.number() }) } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      return { status: 200, body: { discarded: await wakes.discard(params.id) } }
    },
  )
}
