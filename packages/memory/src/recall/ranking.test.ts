import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, memoryOf, NOW } from '../../test/memories.ts'
import type { Association } from '../memory.ts'
import { fuseRankings, spreadScores, weighScores } from './ranking.ts'

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const score = fc.double({ min: 0.001, max: 100, noNaN: true })
const scores = fc.uniqueArray(fc.record({ id, score }), { selector: (scored) => scored.id })
const edge = fc.record({
  from: id,
  to: id,
  kind: fc.constant('related-to' as const),
  weight: fc.double({ min: 0.01, max: 1, noNaN: true }),
})

describe('ranking', () => {
  test('lets importance and recency decide between equals, and no more', () => {
    const old = { lastAccessedAt: NOW - 300 * DAY_MS }
    const memories = new Map([
      ['slight', memoryOf('x', { importance: 0.1 })],
      ['weighty', memoryOf('x', { importance: 1 })],
      ['old', memoryOf('x', { importance: 1, isPinned: true, ...old })],
      ['relevant', memoryOf('x', { importance: 0, ...old })],
    ])
    const found = [...memories.keys()].map((name) => ({ id: name, score: name === 'relevant' ? 14 : 10 }))
    const ranked = weighScores(found, memories, NOW)
    expect(ranked.map((scored) => scored.id)).toEqual(['relevant', 'weighty', 'old', 'slight'])
  })

  test('fuses by ranks: what two rankings name comes before what one names, whatever their measures', () => {
    const words = [
      { id: 'a', score: 900 },
      { id: 'b', score: 1 },
    ]
    const meaning = [
      { id: 'c', score: 0.9 },
      { id: 'b', score: 0.8 },
    ]
    expect(fuseRankings([words, meaning]).map((scored) => scored.id)).toEqual(['b', 'c', 'a'])
    expect(fuseRankings([words]).map((scored) => scored.id)).toEqual(['a', 'b'])
    expect(fuseRankings([[], []])).toEqual([])
  })

  test('spreads a bit of a score to what hangs together with it, also to what was not found', () => {
    const edges: Association[] = [{ from: 'a', to: 'z', kind: 'caused-by', weight: 1 }]
    const spread = spreadScores([{ id: 'a', score: 10 }], edges)
    expect(spread.map((scored) => scored.id)).toEqual(['a', 'z'])
    expect(spread[1]?.score).toBeCloseTo(3)
    expect(spread[0]?.score).toBe(10)
  })

  test('spreads so little that the best one stays ahead of what was not found, however many edges there are', () => {
    fc.assert(
      fc.property(scores, fc.array(edge, { maxLength: 30 }), (found, edges) => {
        const best = Math.max(0, ...found.map((scored) => scored.score))
        const before = new Map<string, number>(found.map((scored) => [scored.id, scored.score]))
        for (const after of spreadScores(found, [...edges, ...edges])) {
          const own = before.get(after.id) ?? 0
          expect(after.score).toBeGreaterThanOrEqual(own)
          expect(after.score - own).toBeLessThanOrEqual(0.3 * best + 1e-9)
        }
        expect(spreadScores(found, [...edges, ...edges])).toEqual(spreadScores(found.toReversed(), edges))
      }),
    )
  })
})
