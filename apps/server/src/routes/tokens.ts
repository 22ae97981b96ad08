import type { Hono } from 'hono'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'
import { notFound } from '../http/found.ts'
import { IDEMPOTENCY_HEADER, idempotent, without } from '../http/idempotency.ts'
import { pageOf, pageQuery, readCursor, writeCursor } from '../http/page.ts'
import { invalidInput } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { madeTokenView, newTokenBody, readScope, tokenView, viewToken } from '../schemas/token.ts'

const tag = 'Tokens'

export function tokenRoutes(app: Hono<ServerEnv>, { tokens, lifecycle, store }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'post',
      path: '/api/tokens',
      tag,
      summary: 'Make a token: for admins, or for one agent, to see and do what is its own and nothing else',
      body: newTokenBody,
      answers: { 201: { description: 'The token, told only this once', schema: madeTokenView } },
      problems: ['idempotency-key-reused'],
      headers: IDEMPOTENCY_HEADER,
      middleware: idempotent(store, {
        keep: without('token'),
        agentsOf: ({ scope }) => (scope === 'admin' ? [] : [scope.agentId]),
      }),
    },
    async ({ body }) => {
      const scope = readScope(body.scope)
      if (body.expiresAt !== undefined && body.expiresAt <= Date.now()) {
        throw invalidInput([{ field: 'expiresAt', message: 'must be in the future' }])
      }
      const make = () => tokens.create({ ...body, scope })
      const made = scope.type === 'admin' ? await make() : await lifecycle.withAgent(scope.agentId, make)
      if (made === undefined) throw invalidInput([{ field: 'scope.agentId', message: 'must be the id of an agent' }])
      return {
        status: 201,
        body: { ...viewToken(made.token), token: made.text },
        headers: { 'cache-control': 'no-store' },
      }
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/tokens',
      tag,
      summary: 'List the tokens that were made, oldest first, without the tokens themselves',
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of tokens', schema: pageOf(tokenView) } },
    },
    async ({ query }) => {
      const page = await tokens.list({ limit: query.limit, cursor: readCursor(query.cursor) })
      return { status: 200, body: { items: page.items.map(viewToken), nextCursor: writeCursor(page.nextCursor) } }
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path: '/api/tokens/{id}',
      tag,
      summary: 'Delete a token: from now on it opens nothing, and streams that it opened end',
      params: v.object({ id: v.string() }),
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
    },
    async ({ params }) => {
      if (!(await tokens.delete(params.id))) throw notFound(`token ${params.id}`)
      return { status: 204 }
    },
  )
}
