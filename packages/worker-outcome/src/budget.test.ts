import { describe, expect, test } from 'vitest'
import { createBudget, DEFAULT_BUDGET, tightestBudget } from './budget.ts'

describe('a budget', () => {
  test('is used up by its turns, counted in whole segments', () => {
    const budget = createBudget({ segments: 2, turnsPerSegment: 3 })
    const ends = [1, 2, 3, 4, 5].map(() => budget.endTurn())
    expect(ends).toEqual([false, false, true, false, false])
    expect([budget.segments, budget.usedUp()]).toEqual([1, undefined])
    expect(budget.endTurn()).toBe(true)
    expect([budget.segments, budget.usedUp()]).toEqual([2, 'the budget of 2 segments of 3 turns is used up'])
  })

  test.for([
    [{ tokens: 100 }, { tokens: 99 }, undefined],
    [{ tokens: 100 }, { tokens: 100 }, 'the budget of 100 tokens is used up'],
    [{ costUsd: 0.5 }, { tokens: 9e9 }, undefined],
    [{ costUsd: 0.5 }, { tokens: 1, costUsd: 0.5 }, 'the budget of 0.5 US dollars is used up'],
  ] as const)('of %o with %o spent says %s', ([limits, spent, words]) => {
    const budget = createBudget({ ...DEFAULT_BUDGET, ...limits })
    budget.spend(spent)
    expect(budget.usedUp()).toBe(words)
  })

  test('is the tightest of what host, agent and task allow', () => {
    expect(
      tightestBudget(DEFAULT_BUDGET, { segments: 4, tokens: 1000 }, undefined, { segments: 20, costUsd: 1 }),
    ).toEqual({
      segments: 4,
      turnsPerSegment: 15,
      tokens: 1000,
      costUsd: 1,
    })
  })
})
