import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS, memories, memoryOf, NOW } from '../../test/memories.ts'
import { parseMaintenanceOptions } from './options.ts'
import { planInSteps } from './plan.ts'
import { type Memory, mergeMemories, type MaintenanceChange, planMaintenance } from '../index.ts'

/** So many different words. */
function manyWords(count: number): string {
  return Array.from({ length: count }, (_, index) => `word${'x'.repeat(index)}`).join(' ')
}

/** So long that one word more or less hardly counts. */
const LONG = manyWords(60)

/** Makes planned changes of plain data, as a store makes them of rows. */
function apply(all: readonly Memory[], changes: readonly MaintenanceChange[], at = NOW): Memory[] {
  const byId = new Map(all.map((memory) => [memory.id, memory]))
  function find(id: string): Memory {
    const memory = byId.get(id)
    if (memory === undefined) throw new Error(`the plan names ${id}, which is not there`)
    return memory
  }
  for (const change of changes) {
    if (change.type === 'purge') byId.delete(change.memoryId)
    else if (change.type === 'prune') {
      byId.set(change.memoryId, { ...find(change.memoryId), deletion: { type: 'pruned', at } })
    } else {
      const { memoryId } = change.into
      const from = change.from.map((one) => find(one.memoryId))
      byId.set(memoryId, mergeMemories(find(memoryId), from, change.content))
      for (const loser of from) byId.set(loser.id, { ...loser, deletion: { type: 'merged', at, into: memoryId } })
    }
  }
  return [...byId.values()]
}

function merge(...all: readonly Memory[]): { readonly content: string; readonly into: string }[] {
  return planMaintenance(all, NOW).flatMap((change) =>
    change.type === 'merge' ? [{ content: change.content, into: change.into.memoryId }] : [],
  )
}

describe('planning the maintenance of an agent', () => {
  test('M5 finds nothing the second time, and the same whatever the order', () => {
    fc.assert(
      fc.property(memories, fc.constantFrom(0.5, 0.7, 0.9, 1), (all, mergeFrom) => {
        const plan = planMaintenance(all, NOW, { mergeFrom })
        expect(planMaintenance(all.toReversed(), NOW, { mergeFrom })).toEqual(plan)
        expect(planMaintenance(apply(all, plan), NOW, { mergeFrom })).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('M5 goes on when what was merged is like another one that its parts were not like', () => {
    const all = ['d b', 'd b b a', 'd b b'].map((content) => memoryOf(content))
    const plan = planMaintenance(all, NOW, { mergeFrom: 0.5 })
    expect(plan).toMatchObject([{ type: 'merge', from: [{}, {}], content: 'd b b a' }])
    expect(planMaintenance(apply(all, plan), NOW, { mergeFrom: 0.5 })).toEqual([])
  })

  test('rests many times on the way, so that a large agent holds up no other', () => {
    const all = Array.from({ length: 1000 }, (_, index) =>
      memoryOf(`tea ${'y'.repeat(index % 50)} ${'z'.repeat(index / 50)}`),
    )
    const steps = planInSteps(all, NOW, parseMaintenanceOptions({}))
    let rests = 0
    while (steps.next().done !== true) rests += 1
    expect(rests).toBeGreaterThan(200)
  })

  test('names each memory once, and merges within one kind alone', () => {
    fc.assert(
      fc.property(memories, (all) => {
        const byId = new Map(all.map((memory) => [memory.id, memory]))
        const plan = planMaintenance(all, NOW, { mergeFrom: 0.5 })
        const named = plan.flatMap((change) => (change.type === 'merge' ? [change.into, ...change.from] : [change]))
        expect(new Set(named.map(({ memoryId }) => memoryId)).size).toBe(named.length)
        for (const change of plan) {
          if (change.type !== 'merge') continue
          const kinds = [change.into, ...change.from].map(({ memoryId }) => byId.get(memoryId)?.kind)
          expect(new Set(kinds).size).toBe(1)
          for (const { memoryId } of change.from) expect(byId.get(memoryId)?.isPinned).toBe(false)
        }
      }),
    )
  })

  test('M7 loses no word and no source by merging', () => {
    fc.assert(
      fc.property(memories, (all) => {
        const plan = planMaintenance(all, NOW, { mergeFrom: 0.5, pruneBelow: 0 })
        const words = (list: readonly Memory[]) =>
          new Set(
            list.flatMap(
              ({ content }) =>
                content
                  .normalize('NFKC')
                  .toLowerCase()
                  .match(/[\p{L}\p{N}]+/gu) ?? [],
            ),
          )
        const there = (list: readonly Memory[]) => list.filter(({ deletion }) => deletion === undefined)
        expect(words(there(apply(all, plan)))).toEqual(words(there(all)))
      }),
    )
  })

  test('prunes what has decayed and was not used for long; identities and what is pinned stay', () => {
    const at = NOW - 100 * DAY_MS
    const old = { createdAt: at, updatedAt: at, lastAccessedAt: at }
    const faded = memoryOf('faded', { kind: 'observation', ...old })
    const rest = [
      memoryOf('pinned', { kind: 'observation', isPinned: true, importance: 0, ...old }),
      memoryOf('me', { kind: 'identity', importance: 0, ...old }),
      memoryOf('lasting', { kind: 'fact', ...old }),
      memoryOf('used', { kind: 'observation', ...old, lastAccessedAt: NOW }),
      memoryOf('new and slight', { kind: 'observation', importance: 0 }),
    ]
    const { id: memoryId, version, lastAccessedAt } = faded
    expect(planMaintenance([...rest, faded], NOW)).toEqual([{ type: 'prune', memoryId, version, lastAccessedAt }])
  })

  test('M5 M12 prunes at the first look after the same age, whether it looks every hour or every month', () => {
    // Three half-lives of 14 days make 0.8 the 0.1 below which a memory is pruned.
    const memory = memoryOf('seen', { kind: 'observation', importance: 0.8 })
    for (const days of [1 / 24, 1, 5, 30]) {
      const looks = Array.from({ length: 2000 }, (_, count) => (count + 1) * days)
      const found = looks.find((day) => planMaintenance([memory], NOW + day * DAY_MS).length > 0)
      expect(found).toBe(looks.find((day) => day > 42))
    }
  })

  test('M6 purges only what has been gone for long', () => {
    const gone = (days: number) => memoryOf('x', { deletion: { type: 'requested', at: NOW - days * DAY_MS } })
    const [old, young] = [gone(30), gone(29)]
    expect(planMaintenance([old, young], NOW)).toEqual([{ type: 'purge', memoryId: old.id, version: old.version }])
  })

  test('M7 keeps the more important one, then the older one', () => {
    const weak = memoryOf('Likes tea.', { importance: 0.5, createdAt: NOW - 9 })
    const older = memoryOf('likes tea', { importance: 0.7, createdAt: NOW - 1 })
    const younger = memoryOf('LIKES TEA', { importance: 0.7, createdAt: NOW })
    expect(merge(younger, weak, older)).toEqual([{ into: older.id, content: 'likes tea' }])
  })

  test.for([
    ['M7 of another kind', 'Likes tea', { content: 'likes tea', kind: 'preference' }],
    ['with another number', 'Meets at 5', { content: 'meets at 6' }],
    ['with one other number among many words', `${LONG} 5`, { content: `${LONG} 6` }],
    ['with one other word among many', `${LONG} tea`, { content: `${LONG} milk` }],
    ['with its words in another order', 'Anna owes Bob', { content: 'Bob owes Anna' }],
    ['that is pinned as well', 'Likes tea', { content: 'likes tea', isPinned: true }],
    ['that would not fit', `${manyWords(90)} tea now`, { content: `${manyWords(90)} green tea now` }],
  ] as const)('merges nothing %s', ([, content, fields]) => {
    const first = memoryOf(content, { isPinned: 'isPinned' in fields })
    expect(merge(first, memoryOf(fields.content, fields))).toEqual([])
  })

  test('M7 keeps both texts of what differs, and one of what holds the other', () => {
    expect(merge(memoryOf('Prefers C++'), memoryOf('prefers C#'))[0]?.content).toBe('Prefers C++\n\nprefers C#')
    expect(merge(memoryOf('Prefers tea'), memoryOf('“Prefers tea!”'))[0]?.content).toBe('Prefers tea')
    const [less, more] = [`${LONG} tea`, `${LONG} green tea`]
    expect(merge(memoryOf(less), memoryOf(more))[0]?.content).toBe(`${less}\n\n${more}`)
    expect(merge(memoryOf(less), memoryOf(`${less} always`))[0]?.content).toBe(`${less} always`)
  })

  test('M7 joins importance, use and sources', () => {
    const source = (id: string, at: number) => ({ type: 'run' as const, id, at })
    const one = memoryOf('a', { importance: 0.4, accessCount: 2, lastAccessedAt: 5, provenance: [source('x', 1)] })
    const other = memoryOf('a', { importance: 0.9, accessCount: 3, lastAccessedAt: 3, provenance: [source('y', 0)] })
    expect(mergeMemories(one, [other], 'a')).toEqual({
      ...one,
      importance: 0.9,
      accessCount: 5,
      provenance: [source('y', 0), source('x', 1)],
    })
  })

  test.for([
    ['pruneBelow', { pruneBelow: 1.1 }],
    ['pruneBelow', { pruneBelow: Number.NaN }],
    ['pruneAfterMs', { pruneAfterMs: -1 }],
    ['purgeAfterMs', { purgeAfterMs: 0 }],
    ['mergeFrom', { mergeFrom: 0.4 }],
    ['mergeFrom', { mergeFrom: Number.POSITIVE_INFINITY }],
    ['halfLivesMs.fact', { halfLivesMs: { fact: 0 } }],
    ['halfLivesMs.identity', { halfLivesMs: { identity: 1 } }],
    ['pruneBellow', { pruneBellow: 0.1 }],
  ] as const)('P20 C14 C15 refuses a bad %s', ([field, options]) => {
    expect(() => planMaintenance([], NOW, options as object)).toThrow(
      expect.objectContaining({ code: 'MEMORY_INVALID', field }),
    )
  })
})
