import { jsonSchema } from '@agentic/worker-outcome'
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { found } from '../http/found.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'

const wakeBody = v.strictObject({
  reason: v.optional(v.pipe(v.string('must be text'), v.maxLength(500, 'must have at most 500 characters'))),
  payload: v.optional(
    v.pipe(
      jsonSchema,
      v.check((value) => JSON.stringify(value).length <= 16_384, 'must be at most 16384 bytes of JSON'),
    ),
  ),
})

export function wakeRoutes(app: Hono<ServerEnv>, { wakes, lifecycle }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/agents/{id}/wake',
      tag: 'Wakes',
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
}
