import { describe, expect, test } from 'vitest'
import { isSettled, type PageActivity, together } from './settle.ts'

const still: PageActivity = { openNavigations: 0, openRequests: 0, requestedAt: 0, movedAt: 0, isLoaded: true }

const isSettledAt = (activity: PageActivity, now: number, actedAt = 0) =>
  isSettled(activity, { actedAt, now, quietMs: 250 })

test('pages have come to rest together when each of them has', () => {
  const loading: PageActivity = { openNavigations: 0, openRequests: 2, requestedAt: 5, movedAt: 3, isLoaded: false }
  const moving: PageActivity = { openNavigations: 1, openRequests: 1, requestedAt: 4, movedAt: 9, isLoaded: true }
  expect(together([still, loading, moving])).toEqual({
    openNavigations: 1,
    openRequests: 3,
    requestedAt: 5,
    movedAt: 9,
    isLoaded: false,
  })
})

describe('a page has come to rest', () => {
  test.for([
    ['when nothing has moved for a moment', still, 250],
    ['when all but its own requests rest for a while', { ...still, openRequests: 1 }, 2000],
    ['when it had time for its last answer', { ...still, requestedAt: 1000 }, 1100],
    ['when answers keep coming for a while', { ...still, requestedAt: 1999 }, 2000],
    ['when it has not loaded for long', { ...still, isLoaded: false }, 5000],
  ] as const)('%s', ([, activity, now]) => {
    expect(isSettledAt(activity, now)).toBe(true)
    expect(isSettledAt(activity, now - 1)).toBe(false)
  })

  test('not while it goes elsewhere, however long', () => {
    expect(isSettledAt({ ...still, openNavigations: 1 }, 1e9)).toBe(false)
  })

  test('counted from what was done or from its last move, whichever is later', () => {
    expect(isSettledAt(still, 300, 100)).toBe(false)
    expect(isSettledAt({ ...still, movedAt: 200 }, 400, 100)).toBe(false)
    expect(isSettledAt({ ...still, movedAt: 200 }, 450, 100)).toBe(true)
  })
})
