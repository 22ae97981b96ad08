import type { Hono } from 'hono'
import { generateSpecs } from 'hono-openapi'
import type { ServerEnv } from '../http/caller.ts'

const documentation = {
  info: {
    title: 'agentic',
    version: '1',
    description:
      'The backend that a product runs its customers’ agents on. Errors are RFC 9457 problems with a stable `code`; instants are RFC 3339, durations are in seconds.',
  },
  components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
}

/** The document of all routes that were added before it. It is the same for everybody, so it takes no token. */
export function openApiRoutes(app: Hono<ServerEnv>): void {
  let document: ReturnType<typeof generateSpecs> | undefined
  app.get('/api/openapi.json', async (context) => {
    document ??= generateSpecs(app, { documentation, defaultValidationErrorResponse: false, excludeStaticFile: false })
    return context.json(await document)
  })
}
