import { describe, expect, test } from 'vitest'
import type { Api } from './api.ts'
import { startServer } from './running-server.ts'

const env = { AGENTIC_CONTAINMENT: 'off' }
const work = (name: string) => ({ title: 'Work', worker: { type: 'function', name } })
const job = { name: 'Job', schedule: { cron: '0 0 1 1 *' }, task: work('done') }

/** How many answers have each status. */
function counted(answers: readonly { readonly status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

async function eventTypesOf(api: Api, agentId: string): Promise<(string | undefined)[]> {
  const marker = crypto.randomUUID()
  await api.post('/api/agents', { id: marker })
  const types: (string | undefined)[] = []
  for await (const { type, data } of api.events(0)) {
    if (data.agentId === agentId) types.push(type)
    if (data.agentId === marker) return types
  }
  throw new Error('the stream ended early')
}

describe('P6 an agent that is deleted while things are made for it', () => {
  test('leaves nothing to a new one of its id', async () => {
    await using server = await startServer({ env, functions: { done: async () => 'done' } })
    const { api } = server
    for (let round = 0; round < 5; round++) {
      await api.post('/api/agents', { id: 'a', mode: 'active' })
      const made = await api.post('/api/agents/a/cron', job)
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => api.post('/api/agents/a/tasks', work('done'))),
        ...Array.from({ length: 4 }, (_, n) => api.put(`/api/agents/a/secrets/S_${n}`, { value: 'some-value-1' })),
        api.send('DELETE', '/api/agents/a'),
        ...Array.from({ length: 4 }, () => api.post('/api/agents/a/cron', job, { 'idempotency-key': `k${round}` })),
        ...Array.from({ length: 4 }, () => api.post('/api/agents/a/wake')),
        ...Array.from({ length: 2 }, () => api.post(`/api/cron/${made.body.id}/run`)),
        api.send('PATCH', '/api/agents/a', { mode: 'active' }),
        ...Array.from({ length: 4 }, () => api.post('/api/agents/a/tasks', work('done'))),
      ])
      expect(answers.filter(({ status }) => ![200, 201, 202, 204, 404].includes(status))).toEqual([])

      expect((await api.post('/api/agents', { id: 'a' })).status).toBe(201)
      for (const list of ['secrets', 'tasks', 'cron'])
        expect((await api.get(`/api/agents/a/${list}`)).body).toEqual({ items: [] })
      expect(await eventTypesOf(api, 'a')).toEqual(['agent-created'])
      expect((await api.get('/metrics')).text).toMatch(/^agentic_agents_active 0$/m)
      expect((await api.send('DELETE', '/api/agents/a')).status).toBe(204)
    }
  })

  test('is deleted once, whoever asks how often', async () => {
    await using server = await startServer({ env })
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.send('DELETE', '/api/agents/a')))
    expect(counted(answers)).toEqual({ 204: 1, 404: 4 })
    expect((await api.post('/api/agents', { id: 'a' })).status).toBe(201)
  })

  test('with a run that does not listen', async () => {
    const started = Promise.withResolvers<void>()
    const deaf = async (): Promise<never> => {
      started.resolve()
      return new Promise(() => undefined)
    }
    await using server = await startServer({ env, functions: { deaf } })
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    await api.post('/api/agents/a/tasks', work('deaf'))
    await started.promise
    const startedAt = performance.now()
    expect((await api.send('DELETE', '/api/agents/a')).status).toBe(204)
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect((await api.post('/api/agents', { id: 'a' })).status).toBe(201)
    expect((await api.get('/api/agents/a/tasks')).body.items).toEqual([])
  })
})

test('of many that make one agent at the same time, one does', async () => {
  await using server = await startServer({ env })
  const answers = await Promise.all(Array.from({ length: 8 }, () => server.api.post('/api/agents', { id: 'a' })))
  expect(counted(answers)).toEqual({ 201: 1, 409: 7 })
})

test('a secret that many put at the same time is made once, and its versions count them', async () => {
  await using server = await startServer({ env })
  const { api } = server
  await api.post('/api/agents', { id: 'a' })
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => api.put('/api/agents/a/secrets/S', { value: `some-value-${n}` })),
  )
  expect(counted(answers)).toEqual({ 200: 7, 201: 1 })
  expect(new Set(answers.map(({ body }) => body.version))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8]))
})

describe('a task that is cancelled', () => {
  test('while it ends is either: what the answer says is what becomes of it', async () => {
    await using server = await startServer({ env, functions: { done: async () => 'done' } })
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    for (let round = 0; round < 12; round++) {
      const { body } = await api.post('/api/agents/a/tasks', work('done'))
      const answers = await Promise.all(Array.from({ length: 3 }, () => api.post(`/api/tasks/${body.id}/cancel`)))
      const { status } = await api.taskReaches(body.id, 'done', 'cancelled')
      const wasTaken = answers.some((answer) => answer.status < 300)
      const wasAtOnce = answers.some((answer) => answer.status === 200)
      expect(answers.filter((answer) => ![200, 202, 409].includes(answer.status))).toEqual([])
      expect({ round, wasTaken, wasAtOnce, status }).toSatisfy(() =>
        wasAtOnce ? status === 'cancelled' : wasTaken || status === 'done',
      )
    }
  })

  test('while its run fails is not tried again', async () => {
    const gate = Promise.withResolvers<never>()
    const started = Promise.withResolvers<void>()
    const fail = (): Promise<never> => {
      started.resolve()
      return gate.promise
    }
    await using server = await startServer({ env, functions: { fail } })
    const { api, system } = server
    await api.post('/api/agents', { id: 'a' })
    const { body } = await api.post('/api/agents/a/tasks', work('fail'))
    await started.promise

    // The turn of the agent's tasks is held, so that the end of the run waits behind the wish to cancel it.
    const turn = Promise.withResolvers<void>()
    const held = system.ports.store.exclusive('tasks:a', () => turn.promise)
    const cancelling = system.ports.tasks.cancel(body.id, 'enough')
    gate.reject(new Error('it broke by itself'))
    await new Promise((resolve) => setImmediate(resolve))
    turn.resolve()
    const result = await cancelling
    expect(result).toMatchObject({ type: 'running' })
    expect(system.ports.cancelRun(result.type === 'running' ? result.runId : '', 'enough')).toBe(true)
    await held

    const task = await api.taskReaches(body.id, 'cancelled', 'done', 'failed')
    expect(task).toMatchObject({ status: 'cancelled', note: 'enough', outcome: { message: 'it broke by itself' } })
  })

  test('P19 stays cancelled though its process was killed before its run could be stopped', async () => {
    await using server = await startServer({ env })
    const { api, system } = server
    const { tasks } = system.ports
    // As a process leaves it that dies right after it has claimed a task.
    const { task } = await tasks.create({ agentId: 'a', title: 'Lost', worker: {} })
    await tasks.claimNextReady('a', { leaseMs: 60_000 })
    expect(await api.post(`/api/tasks/${task.id}/cancel`, { reason: 'not needed' })).toMatchObject({
      status: 202,
      body: { status: 'in-progress', isCancelling: true },
    })
    await tasks.reap({ all: true })
    const { body } = await api.get(`/api/tasks/${task.id}`)
    expect(body).toMatchObject({ status: 'cancelled', note: 'not needed', outcome: { code: 'RUN_LOST' } })
    expect((await api.post(`/api/tasks/${task.id}/cancel`)).status).toBe(409)
  })
})

test('an agent with the longest id works, and goes', async () => {
  // Upper case is written as %41 in the name of its folder: that was longer than file systems take, and neither a
  // command nor a deletion got through; the deletion was then tried, in vain, by every start.
  const id = 'A'.repeat(128)
  await using server = await startServer({ env })
  const { api } = server
  await api.post('/api/agents', { id })
  const shell = 'echo kept > file && cat file'
  const { body } = await api.post(`/api/agents/${id}/tasks`, { title: 'Write', worker: { type: 'command', shell } })
  expect((await api.taskReaches(body.id, 'done', 'failed')).outcome).toMatchObject({
    type: 'success',
    result: 'kept\n',
  })
  expect((await api.send('DELETE', `/api/agents/${id}`)).status).toBe(204)
  await using second = await server.restart()
  expect((await second.api.post('/api/agents', { id })).status).toBe(201)
})
