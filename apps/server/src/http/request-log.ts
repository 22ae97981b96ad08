import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import { Counter, Histogram, type Registry } from 'prom-client'
import type { ServerEnv } from './caller.ts'

/** Logs and counts requests by their route, never by their path: paths hold the names of tenants. */
export function requestLog({
  log,
  metrics,
}: {
  readonly log: Logger
  readonly metrics: Registry
}): MiddlewareHandler<ServerEnv> {
  const requests = new Counter({
    name: 'agentic_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers: [metrics],
  })
  const seconds = new Histogram({
    name: 'agentic_http_request_seconds',
    help: 'Time from a request to the head of its answer',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [metrics],
  })
  return async (context, next) => {
    const startedAt = performance.now()
    await next()
    const elapsedMs = performance.now() - startedAt
    const labels = { method: context.req.method, route: routePath(context, -1) }
    requests.inc({ ...labels, status: context.res.status })
    seconds.observe(labels, elapsedMs / 1000)
    log.debug(
      { ...labels, status: context.res.status, elapsedMs: Math.round(elapsedMs), requestId: context.get('requestId') },
      'request',
    )
  }
}
