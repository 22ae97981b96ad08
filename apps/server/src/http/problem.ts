import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import * as v from 'valibot'

/** Every way a request can go wrong: its stable code, HTTP status and title. */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'A valid bearer token is needed' },
  forbidden: { status: 403, title: 'The token does not allow this' },
  'not-found': { status: 404, title: 'There is no such thing' },
  'already-exists': { status: 409, title: 'There is one already' },
  'wrong-status': { status: 409, title: 'Its status does not allow this' },
  unreadable: { status: 409, title: 'It is there and cannot be read' },
  'version-conflict': { status: 409, title: 'It is of another version' },
  'limit-reached': { status: 409, title: 'There are as many as there may be' },
  'wrong-signature': { status: 403, title: 'The signature is not right' },
  'no-link': { status: 403, title: 'No link lets the agent write to that one' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body is not of a type that is understood' },
  'invalid-input': { status: 422, title: 'The input is not valid' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used for another request' },
  'too-many-hops': { status: 422, title: 'The work went through too many hands' },
  'wrong-key': { status: 422, title: 'The key is not the right one' },
  locked: { status: 423, title: 'The secrets are locked' },
  'rate-limited': { status: 429, title: 'Too much at once' },
  'too-many-wakes': { status: 503, title: 'Too many wakes wait' },
  'not-accepting': { status: 503, title: 'The server is stopping' },
  'store-unavailable': { status: 503, title: 'The store cannot be written' },
  internal: { status: 500, title: 'Something broke' },
} as const

export type ProblemCode = keyof typeof PROBLEMS

/** What is wrong with one field of the input. */
export interface FieldProblem {
  readonly field: string
  readonly message: string
}

/** The body of every error: RFC 9457, with a stable `code`. */
export const problemSchema = v.pipe(
  v.object({
    type: v.string(),
    title: v.string(),
    status: v.number(),
    code: v.string(),
    detail: v.string(),
    errors: v.optional(v.array(v.object({ field: v.string(), message: v.string() }))),
  }),
  v.metadata({ ref: 'Problem' }),
)

/** Thrown by a handler to answer with a problem. `detail` is shown to the caller: it holds no secret. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly code: ProblemCode
  readonly errors: readonly FieldProblem[] | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ProblemCode,
    detail: string,
    options: { readonly errors?: readonly FieldProblem[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail)
    this.code = code
    this.errors = options.errors
    this.headers = options.headers ?? {}
  }
}

/** The problem that wrong fields make. */
export function invalidInput(errors: readonly FieldProblem[]): ProblemError {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return new ProblemError('invalid-input', detail, { errors })
}

/** Codes of the libraries' errors that callers can cause, and what they are over HTTP. Anything else is `internal`. */
const LIBRARY_CODES: Readonly<Record<string, ProblemCode>> = {
  AGENT_INVALID: 'invalid-input',
  AGENT_IDEMPOTENCY_MISMATCH: 'idempotency-key-reused',
  TASK_INVALID: 'invalid-input',
  CRON_INVALID_INPUT: 'invalid-input',
  CRON_NEVER_DUE: 'invalid-input',
  CRON_JOB_NOT_FOUND: 'not-found',
  CRON_CLOSED: 'not-accepting',
  WAKE_INVALID: 'invalid-input',
  SECRETS_INVALID: 'invalid-input',
  SECRETS_NAME_UNSAFE: 'invalid-input',
  SECRETS_SYSTEM_IS_SHARED: 'invalid-input',
  SECRETS_TOO_LARGE: 'invalid-input',
  SECRETS_CONFLICT: 'version-conflict',
  SECRETS_LOCKED: 'locked',
  SECRETS_WRONG_KEY: 'wrong-key',
  SECRETS_WRONG_STATE: 'wrong-status',
  SECRETS_UNREADABLE: 'unreadable',
  SECRETS_QUARANTINED: 'unreadable',
  SECRETS_CLOSED: 'not-accepting',
  MEMORY_INVALID: 'invalid-input',
  MEMORY_LIMIT: 'limit-reached',
  LINK_INVALID: 'invalid-input',
  WEBHOOK_INVALID: 'invalid-input',
  WEBHOOKS_FULL: 'limit-reached',
  LINK_IDEMPOTENCY_MISMATCH: 'idempotency-key-reused',
  CRON_IDEMPOTENCY_MISMATCH: 'idempotency-key-reused',
  TASK_IDEMPOTENCY_MISMATCH: 'idempotency-key-reused',
  STORE_UNAVAILABLE: 'store-unavailable',
  STORE_CLOSED: 'not-accepting',
  WAKE_CLOSED: 'not-accepting',
  WAKE_OVERLOADED: 'too-many-wakes',
}

/** Turns anything thrown into a problem. */
export function problemOf(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof HTTPException) return problemOfStatus(error)
  const code = error instanceof Error && 'code' in error ? codeOf(String(error.code)) : undefined
  if (code === undefined || !(error instanceof Error)) {
    return new ProblemError(
      'internal',
      'the server could not answer; its log says why, under the request id of this answer',
    )
  }
  if (code !== 'invalid-input') return new ProblemError(code, error.message, { headers: retryAfter(error) })
  const field = 'field' in error && typeof error.field === 'string' ? error.field : 'body'
  const message = error.message.startsWith(`${field}: `) ? error.message.slice(field.length + 2) : error.message
  return new ProblemError(code, error.message, { errors: [{ field, message }] })
}

/** Writes a problem as the answer. */
export function answerProblem(c: Context, problem: ProblemError): Response {
  const { status, title } = PROBLEMS[problem.code]
  const body = {
    type: `urn:agentic:problem:${problem.code}`,
    title,
    status,
    code: problem.code,
    detail: problem.message,
    errors: problem.errors,
  }
  return c.body(JSON.stringify(body), status, { ...problem.headers, 'content-type': 'application/problem+json' })
}

function codeOf(libraryCode: string): ProblemCode | undefined {
  return Object.hasOwn(LIBRARY_CODES, libraryCode) ? LIBRARY_CODES[libraryCode] : undefined
}

function problemOfStatus(error: HTTPException): ProblemError {
  if (error.status === 413) return new ProblemError('body-too-large', 'the body is larger than this server takes')
  if (error.status === 400) return new ProblemError('malformed-json', error.message)
  return new ProblemError('internal', 'the server could not answer')
}

function retryAfter(error: object): Record<string, string> {
  if (!('retryAfterMs' in error) || typeof error.retryAfterMs !== 'number') return {}
  return { 'retry-after': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) }
}
