import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Allowance, takeOne } from './rate.ts'

const START = 1_000_000

test('lets no more pass than a full allowance and what has filled up since, and says when to come again, whatever the clock does', () => {
  const limits = fc.record({ messages: fc.integer({ min: 1, max: 20 }), perMs: fc.integer({ min: 1000, max: 60_000 }) })
  const gaps = fc.array(fc.integer({ min: -500, max: 3000 }), { maxLength: 100 })
  fc.assert(
    fc.property(limits, gaps, (limit, moves) => {
      let [now, latest, passed] = [START, START, 0]
      let allowance: Allowance | undefined
      const comingAgain: string[] = []
      for (const move of moves) {
        now += move
        latest = Math.max(latest, now)
        const taken = takeOne(limit, allowance, now)
        if (taken.type === 'used-up') {
          comingAgain.push(takeOne(limit, allowance, now + taken.retryAfterMs).type)
          continue
        }
        allowance = taken.allowance
        passed += 1
      }
      const filled = ((latest - START) * limit.messages) / limit.perMs
      expect(passed).toBeLessThanOrEqual(limit.messages + filled + 1e-6)
      expect(comingAgain.filter((type) => type !== 'taken')).toEqual([])
    }),
    { numRuns: 300, seed: 20_261 },
  )
})
