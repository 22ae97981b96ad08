import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { failedOutcome } from './failed-outcome.ts'
import { workerOutcomeSchema } from './outcome.ts'

const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error('no')
    },
  },
)

describe('anything thrown becomes a failed outcome', () => {
  test.for([
    ['an error', new Error('boom'), 'WORKER_THREW', 'boom'],
    ['an error with a code', Object.assign(new Error('full'), { code: 'ENOSPC' }), 'ENOSPC', 'full'],
    ['an error with a code that is none', Object.assign(new Error('x'), { code: 'a b\n' }), 'WORKER_THREW', 'x'],
    ['a text', 'nope', 'WORKER_THREW', 'nope'],
    ['nothing', undefined, 'WORKER_THREW', 'undefined'],
    ['null', null, 'WORKER_THREW', 'null'],
    ['an object that cannot be shown', hostile, 'WORKER_THREW', 'something was thrown that cannot be shown as text'],
    ['a lone surrogate', new Error('\ud800'), 'WORKER_THREW', '\ufffd'],
  ] as const)('%s', ([, thrown, code, message]) => {
    const outcome = failedOutcome(thrown)
    expect(outcome).toEqual({ type: 'failed', code, message, retryable: true })
    expect(v.is(workerOutcomeSchema, outcome)).toBe(true)
  })

  test('says that another attempt is useless when the error says so', () => {
    expect(failedOutcome(Object.assign(new Error('x'), { retryable: false })).retryable).toBe(false)
  })

  test('keeps a bounded part of a long message', () => {
    expect(failedOutcome(new Error('x'.repeat(1e6))).message).toHaveLength(8192)
  })
})
