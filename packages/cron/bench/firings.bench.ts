import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as embeddedStoreModule from '@agentic/embedded-store/level'
import { expect, test } from 'vitest'
import type * as cronModule from '../src/index.ts'

/*
 * Question: how long after their second is the last of many jobs fired that are due in it, each firing durable before it
 * is started, noted when it has started, and noted as ended the day after? Beside it, as many rows of the same size in as
 * many synced writes, 256 at a time, with no scheduler at all.
 *
 * Workload: 5,000 agents with one daily job each; a round is one day.
 */

// Through Node's own loader: the test runner's puts a getter before every imported function.
const load = createRequire(import.meta.url)
const { createEmbeddedCronStore, createScheduler } = load('../src/index.ts') as typeof cronModule
const { openLevelStore } = load('@agentic/embedded-store/level') as typeof embeddedStoreModule

const JOBS = 5000
const AT_A_TIME = 256
const ROWS = [6, 3, 3]
const DAY_MS = 86_400_000

test('5,000 jobs due in one second', async ({ bench }) => {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-cron-bench-'))
  const ground = await openLevelStore(folder)
  let now = Date.parse('2026-01-01T00:00:00Z')
  let timer: (() => void) | undefined
  let started = 0
  let all = Promise.withResolvers<void>()
  const scheduler = createScheduler({
    store: createEmbeddedCronStore(ground),
    resultOf: async () => ({ type: 'succeeded' }),
    start: async () => {
      started += 1
      if (started === JOBS) all.resolve()
    },
    clock: {
      now: () => now,
      setTimer(run, delayMs) {
        if (delayMs > 1000) timer = run
        return () => undefined
      },
    },
  })
  await scheduler.open()
  const schedule = { type: 'cron', expression: '0 9 * * *', timeZone: 'UTC' } as const
  const create = (index: number) => scheduler.create(`agent-${index}`, { name: 'daily', schedule, task: { index } })
  await Promise.all(Array.from({ length: JOBS }, (_, index) => create(index)))
  now += 9 * 3_600_000 - DAY_MS

  async function fireAll(): Promise<void> {
    started = 0
    all = Promise.withResolvers<void>()
    now += DAY_MS
    timer?.()
    await all.promise
  }

  async function writeRaw(): Promise<void> {
    const value = { filling: 'x'.repeat(200) }
    const caller = async (first: number): Promise<void> => {
      for (let index = first; index < JOBS; index += AT_A_TIME) {
        for (const rows of ROWS) {
          const put = (_: unknown, row: number) => ({ type: 'put' as const, key: `raw-${index}-${rows}-${row}`, value })
          await ground.write(Array.from({ length: rows }, put))
        }
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, (_, first) => caller(first)))
  }

  await bench.compare(bench('scheduler', fireAll), bench('as many rows, written raw', writeRaw), {
    iterations: 3,
    time: 0,
    warmupIterations: 1,
    warmupTime: 0,
  })
  expect(started).toBe(JOBS)
  await scheduler.close()
  await ground.close()
  await rm(folder, { recursive: true })
})
