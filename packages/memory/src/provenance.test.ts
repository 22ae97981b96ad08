import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinProvenance, MOST_SOURCES } from './provenance.ts'

const sources = fc.array(
  fc.record({
    type: fc.constantFrom('run' as const, 'person' as const),
    id: fc.constantFrom(...Array.from({ length: 30 }, (_, index) => `${index}`)),
    at: fc.nat(100),
  }),
  { maxLength: 60, size: 'max' },
)

test('joins in any order and grouping to the same, each source once, bounded', () => {
  fc.assert(
    fc.property(sources, sources, (one, other) => {
      const joined = joinProvenance(one, other)
      expect(joinProvenance(other.toReversed(), one)).toEqual(joined)
      expect(joinProvenance(joined, joined)).toEqual(joined)
      expect(joined.length).toBeLessThanOrEqual(MOST_SOURCES)
      expect(new Set(joined.map(({ type, id }) => type + id)).size).toBe(joined.length)
      expect(joined[0]?.at).toBe([...one, ...other].map(({ at }) => at).toSorted((a, b) => a - b)[0])
    }),
  )
})
