import { describe, expect, test } from 'vitest'
import { mergeBundles } from './bundle.ts'
import { MAX_TRIGGERS, type Trigger } from './wake.ts'

const trigger = (at: number): Trigger => ({ type: 'manual', at })

describe('merging bundles', () => {
  test('keeps the oldest triggers in order and counts the rest', () => {
    const late = Array.from({ length: MAX_TRIGGERS }, (_, index) => trigger(100 + index))
    const merged = mergeBundles([
      { triggers: late, more: 5, attempt: 1 },
      { triggers: [trigger(1), trigger(2)], more: 0, attempt: 1 },
    ])
    expect(merged.triggers.map(({ at }) => at)).toEqual([1, 2, ...late.slice(0, MAX_TRIGGERS - 2).map(({ at }) => at)])
    expect(merged.more).toBe(7)
  })

  test('counts the furthest attempt for all', () => {
    const bundles = [3, 1].map((attempt) => ({ triggers: [trigger(1)], more: 0, attempt }))
    expect(mergeBundles(bundles).attempt).toBe(3)
  })
})
