import { afterEach, describe, expect, test, vi } from 'vitest'
import { setup as setupStore } from '../../test/setup.ts'
import { createRecall, type Embedder, type SearchOptions } from '../index.ts'
import { cosineOf, normalise } from './embedder.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Understands drinks and vehicles; everything else points nowhere in particular. */
function meaningOf(text: string): number[] {
  const has = (...words: string[]): number => Number(words.some((word) => text.toLowerCase().includes(word)))
  return [has('tea', 'coffee', 'drink', 'beverage') * 7, has('car', 'bicycle', 'vehicle') * 7, 1]
}

function setup(behaviour: Partial<Embedder> = {}) {
  const base = setupStore()
  const asked: string[] = []
  const embedder: Embedder = {
    model: 'm-1',
    async embed(texts) {
      asked.push(...texts)
      return texts.map(meaningOf)
    },
    ...behaviour,
  }
  const recallWith = (other: Partial<Embedder> = {}) =>
    createRecall(base.store, { embedder: { ...embedder, ...other }, clock: base.clock })
  const recall = recallWith()
  const search = async (query: string, options?: SearchOptions) => recall.search('acme', query, options)
  return { ...base, recall, recallWith, search, asked }
}

describe('recall with an embedder', () => {
  test('finds by meaning what shares no word, and by words what has no meaning', async () => {
    const { save, search } = setup()
    await save('Takes tea at noon')
    await save('Owns a bicycle')
    await save('Account AX-7731')
    const drinks = await search('favourite beverage')
    expect(drinks.items[0]?.memory.content).toBe('Takes tea at noon')
    expect(drinks.ranking).toEqual({ type: 'hybrid', model: 'm-1', unembedded: 0 })
    expect((await search('AX-7731')).items[0]?.memory.content).toBe('Account AX-7731')
  })

  test('embeds each memory once, keeps the vectors, and again only what says something else', async () => {
    const { save, store, search, asked, recallWith } = setup()
    const tea = await save('tea')
    await save('car')
    await search('drink')
    expect(asked.splice(0).toSorted()).toEqual(['car', 'drink', 'tea'])
    await search('drink')
    await recallWith().search('acme', 'drink')
    expect(asked.splice(0)).toEqual(['drink', 'drink'])
    await store.update(tea.id, { content: 'coffee' })
    await search('drink')
    expect(asked.splice(0).toSorted()).toEqual(['coffee', 'drink'])
  })

  test('embeds once what is searched for at the same time', async () => {
    const { save, recall, asked } = setup()
    await save('tea')
    await using open = await recall.open('acme')
    await Promise.all([open.search('drink'), open.search('drink'), open.search('drink')])
    expect(asked.filter((text) => text === 'tea')).toHaveLength(1)
  })

  test('embeds all anew for another model', async () => {
    const { save, search, asked, recallWith } = setup()
    await save('tea')
    await search('drink')
    asked.splice(0)
    const other = await recallWith({ model: 'm-2' }).search('acme', 'drink')
    expect(asked.toSorted()).toEqual(['drink', 'tea'])
    expect(other.ranking).toEqual({ type: 'hybrid', model: 'm-2', unembedded: 0 })
  })

  test('embeds a bounded number for one search, newest first, and says how many are left', async () => {
    const { save, search, asked } = setup()
    for (let count = 0; count < 300; count += 1) await save(`tea ${count}`)
    expect((await search('drink')).ranking).toEqual({ type: 'hybrid', model: 'm-1', unembedded: 44 })
    expect(asked).toHaveLength(257)
    expect(asked).toContain('tea 299')
    expect(asked).not.toContain('tea 43')
    expect((await search('drink')).ranking).toEqual({ type: 'hybrid', model: 'm-1', unembedded: 0 })
  })

  test.for([
    ['rejects', { embed: () => Promise.reject(new Error('no quota')) }, 'no quota'],
    ['throws', { embed: () => expect.fail('broken') }, 'broken'],
    ['answers too few vectors', { embed: async () => [] }, 'one vector'],
    ['answers a vector of nothing', { embed: async (all: readonly string[]) => all.map(() => [0, 0]) }, 'one vector'],
    ['answers no number', { embed: async (all: readonly string[]) => all.map(() => [Number.NaN]) }, 'one vector'],
    [
      'answers different lengths',
      { embed: async (all: readonly string[]) => all.map((text) => Array<number>(text.length).fill(1)) },
      'one',
    ],
  ] as const)('falls back to words and says so when the embedder %s', async ([, behaviour, message]) => {
    const { save, search, store } = setup(behaviour)
    await save('Likes tea')
    await save('Likes herbal tea')
    const { items, ranking } = await search('tea')
    expect(items).toHaveLength(2)
    expect(ranking).toMatchObject({ type: 'text-fallback', error: { message: expect.stringContaining(message) } })
    expect(await Array.fromAsync(store.vectors('acme', 'm-1'))).toEqual([])
  })

  test('falls back to words when the embedder is deaf, and tells it to stop', async () => {
    vi.useFakeTimers()
    let told: AbortSignal | undefined
    const { save, search } = setup({
      embed: (_, { signal }) => {
        told = signal
        return new Promise(() => undefined)
      },
    })
    await save('Likes tea')
    const searching = search('tea')
    await vi.waitUntil(() => told !== undefined)
    await vi.advanceTimersByTimeAsync(5000)
    const { items, ranking } = await searching
    expect(items).toHaveLength(1)
    expect(ranking).toMatchObject({
      type: 'text-fallback',
      error: { message: 'the embedder took longer than 5000 ms' },
    })
    expect(told?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('does not wait for what another search waits for when its caller stops', async () => {
    vi.useFakeTimers()
    let calls = 0
    const { save, recall } = setup({
      embed: () => {
        calls += 1
        return new Promise(() => undefined)
      },
    })
    await save('tea')
    const open = await recall.open('acme')
    const patient = open.search('tea')
    await vi.waitUntil(() => calls === 1)
    const stop = new AbortController()
    const reason = new Error('enough')
    const impatient = open.search('tea', { signal: stop.signal })
    stop.abort(reason)
    await expect(impatient).rejects.toBe(reason)
    await vi.advanceTimersByTimeAsync(5000)
    expect((await patient).ranking.type).toBe('text-fallback')
  })

  test('stops when the caller stops, rather than falling back', async () => {
    const stop = new AbortController()
    const reason = new Error('enough')
    const { save, search } = setup({
      embed: () => {
        stop.abort(reason)
        return new Promise(() => undefined)
      },
    })
    await save('tea')
    await expect(search('tea', { signal: stop.signal })).rejects.toBe(reason)
  })

  test('P18 asks no model for nothing: no memories, or no words', async () => {
    const { save, search, asked } = setup()
    await search('drink')
    await save('tea')
    await search(' … ')
    expect(asked).toEqual([])
  })
})

// The reference took a distance for a likeness for months, and its thresholds meant nothing.
test('M8 likeness is the cosine: it depends on direction alone, and is 1 for the same', () => {
  const likeness = (one: number[], other: number[]): number =>
    cosineOf(normalise(one) as Float32Array, normalise(other) as Float32Array)
  expect(likeness([3, 4], [30, 40])).toBeCloseTo(1)
  expect(likeness([1, 0], [0, 5])).toBe(0)
  expect(likeness([1, 0], [-2, 0])).toBe(-1)
  expect(likeness([1, 0], [1, 1])).toBeCloseTo(Math.SQRT1_2)
  expect(cosineOf(Float32Array.of(1), Float32Array.of(1, 0))).toBe(0)
})
