import { APICallError, RetryError } from 'ai'
import { describe, expect, test } from 'vitest'
import { modelFailureOf, retryAfterOf } from './model-failure.ts'

function refused(statusCode: number | undefined, message: string, data?: unknown): APICallError {
  return new APICallError({
    message,
    url: 'https://model.example',
    requestBodyValues: {},
    ...(statusCode === undefined ? {} : { statusCode }),
    ...(data === undefined ? {} : { responseBody: JSON.stringify(data) }),
  })
}

describe('a failure of a model is known by what the provider says in data', () => {
  test.for([
    [refused(400, 'Bad', { error: { code: 'context_length_exceeded' } }), 'overflow'],
    [
      refused(400, 'prompt is too long: 209000 tokens > 200000 maximum', { error: { type: 'invalid_request_error' } }),
      'overflow',
    ],
    [refused(400, "This model's maximum context length is 4096 tokens", { message: 'x' }), 'overflow'],
    [refused(413, 'Too big'), 'overflow'],
    // Each of these has words in it by which it could be taken for something else.
    [refused(400, 'max_tokens must be below 500'), 'invalid'],
    [refused(500, 'maximum context length service is down'), 'unavailable'],
    [refused(401, 'rate limit of your token: timeout'), 'auth'],
    [
      refused(429, 'context length 500 error', { error: { type: 'tokens', code: 'rate_limit_exceeded' } }),
      'rate-limited',
    ],
    [refused(429, 'You exceeded your quota', { error: { code: 'insufficient_quota' } }), 'quota'],
    [refused(529, 'Overloaded', { type: 'error', error: { type: 'overloaded_error' } }), 'unavailable'],
    [refused(404, 'no model gpt-500'), 'not-found'],
    [refused(undefined, 'Cannot connect'), 'connection'],
    [refused(200, 'Invalid JSON response'), 'nonsense'],
    [new RetryError({ message: 'x', reason: 'maxRetriesExceeded', errors: [refused(503, 'x')] }), 'unavailable'],
    [{ message: 'Provider returned error', code: 429 }, 'rate-limited'],
    [{ type: 'overloaded_error', message: 'Overloaded' }, 'unavailable'],
    [{ error: { message: 'long', code: 'context_length_exceeded' } }, 'overflow'],
    [new TypeError('terminated', { cause: new Error('other side closed') }), 'connection'],
    ['text', 'connection'],
    [undefined, 'connection'],
    [null, 'connection'],
  ] as const)('%s', ([thrown, type]) => {
    expect(modelFailureOf(thrown).type).toBe(type)
  })
})

test.for([
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after': 'Wed, 25 Nov 2026 12:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'Wed, 25 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
  [{}, undefined],
] as const)('%o asks for a wait of %o ms', ([headers, milliseconds]) => {
  expect(retryAfterOf(headers, Date.UTC(2026, 10, 25, 12))).toBe(milliseconds)
})
