import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLevelStore } from '@agentic/embedded-store/level'
import { ClassicLevel } from 'classic-level'
import { expect, test } from 'vitest'
import { createSecretStore } from '../src/index.ts'

/*
 * Does it take four times as long to migrate four times as many rows of the legacy layout, and what does a row cost beside
 * moving it in synced batches of classic-level alone?
 *
 * Workload: 25,000, 50,000 and 100,000 secrets of 40 characters under their bare names. Each is migrated once: there is
 * nothing to migrate the second time.
 */
const SIZES = [25_000, 50_000, 100_000]
const CHUNK = 1000

const nameOf = (row: number): string => `SECRET_${String(row).padStart(6, '0')}`

async function fill(location: string, rows: number): Promise<void> {
  const database = new ClassicLevel(location, { valueEncoding: 'json' })
  for (let from = 0; from < rows; from += CHUNK) {
    const chunk = Array.from({ length: CHUNK }, (_, index) => nameOf(from + index))
    await database.batch(chunk.map((name) => ({ type: 'put', key: name, value: name.padEnd(40, 'x') })))
  }
  await database.close()
}

async function moveRaw(location: string): Promise<void> {
  const database = new ClassicLevel(location, { valueEncoding: 'json' })
  const iterator = database.iterator({ lt: 's' })
  for (;;) {
    const rows = await iterator.nextv(CHUNK)
    if (rows.length === 0) break
    const moves = rows.flatMap(([key, value]) => [
      { type: 'put' as const, key: `s\0${key}`, value },
      { type: 'del' as const, key },
    ])
    await database.batch(moves, { sync: true } as object)
  }
  await iterator.close()
  await database.close()
}

async function migrate(location: string, rows: number): Promise<number> {
  let heap = 0
  await using store = await openLevelStore(location)
  const write: typeof store.write = async (operations) => {
    await store.write(operations)
    heap = Math.max(heap, process.memoryUsage().heapUsed)
  }
  const secrets = await createSecretStore({ ...store, write })
  expect(secrets.migration.moved).toBe(rows)
  await secrets.close()
  return heap
}

test.for(SIZES)('%i rows', { timeout: 600_000 }, async (rows) => {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-secrets-bench-'))
  const [raw, ours] = [join(folder, 'raw'), join(folder, 'ours')]
  await fill(raw, rows)
  await fill(ours, rows)
  const start = performance.now()
  await moveRaw(raw)
  const between = performance.now()
  const heap = await migrate(ours, rows)
  const [rawTime, time] = [between - start, performance.now() - between]
  await rm(folder, { recursive: true })
  const perRow = (all: number): string => `${((all * 1000) / rows).toFixed(1)} us a row`
  console.log(
    [
      `migrating ${rows.toLocaleString('en')} rows (load ${loadavg()[0]!.toFixed(1)})`,
      `  raw: ${perRow(rawTime)}`,
      `  migration: ${perRow(time)}, ${(time / rawTime).toFixed(1)}x; heap at most ${Math.round(heap / 2 ** 20)} MB`,
    ].join('\n'),
  )
})
