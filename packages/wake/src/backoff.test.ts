import { expect, test } from 'vitest'
import { backoffMs, retryPolicyOf } from './backoff.ts'

test.for([
  [1, 0, 500],
  [1, 1, 1_000],
  [2, 1, 2_000],
  [5, 0.5, 12_000],
  [9, 1, 256_000],
  [10, 1, 300_000],
  [2_000, 0, 150_000],
])('attempt %i with chance %f waits %i ms', ([attempt, chance, waitMs]) => {
  expect(backoffMs(attempt as number, retryPolicyOf(), chance as number)).toBe(waitMs)
})
