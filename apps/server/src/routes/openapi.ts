import type { Hono } from 'hono'
import { generateSpecs } from 'hono-openapi'
import * as v from 'valibot'
import type { ServerEnv } from '../http/caller.ts'
import { endpoint } from '../http/endpoint.ts'

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
  let document: Promise<unknown> | undefined
  endpoint(
    app,
    {
      method: 'get',
      path: '/api/openapi.json',
      tag: 'Operations',
      summary: 'This document: every route, what it takes and every way it answers',
      access: 'public',
      answers: { 200: { description: 'An OpenAPI 3.1 document', schema: v.record(v.string(), v.unknown()) } },
    },
    async () => {
      document ??= generateSpecs(app, {
        documentation,
        defaultValidationErrorResponse: false,
        excludeStaticFile: false,
      }).then(withNamedSchemas)
      return { status: 200, body: await document }
    },
  )
}

/** The one schema that is chosen while it is read gets a number for a name: it is that of a cron job's schedule. */
function withNamedSchemas(document: unknown): unknown {
  const text = JSON.stringify(document)
  return JSON.parse(text.replaceAll('"#/components/schemas/0"', '"#/components/schemas/Schedule"'), (name, value) => {
    if (name !== 'schemas' || !('0' in value)) return value
    const { 0: schedule, ...named } = value
    return { ...named, Schedule: schedule }
  })
}
