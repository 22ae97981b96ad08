import { expect, test } from 'vitest'
import { exponentialBackoffMs } from './backoff.ts'

test.for([
  [1, 5000],
  [2, 10_000],
  [3, 20_000],
  [10, 2_560_000],
  [11, 3_600_000],
  [5000, 3_600_000],
] as const)('after attempt %d a failed task waits %d ms', ([attempts, waitMs]) => {
  expect(exponentialBackoffMs(attempts)).toBe(waitMs)
})
