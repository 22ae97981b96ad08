/* How many durable wakes a second, from ring to finished, on LevelDB with every acknowledgement synced? */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLevelStore } from '@agentic/embedded-store/level'
import { expect, test } from 'vitest'
import { createEmbeddedWakeStore, createWakeManager } from '../src/index.ts'

const WAKES = 2_000
const make = createWakeManager

test('2,000 wakes of 1,000 agents', async ({ bench }) => {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-wake-bench-'))
  const ground = await openLevelStore(folder)
  let handled = 0
  const manager = make({
    store: createEmbeddedWakeStore(ground),
    handler: async () => {
      handled += 1
    },
  })
  await manager.open()

  async function fire(callers: number): Promise<void> {
    const call = async (caller: number) => {
      for (let index = caller; index < WAKES; index += callers)
        await manager.fire(`agent-${index % 1_000}`, { type: 'task' })
    }
    await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
    for (let stats = await manager.stats(); stats.queued + stats.running > 0; stats = await manager.stats()) {
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** What no design can beat: the ring as a raw put, its end as a raw delete. */
  async function floor(callers: number): Promise<void> {
    const deletes: Promise<void>[] = []
    const call = async (caller: number) => {
      for (let index = caller; index < WAKES; index += callers) {
        const key = `floor-${index}`
        await ground.write([{ type: 'put', key, value: { triggers: [{ type: 'task', at: index }] } }])
        deletes.push(ground.write([{ type: 'delete', key }]))
      }
    }
    await Promise.all(Array.from({ length: callers }, (_, caller) => call(caller)))
    await Promise.all(deletes)
  }

  const few = { warmup: false, iterations: 5, time: 0 }
  await bench.compare(
    bench('floor: raw put and delete, 16 callers', () => floor(16)),
    bench('16 callers', () => fire(16)),
    bench('64 callers', () => fire(64)),
    bench('256 callers', () => fire(256)),
    few,
  )
  expect(handled).toBeGreaterThan(0)
  await manager.close()
  await ground.close()
  await rm(folder, { recursive: true })
})
