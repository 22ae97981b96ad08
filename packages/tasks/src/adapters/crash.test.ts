import { createMemoryStore, type EmbeddedStore, EmbeddedStoreError, key } from '@agentic/embedded-store'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { expect, test } from 'vitest'
import { assertConsistent } from '../../test/assert-consistent.ts'
import { createDyingStore, type Death } from '../../test/dying-store.ts'
import type { TaskStore } from '../task-store.ts'
import type { Claim } from '../task.ts'
import { createEmbeddedTaskStore } from './embedded.ts'

const LEASE = { leaseMs: 1000 }
const success: WorkerOutcome = { type: 'success', result: '' }
const failed: WorkerOutcome = { type: 'failed', code: 'X', message: '', retryable: true }
const blocked: WorkerOutcome = { type: 'blocked', block: { type: 'login-wall' }, evidence: { signals: [] } }

/** A life of tasks, step by step; each step leaves something behind for the next. */
function createLife(store: TaskStore, clock: { now: number }) {
  const ids: Record<string, string> = {}
  const claims: Claim[] = []
  const id = (title: string): string => ids[title] ?? ''
  const create =
    (title: string, fields: object = {}) =>
    async () => {
      const key = { idempotencyKey: title }
      ids[title] = (await store.create({ agentId: 'a', title, worker: null, ...key, ...fields })).task.id
    }
  const claim = async () => {
    const held = await store.claimNextReady('a', LEASE)
    expect(held).toBeDefined()
    if (held !== undefined) claims.push(held)
  }
  const settle = (outcome: WorkerOutcome) => async () => {
    const held = claims.at(-1)
    expect(held && (await store.settle(held, { outcome })).type).toBe('settled')
  }
  const pass = async () => {
    clock.now += 10_000
  }
  return [
    create('first', { priority: 1 }),
    create('asked', { requiresApproval: true }),
    async () => create('second', { dependsOn: [id('first')] })(),
    create('late', { notBefore: 5000 }),
    claim,
    async () => {
      await store.heartbeat(claims[0] as Claim, LEASE)
    },
    settle(failed),
    pass,
    claim,
    settle(success),
    claim,
    settle(blocked),
    () => store.resolve(id('late'), { action: 'retry', note: 'solved' }),
    () => store.cancel(id('second')),
    () => store.retry(id('second')),
    () => store.approve(id('asked')),
    claim,
    pass,
    () => store.reap(),
  ] satisfies (() => Promise<unknown>)[]
}

/** All that there is, in words that are equal for equal lives. */
async function portray(store: TaskStore): Promise<string[]> {
  const { items } = await store.list('a', { limit: 500 })
  return Promise.all(
    items.map(async ({ id, title, status, attempts, revision, note }) => {
      const runs = (await store.listRuns(id)).items.map((run) => run.outcome?.type ?? run.status)
      return [title, status, attempts, revision, note, ...runs].join(' ')
    }),
  )
}

function onOneStore(embedded: EmbeddedStore, clock: { now: number }): TaskStore {
  return createEmbeddedTaskStore(embedded, { clock: () => clock.now })
}

/** How things stand after each step of a life without a death, and how many writes it took. */
async function liveUndisturbed(): Promise<{ portraits: string[][]; writes: number }> {
  const embedded = createMemoryStore()
  let writes = 0
  const counting: EmbeddedStore = {
    ...embedded,
    write: async (operations) => {
      writes += 1
      await embedded.write(operations)
    },
  }
  const clock = { now: 1000 }
  const store = onOneStore(counting, clock)
  const portraits = [await portray(store)]
  for (const step of createLife(store, clock)) {
    await step()
    portraits.push(await portray(store))
  }
  return { portraits, writes }
}

async function dieAndReturn(death: Death): Promise<{ steps: number; embedded: EmbeddedStore; clock: { now: number } }> {
  const embedded = createMemoryStore()
  const clock = { now: 1000 }
  const life = createLife(onOneStore(createDyingStore(embedded, death), clock), clock)
  let steps = 0
  const live = async (): Promise<void> => {
    for (const step of life) {
      await step()
      steps += 1
    }
  }
  await expect(live()).rejects.toThrow('the process is dead')
  return { steps, embedded, clock }
}

test('P19 loses nothing that was acknowledged and does nothing by half, whichever write the process dies at', async () => {
  const { portraits, writes } = await liveUndisturbed()
  expect(writes).toBeGreaterThan(15)
  for (let atWrite = 1; atWrite <= writes; atWrite += 1) {
    for (const moment of ['before', 'after'] as const) {
      const { steps, embedded, clock } = await dieAndReturn({ atWrite, moment })
      const store = onOneStore(embedded, clock)
      await assertConsistent(embedded)
      // A step may write twice, the first time without changing any task: then it stands as before.
      expect([portraits[steps], portraits[steps + 1]]).toContainEqual(await portray(store))

      // The next start ends what was open and works on to the end.
      await store.reap({ all: true })
      await assertConsistent(embedded)
      clock.now += 3_600_000
      for (let held = await store.claimNextReady('a', LEASE); held; held = await store.claimNextReady('a', LEASE)) {
        await store.settle(held, { outcome: success })
      }
      await assertConsistent(embedded)
      const left = (await store.list('a')).items.filter(({ status }) => ['ready', 'in-progress'].includes(status))
      expect(left).toEqual([])
    }
  }
})

test('P19 makes no second task when the caller asks again after a death', async () => {
  for (const moment of ['before', 'after'] as const) {
    const { embedded, clock } = await dieAndReturn({ atWrite: 1, moment })
    const store = onOneStore(embedded, clock)
    const fields = { agentId: 'a', title: 'first', worker: null, priority: 1, idempotencyKey: 'first' }
    expect((await store.create(fields)).created).toBe(moment === 'before')
    expect((await store.list('a')).items).toHaveLength(1)
  }
})

test('P6 finishes a deletion that a death cut short', async () => {
  const embedded = createMemoryStore()
  const whole = createEmbeddedTaskStore(embedded)
  for (let count = 0; count < 300; count += 1) {
    await whole.create({ agentId: 'a', title: `${count}`, worker: null, priority: count % 3 })
  }
  const dying = createEmbeddedTaskStore(createDyingStore(embedded, { atWrite: 2, moment: 'before' }))
  await expect(dying.deleteAgent('a')).rejects.toThrow('the process is dead')
  await assertConsistent(embedded)
  // The next process has its own way to the same rows.
  const next = createEmbeddedTaskStore({ ...embedded })
  expect((await next.claimNextReady('a', LEASE))?.task.title).toBe('2')
  expect(await next.deleteAgent('a')).toBe(44)
  expect(await embedded.keys({})).toEqual([])
})

test('counts anew where the row of counts is missing or damaged, and works on', async () => {
  const embedded = createMemoryStore()
  const first = createEmbeddedTaskStore(embedded)
  for (const agentId of ['a', 'b']) await first.create({ agentId, title: 't', worker: null })
  const counts = await first.counts()
  const COUNTS = key('tasks', 'counts')
  const damaged: EmbeddedStore = {
    ...embedded,
    async get<Value>(rowKey: string) {
      if (rowKey === COUNTS) throw new EmbeddedStoreError('STORE_CORRUPT', 'not JSON')
      return embedded.get<Value>(rowKey)
    },
  }
  expect(await createEmbeddedTaskStore(damaged).counts()).toEqual(counts)
  await embedded.write([{ type: 'delete', key: COUNTS }])
  const next = createEmbeddedTaskStore({ ...embedded })
  await next.claimNextReady('a', LEASE)
  expect(await next.counts()).toEqual({ ...counts, ready: 1, 'in-progress': 1 })
  await assertConsistent(embedded)
})

test('changes nothing when the disk refuses a write', async () => {
  const embedded = createMemoryStore()
  const store = createEmbeddedTaskStore(embedded)
  await store.create({ agentId: 'a', title: 't', worker: null })
  const refusing = createEmbeddedTaskStore({ ...embedded, write: () => Promise.reject(new Error('disk full')) })
  await expect(refusing.claimNextReady('a', LEASE)).rejects.toThrow('disk full')
  await expect(refusing.create({ agentId: 'a', title: 'u', worker: null })).rejects.toThrow('disk full')
  await assertConsistent(embedded)
  expect(await refusing.counts()).toEqual(await store.counts())
  expect((await store.claimNextReady('a', LEASE))?.run.number).toBe(1)
})
