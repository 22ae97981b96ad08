import type { Hono } from 'hono'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotent, without } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import { invalidInput } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { madeWebhookView, newWebhookBody, viewWebhook, webhookView } from '../schemas/webhook.ts'

const tag = 'Webhooks'

/** Where this server connects to is for admins to say. */
export function webhookRoutes(app: Hono<ServerEnv>, { webhooks, lifecycle, store }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/webhooks',
      tag,
      summary:
        'Have events posted to an address from now on: in order, at least once, signed by the Standard Webhooks convention',
      body: newWebhookBody,
      answers: { 201: { description: 'The webhook, and its secret, told only this once', schema: madeWebhookView } },
      problems: ['limit-reached', 'locked', 'idempotency-key-reused'],
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store, {
        keep: without('secret'),
        agentsOf: ({ agentId }) => (agentId === undefined ? [] : [agentId]),
      }),
    },
    async ({ body }) => {
      const make = () => webhooks.create(body)
      const made = body.agentId === undefined ? await make() : await lifecycle.withAgent(body.agentId, make)
      if (made === undefined) throw invalidInput([{ field: 'agentId', message: 'must be the id of an agent' }])
      return {
        status: 201,
        body: { ...viewWebhook(made.status), secret: made.secret },
        headers: { 'cache-control': 'no-store' },
      }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/webhooks',
      tag,
      summary: 'List webhooks, oldest first, with how far each has come and what fails, without their secrets',
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of webhooks', schema: pageOf(webhookView) } },
    },
    async ({ query }) => {
      const page = webhooks.list({ limit: query.limit, cursor: readCursor(query.cursor) })
      return { status: 200, body: { items: page.items.map(viewWebhook), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/webhooks/{id}',
      tag,
      summary: 'Delete a webhook: from now on nothing is sent to it',
      params: v.object({ id: v.string() }),
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      if (!(await webhooks.delete(params.id))) throw notFound(`webhook ${params.id}`)
      return { status: 204 }
    },
  )
}
