import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedStore, key } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { afterAll, beforeAll, test } from 'vitest'
import { createEmbeddedTaskStore, type TaskStore } from '../src/index.ts'

/*
 * How many tasks a second do 16 callers claim and settle on disk, each in a synced batch that it shares with whoever
 * writes at the same time? Beside it, the same callers writing as many rows of the same size with no task store at all.
 *
 * Workload: 1,000 agents, 16 callers, each round 4,000 tasks that were made before.
 */
const AGENTS = 1000
const CALLERS = 16
const TASKS = 4000

let folder: string
let store: EmbeddedStore
let tasks: TaskStore

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentic-tasks-bench-'))
  store = await openLevelStore(folder)
  tasks = createEmbeddedTaskStore(store)
})

afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

const agentOf = (index: number): string => `agent-${index % AGENTS}`

/** Has each caller do its share of the works, one after another. */
async function byCallers(work: (index: number) => Promise<unknown>): Promise<void> {
  const caller = async (first: number): Promise<void> => {
    for (let index = first; index < TASKS; index += CALLERS) await work(index)
  }
  await Promise.all(Array.from({ length: CALLERS }, (_, first) => caller(first)))
}

async function createTasks(): Promise<void> {
  const create = (index: number) =>
    tasks.create({ agentId: agentOf(index), title: 'Bench', worker: { type: 'function', name: 'f' } })
  await byCallers(create)
}

async function claimAndSettle(index: number): Promise<void> {
  const claim = await tasks.claimNextReady(agentOf(index), { leaseMs: 30_000 })
  if (claim === undefined) throw new Error('no task was ready')
  await tasks.settle(claim, { outcome: { type: 'success', result: 'done' } })
}

/** Two batches, of as many rows as a claim and its settlement write. */
async function writeRaw(index: number): Promise<void> {
  for (const rows of [8, 5]) {
    const value = { rows, filling: 'x'.repeat(100) }
    const put = (_: unknown, row: number) => ({ type: 'put' as const, key: key('raw', index, rows, row), value })
    await store.write(Array.from({ length: rows }, put))
  }
}

test('claims and settles 4,000 tasks of 1,000 agents, 16 callers, synced', async ({ bench }) => {
  await bench.compare(
    bench('task store', { beforeEach: createTasks }, () => byCallers(claimAndSettle)),
    bench('as many rows, written raw', () => byCallers(writeRaw)),
    { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 },
  )
})
