import { expect, test } from 'vitest'
import { afterFailure } from './after-failure.ts'

const START = 1_800_000_000_000
const HOUR = 3_600_000
const DAY = 24 * HOUR

test.for([
  [1, 5_000],
  [2, 10_000],
  [8, 640_000],
  [9, 900_000],
  [5_000, 900_000],
] as const)('after failure %d it waits %d ms', ([attempts, waitMs]) => {
  const failed = { attempts, firstFailedAt: START, isRefused: false }
  expect(afterFailure(failed, START)).toEqual({ type: 'retry', at: START + waitMs })
})

test.for([
  ['fails', false, 3 * DAY],
  ['is refused', true, HOUR],
] as const)('what %s is tried to the end of its time, the last time then, and set aside', ([, isRefused, forMs]) => {
  const failed = { attempts: 80, firstFailedAt: START, isRefused }
  const end = START + forMs
  expect(afterFailure(failed, end - 1_000)).toEqual({ type: 'retry', at: end })
  expect(afterFailure(failed, end)).toEqual({ type: 'set-aside' })
})
