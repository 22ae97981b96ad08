import { expect, test } from 'vitest'
import { jitterOf } from './jitter.ts'

test('is the same for the same job, every time', () => {
  expect(jitterOf('job-1', { jitterMs: 60_000 })).toBe(jitterOf('job-1', { jitterMs: 60_000 }))
})

test('is at most a tenth of the period', () => {
  for (let job = 0; job < 1000; job++)
    expect(jitterOf(`job-${job}`, { jitterMs: 3_600_000, periodMs: 60_000 })).toBeLessThan(6000)
})

test('spreads jobs of neighbouring ids evenly', () => {
  const tenths = Array.from({ length: 10 }, () => 0)
  for (let job = 0; job < 10_000; job++) tenths[Math.floor(jitterOf(`job-${job}`, { jitterMs: 10_000 }) / 1000)]! += 1
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150)
})
