import { describe, expect, test } from 'vitest'
import type { WorkerOutcome } from './outcome.ts'
import { routeOutcome } from './route.ts'

const failed = (retryable: boolean): WorkerOutcome => ({ type: 'failed', code: 'X', message: 'x', retryable })

const table: readonly (readonly [string, WorkerOutcome, number, string])[] = [
  ['success ends the task', { type: 'success', result: '' }, 1, 'done'],
  ['partial ends the task', { type: 'partial', result: '', segments: 10, reason: 'segments' }, 1, 'done'],
  [
    'blocked waits for a person',
    { type: 'blocked', block: { type: 'login-wall' }, evidence: { signals: [] } },
    1,
    'blocked',
  ],
  ['timeout is not tried again', { type: 'timeout', elapsedMs: 1, limit: 'wall-clock', segments: 0 }, 1, 'failed'],
  ['cancelled stays cancelled', { type: 'cancelled', reason: '' }, 1, 'cancelled'],
  ['a failure is tried again', failed(true), 1, 'ready'],
  ['a failure is tried again while attempts are left', failed(true), 2, 'ready'],
  ['the last failure is final', failed(true), 3, 'failed'],
  ['a failure that will not change is final', failed(false), 1, 'failed'],
]

describe('P11 an outcome moves its task', () => {
  test.for(table)('%s', ([, outcome, attempts, status]) => {
    const route = routeOutcome(outcome, { attempts, maxAttempts: 3 })
    expect(route.status).toBe(status)
    expect(route.escalate).toBe(status === 'blocked')
    expect(route.retry).toBe(status === 'ready')
  })
})
