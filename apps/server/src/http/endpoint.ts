import type { Context, Hono, Input, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { describeRoute, type ResponsesWithResolver, resolver, validator } from 'hono-openapi'
import * as v from 'valibot'
import { type Access, type Owner, restrict } from './access.ts'
import type { Caller, ServerEnv } from './caller.ts'
import { type FieldProblem, invalidInput, type ProblemCode, PROBLEMS, problemSchema } from './problem.ts'
import { limitBody } from './limit-body.ts'
import { requireJson } from './read-json.ts'

/** OpenAPI 3.1 takes the JSON Schema of 2020-12, of what is sent in. */
const INPUT_SCHEMA = { options: { target: 'draft-2020-12', typeMode: 'input' } } as const
const OUTPUT_SCHEMA = { options: { target: 'draft-2020-12' } } as const

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
  /** @default 'admin' */
  readonly access?: Access
  /** Whose the thing of the path is, where agents may use the route and the path does not begin with the agent. */
  readonly owner?: Owner
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  /** Takes bodies larger than other routes do, of those who may use it. */
  readonly bodyMaxBytes?: number
  /** Takes a request without a body for one with an empty object. @default false */
  readonly isBodyOptional?: boolean
  /** Headers that it reads beside those of every route, with what they are for. */
  readonly headers?: Readonly<Record<string, string>>
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
  rawEndpoint(app, spec, async (context) => {
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

/** Adds a route that writes its answer itself, for those that do not answer JSON: input checked, everything described. */
export function rawEndpoint(
  app: Hono<ServerEnv>,
  spec: EndpointSpec<Schema, Schema, Schema, number>,
  handle: (context: Context<ServerEnv, string, Input>) => Promise<Response> | Response,
): void {
  const middlewares: MiddlewareHandler<ServerEnv>[] = [restrict(spec.path, spec.access ?? 'admin', spec.owner)]
  if (spec.params !== undefined) middlewares.push(check('param', spec.params))
  if (spec.query !== undefined) middlewares.push(check('query', spec.query))
  if (spec.bodyMaxBytes !== undefined) middlewares.push(limitBody(spec.bodyMaxBytes))
  if (spec.body !== undefined) {
    const checks = [requireJson, check('json', spec.body)]
    middlewares.push(...(spec.isBodyOptional === true ? checks.map(unlessEmpty) : checks))
  }
  if (spec.middleware !== undefined) middlewares.push(spec.middleware)
  // Described last: what it says of the body goes over what the check of the body says.
  app.on(spec.method, [honoPath(spec.path)], ...middlewares, describe(spec), handle)
}

function describe(spec: EndpointSpec<Schema, Schema, Schema, number>): MiddlewareHandler {
  const responses: ResponsesWithResolver = {}
  for (const [status, { description, schema }] of Object.entries<AnswerSpec>(spec.answers)) {
    const content =
      schema === undefined ? {} : { content: { 'application/json': { schema: resolver(schema, OUTPUT_SCHEMA) } } }
    responses[status] = { description, ...content }
  }
  for (const [status, codes] of problemStatuses(spec)) {
    const description = codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; ')
    responses[status] = {
      description,
      content: { 'application/problem+json': { schema: resolver(problemSchema, OUTPUT_SCHEMA) } },
    }
  }
  const security = spec.access === 'public' ? [] : [{ bearer: [] }]
  const parameters = Object.entries(spec.headers ?? {}).map(([name, description]) => ({
    in: 'header' as const,
    name,
    description,
    schema: { type: 'string' as const },
  }))
  const requestBody = spec.isBodyOptional === true ? { requestBody: { required: false, content: {} } } : {}
  return describeRoute({ summary: spec.summary, tags: [spec.tag], security, parameters, ...requestBody, responses })
}

/** Every problem of a route by status: its own, and those that its access and its input bring along. */
function problemStatuses(spec: EndpointSpec<Schema, Schema, Schema, number>): Map<number, ProblemCode[]> {
  const codes = new Set<ProblemCode>([...(spec.problems ?? []), 'internal'])
  if (spec.access !== 'public') for (const code of ['unauthorized', 'not-accepting'] as const) codes.add(code)
  if ((spec.access ?? 'admin') === 'admin') codes.add('forbidden')
  if (spec.params !== undefined) codes.add('not-found')
  if (spec.body !== undefined || spec.query !== undefined || spec.params !== undefined) codes.add('invalid-input')
  if (spec.body !== undefined) for (const code of ['malformed-json', 'unsupported-media-type'] as const) codes.add(code)
  if (spec.method !== 'get') for (const code of ['store-unavailable', 'body-too-large'] as const) codes.add(code)
  const statuses = new Map<number, ProblemCode[]>()
  for (const code of codes) {
    const { status } = PROBLEMS[code]
    statuses.set(status, [...(statuses.get(status) ?? []), code])
  }
  return statuses
}

function check(target: 'param' | 'query' | 'json', schema: v.GenericSchema): MiddlewareHandler<ServerEnv> {
  const hook = (result: { readonly success: boolean; readonly error?: readonly Issue[] }): void => {
    if (!result.success) throw invalidInput((result.error ?? []).map(fieldProblem))
  }
  return validator(target, schema, hook, INPUT_SCHEMA) as MiddlewareHandler<ServerEnv>
}

/** Passes over a check of the body where there is none; what it says for the description stays with it. */
function unlessEmpty(checkBody: MiddlewareHandler<ServerEnv>): MiddlewareHandler<ServerEnv> {
  const skipping: MiddlewareHandler<ServerEnv> = async (context, next) => {
    if ((await context.req.arrayBuffer()).byteLength > 0) return checkBody(context, next)
    context.req.addValidatedData('json', {})
    return next()
  }
  return Object.assign(skipping, checkBody)
}

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

function fieldProblem(issue: Issue): FieldProblem {
  const steps = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step))
  return { field: steps.join('.') || 'body', message: plain(issue.message) }
}

/** What valibot expects, in words. */
const EXPECTED: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
}

/** Says valibot's own messages as a caller would, and never what was received: that may be a secret in the wrong place. */
function plain(message: string): string {
  if (/^Invalid key: Expected ".+" but received undefined$/.test(message)) return 'is required'
  if (message.startsWith('Invalid key: Expected never but received ')) return 'is not a field of this'
  const expected = /^Invalid \w+: Expected (.+?) but received /.exec(message)?.[1]
  return expected === undefined ? message : `must be ${EXPECTED[expected] ?? expected}`
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}
