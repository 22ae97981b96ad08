import {
  AISDKError,
  APICallError,
  InvalidPromptError,
  LoadAPIKeyError,
  NoOutputGeneratedError,
  RetryError,
  StreamProviderError,
  UnsupportedFunctionalityError,
} from 'ai'
import { WorkerError } from '../errors.ts'

/** Why a model call failed, as far as what to do about it differs. */
export type ModelFailureType =
  /** The key is not there, wrong or may not use the model. */
  | 'auth'
  | 'quota'
  | 'not-found'
  /** What was asked is refused as it is. */
  | 'invalid'
  /** The conversation is longer than the model takes. */
  | 'overflow'
  | 'rate-limited'
  /** The provider has a fault or too much to do. */
  | 'unavailable'
  /** There was no connection, or it broke before the answer was whole. */
  | 'connection'
  /** The model said nothing for too long. */
  | 'silent'
  /** It answered something that is no answer. */
  | 'nonsense'

export interface ModelFailure {
  readonly type: ModelFailureType
  readonly message: string
  /** What the provider asks to be waited for. */
  readonly retryAfterMs?: number | undefined
}

export type ModelErrorCode =
  | 'MODEL_AUTH'
  | 'MODEL_CONNECTION'
  | 'MODEL_CONTEXT_OVERFLOW'
  | 'MODEL_NONSENSE'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_QUOTA'
  | 'MODEL_RATE_LIMITED'
  | 'MODEL_REQUEST_INVALID'
  | 'MODEL_SILENT'
  | 'MODEL_UNAVAILABLE'

const CODES: Readonly<Record<ModelFailureType, ModelErrorCode>> = {
  auth: 'MODEL_AUTH',
  quota: 'MODEL_QUOTA',
  'not-found': 'MODEL_NOT_FOUND',
  invalid: 'MODEL_REQUEST_INVALID',
  overflow: 'MODEL_CONTEXT_OVERFLOW',
  'rate-limited': 'MODEL_RATE_LIMITED',
  unavailable: 'MODEL_UNAVAILABLE',
  connection: 'MODEL_CONNECTION',
  silent: 'MODEL_SILENT',
  nonsense: 'MODEL_NONSENSE',
}

const PASSING: ReadonlySet<ModelFailureType> = new Set([
  'rate-limited',
  'unavailable',
  'connection',
  'silent',
  'nonsense',
])

/** Whether the same call may end differently in a while. */
export function mayPass({ type }: ModelFailure): boolean {
  return PASSING.has(type)
}

export function codeOf({ type }: ModelFailure): ModelErrorCode {
  return CODES[type]
}

/** The error that a run fails with. A provider's limits and faults may be gone at the next attempt. */
export function errorOf(failure: ModelFailure): WorkerError {
  return new WorkerError(codeOf(failure), `the model could not be called: ${failure.message}`, {
    retryable: mayPass(failure),
  })
}

/** Codes and types by which providers say what is wrong, in the body of an error or within a stream. */
const NAMED: Readonly<Record<string, ModelFailureType>> = {
  context_length_exceeded: 'overflow',
  string_above_max_length: 'overflow',
  request_too_large: 'overflow',
  exceed_context_size_error: 'overflow',
  insufficient_quota: 'quota',
  billing_error: 'quota',
  invalid_api_key: 'auth',
  authentication_error: 'auth',
  permission_error: 'auth',
  model_not_found: 'not-found',
  not_found_error: 'not-found',
  rate_limit_exceeded: 'rate-limited',
  rate_limit_error: 'rate-limited',
  overloaded_error: 'unavailable',
  server_error: 'unavailable',
  api_error: 'unavailable',
  internal_server_error: 'unavailable',
  timeout_error: 'unavailable',
}

/** Sorts anything that a model call was rejected with, or that stood for an error in its stream. */
export function modelFailureOf(thrown: unknown): ModelFailure {
  if (thrown instanceof SilentModelError) return { type: 'silent', message: thrown.message }
  if (RetryError.isInstance(thrown) && thrown.lastError !== undefined) return modelFailureOf(thrown.lastError)
  if (APICallError.isInstance(thrown)) return failureOfCall(thrown)
  if (StreamProviderError.isInstance(thrown)) return failureOfStream(thrown)
  if (LoadAPIKeyError.isInstance(thrown)) return { type: 'auth', message: thrown.message }
  if (UnsupportedFunctionalityError.isInstance(thrown) || InvalidPromptError.isInstance(thrown)) {
    return { type: 'invalid', message: thrown.message }
  }
  if (NoOutputGeneratedError.isInstance(thrown)) return CUT_STREAM
  if (AISDKError.isInstance(thrown)) return { type: 'nonsense', message: thrown.message }
  if (isRecord(thrown) && !(thrown instanceof Error)) return failureOfPayload(thrown)
  return { type: 'connection', message: messageOf(thrown) }
}

/** A stream that ended without saying why: the connection was cut. */
export const CUT_STREAM: ModelFailure = {
  type: 'connection',
  message: 'the answer broke off before it was whole',
}

/** The reason by which a silent call is given up. */
export class SilentModelError extends Error {
  override readonly name = 'SilentModelError'
}

function failureOfCall(error: APICallError): ModelFailure {
  const { message, statusCode: status, responseHeaders } = error
  const retryAfterMs = retryAfterOf(responseHeaders)
  const body = isRecord(error.data) ? error.data : bodyOf(error.responseBody)
  const named = namedIn(body)
  const said = describe(status, message)
  if (named !== undefined && named !== 'rate-limited') return { type: named, message: said, retryAfterMs }
  if (status === undefined) return { type: 'connection', message: said }
  return { type: typeOfStatus(status, named, error), message: said, retryAfterMs }
}

function typeOfStatus(status: number, named: ModelFailureType | undefined, error: APICallError): ModelFailureType {
  if (status === 429) return 'rate-limited'
  if (named !== undefined) return named
  if (status === 401 || status === 403) return 'auth'
  if (status === 402) return 'quota'
  if (status === 404) return 'not-found'
  if (status === 413) return 'overflow'
  if (status === 408 || status === 409 || status === 425 || status >= 500) return 'unavailable'
  if (status < 400) return 'nonsense'
  return isSaidOverflow(error) ? 'overflow' : 'invalid'
}

/**
 * Anthropic, vLLM and llama.cpp refuse too long a conversation as any other bad request: there its words are all there
 * is to go by. Asked only of a refused request that no code says more of.
 */
function isSaidOverflow({ message }: APICallError): boolean {
  return /prompt is too long|maximum context length|context (length|window|size)|too many (input )?tokens/i.test(
    message,
  )
}

function failureOfStream(error: StreamProviderError): ModelFailure {
  const named = namedIn({ code: error.code, type: error.type }) ?? namedIn(isRecord(error.data) ? error.data : {})
  if (named !== undefined) return { type: named, message: error.message }
  return failureOfPayload({ message: error.message, code: error.statusCode ?? error.code })
}

/** What stands for an error in a stream: `{message, type, code}`, as OpenAI says it; OpenRouter's code is an HTTP status. */
function failureOfPayload(payload: Readonly<Record<string, unknown>>): ModelFailure {
  const message = typeof payload['message'] === 'string' ? payload['message'] : 'the provider reported an error'
  const named = namedIn(payload)
  if (named !== undefined) return { type: named, message }
  const status = Number(payload['code'])
  if (status === 429) return { type: 'rate-limited', message }
  if (status === 401 || status === 403) return { type: 'auth', message }
  if (status === 402) return { type: 'quota', message }
  return { type: 'unavailable', message }
}

function namedIn(body: Readonly<Record<string, unknown>>): ModelFailureType | undefined {
  const error = isRecord(body['error']) ? body['error'] : body
  for (const name of [error['code'], error['type']]) {
    if (typeof name === 'string' && Object.hasOwn(NAMED, name)) return NAMED[name]
  }
  return undefined
}

/** Seconds or a date (RFC 9110, 10.2.3); some providers say milliseconds in a header of their own. */
export function retryAfterOf(
  headers: Readonly<Record<string, string>> | undefined,
  now: number = Date.now(),
): number | undefined {
  const milliseconds = Number(headers?.['retry-after-ms'] ?? Number.NaN)
  if (milliseconds >= 0) return milliseconds
  const after = headers?.['retry-after']
  if (after === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(after)) return Number(after) * 1000
  const date = Date.parse(after)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function describe(status: number | undefined, message: string): string {
  return status === undefined ? message : `HTTP ${status}: ${message}`
}

function bodyOf(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text ?? '')
    return isRecord(body) ? body : {}
  } catch {
    return {}
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const { cause } = thrown
  return cause instanceof Error && cause.message !== '' ? `${thrown.message}: ${cause.message}` : thrown.message
}
