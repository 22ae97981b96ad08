import { AgentError } from '@agentic/agents'
import { CronError } from '@agentic/cron'
import { SecretsError } from '@agentic/secrets'
import { WakeError } from '@agentic/wake'
import { HTTPException } from 'hono/http-exception'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { answerProblem, invalidInput, ProblemError, problemOf, PROBLEMS } from './problem.ts'

async function answerTo(error: unknown): Promise<{ readonly response: Response; readonly body: unknown }> {
  const app = new Hono().get('/', (context) => answerProblem(context, problemOf(error)))
  const response = await app.request('/')
  return { response, body: await response.json() }
}

describe('a problem', () => {
  test('is RFC 9457, with a stable code', async () => {
    const { response, body } = await answerTo(new ProblemError('not-found', 'there is no agent x'))
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.status).toBe(404)
    expect(body).toEqual({
      type: 'urn:agentic:problem:not-found',
      title: 'There is no such thing',
      status: 404,
      code: 'not-found',
      detail: 'there is no agent x',
    })
  })

  test('names every wrong field', async () => {
    const errors = [
      { field: 'id', message: 'is required' },
      { field: 'mode', message: 'must be active or dormant' },
    ]
    expect((await answerTo(invalidInput(errors))).body).toMatchObject({
      status: 422,
      detail: 'id: is required; mode: must be active or dormant',
      errors,
    })
  })

  test.for([
    [
      new AgentError('AGENT_INVALID', 'mode', 'must be active or dormant'),
      'invalid-input',
      'mode',
      'must be active or dormant',
    ],
    [
      new SecretsError('SECRETS_TOO_LARGE', 'value: it is too large', 'value'),
      'invalid-input',
      'value',
      'it is too large',
    ],
    [
      new CronError('CRON_NEVER_DUE', 'schedule is never due', { field: 'schedule' }),
      'invalid-input',
      'schedule',
      'schedule is never due',
    ],
    [new WakeError('WAKE_INVALID', 'agentId must be a string'), 'invalid-input', 'body', 'agentId must be a string'],
  ] as const)('of a library’s %s keeps its field and message', ([error, code, field, message]) => {
    const problem = problemOf(error)
    expect(problem).toMatchObject({ code, message: error.message, errors: [{ field, message }] })
  })

  test.for([
    [new CronError('CRON_JOB_NOT_FOUND', 'there is no cron job "x"'), 404],
    [new SecretsError('SECRETS_UNREADABLE', 'it cannot be read'), 409],
    [new SecretsError('SECRETS_CLOSED', 'closed'), 503],
    [new WakeError('WAKE_CLOSED', 'closed'), 503],
  ] as const)('of a library’s %s has its status', ([error, status]) => {
    expect(PROBLEMS[problemOf(error).code].status).toBe(status)
    expect(problemOf(error).message).toBe(error.message)
  })

  test('of too many wakes says when to come again', async () => {
    const error = new WakeError('WAKE_OVERLOADED', 'too many wait', { retryAfterMs: 1_200 })
    const { response } = await answerTo(error)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2'])
  })

  test.for([
    new Error('password hunter2 was wrong'),
    Object.assign(new Error('ENOENT /etc/shadow'), { code: 'ENOENT' }),
    Object.assign(new Error('x'), { code: 'toString' }),
    Object.assign(new Error('x'), { code: '__proto__' }),
    { code: 'AGENT_INVALID', message: 'not an error' },
    new HTTPException(418, { message: 'hunter2' }),
    'hunter2',
    undefined,
    null,
  ])('of anything else tells nothing of it', async (error) => {
    const { response, body } = await answerTo(error)
    expect(response.status).toBe(500)
    expect(body).toMatchObject({ code: 'internal' })
    expect(JSON.stringify(body)).not.toMatch(/hunter2|shadow|not an error/)
  })
})
