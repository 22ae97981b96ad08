import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../../test/memories.ts'
import { setup as setupStore } from '../../test/setup.ts'
import { createRecall, type MemoryKind, type SearchOptions } from '../index.ts'

function setup() {
  const base = setupStore()
  const recall = createRecall(base.store, { clock: base.clock })
  const find = async (query: string, options?: SearchOptions) =>
    (await recall.search('acme', query, options)).items.map(({ memory }) => memory.content)
  return { ...base, recall, find }
}

describe('recall', () => {
  test('finds by words, the fitting ones first', async () => {
    const { save, find } = setup()
    await save('The customer pays by invoice')
    await save('The invoice of the customer in Paris was paid late')
    await save('Likes tea')
    expect(await find('late invoice Paris')).toEqual([
      'The invoice of the customer in Paris was paid late',
      'The customer pays by invoice',
    ])
    expect(await find('zebra')).toEqual([])
  })

  test.for([
    ['the beginning of a word', 'Sends invoices monthly', 'invoice'],
    ['a slip of the pen', 'Prefers chamomile', 'chamomlie'],
    ['another form of the same letters', 'Meets in the caf\u00e9', 'CAFE\u0301'],
    ['a full-width query', 'Needs a PDF', 'ＰＤＦ'],
    ['a Japanese word inside a sentence', '東京都に住んでいます', '東京'],
    ['a Chinese word inside a sentence', '客户喜欢绿茶', '绿茶'],
    ['a query with operators of other engines', 'Likes tea', '+tea -"AND" OR (tea* NEAR/2 {x}) \\'],
  ] as const)('finds %s', async ([, content, query]) => {
    const { save, find } = setup()
    await save(content)
    await save('Something else entirely')
    expect(await find(query)).toEqual([content])
  })

  test('does not take one number for another', async () => {
    const { save, find } = setup()
    await save('Contract 20250')
    expect(await find('20260')).toEqual([])
  })

  test('P20 takes any text as a query, and refuses what is none', async () => {
    const { save, recall } = setup()
    await save('Likes tea')
    const hostile = [
      '',
      ' ',
      '\0',
      '\ud800',
      '"',
      '__proto__ constructor toString',
      'tea '.repeat(500_000),
      'x'.repeat(1_000_000),
      Array.from({ length: 20_000 }, (_, index) => `w${index}`).join(' '),
      '👍🏽'.repeat(10_000),
    ]
    for (const query of hostile) expect((await recall.search('acme', query)).ranking).toEqual({ type: 'text' })
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (query) => {
        expect((await recall.search('acme', query)).items.length).toBeLessThanOrEqual(1)
      }),
    )
    const refusals: [unknown, object, string][] = [
      [7, {}, 'query'],
      ['x', { limit: 0 }, 'limit'],
      ['x', { limit: 51 }, 'limit'],
      ['x', { kinds: ['x'] }, 'kinds.0'],
      ['x', { kind: 'fact' }, 'kind'],
    ]
    for (const [query, options, field] of refusals) {
      const search = recall.search('acme', query as string, options)
      await expect(search).rejects.toMatchObject({ code: 'MEMORY_INVALID', field })
    }
    await expect(recall.open('a b')).rejects.toMatchObject({ field: 'agentId' })
    expect(recall.openAgents).toBe(0)
  })

  test('takes no more than the wanted kinds, and no more than the limit', async () => {
    const { save, find } = setup()
    for (const kind of ['fact', 'goal', 'todo'] as MemoryKind[]) await save(`tea as ${kind}`, { kind })
    expect(await find('tea', { kinds: ['goal'] })).toEqual(['tea as goal'])
    expect(await find('tea', { kinds: [] })).toEqual([])
    expect(await find('tea', { limit: 2 })).toHaveLength(2)
  })

  test('P7 finds nothing of another agent', async () => {
    const { save, find } = setup()
    await save('tea', { agentId: 'other' })
    expect(await find('tea')).toEqual([])
  })

  test('finds what hangs together with what fits, after it', async () => {
    const { save, store, find } = setup()
    const tea = await save('Likes tea')
    const cause = await save('Grew up in Darjeeling')
    await save('Owns a bicycle')
    await store.associate({ from: tea.id, to: cause.id, kind: 'caused-by', weight: 1 })
    expect(await find('tea')).toEqual(['Likes tea', 'Grew up in Darjeeling'])
    expect(await find('tea', { kinds: ['goal'] })).toEqual([])
  })

  test('prefers, of equally fitting ones, what matters more and is fresher', async () => {
    const { save, find, time } = setup()
    await save('tea one', { importance: 0.1 })
    time.now += 365 * DAY_MS
    await save('tea two', { importance: 0.9 })
    expect((await find('tea'))[0]).toBe('tea two')
  })

  test('counts as recall what it found, unless told not to', async () => {
    const { save, store, find, time } = setup()
    const tea = await save('Likes tea')
    const other = await save('Likes milk')
    time.now += DAY_MS
    await find('tea', { countsAsRecall: false })
    expect(await store.get(tea.id)).toEqual(tea)
    await find('tea')
    expect(await store.get(tea.id)).toEqual({ ...tea, accessCount: 1, lastAccessedAt: time.now })
    expect(await store.get(other.id)).toEqual(other)
    expect(await store.version('acme')).toBe(other.version)
  })

  test('finds, while open, all that was on disk when it was asked', async () => {
    const { save, store, recall } = setup()
    await using open = await recall.open('acme')
    const find = async (query: string) => (await open.search(query)).items.map(({ memory }) => memory.content)
    expect(await find('tea')).toEqual([])
    const tea = await save('Likes tea')
    expect(await find('tea')).toEqual(['Likes tea'])
    await store.update(tea.id, { content: 'Likes coffee' })
    expect([await find('tea'), await find('coffee')]).toEqual([[], ['Likes coffee']])
    await store.delete(tea.id)
    expect(await find('coffee')).toEqual([])
    await store.restore(tea.id)
    expect(await find('coffee')).toEqual(['Likes coffee'])
    await store.erase(tea.id)
    expect(await find('coffee')).toEqual([])
  })

  test('P6 finds nothing of a former agent of the same id, and all of the new one, also while open', async () => {
    const { save, store, recall } = setup()
    await using open = await recall.open('acme')
    await save('Old tea')
    await save('Old milk')
    expect((await open.search('tea')).items).toHaveLength(1)
    await store.deleteAgent('acme')
    await save('New tea')
    expect((await open.search('tea')).items.map(({ memory }) => memory.content)).toEqual(['New tea'])
  })

  test('finds, however memories change, what searching anew finds', async () => {
    const act = fc.record({
      type: fc.constantFrom('save', 'update', 'delete', 'erase', 'restore'),
      word: fc.constantFrom('tea', 'milk', 'rum'),
      pick: fc.nat(9),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        const { save, store, recall, find } = setup()
        await using open = await recall.open('acme')
        const ids: string[] = []
        for (const { type, word, pick } of acts) {
          const id = ids[pick % ids.length] ?? ''
          if (type === 'save') ids.push((await save(`${word} ${pick}`)).id)
          else if (type === 'update') await store.update(id, { content: `${word} ${pick} new` })
          else await store[type as 'delete'](id)
          const found = (await open.search(word, { limit: 50 })).items.map(({ memory }) => memory.content)
          expect(found.toSorted()).toEqual((await find(word, { limit: 50 })).toSorted())
        }
      }),
      { numRuns: 50 },
    )
  })

  test('lets others run while a large agent is opened', async () => {
    const { save, recall } = setup()
    for (let count = 0; count < 400; count += 1) await save(`tea ${count}`)
    let turns = 0
    let isOpening = true
    const others = (async () => {
      for (; isOpening; turns += 1) await new Promise((resolve) => setImmediate(resolve))
    })()
    await using _open = await recall.open('acme')
    isOpening = false
    await others
    expect(turns).toBeGreaterThan(10)
  })

  test('P15 holds nothing of an agent that nobody has open', async () => {
    const { save, recall } = setup()
    await save('tea')
    const [one, other] = await Promise.all([recall.open('acme'), recall.open('acme')])
    await recall.search('acme', 'tea')
    await recall.search('sleeper', 'tea')
    expect(recall.openAgents).toBe(1)
    await one.close()
    await one.close()
    expect((await other.search('tea')).items).toHaveLength(1)
    expect(recall.openAgents).toBe(1)
    await other.close()
    expect(recall.openAgents).toBe(0)
    await expect(one.search('tea')).rejects.toMatchObject({ code: 'MEMORY_RECALL_CLOSED' })
  })

  test('P15 holds nothing when an agent could not be opened', async () => {
    const { store } = setup()
    const broken = createRecall({ ...store, version: () => Promise.reject(new Error('disk')) })
    await expect(broken.open('acme')).rejects.toThrow('disk')
    await expect(broken.search('acme', 'tea')).rejects.toThrow('disk')
    expect(broken.openAgents).toBe(0)
  })

  test('stops when asked to, with the reason', async () => {
    const { recall, save, store } = setup()
    const tea = await save('tea')
    const reason = new Error('enough')
    await expect(recall.search('acme', 'tea', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect((await store.get(tea.id))?.accessCount).toBe(0)
  })
})
