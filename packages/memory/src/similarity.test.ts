import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSimilarityIndex, similarityOf, wordPairsOf } from './similarity.ts'

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), { minLength: 1, maxLength: 12 })
  .map((words) => words.join(' '))

test('finds exactly the pairs that comparing each with each finds', () => {
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 30, size: 'max' }),
      fc.constantFrom(0.1, 0.5, 0.7, 0.9, 1),
      (texts, threshold) => {
        const all = texts.map((content, index) => ({ name: `${index}`, features: wordPairsOf(content) }))
        const index = createSimilarityIndex(
          threshold,
          all.map(({ features }) => features),
        )
        for (const { name, features } of all) index.put(name, features)
        for (const { features } of all) {
          const plain = all.filter((other) => similarityOf(features, other.features) >= threshold)
          expect(index.similarTo(features).map(({ name }) => name)).toEqual(plain.map(({ name }) => name))
        }
      },
    ),
    { numRuns: 300 },
  )
})

test.for([
  ['punctuation and case do not count', 'Likes tea.', 'likes TEA', 1],
  ['the order of words counts', 'Anna owes Bob', 'Bob owes Anna', 0],
  ['what begins alike is not the same', 'a b', 'a b c', 0.4],
] as const)('%s', ([, one, other, similarity]) => {
  expect(similarityOf(wordPairsOf(one), wordPairsOf(other))).toBeCloseTo(similarity)
})

test('compares with a bounded number, first with what shares the rarest words', () => {
  const common = Array.from({ length: 500 }, (_, index) => ({ name: `${index}`, features: new Set(['a', 'b', 'c']) }))
  const rare = { name: 'rare', features: new Set(['a', 'b', 'z']) }
  const all = [...common, rare]
  const index = createSimilarityIndex(
    0.1,
    all.map(({ features }) => features),
    10,
  )
  for (const { name, features } of all) index.put(name, features)
  const similar = index.similarTo(new Set(['a', 'z']))
  expect(similar).toHaveLength(10)
  expect(similar.at(-1)?.name).toBe('rare')
})
