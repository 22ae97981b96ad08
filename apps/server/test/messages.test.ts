import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ScriptedModelServer,
  type ScriptedReply,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import { forgetAnswers } from '../src/http/idempotency.ts'
import { type Api, type ApiAnswer, createApi } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { modelEnv } from './model-env.ts'

const SECRET = 'canary-message-9912'

let model: ScriptedModelServer
let script: (request: number) => ScriptedReply
let server: RunningServer
let api: Api

beforeEach(async () => {
  script = () => ({ text: 'done' })
  model = await startScriptedModelServer((_, index) => script(index))
  server = await startServer({
    env: {
      AGENTIC_CONTAINMENT: 'off',
      ...modelEnv(model, { apiKeySecret: 'MODEL_KEY' }),
    },
  })
  ;({ api } = server)
  await api.put('/api/secrets/MODEL_KEY', { value: 'canary-model-key', category: 'system' })
  for (const id of ['desk', 'kitchen', 'stranger']) await api.post('/api/agents', { id })
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await model.close()
})

const link = (more: object = {}): Promise<ApiAnswer> => api.post('/api/links', { from: 'desk', to: 'kitchen', ...more })
const send = (message: string, headers = {}): Promise<ApiAnswer> =>
  api.post('/api/agents/desk/messages', { to: 'kitchen', message }, headers)

async function tokenOf(agentId: string): Promise<Api> {
  return createApi(server.url, (await api.post('/api/tokens', { scope: { agentId } })).body.token)
}

describe('links', () => {
  test('are made, listed and deleted, by their path, a query or a body', async () => {
    const made = await link({ kind: 'hierarchical', rateLimit: { messages: 5, perSecs: 60 } })
    expect(made).toMatchObject({
      status: 201,
      body: { from: 'desk', to: 'kitchen', direction: 'one-way', kind: 'hierarchical', requiresApproval: false },
    })
    expect(made.headers.get('location')).toBe('/api/links/desk/kitchen')
    await api.post('/api/links', { from: 'stranger', to: 'desk', direction: 'two-way' })
    const all = await api.get('/api/links?limit=1')
    const rest = await api.get(`/api/links?limit=1&cursor=${all.body.nextCursor}`)
    expect([...all.body.items, ...rest.body.items]).toHaveLength(2)
    expect((await api.get('/api/links?agentId=kitchen')).body.items).toEqual([made.body])

    expect(await api.send('DELETE', '/api/links/kitchen/desk')).toMatchObject({ status: 204 })
    expect(await api.send('DELETE', '/api/links/kitchen/desk')).toMatchObject({ status: 404 })
    await link()
    expect(await api.send('DELETE', '/api/links?from=desk&to=kitchen')).toMatchObject({ status: 204 })
    await link()
    expect(await api.send('DELETE', '/api/links', { from: 'desk', to: 'kitchen' })).toMatchObject({ status: 204 })
    expect(await api.send('DELETE', '/api/links?from=desk')).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'to' }] },
    })
  })

  test('P19 are one for two agents; asked for again with an Idempotency-Key it is the same one, also where its answer was lost', async () => {
    const key = { 'idempotency-key': 'k' }
    const body = { from: 'desk', to: 'kitchen' }
    const first = await api.post('/api/links', body, key)
    const again = await api.post('/api/links', body, key)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const reused = await api.post('/api/links', { from: 'desk', to: 'stranger' }, key)
    expect(reused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    await forgetAnswers(server.system.ports.store, 'kitchen')
    expect(await api.post('/api/links', body, key)).toMatchObject({ status: 201, body: first.body })
    for (const other of [body, { from: 'kitchen', to: 'desk' }]) {
      expect(await api.post('/api/links', other)).toMatchObject({ status: 409, body: { code: 'already-exists' } })
    }
  })

  test.for([
    [{ from: 'desk' }, 422],
    [{ from: 'desk', to: 'desk' }, 422],
    [{ from: 'desk', to: 'no such id' }, 422],
    [{ from: 'desk', to: 'kitchen', direction: 'sideways' }, 422],
    [{ from: 'desk', to: 'kitchen', rateLimit: { messages: 0, perSecs: 1 } }, 422],
    [{ from: 'desk', to: 'nobody' }, 404],
    [{ from: 'nobody', to: 'desk' }, 404],
  ] as const)('P20 are not made of %j: %i', async ([body, status]) => {
    expect(await api.post('/api/links', body)).toMatchObject({ status })
    expect((await api.get('/api/links')).body.items).toEqual([])
  })

  test('P7 are for admins', async () => {
    const desk = await tokenOf('desk')
    for (const [method, path, body] of [
      ['GET', '/api/links'],
      ['POST', '/api/links', { from: 'desk', to: 'kitchen' }],
      ['DELETE', '/api/links/desk/kitchen'],
      ['DELETE', '/api/links?from=desk&to=kitchen'],
    ] as const) {
      expect(await desk.send(method, path, body)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
  })

  test('P6 go with either agent: a new agent of its id has none', async () => {
    await link()
    await api.send('DELETE', '/api/agents/desk')
    expect((await api.get('/api/links')).body.items).toEqual([])
    await api.post('/api/agents', { id: 'desk' })
    expect(await send('Towels, please')).toMatchObject({ status: 403, body: { code: 'no-link' } })
  })
})

describe('a message', () => {
  test('becomes a task of the receiver, which is woken and works on it', async () => {
    await link({ kind: 'hierarchical' })
    const sent = await send('Room 12 needs towels.\nSoon.')
    expect(sent).toMatchObject({
      status: 201,
      body: {
        agentId: 'kitchen',
        title: 'Room 12 needs towels.',
        worker: { type: 'agent' },
        input: { message: 'Room 12 needs towels.\nSoon.', from: 'desk', relation: 'above' },
        lineage: { hops: 1, source: 'agent:desk' },
      },
    })
    expect(await api.taskReaches(sent.body.id, 'done')).toMatchObject({ outcome: { type: 'success' } })
    expect(JSON.stringify(model.requests[0]?.messages)).toContain('Room 12 needs towels.')
  })

  test('P19 is sent once for each Idempotency-Key, also where its answer was lost', async () => {
    await link()
    const key = { 'idempotency-key': 'k'.repeat(255) }
    const [first, again] = [await send('Towels', key), await send('Towels', key)]
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id } })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    await forgetAnswers(server.system.ports.store, 'kitchen')
    expect(await send('Towels', key)).toMatchObject({ status: 201, body: { id: first.body.id } })
    expect(await send('Soap', key)).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    const other = await api.post('/api/agents/desk/messages', { to: 'stranger', message: 'Towels' }, key)
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect((await api.get('/api/agents/kitchen/tasks')).body.items).toHaveLength(1)
  })

  test('is refused without a link and against its direction, and nothing is made', async () => {
    expect(await send('x')).toMatchObject({ status: 403, body: { code: 'no-link' } })
    await link()
    const back = await api.post('/api/agents/kitchen/messages', { to: 'desk', message: 'x' })
    expect(back).toMatchObject({ status: 403, body: { code: 'no-link' } })
    expect(await api.post('/api/agents/desk/messages', { to: 'nobody', message: 'x' })).toMatchObject({ status: 404 })
    expect(await api.post('/api/agents/nobody/messages', { to: 'desk', message: 'x' })).toMatchObject({ status: 404 })
    for (const agent of ['desk', 'kitchen']) {
      expect((await api.get(`/api/agents/${agent}/tasks`)).body.items).toEqual([])
    }
  })

  test('waits for approval where the link says so', async () => {
    await link({ requiresApproval: true })
    expect((await send('x')).body.status).toBe('pending-approval')
  })

  test('beyond the rate of its link is told when to come again', async () => {
    await link({ rateLimit: { messages: 2, perSecs: 3_600 } })
    expect([(await send('one')).status, (await send('two')).status]).toEqual([201, 201])
    const third = await send('three')
    expect(third).toMatchObject({ status: 429, body: { code: 'rate-limited' } })
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await api.get('/api/agents/kitchen/tasks')).body.items).toHaveLength(2)
  })

  test('of agents that write to each other without end stops after so many hands', async () => {
    await link({ direction: 'two-way' })
    const names = ['desk', 'kitchen'] as const
    // Every request is the first of a new task: its agent writes back, then ends.
    script = (index) =>
      index % 2 === 0
        ? { calls: [{ name: 'send_agent_message', input: { to: names[(index / 2) % 2], message: `hand ${index}` } }] }
        : { text: 'passed on' }
    const first = await send('Play')
    expect(first.status).toBe(201)
    let last = first.body
    for (let hops = 2; hops <= 8; hops++) {
      await api.taskReaches(last.id, 'done')
      const { body } = await api.get(`/api/agents/${names[hops % 2]}/tasks?limit=1`)
      last = body.items[0]
      expect(last.lineage.hops).toBe(hops)
    }
    await api.taskReaches(last.id, 'done')
    const refused = model.requests.at(-1)?.messages.filter(({ role }) => role === 'tool') ?? []
    expect(JSON.stringify(refused)).toContain('8 hands already')
    const tooMany = await api.post(`/api/agents/${last.agentId}/messages`, {
      to: last.agentId === 'desk' ? 'kitchen' : 'desk',
      message: 'On and on',
      parentTaskId: last.id,
    })
    expect(tooMany).toMatchObject({ status: 422, body: { code: 'too-many-hops' } })
  })

  test('P3 holds none of the sender’s secrets', async () => {
    await link()
    await api.put('/api/agents/desk/secrets/OWN', { value: SECRET })
    const sent = await send(`Use ${SECRET}`)
    expect(sent.body).toMatchObject({ title: 'Use [REDACTED]', input: { message: 'Use [REDACTED]' } })
    expect(JSON.stringify(await api.get(`/api/tasks/${sent.body.id}`))).not.toContain(SECRET)
  })

  test('P7 is sent with an agent’s token as itself alone, which tells nothing of agents that it has no link to', async () => {
    await link()
    const desk = await tokenOf('desk')
    expect(await desk.post('/api/agents/desk/messages', { to: 'kitchen', message: 'x' })).toMatchObject({ status: 201 })
    const toThere = await desk.post('/api/agents/desk/messages', { to: 'stranger', message: 'x' })
    const toNone = await desk.post('/api/agents/desk/messages', { to: 'nobodies', message: 'x' })
    expect(toThere.status).toBe(403)
    expect(toNone.text).toBe(toThere.text.replaceAll('stranger', 'nobodies'))
    expect(await desk.post('/api/agents/kitchen/messages', { to: 'desk', message: 'x' })).toMatchObject({ status: 404 })
  })

  test.for([
    [{ to: 'kitchen' }, 'message'],
    [{ to: 'kitchen', message: ' ' }, 'message'],
    [{ message: 'x' }, 'to'],
    [{ to: 'kitchen', message: 'x', parentTaskId: 'no-task' }, 'parentTaskId'],
    [{ to: 'kitchen', message: 'x', from: 'stranger' }, 'from'],
  ] as const)('P20 is not made of %j: %s', async ([body, field]) => {
    await link()
    expect(await api.post('/api/agents/desk/messages', body)).toMatchObject({
      status: 422,
      body: { errors: [{ field }] },
    })
  })
})
