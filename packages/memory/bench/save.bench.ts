import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedStore, key } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { afterAll, test } from 'vitest'
import { createWriter } from '../test/invented-words.ts'
import { createEmbeddedMemoryStore, type MemoryStore } from '../src/index.ts'

/*
 * Does it cost more to save a memory when other agents have many? Beside it, as many rows of the same size in a synced
 * batch, raw.
 *
 * Workload: on disk, 16 callers of 16 agents save 16 memories at once, beside none and beside 100,000 of 1,000 others.
 */
const CALLERS = 16
const OTHERS = 100_000
const ROWS = 6

const folders: string[] = []
const stores: EmbeddedStore[] = []

afterAll(async () => {
  for (const store of stores) await store.close()
  for (const folder of folders) await rm(folder, { recursive: true })
})

async function open(others: number): Promise<{ embedded: EmbeddedStore; store: MemoryStore }> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-memory-bench-'))
  folders.push(folder)
  const embedded = await openLevelStore(folder)
  stores.push(embedded)
  const store = createEmbeddedMemoryStore(embedded)
  const write = createWriter(11)
  for (let from = 0; from < others; from += 1000) {
    const content = write(20)
    const save = (_: unknown, agent: number) =>
      store.save({ agentId: `other-${agent}`, kind: 'fact', content: `${from} ${content}` })
    await Promise.all(Array.from({ length: 1000 }, save))
  }
  return { embedded, store }
}

test('saves 16 memories of 16 agents, synced', { timeout: 600_000 }, async ({ bench }) => {
  const [alone, crowded] = [await open(0), await open(OTHERS)]
  const write = createWriter(13)
  let next = 0
  const saveAll = async ({ store }: { store: MemoryStore }): Promise<void> => {
    next += 1
    const save = (_: unknown, agent: number) =>
      store.save({ agentId: `agent-${agent}`, kind: 'fact', content: `${next} ${agent} ${write(20)}` })
    await Promise.all(Array.from({ length: CALLERS }, save))
  }
  const writeRaw = async (): Promise<void> => {
    next += 1
    const value = { filling: 'x'.repeat(60) }
    const put = (caller: number, row: number) => ({ type: 'put' as const, key: key('raw', next, caller, row), value })
    const rowsOf = (caller: number) => Array.from({ length: ROWS }, (_, row) => put(caller, row))
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => alone.embedded.write(rowsOf(caller))))
  }
  await bench.compare(
    bench('beside nobody', () => saveAll(alone)),
    bench('beside 100,000 of others', () => saveAll(crowded)),
    bench('as many rows, raw', writeRaw),
    { iterations: 200, time: 0, warmupIterations: 20, warmupTime: 0 },
  )
})
