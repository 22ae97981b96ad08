import { describe, expect, test, vi } from 'vitest'
import { DAY_MS } from '../../test/memories.ts'
import { setup as setupStore } from '../../test/setup.ts'
import { maintainAgent, type MaintainOptions } from '../index.ts'

function setup() {
  const base = setupStore()
  const maintain = (options: MaintainOptions = {}) =>
    maintainAgent(base.store, 'acme', { clock: base.clock, ...options })
  return { ...base, maintain }
}

describe('maintaining one agent', () => {
  test('prunes, merges and purges, says how much, and raises the knowledge version', async () => {
    const { save, maintain, time, store } = setup()
    await save('Seen', { kind: 'observation' })
    const old = await save('Wrong')
    await store.delete(old.id)
    time.now += 60 * DAY_MS
    await save('Likes tea.')
    await save('likes tea')
    const versionBefore = await store.version('acme')
    const report = await maintain()
    expect(report).toEqual({
      pruned: 1,
      merged: 1,
      purged: 1,
      skipped: 0,
      examined: 4,
      versionBefore,
      versionAfter: await store.version('acme'),
    })
    expect(report.versionAfter).toBeGreaterThan(versionBefore)
  })

  test('M5 E12 does nothing the second time, and writes nothing', async () => {
    const { save, maintain, time, store, embedded } = setup()
    for (let count = 0; count < 20; count += 1)
      await save(`Seen ${count % 7}${'.'.repeat(count)}`, { kind: 'observation' })
    await save('Likes tea')
    time.now += 60 * DAY_MS
    await maintain()
    const version = await store.version('acme')
    const write = vi.spyOn(embedded, 'write')
    const again = await maintain()
    expect(again).toMatchObject({
      pruned: 0,
      merged: 0,
      purged: 0,
      skipped: 0,
      versionBefore: version,
      versionAfter: version,
    })
    expect(write).not.toHaveBeenCalled()
  })

  test('M5 leaves importance as it was said: what is tended every hour for a month is as important as what is not', async () => {
    const { save, maintain, store, time } = setup()
    const memory = await save('Likes tea')
    for (let hour = 0; hour < 24 * 30; hour += 1) {
      time.now += DAY_MS / 24
      await maintain()
    }
    expect(await store.get(memory.id)).toEqual(memory)
  })

  test('M6 can be taken back until it is purged', async () => {
    const { save, maintain, store, time } = setup()
    const { id } = await save('Seen', { kind: 'observation' })
    time.now += 60 * DAY_MS
    await maintain()
    expect((await store.restore(id)).type).toBe('changed')
    expect(await maintain()).toMatchObject({ pruned: 0 })
    time.now += 60 * DAY_MS
    expect(await maintain()).toMatchObject({ pruned: 1 })
    time.now += 30 * DAY_MS
    expect(await maintain()).toMatchObject({ purged: 1 })
    expect(await store.restore(id)).toEqual({ type: 'not-found' })
  })

  test('E13 M10 goes on where it stopped, in the end with the same as in one go', async () => {
    const { save, maintain, clock, time, store } = setup()
    for (let count = 0; count < 350; count += 1) await save(`Seen ${count}`, { kind: 'observation' })
    time.now += 90 * DAY_MS
    const apply = store.applyMaintenance
    let pruned = 0
    for (let cut = 0; cut < 2; cut += 1) {
      // Stopped while its first batch is being written: that one stays done.
      const stopping = maintainAgent(
        {
          ...store,
          applyMaintenance: (agentId, changes) => {
            const stopNow = new AbortController()
            const applied = apply(agentId, changes, { signal: stopNow.signal })
            stopNow.abort(new Error('time is up'))
            return applied
          },
        },
        'acme',
        { clock },
      )
      await expect(stopping).rejects.toThrow('time is up')
      const gone = (await store.list('acme', { deleted: true, limit: 500 })).items.length
      expect(gone).toBeGreaterThan(pruned)
      pruned = gone
    }
    expect(await maintain()).toMatchObject({ examined: 350, pruned: 350 - pruned })
    expect(await maintain()).toMatchObject({ pruned: 0 })
  })

  test('M3 does not begin when it is asked to stop before', async () => {
    const { save, maintain, store } = setup()
    await save('Likes tea.')
    await save('likes tea')
    const reason = new Error('enough')
    await expect(maintain({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect((await store.list('acme')).items).toHaveLength(2)
  })

  test('P20 refuses bad options before it does anything', async () => {
    const { maintain } = setup()
    await expect(maintain({ mergeFrom: 2 })).rejects.toMatchObject({ code: 'MEMORY_INVALID', field: 'mergeFrom' })
    await expect(maintain({ decay: 1 } as object)).rejects.toMatchObject({ field: 'decay' })
  })
})
