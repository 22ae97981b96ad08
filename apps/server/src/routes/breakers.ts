import type { Hono } from 'hono'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { found } from '../http/found.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import { breakerView, viewBreaker } from '../schemas/breaker.ts'

const tag = 'Agents'

export function breakerRoutes(app: Hono<ServerEnv>, { agents, breaker, lifecycle, wakes }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/breaker',
      tag,
      access: 'agent',
      summary: 'See whether an agent begins no tasks because its runs fail again and again',
      params: agentParams,
      answers: { 200: { description: 'The breaker', schema: breakerView } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      found(await agents.get(params.id), `agent ${params.id}`)
      return { status: 200, body: viewBreaker(await breaker.look(params.id)) }
    },
  )

  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/breaker/reset',
      tag,
      summary: 'Let an agent begin tasks again, once the cause of its failures is gone',
      params: agentParams,
      answers: { 200: { description: 'The breaker as it is now', schema: breakerView } },
      problems: ['not-found', 'not-accepting', 'too-many-wakes'],
    },
    async ({ params }) => {
      const reset = async () => {
        if (await breaker.reset(params.id)) await wakes.fire(params.id, { type: 'manual', reason: 'breaker-reset' })
        return breaker.look(params.id)
      }
      return {
        status: 200,
        body: viewBreaker(found(await lifecycle.withAgent(params.id, reset), `agent ${params.id}`)),
      }
    },
  )
}
