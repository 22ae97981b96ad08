import fc from 'fast-check'
import { type Memory, MEMORY_KINDS, type MemoryKind } from '../src/index.ts'

export const DAY_MS = 86_400_000
export const NOW = 1_700_000_000_000

let count = 0

/** A memory as a store would answer it. */
export function memoryOf(content: string, fields: Partial<Memory> = {}): Memory {
  count += 1
  return {
    id: `mem_${count.toString(16).padStart(24, '0')}`,
    agentId: 'acme',
    kind: 'fact',
    content,
    importance: 0.6,
    isPinned: false,
    provenance: [],
    version: count,
    createdAt: NOW,
    updatedAt: NOW,
    lastAccessedAt: NOW,
    accessCount: 0,
    ...fields,
  }
}

const words = fc.constantFrom('tea', 'Tea', 'coffee', 'likes', 'drinks', 'at', 'noon', '5', '6', '東京', 'naïve', '!')

/** Memories of few words, so that many are alike, of every kind and age, there and gone. */
export const memories: fc.Arbitrary<Memory[]> = fc
  .array(
    fc.record({
      content: fc.oneof(
        fc.array(words, { minLength: 1, maxLength: 5 }).map((list) => list.join(' ')),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      ),
      kind: fc.constantFrom<MemoryKind>(...MEMORY_KINDS),
      importance: fc.double({ min: 0, max: 1, noNaN: true }),
      isPinned: fc.boolean(),
      ageMs: fc.nat(400 * DAY_MS),
      gone: fc.option(fc.nat(60 * DAY_MS), { freq: 4 }),
    }),
    { maxLength: 40, size: 'max' },
  )
  .map((all) =>
    all.map(({ content, kind, importance, isPinned, ageMs, gone }, index) => {
      const at = NOW - ageMs
      const deletion = gone === null ? {} : { deletion: { type: 'requested' as const, at: NOW - gone } }
      const instants = { createdAt: at, updatedAt: at, lastAccessedAt: at }
      const id = `mem_${index.toString(16).padStart(24, '0')}`
      return memoryOf(content, { id, kind, importance, isPinned, version: index + 1, ...instants, ...deletion })
    }),
  )
