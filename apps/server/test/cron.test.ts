import type { WorkerFunction } from '@agentic/worker'
import { describe, expect, test } from 'vitest'
import type { Api, StreamedEvent } from './api.ts'
import type { System } from '../src/index.ts'
import { startServer } from './running-server.ts'

const env = { AGENTIC_CONTAINMENT: 'off' }
const yearly = { cron: '0 0 1 1 *' }
const work = (name: string) => ({ title: 'Work', worker: { type: 'function', name } })

const untilStopped: WorkerFunction = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

const functions: Record<string, WorkerFunction> = {
  done: async () => 'done',
  fail: async () => {
    throw new Error('it broke')
  },
  block: async () => ({ type: 'blocked', block: { type: 'login-wall' }, evidence: { signals: ['a login form'] } }),
  hang: untilStopped,
}

async function newJob(api: Api, job: object): Promise<string> {
  await api.post('/api/agents', { id: 'a' })
  const made = await api.post('/api/agents/a/cron', { name: 'Job', schedule: yearly, task: work('done'), ...job })
  expect(made.status).toBe(201)
  return made.body.id
}

/** Follows the events of the agent until the wanted one comes. */
async function eventOf(
  api: Api,
  isWanted: (event: StreamedEvent) => boolean,
  after: string | number = 0,
): Promise<StreamedEvent> {
  for await (const event of api.events(after, 'a')) if (isWanted(event)) return event
  throw new Error('the stream ended early')
}

function finished(firingId: string) {
  return ({ type, data }: StreamedEvent): boolean => type === 'firing-finished' && data.data.firing.id === firingId
}

describe('P17 the timeout of a firing', () => {
  test.for([
    ['its job’s', { timeoutSecs: 90 }, { cronTimeoutSecs: 60 }, { timeoutSecs: 90, timeoutSource: 'job' }],
    ['else its agent’s', {}, { cronTimeoutSecs: 60 }, { timeoutSecs: 60, timeoutSource: 'agent' }],
    ['else 1,500 s', {}, {}, { timeoutSecs: 1500, timeoutSource: 'default' }],
    // Parts of a millisecond were refused by the task store, and the firing was never started.
    ['to the millisecond', {}, { cronTimeoutSecs: 1.00049 }, { timeoutSecs: 1, timeoutSource: 'agent' }],
    // So was more than a timer can hold.
    [
      'at most what a timer holds',
      {},
      { cronTimeoutSecs: 2_592_000 },
      { timeoutSecs: 2_147_483.647, timeoutSource: 'agent' },
    ],
  ] as const)('is %s, and the run’s wall clock', async ([, job, settings, timeout]) => {
    await using server = await startServer({ env, functions })
    const { api } = server
    await api.post('/api/agents', { id: 'a', settings: { ...settings, wallClockSecs: 5 } })
    const jobId = await newJob(api, job)
    const fired = await api.post(`/api/cron/${jobId}/run`)
    expect(fired.body).toMatchObject(timeout)
    await eventOf(api, finished(fired.body.id))
    const [firing] = (await api.get(`/api/cron/${jobId}/firings`)).body.items
    expect(firing).toMatchObject({ ...timeout, status: 'succeeded' })
    const [task] = (await api.get('/api/agents/a/tasks')).body.items
    expect(task).toMatchObject({ wallClockSecs: timeout.timeoutSecs, maxAttempts: 1, status: 'done' })
    expect(task.lineage.source).toBe(`cron:${fired.body.id}`)
  })

  test('counts as a failure: after three in a row the breaker is open', async () => {
    await using server = await startServer({ env, functions })
    const { api } = server
    const jobId = await newJob(api, { task: work('fail'), timeoutSecs: 1 })
    for (const [name, breaker, reason] of [
      ['fail', 'closed', 'failed'],
      ['block', 'closed', 'blocked'],
      ['hang', 'open', 'timeout'],
    ] as const) {
      await api.send('PATCH', `/api/cron/${jobId}`, { task: work(name) })
      const { body } = await api.post(`/api/cron/${jobId}/run`)
      const { data } = await eventOf(api, finished(body.id))
      expect(data.data.firing).toMatchObject({ status: 'failed', reason })
      expect((await api.get(`/api/cron/${jobId}`)).body.breaker).toBe(breaker)
    }
  })
})

describe('P17 N19 the agent is woken after a firing', () => {
  /** Notes for which firings the agent was rung after their end. */
  function listenForRings(): { readonly firingIds: string[]; readonly beforeStart: (system: System) => void } {
    const firingIds: string[] = []
    const beforeStart = ({ ports }: System): void => {
      ports.wakes.events.on('wake-queued', ({ agentId, trigger }) => {
        expect(agentId).toBe('a')
        if (trigger.type === 'cron') firingIds.push((trigger.payload as { firingId: string }).firingId)
      })
    }
    return { firingIds, beforeStart }
  }

  test.for([
    ['that succeeds', 'done', 'succeeded'],
    ['that fails', 'fail', 'failed'],
    ['that is blocked', 'block', 'failed'],
    ['that times out', 'hang', 'failed'],
  ] as const)('%s', async ([, name, status]) => {
    const { firingIds, beforeStart } = listenForRings()
    await using server = await startServer({ env, functions, beforeStart })
    const jobId = await newJob(server.api, { task: work(name), timeoutSecs: 1 })
    const { body } = await server.api.post(`/api/cron/${jobId}/run`)
    expect((await eventOf(server.api, finished(body.id))).data.data.firing.status).toBe(status)
    expect(firingIds).toEqual([body.id])
  })

  test('whose task is cancelled, waiting or running', async () => {
    const { firingIds, beforeStart } = listenForRings()
    await using server = await startServer({ env, functions, beforeStart })
    const { api } = server
    const jobId = await newJob(api, { task: work('hang') })
    const running = await api.post(`/api/cron/${jobId}/run`)
    const { data } = await eventOf(api, ({ type }) => type === 'run-started')
    await api.post(`/api/tasks/${data.data.run.taskId}/cancel`, { reason: 'enough' })
    expect((await eventOf(api, finished(running.body.id))).data.data.firing.status).toBe('cancelled')

    await api.post('/api/agents/a/tasks', work('hang'))
    const waiting = await api.post(`/api/cron/${jobId}/run`)
    const made = await eventOf(
      api,
      ({ type, data: { data: about } }) =>
        type === 'task-created' && about.task.lineage.source === `cron:${waiting.body.id}`,
    )
    expect((await api.post(`/api/tasks/${made.data.data.task.id}/cancel`)).status).toBe(200)
    expect((await eventOf(api, finished(waiting.body.id))).data.data.firing.status).toBe('cancelled')
    expect(firingIds).toEqual([running.body.id, waiting.body.id])
  })

  test('that a later one takes the place of', async () => {
    const { firingIds, beforeStart } = listenForRings()
    await using server = await startServer({ env, functions, beforeStart })
    const { api } = server
    const jobId = await newJob(api, { task: work('hang'), overlap: 'cancel' })
    const { body: first } = await api.post(`/api/cron/${jobId}/run`)
    await eventOf(api, ({ type }) => type === 'run-started')
    await api.send('PATCH', `/api/cron/${jobId}`, { task: work('done') })
    const { body: second } = await api.post(`/api/cron/${jobId}/run`)
    await eventOf(api, finished(second.id))
    expect(new Set(firingIds)).toEqual(new Set([first.id, second.id]))
    const { items } = (await api.get(`/api/cron/${jobId}/firings`)).body
    const statuses = Object.fromEntries(items.map(({ id, status }: { id: string; status: string }) => [id, status]))
    expect(statuses).toEqual({ [first.id]: 'cancelled', [second.id]: 'succeeded' })
  })

  test('that a stopping server interrupts, by the next one', async () => {
    const { firingIds, beforeStart } = listenForRings()
    await using first = await startServer({ env, functions, beforeStart })
    const jobId = await newJob(first.api, { task: work('hang') })
    const { body } = await first.api.post(`/api/cron/${jobId}/run`)
    await eventOf(first.api, ({ type }) => type === 'run-started')
    await first.stop()
    expect(firingIds).toEqual([])
    await using second = await first.restart()
    const { data } = await eventOf(second.api, finished(body.id))
    // Its one attempt is used up: what a restart interrupts is not tried again by itself.
    expect(data.data.firing).toMatchObject({ status: 'failed', reason: 'failed' })
    expect(firingIds).toEqual([body.id])
  })
})

describe('P16 a due time is fired once', () => {
  test('K15 for a dormant agent too, when the server is down at that instant, and over later restarts', async () => {
    await using first = await startServer({ env, functions })
    const at = new Date(Date.now() + 150).toISOString()
    const jobId = await newJob(first.api, { schedule: { at } })
    await first.stop()
    // The stopped server has to miss the instant on the real clock, which both of its lives share.
    while (Date.now() <= Date.parse(at)) await new Promise((resolve) => setTimeout(resolve, 20))
    await using second = await first.restart()
    await eventOf(second.api, ({ type }) => type === 'firing-finished')
    await using third = await second.restart()
    const firings = (await third.api.get(`/api/cron/${jobId}/firings`)).body.items
    expect(firings).toMatchObject([{ dueAt: at, status: 'succeeded', timeoutSource: 'default' }])
    expect((await third.api.get('/api/agents/a/tasks')).body.items).toHaveLength(1)
    expect((await third.api.get(`/api/cron/${jobId}`)).body).not.toHaveProperty('nextAt')
  })

  test('each in turn, with restarts between', async () => {
    await using first = await startServer({ env, functions })
    const jobId = await newJob(first.api, { schedule: { everySecs: 1 }, missed: 'all' })
    const one = await eventOf(first.api, ({ type }) => type === 'firing-finished')
    await using second = await first.restart()
    await eventOf(second.api, ({ type }) => type === 'firing-finished', one.id)
    await using third = await second.restart()
    await third.api.send('PATCH', `/api/cron/${jobId}`, { enabled: false })
    const firings = (await third.api.get(`/api/cron/${jobId}/firings`)).body.items.toReversed()
    expect(firings.length).toBeGreaterThanOrEqual(2)
    const start = Date.parse((await third.api.get(`/api/cron/${jobId}`)).body.createdAt)
    expect(firings.map(({ dueAt }: { dueAt: string }) => Date.parse(dueAt) - start)).toEqual(
      firings.map((_: unknown, index: number) => (index + 1) * 1000),
    )
    const tasks = (await third.api.get('/api/agents/a/tasks')).body.items
    expect(tasks.map(({ lineage }: { lineage: { source: string } }) => lineage.source).toSorted()).toEqual(
      firings.map(({ id }: { id: string }) => `cron:${id}`).toSorted(),
    )
  })
})

test('nobody takes the place of a firing’s task over HTTP', async () => {
  await using server = await startServer({ env, functions })
  const { api } = server
  const at = Date.now() + 200
  const jobId = await newJob(api, { schedule: { at: new Date(at).toISOString() } })
  // The ids of firings can be foretold: a task made with one as its key kept the firing from ever starting.
  await api.post(
    '/api/agents/a/tasks',
    { ...work('hang'), requiresApproval: true },
    { 'idempotency-key': `${jobId}@${at}` },
  )
  const { data } = await eventOf(api, ({ type }) => type === 'firing-finished')
  expect(data.data.firing).toMatchObject({ id: `${jobId}@${at}`, status: 'succeeded' })
})
