import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createManualClock } from '../test/manual-clock.ts'
import { rowsOf, setup } from '../test/setup.ts'
import type { Death } from '../test/watched-store.ts'
import type { Wake } from './wake.ts'

/** A ring that was acknowledged, and what the handlers of all lives finished. */
interface Ledger {
  readonly acknowledged: string[]
  readonly handled: Set<string>
  /** Rings of the noisy agent, of which a wake tells only the first by name. */
  acknowledgedNoise: number
  handledNoise: number
}

const openLedger = (): Ledger => ({ acknowledged: [], handled: new Set(), acknowledgedNoise: 0, handledNoise: 0 })

/** Rings, fails, delays, coalesces and finishes, as far as the death at a write lets it; how many writes it took. */
async function live(on: EmbeddedStore, ledger: Ledger, death?: Death): Promise<number> {
  const clock = createManualClock()
  const failed = new Set<string>()
  const { ground, store, manager, settle } = setup({
    on,
    clock,
    ...(death && { death }),
    handler: failingOnce(failed, ledger),
  })

  async function acknowledge(name: string, ring: Promise<unknown>): Promise<void> {
    await ring.then(
      () => ledger.acknowledged.push(name),
      () => undefined,
    )
  }
  const fire = (agentId: string, name: string, notBefore?: number) =>
    acknowledge(name, manager.fire(agentId, { type: 'manual', reason: name }, { notBefore }))
  async function createTask(agentId: string, name: string): Promise<void> {
    const ring = store.prepareRing(agentId, { type: 'task', reason: name, at: clock.now() })
    await ground.write([{ type: 'put', key: `task-${name}`, value: name }, ...ring.operations])
    ring.onWritten()
    manager.notify(agentId)
  }
  async function makeNoise(): Promise<void> {
    await manager.fire('noisy', { type: 'manual' }).then(
      () => (ledger.acknowledgedNoise += 1),
      () => undefined,
    )
  }

  await manager.open().catch(() => undefined)
  await Promise.all([fire('ada', 'a1'), fire('ada', 'a2'), fire('bob', 'b1 fails once')])
  await settle()
  await Promise.all([
    acknowledge('a3', createTask('ada', 'a3')),
    fire('eve', 'e1', clock.now() + 5_000),
    fire('bob', 'b2'),
  ])
  await settle()
  clock.advance(1_000)
  await settle()
  await fire('ada', 'a4')
  await Promise.all(Array.from({ length: 25 }, makeNoise))
  await settle()
  clock.advance(5_000)
  await settle()
  return ground.writes
}

function failingOnce(failed: Set<string>, ledger: Ledger) {
  return async ({ agentId, triggers, more }: Wake): Promise<void> => {
    if (agentId === 'noisy') ledger.handledNoise += triggers.length + more
    for (const { reason = '' } of triggers) {
      if (!reason.includes('fails once') || failed.has(reason)) continue
      failed.add(reason)
      throw new Error('once')
    }
    for (const { reason = '' } of triggers) ledger.handled.add(reason)
  }
}

const writesOfALife = await live(createMemoryStore(), openLedger())
const deaths = Array.from({ length: writesOfALife }, (_, index) => index + 1).flatMap((atWrite): Death[] => [
  { atWrite, when: 'before' },
  { atWrite, when: 'after' },
])

describe('P12 P19 every acknowledged ring is run, when the process dies', () => {
  test('in a life without a death too', async () => {
    const ledger = openLedger()
    const on = createMemoryStore()
    await live(on, ledger)
    expect(ledger.acknowledged).toHaveLength(7)
    expect([ledger.acknowledgedNoise, ledger.handledNoise]).toEqual([25, 25])
    expect(ledger.acknowledged.filter((name) => !ledger.handled.has(name))).toEqual([])
    expect((await rowsOf(on)).filter((key) => key.startsWith('wake'))).toEqual([])
  })

  test.for(deaths)('$when write $atWrite', async (death) => {
    const on = createMemoryStore()
    const ledger = openLedger()
    await live(on, ledger, death)
    const clock = createManualClock(2_000_000)
    const next = setup({ on, clock, handler: failingOnce(new Set(), ledger) })
    await next.manager.open()
    await next.settle()
    clock.advance(10_000)
    await next.settle()
    expect(ledger.acknowledged.filter((name) => !ledger.handled.has(name))).toEqual([])
    expect(ledger.handledNoise).toBeGreaterThanOrEqual(ledger.acknowledgedNoise)
    expect((await rowsOf(on)).filter((key) => key.startsWith('wake'))).toEqual([])
    expect(next.store.agentsInMemory).toBe(0)
    const tasks = (await rowsOf(on)).filter((key) => key.startsWith('task'))
    for (const key of tasks) expect(ledger.handled).toContain(key.slice('task-'.length))
  })
})
