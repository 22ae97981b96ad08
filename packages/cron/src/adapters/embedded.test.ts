import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, expect, onTestFinished, test } from 'vitest'
import { cronStoreRules } from '../conformance.ts'
import type { CronJob, Firing } from '../job.ts'
import { createEmbeddedCronStore } from './embedded.ts'

const engines: readonly (readonly [string, () => Promise<EmbeddedStore>])[] = [
  ['memory', async () => createMemoryStore()],
  [
    'level',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'agentic-cron-'))
      const store = await openLevelStore(folder)
      onTestFinished(async () => {
        await store.close()
        await rm(folder, { recursive: true })
      })
      return store
    },
  ],
]

describe.for(engines)('on %s', ([, open]) => {
  test.for(cronStoreRules)('$name', async ({ check }) => {
    await check(async () => createEmbeddedCronStore(await open()))
  })
})

const JOB: CronJob = {
  id: 'a',
  agentId: 'agent-1',
  name: 'a job',
  schedule: { type: 'interval', everyMs: 1000 },
  task: null,
  overlap: 'skip',
  missed: 'once',
  catchUpWindowMs: 0,
  jitterMs: 0,
  enabled: true,
  breaker: { type: 'closed', failures: 0 },
  createdAt: 0,
  updatedAt: 0,
}

function firingAt(dueAt: number, status: Firing['status']): Firing {
  return {
    id: `a@${dueAt}`,
    jobId: 'a',
    agentId: 'agent-1',
    dueAt,
    status,
    timeoutMs: 1,
    timeoutSource: 'job',
    trigger: 'schedule',
    failedStarts: 0,
  }
}

test('keeps the newest firings of a job and whatever is open, and leaves no key of the rest', async () => {
  const embedded = createMemoryStore()
  const store = createEmbeddedCronStore(embedded, { keepFirings: 3 })
  await store.insert(JOB)
  await store.change('a', ({ job }) => ({ job, firings: [firingAt(1, 'running')] }))
  for (let dueAt = 2; dueAt <= 10; dueAt++)
    await store.change('a', ({ job }) => ({ job, firings: [firingAt(dueAt, 'skipped')] }))
  expect((await store.listFirings('a')).items.map(({ dueAt }) => dueAt)).toEqual([10, 9, 8, 1])

  await store.change('a', ({ job }) => ({ job, firings: [firingAt(1, 'succeeded')] }))
  await store.change('a', ({ job }) => ({ job, firings: [firingAt(11, 'skipped')] }))
  expect((await store.listFirings('a')).items.map(({ dueAt }) => dueAt)).toEqual([11, 10, 9])
  expect(await store.getFiring('a@8')).toBeUndefined()

  await store.delete('a')
  expect(await embedded.list({})).toEqual([])
})
