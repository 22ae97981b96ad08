import { createMemoryStore } from '@agentic/embedded-store'
import type { EventEmitter } from 'eventemitter3'
import { describe, expect, test, vi } from 'vitest'
import { reasons, rowsOf, setup, type SetupOptions } from '../test/setup.ts'
import type { WakeEvents } from './wake-events.ts'

const ring = (reason: string) => ({ type: 'manual', reason }) as const

async function opened(options: SetupOptions = {}) {
  const all = setup(options)
  await all.manager.open()
  return all
}

describe('a wake manager', () => {
  test('P13 K5 K19 E10 runs the handler once for all rings before the agent gets up, and once more for all during its run', async () => {
    const { manager, runs, seen, settle, ground } = await opened({ concurrency: 1 })
    await manager.fire('busy', ring('hold'))
    await settle()
    for (const reason of ['a', 'b', 'c']) await manager.fire('ada', ring(reason))
    runs[0]?.end()
    await settle()
    expect(seen.slice(1).map(reasons)).toEqual([['a', 'b', 'c']])
    for (const reason of ['d', 'e']) await manager.fire('ada', ring(reason))
    runs[0]?.end()
    await settle()
    expect(seen.slice(1).map(reasons)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ])
    runs[0]?.end()
    await settle()
    expect(seen).toHaveLength(3)
    expect(await rowsOf(ground)).toEqual([])
  })

  test('P13 runs once more for a ring that reached the store during the run by another way', async () => {
    const { manager, store, runs, seen, settle } = await opened()
    await manager.fire('ada', ring('a'))
    await settle()
    await store.ring('ada', { ...ring('b'), at: 1 })
    runs[0]?.end()
    await settle()
    expect(seen.map(reasons)).toEqual([['a'], ['b']])
  })

  test('P13 says of many simultaneous rings that one is queued and the others coalesced', async () => {
    const { manager, seen, settle } = await opened()
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => manager.fire('ada', ring(`${index}`))))
    expect(answers).toEqual(['queued', ...Array.from({ length: 29 }, () => 'coalesced')])
    await settle()
    expect(seen).toHaveLength(1)
    expect([seen[0]?.triggers.length, seen[0]?.more]).toEqual([20, 10])
  })

  test('P14 K7 K18 never runs an agent twice at a time, bounds the total, and lets a noisy agent wait its turn', async () => {
    const { manager, runs, settle } = await opened({ concurrency: 2 })
    for (const agentId of ['noisy', 'a', 'b', 'c']) await manager.fire(agentId, ring('1'))
    await manager.fire('noisy', ring('2'))
    await settle()
    const order: string[] = []
    while (runs.length > 0) {
      expect(runs.length).toBeLessThanOrEqual(2)
      expect(new Set(runs.map(({ wake }) => wake.agentId)).size).toBe(runs.length)
      const [first] = runs
      order.push(`${first?.wake.agentId}`)
      first?.end()
      await settle()
    }
    expect(order).toEqual(['noisy', 'a', 'b', 'c', 'noisy'])
  })

  test('P12 K22 keeps what rang before open and after a close for the next start', async () => {
    const on = createMemoryStore()
    const before = setup({ on })
    expect(await before.manager.fire('early', ring('before open'))).toBe('queued')
    expect(before.clock.timers).toBe(0)

    const first = await opened({ on, concurrency: 1 })
    await first.settle()
    await first.manager.fire('waiting', ring('still queued'))
    const closing = first.manager.close()
    await first.settle()
    first.runs[0]?.end()
    await closing
    expect(first.seen.map(reasons)).toEqual([['before open']])

    const second = await opened({ on })
    await second.settle()
    expect(second.seen.map(reasons)).toEqual([['still queued']])
  })

  test('runs a delayed wake at its instant and not before, with one timer for all', async () => {
    const { manager, clock, seen, settle } = await opened()
    const start = clock.now()
    await manager.fire('ada', ring('in 2 s'), { notBefore: start + 2_000 })
    await manager.fire('bob', ring('in 1 s'), { notBefore: start + 1_000 })
    await manager.fire('eve', ring('past'), { notBefore: start - 1 })
    await settle()
    expect(clock.timers).toBe(1)
    expect(seen.map(reasons)).toEqual([['past']])
    clock.advance(1_000)
    await settle()
    expect(seen.map(reasons)).toEqual([['past'], ['in 1 s']])
    clock.advance(999)
    await settle()
    expect(seen).toHaveLength(2)
    clock.advance(1)
    await settle()
    expect(seen.map(reasons)).toEqual([['past'], ['in 1 s'], ['in 2 s']])
    expect(clock.timers).toBe(0)
  })

  test('waits for an instant further away than a timer can count', async () => {
    const { manager, clock, seen, settle } = await opened()
    const days = 24 * 60 * 60 * 1_000
    await manager.fire('ada', ring('in 60 days'), { notBefore: clock.now() + 60 * days })
    expect((clock.next ?? 0) - clock.now()).toBe(2 ** 31 - 1)
    for (let day = 0; day < 59; day += 1) {
      clock.advance(days)
      await settle()
    }
    expect(seen).toEqual([])
    clock.advance(days)
    await settle()
    expect(seen).toHaveLength(1)
  })

  test('arms delayed wakes again after a restart', async () => {
    const on = createMemoryStore()
    const first = await opened({ on })
    await first.manager.fire('ada', ring('later'), { notBefore: first.clock.now() + 500 })
    await first.manager.close()
    expect(first.clock.timers).toBe(0)
    const second = await opened({ on })
    expect(second.clock.next).toBe(second.clock.now() + 500)
    second.clock.advance(500)
    await second.settle()
    expect(second.seen.map(reasons)).toEqual([['later']])
  })

  test('P12 does not lose a delayed wake whose instant passes while it is being written', async () => {
    const memory = createMemoryStore()
    let written: Promise<void> | undefined
    const { manager, clock, seen } = await opened({
      on: { ...memory, write: (operations) => (written ?? Promise.resolve()).then(() => memory.write(operations)) },
    })
    await manager.fire('other', ring('timer'), { notBefore: clock.now() + 20 })
    const disk = Promise.withResolvers<void>()
    written = disk.promise
    const late = manager.fire('ada', ring('late'), { notBefore: clock.now() + 10 })
    clock.advance(30)
    await turns()
    expect(seen.map(reasons)).toEqual([['timer']])
    disk.resolve()
    await late
    clock.advance(0)
    await turns()
    expect(seen.map(reasons)).toEqual([['timer'], ['late']])
  })

  test('K21 tries a failed wake again after a doubling wait, then sets it aside, lists it and revives it', async () => {
    const { manager, clock, runs, seen, settle, ground } = await opened({ retry: { maxAttempts: 3 } })
    const told = tellings(manager.events)
    await manager.fire('ada', ring('a'))
    for (const waitMs of [1_000, 2_000]) {
      await settle()
      runs[0]?.fail(new Error('no luck'))
      await settle()
      clock.advance(waitMs - 1)
      await settle()
      expect(runs).toHaveLength(0)
      clock.advance(1)
    }
    await settle()
    runs[0]?.fail(new Error('no luck'))
    await settle()
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
    expect(told.map(({ name }) => name)).toEqual([
      'wake-queued',
      'wake-started',
      'wake-failed',
      'wake-started',
      'wake-failed',
      'wake-started',
      'wake-dead',
    ])
    expect(await manager.stats()).toEqual({ queued: 0, running: 0, delayed: 0, dead: 1 })
    const { items } = await manager.listDead()
    expect(items).toMatchObject([{ agentId: 'ada', error: 'Error: no luck', attempt: 3, triggers: [{ reason: 'a' }] }])

    expect(await manager.revive('ada')).toBe(1)
    await settle()
    expect(runs[0]?.wake).toMatchObject({ attempt: 1, triggers: [{ reason: 'a' }] })
    runs[0]?.end()
    await settle()
    expect(await rowsOf(ground)).toEqual([])
  })

  test('runs a fresh ring at once while an earlier wake of the agent waits for its next attempt', async () => {
    const { manager, clock, runs, seen, settle } = await opened()
    await manager.fire('ada', ring('bad'))
    await settle()
    await manager.fire('ada', ring('good'))
    runs[0]?.fail(new Error('no luck'))
    await settle()
    expect(seen.map(reasons)).toEqual([['bad'], ['good']])
    runs[0]?.end()
    await settle()
    clock.advance(1_000)
    await settle()
    expect(seen[2]).toMatchObject({ attempt: 2, triggers: [{ reason: 'bad' }] })
  })

  test('K8 turns further agents away when too many wait, but not rings that join one', async () => {
    const { manager, settle, runs } = await opened({ concurrency: 1, maxPending: 2 })
    await manager.fire('running', ring('1'))
    await settle()
    await Promise.all([manager.fire('a', ring('1')), manager.fire('b', ring('1'))])
    await expect(manager.fire('c', ring('1'))).rejects.toMatchObject({ code: 'WAKE_OVERLOADED', retryAfterMs: 1_000 })
    expect(await manager.fire('a', ring('2'))).toBe('coalesced')
    expect(await manager.fire('running', ring('2'))).toBe('queued')
    expect(await manager.stats()).toEqual({ queued: 2, running: 1, delayed: 0, dead: 0 })
    runs[0]?.end()
    await settle()
    runs[0]?.end()
    await settle()
    expect(await manager.fire('c', ring('1'))).toBe('queued')
  })

  test('P6 forgets an agent: its handler is aborted and awaited, its wakes are gone, a new agent of its id inherits nothing', async () => {
    const { manager, runs, seen, settle, ground } = await opened()
    await manager.fire('ada', ring('old'))
    await settle()
    await manager.fire('ada', ring('old too'))
    await manager.fire('ada', ring('old and late'), { notBefore: 2_000_000 })
    let isForgotten = false
    const forgetting = manager.forget('ada').then(() => (isForgotten = true))
    await settle()
    expect(runs[0]?.signal.reason).toMatchObject({ code: 'WAKE_FORGOTTEN' })
    expect(isForgotten).toBe(false)
    await manager.fire('ada', ring('too late'))
    runs[0]?.fail(new Error('aborted'))
    await forgetting
    await settle()
    expect(await rowsOf(ground)).toEqual([])
    await manager.fire('ada', ring('new'))
    await settle()
    expect(seen.map(reasons)).toEqual([['old'], ['new']])
  })

  test('closes by waiting for what runs, then by aborting it, and leaves an aborted wake for the next start as the same attempt', async () => {
    const on = createMemoryStore()
    const { manager, runs, clock, settle } = await opened({ on })
    const told = tellings(manager.events)
    await manager.fire('ada', ring('a'))
    await settle()
    const closing = manager.close({ timeoutMs: 100 })
    await expect(manager.fire('bob', ring('b'))).rejects.toMatchObject({ code: 'WAKE_CLOSED' })
    await settle()
    expect(runs[0]?.signal.aborted).toBe(false)
    clock.advance(100)
    await settle()
    expect(runs[0]?.signal.reason).toMatchObject({ code: 'WAKE_CLOSED' })
    runs[0]?.fail(new Error('aborted'))
    await closing
    expect(told.at(-1)).toMatchObject({ name: 'wake-failed', event: { error: { message: 'aborted' } } })
    expect(told.at(-1)).not.toHaveProperty('event.retryAt')
    const next = await opened({ on })
    await next.settle()
    expect(next.seen).toMatchObject([{ attempt: 1, triggers: [{ reason: 'a' }] }])
  })

  test('keeps the wake of a handler that stops itself while it closes, as the same attempt', async () => {
    const on = createMemoryStore()
    const { manager, runs, settle } = await opened({ on })
    await manager.fire('ada', ring('a'))
    await settle()
    const closing = manager.close()
    runs[0]?.fail(new Error('the rest is for the next start'))
    await closing
    const next = await opened({ on })
    await next.settle()
    expect(next.seen).toMatchObject([{ attempt: 1, triggers: [{ reason: 'a' }] }])
  })

  test('leaves a deaf handler behind when it closes, and does not touch the store for it any more', async () => {
    const on = createMemoryStore()
    const { manager, runs, clock, settle, ground } = await opened({ on })
    await manager.fire('ada', ring('a'))
    await settle()
    const closing = manager.close({ timeoutMs: 100, graceMs: 10 })
    await settle()
    clock.advance(100)
    await settle()
    clock.advance(10)
    await closing
    const { writes } = ground
    runs[0]?.end()
    await settle()
    expect(ground.writes).toBe(writes)
    expect(await rowsOf(on)).toHaveLength(1)
  })

  test('P12 runs a wake again whose end the store refused', async () => {
    const { manager, clock, runs, seen, settle, store } = await opened()
    const told = tellings(manager.events)
    await manager.fire('ada', ring('a'))
    await settle()
    vi.spyOn(store, 'finish').mockRejectedValueOnce(new Error('disk full'))
    runs[0]?.end()
    await settle()
    expect(told.at(-1)).toMatchObject({ name: 'wake-failed', event: { agentId: 'ada', retryAt: clock.now() + 1_000 } })
    clock.advance(1_000)
    await settle()
    runs[0]?.end()
    await settle()
    expect(seen.map(reasons)).toEqual([['a'], ['a']])
    expect(store.agentsInMemory).toBe(0)
  })

  test('runs what rings for a new agent while the old one is being forgotten', async () => {
    const { manager, store, seen, settle } = await opened()
    const deleteAgent = store.deleteAgent.bind(store)
    vi.spyOn(store, 'deleteAgent').mockImplementationOnce(async (agentId) => {
      await deleteAgent(agentId)
      await manager.fire(agentId, ring('new'))
      await turns()
    })
    await manager.forget('ada')
    await settle()
    expect(seen.map(reasons)).toEqual([['new']])
  })

  test.for(['due', 'nextDueAt'] as const)(
    'P12 goes on waiting for what is due when the store could not answer %s',
    async (method) => {
      const { manager, clock, seen, settle, store } = await opened()
      await manager.fire('ada', ring('a'), { notBefore: clock.now() + 10 })
      vi.spyOn(store, method).mockImplementationOnce(() => {
        throw new Error('unreadable')
      })
      clock.advance(10)
      await settle()
      clock.advance(1_000)
      await settle()
      expect(seen.map(reasons)).toEqual([['a']])
    },
  )

  test('is not disturbed by a listener that throws', async () => {
    const { manager, runs, seen, settle, ground } = await opened()
    const warning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    for (const name of ['wake-queued', 'wake-started', 'wake-finished'] as const) {
      manager.events.on(name, () => {
        throw new Error('listener')
      })
    }
    await manager.fire('ada', ring('a'))
    await settle()
    runs[0]?.end()
    await settle()
    expect(seen).toHaveLength(1)
    expect(await rowsOf(ground)).toEqual([])
    expect(warning).toHaveBeenCalledTimes(3)
    warning.mockRestore()
  })

  test('P20 refuses bad input with the name of the field', async () => {
    const { manager } = await opened()
    await expect(manager.fire('', ring('a'))).rejects.toThrow(/agentId/)
    await expect(manager.fire('ada', { type: 'noise' as 'manual' })).rejects.toThrow(/trigger\.type/)
    await expect(manager.fire('ada', ring('a'), { notBefore: 1.5 })).rejects.toThrow(/dueAt/)
    await expect(manager.forget('a\0b')).rejects.toThrow(/agentId/)
    expect(() => setup({ concurrency: 0 })).toThrow(/concurrency/)
    expect(() => setup({ maxPending: Number.NaN })).toThrow(/maxPending/)
  })
})

/** Lets a few turns of the event loop pass. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

function tellings(events: EventEmitter<WakeEvents>) {
  const told: { readonly name: string; readonly event: unknown }[] = []
  for (const name of ['wake-queued', 'wake-started', 'wake-finished', 'wake-failed', 'wake-dead'] as const) {
    events.on(name, (event: unknown) => told.push({ name, event }))
  }
  return told
}
