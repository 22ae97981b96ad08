import type { Context, Hono, Input, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { describeRoute, type ResponsesWithResolver, resolver, validator } from 'hono-openapi'
import * as v from 'valibot'
import type { Caller, ServerEnv } from './caller.ts'
import { type FieldProblem, invalidInput, type ProblemCode, ProblemError, PROBLEMS, problemSchema } from './problem.ts'

/** What a route answers with one status. */
export interface AnswerSpec {
  readonly description: string
  readonly schema?: v.GenericSchema
}

type Schema = v.GenericSchema | undefined

/** A route: what it takes, and every way it answers. The OpenAPI document is made of these. */
export interface EndpointSpec<Params extends Schema, Query extends Schema, Body extends Schema, Status extends number> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** As in OpenAPI: `/api/agents/{id}`. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  /** `public` routes take no token. @default 'admin' */
  readonly access?: 'admin' | 'public'
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly answers: { readonly [status in Status]: AnswerSpec }
  /** What can go wrong beside what every route with such input and access can. */
  readonly problems?: readonly ProblemCode[]
  /** Run before the handler, after the input was found valid. */
  readonly middleware?: MiddlewareHandler<ServerEnv>
}

type OutputOf<Given> = Given extends v.GenericSchema ? v.InferOutput<Given> : undefined

/** What a handler is given. */
export interface EndpointInput<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly caller: Caller
  readonly context: Context<ServerEnv>
}

/** What a handler answers: one of the statuses that its route names. */
export interface Answer<Status extends number> {
  readonly status: Status
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Adds a route to the app: input checked, answers written as JSON, everything described. */
export function endpoint<
  const Status extends number,
  Params extends Schema = undefined,
  Query extends Schema = undefined,
  Body extends Schema = undefined,
>(
  app: Hono<ServerEnv>,
  spec: EndpointSpec<Params, Query, Body, Status>,
  handle: (
    input: EndpointInput<OutputOf<Params>, OutputOf<Query>, OutputOf<Body>>,
  ) => Promise<Answer<Status>> | Answer<Status>,
): void {
  const middlewares: MiddlewareHandler<ServerEnv>[] = [describe(spec)]
  if (spec.params !== undefined) middlewares.push(check('param', spec.params))
  if (spec.query !== undefined) middlewares.push(check('query', spec.query))
  if (spec.body !== undefined) middlewares.push(requireJson, check('json', spec.body))
  if (spec.middleware !== undefined) middlewares.push(spec.middleware)

  app.on(spec.method, [honoPath(spec.path)], ...middlewares, async (context: Context<ServerEnv, string, Input>) => {
    const valid = (target: 'param' | 'query' | 'json', schema: Schema): unknown =>
      schema === undefined ? undefined : context.req.valid(target as never)
    const answer = await handle({
      params: valid('param', spec.params) as OutputOf<Params>,
      query: valid('query', spec.query) as OutputOf<Query>,
      body: valid('json', spec.body) as OutputOf<Body>,
      caller: context.get('caller'),
      context,
    })
    return answer.body === undefined
      ? context.body(null, answer.status as never, answer.headers)
      : context.json(answer.body, answer.status as ContentfulStatusCode, answer.headers)
  })
}

/** The OpenAPI description of a route; also for those that do not answer JSON. */
export function describe(spec: EndpointSpec<Schema, Schema, Schema, number>): MiddlewareHandler {
  const responses: ResponsesWithResolver = {}
  for (const [status, { description, schema }] of Object.entries<AnswerSpec>(spec.answers)) {
    const content = schema === undefined ? {} : { content: { 'application/json': { schema: resolver(schema) } } }
    responses[status] = { description, ...content }
  }
  for (const [status, codes] of problemStatuses(spec)) {
    const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; ')
    responses[status] = { description, content: { 'application/problem+json': { schema: resolver(problemSchema) } } }
  }
  const security = spec.access === 'public' ? [] : [{ bearer: [] }]
  return describeRoute({ summary: spec.summary, tags: [spec.tag], security, responses })
}

/** Every problem of a route by status: its own, and those that its access and its input bring along. */
function problemStatuses(spec: EndpointSpec<Schema, Schema, Schema, number>): Map<number, ProblemCode[]> {
  const codes = new Set<ProblemCode>([...(spec.problems ?? []), 'internal'])
  if (spec.access !== 'public') codes.add('unauthorized')
  if (spec.body !== undefined || spec.query !== undefined || spec.params !== undefined) codes.add('invalid-input')
  if (spec.body !== undefined)
    for (const code of ['malformed-json', 'unsupported-media-type', 'body-too-large'] as const) codes.add(code)
  if (spec.method !== 'get') codes.add('store-unavailable')
  const statuses = new Map<number, ProblemCode[]>()
  for (const code of codes) {
    const { status } = PROBLEMS[code]
    statuses.set(status, [...(statuses.get(status) ?? []), code])
  }
  return statuses
}

function check(target: 'param' | 'query' | 'json', schema: v.GenericSchema): MiddlewareHandler<ServerEnv> {
  return validator(target, schema, (result) => {
    if (!result.success) throw invalidInput(result.error.map(fieldProblem))
  }) as MiddlewareHandler<ServerEnv>
}

function fieldProblem(issue: {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}): FieldProblem {
  const steps = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step))
  return { field: steps.join('.') || 'body', message: plain(issue.message) }
}

/** Says valibot's own messages as a caller would: it knows nothing of expected and received types. */
function plain(message: string): string {
  const missing = /^Invalid key: Expected "(.+)" but received undefined$/.exec(message)
  if (missing !== null) return 'is required'
  const unknown = /^Invalid key: Expected never but received "(.+)"$/.exec(message)
  if (unknown !== null) return 'is not a field of this'
  const type = /^Invalid (?:type|value|length|format|integer): Expected (.+) but received (.+)$/.exec(message)
  return type === null ? message : `must be ${type[1]}, not ${type[2]}`
}

const requireJson: MiddlewareHandler<ServerEnv> = async (context, next) => {
  const type = context.req.header('content-type') ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) {
    throw new ProblemError(
      'unsupported-media-type',
      `send JSON with the header "content-type: application/json", not "${type}"`,
    )
  }
  await next()
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}
