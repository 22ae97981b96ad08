import { createMemoryStore, type EmbeddedStore, EmbeddedStoreError } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { reasons, rowsOf, setup } from '../../test/setup.ts'
import { MAX_TRIGGERS, type Trigger } from '../wake.ts'
import { createEmbeddedWakeStore } from './embedded.ts'

const trigger = (reason: string, at = 1): Trigger => ({ type: 'task', reason, at })

describe('a ring in the batch of what caused it', () => {
  test('P12 survives a run that began before the batch and ended after or before it (lost update by coalescing)', async () => {
    // The trap: a wake is pending, a task is being inserted with a coalesced ring, a run takes the wake, sees no task,
    // finishes, and only then is the task on disk: with "do nothing if present" no wake is left for it.
    for (const finishFirst of [true, false]) {
      const { ground, store, manager, runs, seen, settle } = setup()
      await manager.open()
      await manager.fire('ada', { type: 'manual', reason: 'pending' })
      const ring = store.prepareRing('ada', trigger('task'))
      await settle()
      if (finishFirst) {
        runs[0]?.end()
        await settle()
      }
      await ground.write([{ type: 'put', key: 'task', value: 1 }, ...ring.operations])
      ring.onWritten()
      manager.notify('ada')
      if (!finishFirst) runs[0]?.end()
      await settle()
      expect(seen.map(reasons)).toEqual([['pending'], ['task']])
      runs[0]?.end()
      await settle()
      expect(await rowsOf(ground)).toEqual(['task'])
      expect(store.agentsInMemory).toBe(0)
    }
  })

  test('P12 survives when rings are written in another order than they were made', async () => {
    const on = createMemoryStore()
    const { store } = setup({ on })
    const early = store.prepareRing('ada', trigger('early', 1))
    await store.ring('ada', trigger('late', 2))
    const begun = await store.begin('ada')
    expect(reasons(begun?.wake)).toEqual(['late'])
    await on.write(early.operations)
    await store.finish('ada', begun?.gen ?? 0)
    const afterCrash = createEmbeddedWakeStore(on)
    expect(reasons((await afterCrash.begin('ada'))?.wake)).toEqual(['early'])
  })

  test('is not announced again when a run took it before its writer heard of the disk', async () => {
    const { ground, store } = setup()
    const ring = store.prepareRing('ada', trigger('task'))
    await ground.write(ring.operations)
    const begun = await store.begin('ada')
    expect(reasons(begun?.wake)).toEqual(['task'])
    ring.onWritten()
    expect(await store.finish('ada', begun?.gen ?? 0)).toBe('done')
    expect(store.agentsInMemory).toBe(0)
  })

  test('does nothing when it is not written', async () => {
    const { ground, store, manager, runs, seen, settle } = setup()
    await manager.open()
    const unwritten = store.prepareRing('ada', trigger('unwritten'))
    expect(unwritten.answer).toBe('queued')
    await settle()
    expect(seen).toEqual([])
    await manager.fire('ada', { type: 'manual', reason: 'real' })
    await settle()
    runs[0]?.end()
    await settle()
    expect(seen.map(reasons)).toEqual([['real']])
    expect(await rowsOf(ground)).toEqual([])
    expect(store.agentsInMemory).toBe(0)
  })

  test('can be delayed, and arms the timer when it is told of', async () => {
    const { ground, store, manager, clock, seen, settle } = setup()
    await manager.open()
    const dueAt = clock.now() + 100
    const ring = store.prepareRing('ada', trigger('later', clock.now()), { dueAt })
    await ground.write(ring.operations)
    ring.onWritten()
    manager.notify('ada')
    await settle()
    expect(seen).toEqual([])
    clock.advance(100)
    await settle()
    expect(seen.map(reasons)).toEqual([['later']])
  })

  test('is found by the start of the next process when nobody told of it', async () => {
    const on = createMemoryStore()
    await on.write(setup({ on }).store.prepareRing('ada', trigger('silent')).operations)
    const { manager, seen, settle } = setup({ on })
    await manager.open()
    await settle()
    expect(seen.map(reasons)).toEqual([['silent']])
  })
})

describe('wakes on an embedded store', () => {
  test('P15 leave no row, no timer and no entry of 100,000 agents that sleep again', async () => {
    const agents = 100_000
    const { ground, store, manager, clock } = setup({ handler: async () => undefined, maxPending: agents })
    await manager.open()
    const fired: Promise<unknown>[] = []
    for (let index = 0; index < agents; index += 1) fired.push(manager.fire(`agent-${index}`, { type: 'cron' }))
    await Promise.all(fired)
    await ground.quiet()
    expect(await rowsOf(ground)).toEqual([])
    expect(await manager.stats()).toEqual({ queued: 0, running: 0, delayed: 0, dead: 0 })
    expect(store.agentsInMemory).toBe(0)
    expect(clock.timers).toBe(0)
  })

  test('P15 hold nothing in memory of agents whose wakes are for later', async () => {
    const on = createMemoryStore()
    const first = setup({ on })
    await first.manager.open()
    const notBefore = first.clock.now() + 1_000
    await Promise.all(
      Array.from({ length: 1_000 }, (_, index) =>
        first.manager.fire(`agent-${index}`, { type: 'cron' }, { notBefore }),
      ),
    )
    const second = setup({ on })
    await second.manager.open()
    for (const { store, clock } of [first, second]) {
      expect(store.agentsInMemory).toBe(0)
      expect(clock.timers).toBe(1)
    }
  })

  test('take few rows however often an agent is rung, and count every ring', async () => {
    const { ground, store } = setup()
    const rings = 500
    for (let index = 0; index < rings; index += 1) await store.ring('noisy', trigger(`${index}`, index))
    expect(await rowsOf(ground)).toHaveLength(MAX_TRIGGERS + 1)
    const next = createEmbeddedWakeStore(ground)
    expect((await next.begin('noisy'))?.wake.more).toBe(rings - MAX_TRIGGERS)
  })

  test('still wake an agent whose ring cannot be read any more', async () => {
    const on = createMemoryStore()
    await createEmbeddedWakeStore(on).ring('ada', trigger('damaged'))
    const damaged: EmbeddedStore = {
      ...on,
      get: () => Promise.reject(new EmbeddedStoreError('STORE_CORRUPT', 'the row is not JSON')),
    }
    const store = createEmbeddedWakeStore(damaged)
    const begun = await store.begin('ada')
    expect(begun?.wake).toEqual({ agentId: 'ada', triggers: [], more: 1, attempt: 1 })
    expect(await store.finish('ada', begun?.gen ?? 0)).toBe('done')
    expect(await rowsOf(on)).toEqual([])
  })

  test('keep what rang when the store cannot be read for a while', async () => {
    const on = createMemoryStore()
    let isFailing = true
    const flaky: EmbeddedStore = {
      ...on,
      get: (key) => (isFailing ? Promise.reject(new Error('unreadable')) : on.get(key)),
    }
    const store = createEmbeddedWakeStore(flaky)
    await store.ring('ada', trigger('a'))
    await expect(store.begin('ada')).rejects.toThrow('unreadable')
    isFailing = false
    expect(reasons((await store.begin('ada'))?.wake)).toEqual(['a'])
  })

  test('hold nothing of a ring that could not be written', async () => {
    const { store } = setup({ death: { atWrite: 1, when: 'before' } })
    await expect(store.ring('ada', trigger('a'))).rejects.toThrow('the process died')
    expect(store.agentsInMemory).toBe(0)
  })
})
