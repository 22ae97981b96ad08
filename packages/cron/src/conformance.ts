import assert from 'node:assert/strict'
import type { CronStore, JobChange } from './cron-store.ts'
import type { CronJob, Firing } from './job.ts'

/** A rule that every {@link CronStore} keeps; `open` gives an empty store that keeps at least three firings of a job. */
export interface CronStoreRule {
  readonly name: string
  readonly check: (open: () => Promise<CronStore>) => Promise<void>
}

const jobOf = (id: string, change: Partial<CronJob> = {}): CronJob => ({
  id,
  agentId: 'agent-1',
  name: 'a job',
  schedule: { type: 'interval', everyMs: 1000 },
  task: { do: 'it' },
  overlap: 'skip',
  missed: 'once',
  catchUpWindowMs: 0,
  jitterMs: 0,
  enabled: true,
  breaker: { type: 'closed', failures: 0 },
  createdAt: 0,
  updatedAt: 0,
  ...change,
})

const firingOf = (job: CronJob, dueAt: number, change: Partial<Firing> = {}): Firing => ({
  id: `${job.id}@${dueAt}`,
  jobId: job.id,
  agentId: job.agentId,
  dueAt,
  status: 'pending',
  timeoutMs: 1000,
  timeoutSource: 'job',
  trigger: 'schedule',
  failedStarts: 0,
  ...change,
})

async function runningIds(store: CronStore): Promise<string[]> {
  const ids: string[] = []
  for await (const firing of store.running()) ids.push(firing.id)
  return ids
}

const add =
  (...firings: readonly Firing[]) =>
  ({ job }: { readonly job: CronJob }): JobChange => ({ job, firings })

/** The rules, as data: run each against your adapter. */
export const cronStoreRules: readonly CronStoreRule[] = [
  {
    name: 'gives back a job as it was put in, and undefined for one that is not there',
    check: async (open) => {
      const store = await open()
      const job = jobOf('a', { nextDueAt: 5, nextAt: 6, timeoutMs: 7, activeHours: { from: '09:00', to: '17:00' } })
      await store.insert(job)
      assert.deepEqual(await store.get('a'), { job, open: [] })
      assert.equal(await store.get('b'), undefined)
      assert.equal(await store.getFiring('b@1'), undefined)
    },
  },
  {
    name: 'refuses an id that is taken, and keeps the first job',
    check: async (open) => {
      const store = await open()
      await store.insert(jobOf('a', { name: 'first' }))
      await assert.rejects(store.insert(jobOf('a', { name: 'second' })), { code: 'CRON_JOB_EXISTS' })
      assert.equal((await store.get('a'))?.job.name, 'first')
    },
  },
  {
    name: 'answers the same key with the same job, whatever became of it, and makes one of many at the same time',
    check: async (open) => {
      const store = await open()
      const idempotency = { key: 'k', fingerprint: 'f' }
      const inserts = ['a', 'b', 'c'].map((id) => store.insert(jobOf(id, { nextAt: 1 }), idempotency))
      const made = await Promise.all(inserts)
      assert.deepEqual(
        made.map(({ job, created }) => [job.id, created]),
        [
          ['a', true],
          ['a', false],
          ['a', false],
        ],
      )
      await store.change('a', ({ job }) => ({ job: { ...job, name: 'renamed' }, firings: [] }))
      assert.equal((await store.getByKey('agent-1', idempotency))?.name, 'renamed')
      assert.equal(await store.getByKey('agent-2', idempotency), undefined)
      const again = await store.insert(jobOf('d'), idempotency)
      assert.deepEqual([again.job.name, again.created], ['renamed', false])
      await assert.rejects(store.insert(jobOf('d'), { key: 'k', fingerprint: 'g' }), {
        code: 'CRON_IDEMPOTENCY_MISMATCH',
      })
      assert.equal((await store.insert(jobOf('e', { agentId: 'agent-2' }), idempotency)).created, true)
      assert.equal((await store.list('agent-1')).items.length, 1)

      await store.delete('a')
      assert.equal((await store.insert(jobOf('f'), idempotency)).created, true)
      await store.deleteAgent('agent-1')
      await store.deleteAgent('agent-2')
      assert.equal((await store.insert(jobOf('g'), idempotency)).job.id, 'g')
    },
  },
  {
    name: "lists an agent's own jobs, a page at a time, by id",
    check: async (open) => {
      const store = await open()
      for (const id of ['c', 'a', 'b']) await store.insert(jobOf(id))
      await store.insert(jobOf('d', { agentId: 'agent-2' }))
      const first = await store.list('agent-1', { limit: 2 })
      assert.deepEqual(
        first.items.map(({ id }) => id),
        ['a', 'b'],
      )
      const second = await store.list('agent-1', { limit: 2, cursor: first.nextCursor })
      assert.deepEqual(
        second.items.map(({ id }) => id),
        ['c'],
      )
      assert.equal(second.nextCursor, undefined)
      assert.deepEqual((await store.list('agent')).items, [])
    },
  },
  {
    name: 'writes a job and its firings in one step, and answers with the state after it',
    check: async (open) => {
      const store = await open()
      const job = jobOf('a', { nextAt: 10 })
      await store.insert(job)
      const firing = firingOf(job, 10, { startAt: 10 })
      const changed = { ...job, nextAt: 20 }
      const after = await store.change('a', () => ({ job: changed, firings: [firing] }))
      assert.deepEqual(after, { job: changed, open: [firing] })
      assert.deepEqual(await store.get('a'), after)
      assert.deepEqual(await store.getFiring(firing.id), firing)
    },
  },
  {
    name: 'changes nothing when the decision is undefined or throws',
    check: async (open) => {
      const store = await open()
      await store.insert(jobOf('a', { nextAt: 10 }))
      const before = await store.get('a')
      assert.deepEqual(await store.change('a', () => undefined), before)
      await assert.rejects(
        store.change('a', () => {
          throw new Error('no')
        }),
      )
      assert.deepEqual(await store.get('a'), before)
      assert.equal(await store.change('b', () => assert.fail('there is nothing to decide about')), undefined)
    },
  },
  {
    name: 'lets no other change of the same job come between reading and writing',
    check: async (open) => {
      const store = await open()
      await store.insert(jobOf('a', { jitterMs: 0 }))
      const raise = (): Promise<unknown> =>
        store.change('a', ({ job }) => ({ job: { ...job, jitterMs: job.jitterMs + 1 }, firings: [] }))
      await Promise.all(Array.from({ length: 20 }, raise))
      assert.equal((await store.get('a'))?.job.jitterMs, 20)
    },
  },
  {
    name: 'keeps open firings in the order in which they were made, until they end',
    check: async (open) => {
      const store = await open()
      const job = jobOf('a')
      await store.insert(job)
      const [late, early] = [firingOf(job, 20), firingOf(job, 10)]
      await store.change('a', add(late, early))
      assert.deepEqual(
        (await store.get('a'))?.open.map(({ dueAt }) => dueAt),
        [20, 10],
      )
      const after = await store.change('a', add({ ...late, status: 'succeeded' }))
      assert.deepEqual(
        after?.open.map(({ dueAt }) => dueAt),
        [10],
      )
    },
  },
  {
    name: 'tells what is due: jobs at nextAt and firings at startAt, soonest first, moved and gone with them',
    check: async (open) => {
      const store = await open()
      const job = jobOf('a', { nextAt: 300 })
      await store.insert(job)
      await store.insert(jobOf('b', { nextAt: 5 }))
      await store.insert(jobOf('c'))
      const firing = firingOf(job, 100, { startAt: 100 })
      await store.change('a', add(firing, firingOf(job, 101)))
      const all = [
        { type: 'job', at: 5, jobId: 'b' },
        { type: 'firing', at: 100, jobId: 'a', firingId: firing.id },
        { type: 'job', at: 300, jobId: 'a' },
      ]
      assert.deepEqual(await store.due(8.64e15, 10), all)
      assert.deepEqual(await store.due(100, 10), all.slice(0, 2))
      assert.deepEqual(await store.due(99, 10), all.slice(0, 1))
      assert.deepEqual(await store.due(8.64e15, 1), all.slice(0, 1))
      assert.deepEqual(await store.due(8.64e15, 1, { type: 'job', at: 5, jobId: 'b' }), all.slice(1, 2))
      assert.deepEqual(
        await store.due(8.64e15, 9, { type: 'firing', at: 100, jobId: 'a', firingId: 'a@999 gone' }),
        all.slice(2),
      )

      const { startAt: _startAt, ...started } = firing
      await store.change('a', () => ({ job: { ...job, nextAt: 400 }, firings: [{ ...started, status: 'running' }] }))
      await store.change('b', ({ job: { nextAt: _nextAt, ...rest } }) => ({ job: rest, firings: [] }))
      assert.deepEqual(await store.due(8.64e15, 10), [{ type: 'job', at: 400, jobId: 'a' }])
    },
  },
  {
    name: 'walks the firings that are running, and no others',
    check: async (open) => {
      const store = await open()
      const [a, b] = [jobOf('a'), jobOf('b')]
      await store.insert(a)
      await store.insert(b)
      await store.change('a', add(firingOf(a, 1, { status: 'running' }), firingOf(a, 2)))
      await store.change('b', add(firingOf(b, 1, { status: 'running' })))
      assert.deepEqual((await runningIds(store)).toSorted(), ['a@1', 'b@1'])
      await store.change('a', add(firingOf(a, 1, { status: 'failed' })))
      assert.deepEqual(await runningIds(store), ['b@1'])
    },
  },
  {
    name: 'lists firings newest first, a page at a time',
    check: async (open) => {
      const store = await open()
      const job = jobOf('a')
      await store.insert(job)
      for (const dueAt of [10, 30, 20]) await store.change('a', add(firingOf(job, dueAt, { status: 'succeeded' })))
      const first = await store.listFirings('a', { limit: 2 })
      assert.deepEqual(
        first.items.map(({ dueAt }) => dueAt),
        [30, 20],
      )
      const second = await store.listFirings('a', { limit: 2, cursor: first.nextCursor })
      assert.deepEqual(
        second.items.map(({ dueAt }) => dueAt),
        [10],
      )
      assert.equal(second.nextCursor, undefined)
    },
  },
  {
    name: 'P20: refuses a limit or a cursor that is none',
    check: async (open) => {
      const store = await open()
      await assert.rejects(store.list('agent-1', { limit: 0 }), { code: 'CRON_INVALID_INPUT', field: 'limit' })
      await assert.rejects(store.listFirings('a', { cursor: 'x' }), { code: 'CRON_INVALID_INPUT', field: 'cursor' })
    },
  },
  {
    name: 'deletes a job with its firings and all that was due',
    check: async (open) => {
      const store = await open()
      const job = jobOf('a', { nextAt: 5 })
      await store.insert(job)
      await store.change(
        'a',
        add(
          firingOf(job, 1, { status: 'running' }),
          firingOf(job, 2, { startAt: 2 }),
          firingOf(job, 3, { status: 'failed' }),
        ),
      )
      assert.equal(await store.delete('a'), true)
      assert.equal(await store.delete('a'), false)
      assert.equal(await store.get('a'), undefined)
      assert.equal(await store.getFiring('a@3'), undefined)
      assert.deepEqual(await store.due(8.64e15, 10), [])
      assert.deepEqual(await runningIds(store), [])
      assert.deepEqual((await store.listFirings('a')).items, [])
    },
  },
  {
    name: "P6: deletes an agent's jobs and leaves those of an agent with a longer name",
    check: async (open) => {
      const store = await open()
      await store.insert(jobOf('a', { nextAt: 1 }))
      await store.insert(jobOf('b', { nextAt: 2 }))
      await store.insert(jobOf('c', { agentId: 'agent-10', nextAt: 3 }))
      assert.equal(await store.deleteAgent('agent-1'), 2)
      assert.equal(await store.deleteAgent('agent-1'), 0)
      assert.deepEqual((await store.list('agent-1')).items, [])
      assert.deepEqual(await store.due(8.64e15, 10), [{ type: 'job', at: 3, jobId: 'c' }])
    },
  },
]
