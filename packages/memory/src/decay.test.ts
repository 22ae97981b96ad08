import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, memoryOf, NOW } from '../test/memories.ts'
import { currentImportance, DEFAULT_HALF_LIVES, MEMORY_KINDS } from './index.ts'

const kind = fc.constantFrom(...MEMORY_KINDS)
const share = fc.double({ min: 0, max: 1, noNaN: true })

describe('decay', () => {
  test('leaves half after a half-life, by kind', () => {
    for (const one of MEMORY_KINDS.filter((other) => other !== 'identity')) {
      const memory = memoryOf('x', { kind: one, importance: 0.8 })
      expect(currentImportance(memory, NOW + DEFAULT_HALF_LIVES[one])).toBeCloseTo(0.4)
    }
  })

  // The reference multiplied what was left by a factor on every pass: hourly passes pruned within a day what daily ones kept.
  test('M5 E12 depends on the age alone: however often it is looked at between, the same is left', () => {
    fc.assert(
      fc.property(kind, share, fc.array(fc.nat(400), { maxLength: 50 }), (one, importance, days) => {
        const memory = memoryOf('x', { kind: one, importance })
        const end = NOW + 400 * DAY_MS
        const once = currentImportance(memory, end)
        for (const day of days) currentImportance(memory, NOW + day * DAY_MS)
        expect(currentImportance(memory, end)).toBe(once)
      }),
    )
  })

  test('M5 never rises, neither with time nor above what was said', () => {
    fc.assert(
      fc.property(kind, share, fc.nat(10_000), fc.nat(10_000), (one, importance, first, more) => {
        const memory = memoryOf('x', { kind: one, importance })
        const earlier = currentImportance(memory, NOW + first * DAY_MS)
        const later = currentImportance(memory, NOW + (first + more) * DAY_MS)
        expect(later).toBeLessThanOrEqual(earlier)
        expect(earlier).toBeLessThanOrEqual(importance)
        expect(later).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('spares identities, what is pinned, and what is from the future', () => {
    const later = NOW + 10_000 * DAY_MS
    expect(currentImportance(memoryOf('x', { kind: 'identity', importance: 0.3 }), later)).toBe(0.3)
    expect(currentImportance(memoryOf('x', { isPinned: true }), later)).toBe(0.6)
    expect(currentImportance(memoryOf('x'), NOW - DAY_MS)).toBe(0.6)
  })
})
