import { expect, test } from 'vitest'
import { type Breaker, type BreakerEvent, CLOSED_BREAKER, nextBreaker } from './breaker.ts'

const MINUTE_MS = 60_000

function after(events: readonly BreakerEvent[], breaker: Breaker = CLOSED_BREAKER): Breaker {
  return events.reduce(nextBreaker, breaker)
}

const failed = (at: number): BreakerEvent => ({ type: 'failed', at })
const due = (at: number): BreakerEvent => ({ type: 'due', at })

test('opens at the third failure in a row, for five minutes', () => {
  expect(after([failed(1), failed(2)])).toEqual({ type: 'closed', failures: 2 })
  expect(after([failed(1), failed(2), failed(3)])).toEqual({
    type: 'open',
    until: 3 + 5 * MINUTE_MS,
    coolDownMs: 5 * MINUTE_MS,
  })
})

test('forgets failures at a success', () => {
  expect(after([failed(1), failed(2), { type: 'succeeded' }, failed(3)])).toEqual({ type: 'closed', failures: 1 })
})

test('stays open until its cool-down is over, then lets a firing try', () => {
  const open: Breaker = { type: 'open', until: 100, coolDownMs: 50 }
  expect(after([due(99)], open)).toBe(open)
  expect(after([due(100)], open)).toEqual({ type: 'half-open', coolDownMs: 50 })
})

test('closes when the try succeeds, and cools down twice as long when it fails, up to an hour', () => {
  const halfOpen: Breaker = { type: 'half-open', coolDownMs: 5 * MINUTE_MS }
  expect(after([{ type: 'succeeded' }], halfOpen)).toEqual(CLOSED_BREAKER)
  expect(after([failed(0)], halfOpen)).toEqual({ type: 'open', until: 10 * MINUTE_MS, coolDownMs: 10 * MINUTE_MS })
  expect(after([failed(0)], { type: 'half-open', coolDownMs: 45 * MINUTE_MS })).toMatchObject({
    coolDownMs: 60 * MINUTE_MS,
  })
})

test('is closed by a success while open, and not opened further by a failure', () => {
  const open: Breaker = { type: 'open', until: 100, coolDownMs: 50 }
  expect(after([{ type: 'succeeded' }], open)).toEqual(CLOSED_BREAKER)
  expect(after([failed(90)], open)).toBe(open)
})
