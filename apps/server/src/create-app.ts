import { Hono, type MiddlewareHandler } from 'hono'
import { except } from 'hono/combine'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import { bearerAuth } from './http/bearer-auth.ts'
import type { ServerEnv } from './http/caller.ts'
import { dashboard } from './http/dashboard.ts'
import { limitBody } from './http/limit-body.ts'
import { answerProblem, ProblemError, problemOf } from './http/problem.ts'
import { requestLog } from './http/request-log.ts'
import type { AppPorts } from './ports.ts'
import { agentRoutes } from './routes/agents.ts'
import { breakerRoutes } from './routes/breakers.ts'
import { cronRoutes } from './routes/cron.ts'
import { eventRoutes } from './routes/events.ts'
import { hookRoutes } from './routes/hooks.ts'
import { janitorRoutes } from './routes/janitor.ts'
import { linkRoutes } from './routes/links.ts'
import { memoryRoutes } from './routes/memories.ts'
import { messageRoutes } from './routes/messages.ts'
import { openApiRoutes } from './routes/openapi.ts'
import { operationRoutes } from './routes/operations.ts'
import { runEventRoutes } from './routes/run-events.ts'
import { runRoutes } from './routes/runs.ts'
import { secretStoreRoutes } from './routes/secret-store.ts'
import { secretRoutes } from './routes/secrets.ts'
import { taskRoutes } from './routes/tasks.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { wakeRoutes } from './routes/wake.ts'
import { webhookRoutes } from './routes/webhooks.ts'

/** Largest body of a request, in bytes; a route may take more of those whom it has let in. */
const BODY_MAX_BYTES = 1_048_576
const LARGE_BODIES = ['/api/secrets/import']

/** The HTTP API over the libraries: each route parses, calls one of them, and maps what it answers. */
export function createApp(ports: AppPorts): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>()
  app.use(requestId(), requestLog(ports), secureHeaders(), except(LARGE_BODIES, limitBody(BODY_MAX_BYTES)))
  app.notFound((context) =>
    answerProblem(
      context,
      new ProblemError('not-found', `there is no route ${context.req.method} ${context.req.path}`),
    ),
  )
  app.onError((error, context) => {
    const problem = problemOf(error)
    if (problem.code === 'internal')
      ports.log.error({ err: error, requestId: context.get('requestId') }, 'request failed')
    return answerProblem(context, problem)
  })

  app.use(refuseNul, dashboard())
  openApiRoutes(app)
  operationRoutes(app, ports)
  app.use('/api/*', bearerAuth(ports.tokens))
  tokenRoutes(app, ports)
  agentRoutes(app, ports)
  breakerRoutes(app, ports)
  wakeRoutes(app, ports)
  // Before the routes of single secrets: a name must not stand in front of them.
  secretStoreRoutes(app, ports)
  secretRoutes(app, ports)
  taskRoutes(app, ports)
  runRoutes(app, ports)
  runEventRoutes(app, ports)
  cronRoutes(app, ports)
  memoryRoutes(app, ports)
  linkRoutes(app, ports)
  messageRoutes(app, ports)
  janitorRoutes(app, ports)
  eventRoutes(app, ports)
  webhookRoutes(app, ports)
  hookRoutes(app, ports)
  return app
}

/** NUL divides the keys of the stores, so no id and no name holds one. */
const refuseNul: MiddlewareHandler<ServerEnv> = async ({ req }, next) => {
  if (req.path.includes('\0')) throw new ProblemError('not-found', 'nothing has a NUL character in its id or name')
  await next()
}
