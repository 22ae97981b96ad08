import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApi } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'

let server: RunningServer

beforeEach(async () => {
  server = await startServer({
    env: { AGENTIC_BREAKER_FAILURES: '2', AGENTIC_BREAKER_SECS: '600' },
    functions: {
      work: async ({ input }) => {
        if (input === 'fail') throw new Error('as it was told')
        return 'done'
      },
    },
  })
  for (const id of ['acme', 'globex']) await server.api.post('/api/agents', { id })
})

afterEach(() => server[Symbol.asyncDispose]())

const give = async (input: string, agent = 'acme'): Promise<string> => {
  const task = { title: 'Work', worker: { type: 'function', name: 'work' }, input, maxAttempts: 1 }
  return (await server.api.post(`/api/agents/${agent}/tasks`, task)).body.id
}

describe('an agent whose runs fail again and again', () => {
  beforeEach(async () => {
    for (const _ of [1, 2]) await server.api.taskReaches(await give('fail'), 'failed')
  })

  test('begins no more tasks, and an operator sees that and lets it go on', async () => {
    const { api } = server
    const held = await give('succeed')
    expect((await api.get('/api/agents/acme/breaker')).body).toEqual({
      status: 'open',
      failures: 2,
      openUntil: expect.any(String),
    })
    await expect.poll(() => server.system.ports.wakes.stats()).toMatchObject({ queued: 0, running: 0 })
    expect((await api.get(`/api/tasks/${held}`)).body).toMatchObject({ status: 'ready', attempts: 0 })
    // Nobody else is held.
    await api.taskReaches(await give('succeed', 'globex'), 'done')
    expect((await api.get('/metrics')).text).toContain('agentic_breakers_opened_total 1')

    const reset = await api.post('/api/agents/acme/breaker/reset')
    expect(reset).toMatchObject({ status: 200, body: { status: 'closed', failures: 0 } })
    await api.taskReaches(held, 'done')
    const types: string[] = []
    for await (const { type = '' } of api.events(0)) {
      if (type.startsWith('breaker')) types.push(type)
      if (type === 'breaker-closed') break
    }
    expect(types).toEqual(['breaker-opened', 'breaker-closed'])
  })

  test('is held over a restart too', async () => {
    server = await server.restart()
    expect((await server.api.get('/api/agents/acme/breaker')).body.status).toBe('open')
  })

  test('P7 sees that itself, and cannot let itself go on', async () => {
    const { body } = await server.api.post('/api/tokens', { scope: { agentId: 'acme' } })
    const acme = createApi(server.url, body.token)
    expect((await acme.get('/api/agents/acme/breaker')).body.status).toBe('open')
    expect((await acme.post('/api/agents/acme/breaker/reset')).status).toBe(403)
    expect((await acme.get('/api/agents/globex/breaker')).status).toBe(404)
    expect((await acme.get('/api/janitor')).status).toBe(403)
  })

  test('P6 is forgotten with the agent', async () => {
    await server.api.send('DELETE', '/api/agents/acme')
    await server.api.post('/api/agents', { id: 'acme' })
    expect((await server.api.get('/api/agents/acme/breaker')).body).toEqual({ status: 'closed', failures: 0 })
  })
})

describe('the janitor', () => {
  test('is off, and goes round when it is told to', async () => {
    const { api } = server
    expect((await api.get('/api/janitor')).body).toEqual({
      enabled: false,
      intervalSecs: 86_400,
      agentLimitSecs: 600,
      status: 'idle',
    })
    await api.post('/api/agents/acme/memories', { content: 'Opens at nine in the morning' })
    await api.post('/api/agents/acme/memories', { content: 'opens at nine in the morning.' })
    await api.post('/api/agents/globex/memories', { content: 'Closes at six' })
    expect(await api.post('/api/janitor/run')).toMatchObject({ status: 202, body: { status: 'running' } })
    await expect.poll(async () => (await api.get('/api/janitor')).body.status).toBe('idle')
    expect((await api.get('/api/janitor')).body.last).toMatchObject({
      agents: 2,
      failed: 0,
      done: { pruned: 0, merged: 1, purged: 0 },
    })
    expect((await api.get('/api/agents/acme/memories')).body.items).toHaveLength(1)
    expect((await api.get('/metrics')).text).toContain('agentic_janitor_last_round{what="merged"} 1')
  })

  test('says when it begins by itself', async () => {
    await using scheduled = await startServer({ env: { AGENTIC_JANITOR: 'true', AGENTIC_JANITOR_INTERVAL_SECS: '60' } })
    const { body } = await scheduled.api.get('/api/janitor')
    expect(body).toMatchObject({ enabled: true, intervalSecs: 60, status: 'idle', nextAt: expect.any(String) })
    expect(Date.parse(body.nextAt) - Date.now()).toBeLessThanOrEqual(60_000)
  })
})

test('a task that ended long ago goes with its runs and their files', async () => {
  await using short = await startServer({
    env: { AGENTIC_TASK_KEEP_SECS: '0.001' },
    functions: { work: async () => 'done' },
  })
  const { api, system, dataDir } = short
  await api.post('/api/agents', { id: 'acme' })
  const { body } = await api.post('/api/agents/acme/tasks', { title: 'x', worker: { type: 'function', name: 'work' } })
  const { runId } = await api.taskReaches(body.id, 'done')
  const file = join(dataDir, 'agents', 'acme', 'transcripts', `${runId}.jsonl`)
  await expect.poll(() => existsSync(file)).toBe(true)
  await expect.poll(() => system.retention.sweep()).toBe(1)
  expect((await api.get(`/api/tasks/${body.id}`)).status).toBe(404)
  expect((await api.get(`/api/runs/${runId}`)).status).toBe(404)
  expect(existsSync(file)).toBe(false)
})
