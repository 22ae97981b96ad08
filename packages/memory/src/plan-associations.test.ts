import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memories, memoryOf, NOW } from '../test/memories.ts'
import { setup } from '../test/setup.ts'
import { planAssociations } from './index.ts'

const allOf = (list: readonly { readonly id: string }[]): Set<string> => new Set(list.map(({ id }) => id))

describe('planning associations', () => {
  test('relates what shares its words, more strongly the more it shares', () => {
    const [a, b, c, d] = [
      memoryOf('Customer likes green tea'),
      memoryOf('customer likes green TEA'),
      memoryOf('customer likes green apples'),
      memoryOf('the weather'),
    ] as const
    const planned = planAssociations([a, b, c, d], new Set([a.id, d.id]))
    expect(planned.map(({ from, to, kind }) => [from, to, kind])).toEqual([
      [a.id, b.id, 'related-to'],
      [a.id, c.id, 'related-to'],
    ])
    expect(planned.map(({ weight }) => weight)).toEqual([1, expect.closeTo(0.6)])
  })

  test('C14 gives weights from 0.5 to 1 at every threshold, at 1 too', () => {
    fc.assert(
      fc.property(memories, fc.constantFrom(0.1, 0.5, 0.99, 1), (all, relatedFrom) => {
        for (const { from, to, weight } of planAssociations(all, allOf(all), { relatedFrom, mostOfOne: 50 })) {
          expect(weight).toBeGreaterThanOrEqual(0.5)
          expect(weight).toBeLessThanOrEqual(1)
          expect(from < to).toBe(true)
        }
      }),
    )
  })

  test('plans a bounded number, the strongest, whatever the order of the memories', () => {
    const all = Array.from({ length: 30 }, (_, count) => memoryOf(`likes tea ${'x '.repeat(count % 3)}`))
    const options = { most: 20, mostOfOne: 5 }
    const planned = planAssociations(all, allOf(all), options)
    expect(planned).toHaveLength(20)
    expect(planned.every(({ weight }) => weight === 1)).toBe(true)
    expect(planAssociations(all.toReversed(), allOf(all), options)).toEqual(planned)
  })

  test('relates nothing that is gone or without words', () => {
    const gone = memoryOf('likes tea', { deletion: { type: 'pruned', at: NOW } })
    const all = [gone, memoryOf('likes tea'), memoryOf('!'), memoryOf('…')]
    expect(planAssociations(all, allOf(all))).toEqual([])
  })

  // The reference wrote what had decayed, and so related it again and again.
  test('C8 has nothing to do anew when memories only decayed or were recalled', async () => {
    const { store, save, time } = setup()
    const first = await save('likes tea')
    await save('likes TEA')
    const seen = await store.version('acme')
    time.now += 100 * 86_400_000
    await store.touch('acme', [first.id])
    expect(await store.changes('acme', { after: seen })).toEqual([])
  })

  test('P20 refuses bad options', () => {
    for (const options of [{ relatedFrom: 0 }, { relatedFrom: 1.1 }, { most: 0 }, { mostOfOne: 51 }, { related: 1 }]) {
      expect(() => planAssociations([], new Set(), options)).toThrow(
        expect.objectContaining({ code: 'MEMORY_INVALID' }),
      )
    }
  })
})
