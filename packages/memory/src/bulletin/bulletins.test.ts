import { afterEach, describe, expect, test, vi } from 'vitest'
import { DAY_MS } from '../../test/memories.ts'
import { setup as setupStore } from '../../test/setup.ts'
import {
  type BulletinsOptions,
  createBulletins,
  createEmbeddedMemoryStore,
  type CurrentBulletin,
  maintainAgent,
  type Summarise,
} from '../index.ts'

const TTL_MS = 300_000

afterEach(() => {
  vi.useRealTimers()
})

function setup(answer: (count: number) => string | Promise<string> = (count) => `Summary ${count}`) {
  const base = setupStore()
  const asked: Parameters<Summarise>[0][] = []
  const summarise: Summarise = async (knowledge) => {
    asked.push(knowledge)
    return answer(asked.length)
  }
  const bulletinsWith = (options: Partial<BulletinsOptions>) =>
    createBulletins({ store: base.store, clock: base.clock, summarise, ...options })
  const bulletins = bulletinsWith({})
  return { ...base, asked, bulletins, bulletinsWith, get: () => bulletins.get('acme') }
}

describe('bulletins', () => {
  test('are rendered, always of what is known now, when there is no model', async () => {
    const { save, store, bulletinsWith } = setup()
    const bulletins = bulletinsWith({ summarise: undefined })
    expect(await bulletins.get('acme')).toEqual({ text: '', version: 0, source: 'rendered' })
    const tea = await save('Likes tea')
    expect(await bulletins.get('acme')).toEqual({
      text: '## Facts\n- Likes tea',
      version: tea.version,
      source: 'rendered',
    })
    await save('Likes milk')
    expect((await bulletins.get('acme')).text).toBe('## Facts\n- Likes milk\n- Likes tea')
    await store.delete(tea.id)
    expect((await bulletins.get('acme')).text).toBe('## Facts\n- Likes milk')
  })

  test('read no memory while nothing changed', async () => {
    const { save, store, clock } = setup()
    const changes = vi.fn<typeof store.changes>(store.changes)
    const bulletins = createBulletins({ store: { ...store, changes }, clock })
    await save('Likes tea')
    for (let count = 0; count < 5; count += 1) await bulletins.get('acme')
    expect(changes).toHaveBeenCalledTimes(1)
  })

  test('give the model what is rendered, and its words to whoever asks', async () => {
    const { save, asked, get } = setup(() => '  In short: tea. ')
    const { version } = await save('Likes tea')
    expect(await get()).toEqual({ text: 'In short: tea.', version, source: 'summarised' })
    expect(asked).toEqual([{ agentId: 'acme', text: '## Facts\n- Likes tea', mostCharacters: 4000 }])
    expect(await get()).toEqual({ text: 'In short: tea.', version, source: 'summarised' })
    expect(asked).toHaveLength(1)
  })

  test('K5 ask the model once for a burst, and once within the time to live; until then the text is rendered', async () => {
    const { save, asked, get, time } = setup()
    await save('Likes tea')
    const burst = await Promise.all(Array.from({ length: 100 }, get))
    expect(new Set(burst.map(({ text }) => text))).toEqual(new Set(['Summary 1']))
    await save('Likes milk')
    time.now += TTL_MS - 1
    const between = await Promise.all(Array.from({ length: 100 }, get))
    expect(new Set(between.map(({ text }) => text))).toEqual(new Set(['## Facts\n- Likes milk\n- Likes tea']))
    expect(asked).toHaveLength(1)
    time.now += 1
    await Promise.all(Array.from({ length: 100 }, get))
    expect((await get()).text).toBe('Summary 2')
    expect(asked).toHaveLength(2)
  })

  test('speak of all that was on disk when they were asked for, also in the middle of a summary', async () => {
    const summary = Promise.withResolvers<string>()
    const { save, asked, get } = setup(() => summary.promise)
    const tea = await save('Likes tea')
    const first: Promise<CurrentBulletin> = get()
    await vi.waitUntil(() => asked.length === 1)
    const milk = await save('Likes milk')
    const second = get()
    summary.resolve('Tea.')
    expect(await first).toEqual({ text: 'Tea.', version: tea.version, source: 'summarised' })
    expect(await second).toEqual({
      text: '## Facts\n- Likes milk\n- Likes tea',
      version: milk.version,
      source: 'rendered',
    })
    expect(asked).toHaveLength(1)
  })

  const failures: readonly (readonly [string, () => string | Promise<string>, string])[] = [
    ['fails', () => Promise.reject(new Error('no quota')), 'no quota'],
    ['answers nothing', () => '  ', 'the summary must be a text'],
    ['answers no text', () => 7 as unknown as string, 'the summary must be a text'],
  ]
  test.for(failures)(
    'P18 are rendered when the model %s, which is not asked again about the same',
    async ([, answer, message]) => {
      const { save, asked, get, time } = setup(answer)
      await save('Likes tea')
      const first: CurrentBulletin = await get()
      expect(first).toMatchObject({
        text: '## Facts\n- Likes tea',
        source: 'rendered',
        error: { message: expect.stringContaining(message) },
      })
      time.now += 10 * TTL_MS
      expect((await get()).text).toBe('## Facts\n- Likes tea')
      expect(asked).toHaveLength(1)
      await save('Likes milk')
      await get()
      expect(asked).toHaveLength(2)
    },
  )

  test('are rendered when the model is deaf, which is told to stop', async () => {
    vi.useFakeTimers()
    const { save, bulletinsWith } = setup()
    await save('Likes tea')
    let told: AbortSignal | undefined
    const summarise: Summarise = (_, { signal }) => {
      told = signal
      return new Promise(() => undefined)
    }
    const getting = bulletinsWith({ summarise, timeoutMs: 1000 }).get('acme')
    await vi.waitUntil(() => told !== undefined)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await getting).toMatchObject({
      source: 'rendered',
      error: { message: 'the summary took longer than 1000 ms' },
    })
    expect(told?.aborted).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  test('are cut to their bound', async () => {
    const { save, get } = setup(() => `${'x'.repeat(3999)}👍`)
    await save('Likes tea')
    const { text } = await get()
    expect(text.length).toBeLessThanOrEqual(4000)
    expect(text.isWellFormed()).toBe(true)
  })

  test('are shorter when they must be, without asking the model again', async () => {
    const { save, asked, get, bulletinsWith } = setup(() => 'x'.repeat(1000))
    await save('Likes tea')
    await get()
    expect((await bulletinsWith({ mostCharacters: 200 }).get('acme')).text).toBe('## Facts\n- Likes tea')
    expect(asked).toHaveLength(1)
  })

  test('P19 outlive a restart: the model is not asked again about the same', async () => {
    const { save, embedded, clock, asked, get, bulletinsWith, time } = setup()
    await save('Likes tea')
    await get()
    time.now += 2 * TTL_MS
    const store = createEmbeddedMemoryStore(embedded, { clock })
    expect((await bulletinsWith({ store }).get('acme')).text).toBe('Summary 1')
    expect(asked).toHaveLength(1)
  })

  test('P6 keep nothing of an agent that was deleted while the model wrote', async () => {
    const summary = Promise.withResolvers<string>()
    const { save, store, asked, get, time } = setup(() => summary.promise)
    await save('Likes tea')
    const getting = get()
    await vi.waitUntil(() => asked.length === 1)
    await store.deleteAgent('acme')
    time.now += 1
    await save('Another life')
    summary.resolve('Tea.')
    await getting
    expect(await store.readBulletin('acme')).toBeUndefined()
  })

  // Thousands of agents that nobody needs burned a month of tokens in days in the reference: a timer asked the model.
  test('P18 C11 a week of an idle fleet asks no model: looks, restarts and maintenance change no knowledge', async () => {
    const { save, store, embedded, clock, time, asked, bulletinsWith } = setup()
    const fleet = Array.from({ length: 20 }, (_, count) => `agent-${count}`)
    for (const agentId of fleet) {
      await save('I am an agent', { agentId, kind: 'identity' })
      await save('Likes tea', { agentId })
      await save('Saw a cat', { agentId, kind: 'observation' })
    }
    let bulletins = bulletinsWith({})
    for (const agentId of fleet) await bulletins.get(agentId)
    expect(asked.splice(0)).toHaveLength(fleet.length)

    for (let day = 0; day < 7; day += 1) {
      const restarted = createEmbeddedMemoryStore(embedded, { clock })
      bulletins = bulletinsWith({ store: restarted })
      for (let tick = 0; tick < 96; tick += 1) {
        time.now += DAY_MS / 96
        for (const agentId of fleet) await bulletins.get(agentId)
      }
      for (const agentId of fleet) await maintainAgent(store, agentId, { clock })
    }
    expect(asked).toEqual([])
    await save('Something happened', { agentId: 'agent-3' })
    for (const agentId of fleet) await bulletins.get(agentId)
    expect(asked.map(({ agentId }) => agentId)).toEqual(['agent-3'])
  })

  test('P20 refuse bad options and agents', async () => {
    const { bulletinsWith } = setup()
    expect(() => bulletinsWith({ ttlMs: -1 })).toThrow(expect.objectContaining({ field: 'ttlMs' }))
    expect(() => bulletinsWith({ timeoutMs: 0 })).toThrow(expect.objectContaining({ field: 'timeoutMs' }))
    expect(() => bulletinsWith({ ttl: 1 } as object)).toThrow(expect.objectContaining({ field: 'ttl' }))
    await expect(bulletinsWith({}).get('a b')).rejects.toMatchObject({ field: 'agentId' })
  })
})
