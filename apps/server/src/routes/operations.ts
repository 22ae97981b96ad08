import type { Hono } from 'hono'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint, rawEndpoint } from '../http/endpoint.ts'
import type { AppPorts } from '../ports.ts'

const tag = 'Operations'

const readyView = v.object({
  status: v.picklist(['ready', 'not-ready']),
  parts: v.array(v.object({ name: v.string(), ok: v.boolean(), detail: v.string() })),
})

/** What an operator's machines ask. Health and readiness say nothing of tenants, so they take no token. */
export function operationRoutes(app: Hono<ServerEnv>, { readiness, metrics }: AppPorts): void {
  endpoint(
    app,
    {
      method: 'get',
      path: '/healthz',
      tag,
      summary: 'Whether the process lives',
      access: 'public',
      answers: { 200: { description: 'It does', schema: v.object({ status: v.literal('ok') }) } },
    },
    () => ({ status: 200, body: { status: 'ok' } }),
  )

  endpoint(
    app,
    {
      method: 'get',
      path: '/readyz',
      tag,
      summary: 'Whether the server can do its work, and if not, which part cannot and why',
      access: 'public',
      answers: {
        200: { description: 'It can', schema: readyView },
        503: { description: 'It cannot', schema: readyView },
      },
    },
    async () => {
      const parts = await readiness()
      const isReady = parts.every(({ ok }) => ok)
      return { status: isReady ? 200 : 503, body: { status: isReady ? 'ready' : 'not-ready', parts } }
    },
  )

  rawEndpoint(
    app,
    {
      method: 'get',
      path: '/metrics',
      tag,
      summary: 'Numbers for Prometheus',
      access: 'public',
      answers: { 200: { description: 'Prometheus text format (text/plain)' } },
    },
    async (context) => context.body(await metrics.metrics(), 200, { 'content-type': metrics.contentType }),
  )
}
