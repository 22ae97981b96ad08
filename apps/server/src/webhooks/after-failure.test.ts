import { expect, test } from 'vitest'
import { afterFailure } from './after-failure.ts'

const START = 1_800_000_000_000
const DAY_MS = 86_400_000

test.for([
  [1, 5_000],
  [2, 10_000],
  [10, 2_560_000],
  [11, 3_600_000],
  [5_000, 3_600_000],
])('after failure %d it waits %d ms', ([attempts, waitMs]) => {
  expect(afterFailure({ attempts: attempts as number, firstFailedAt: START }, START)).toEqual({
    type: 'retry',
    at: START + (waitMs as number),
  })
})

test('is tried for three days, the last time at their end, then set aside', () => {
  const failed = { attempts: 80, firstFailedAt: START }
  const end = START + 3 * DAY_MS
  expect(afterFailure(failed, end - 1_000)).toEqual({ type: 'retry', at: end })
  expect(afterFailure(failed, end)).toEqual({ type: 'set-aside' })
})
