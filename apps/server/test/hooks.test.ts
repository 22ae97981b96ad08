import { createHmac } from 'node:crypto'
import { pino } from 'pino'
import { Webhook as Signer } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Api, createApi } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'

const BODY = JSON.stringify({ order: 7, name: 'Łódź' })
const task = { title: 'Look at the order', worker: { type: 'function', name: 'echo' } }

let server: RunningServer
let api: Api
/** Whoever calls hooks has no token of the API. */
let sender: Api
const lines: string[] = []

beforeAll(async () => {
  server = await startServer({
    env: { AGENTIC_CONTAINMENT: 'off' },
    functions: { echo: async ({ input }) => JSON.stringify(input) },
    log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }),
  })
  ;({ api } = server)
  sender = createApi(server.url, undefined)
  await api.post('/api/agents', { id: 'shop' })
  await api.post('/api/agents', { id: 'other' })
})

afterAll(() => server[Symbol.asyncDispose]())

async function makeHook(fields: object = { task }): Promise<{ id: string; path: string; secret: string }> {
  const { status, body } = await api.post('/api/agents/shop/hooks', fields)
  expect(status).toBe(201)
  return body
}

const standard = (secret: string, id = 'msg_1', at = new Date()) => ({
  'webhook-id': id,
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': new Signer(secret).sign(id, at, BODY),
})

const github = (secret: string, id: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(BODY).digest('hex')}`,
  'x-github-delivery': id,
})

describe('a hook', () => {
  test('tells its path once, and nothing of it is listed or logged', async () => {
    const made = await api.post('/api/agents/shop/hooks', { name: 'orders', task, signature: 'standard-webhooks' })
    const { path, secret, ...view } = made.body
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(path).toMatch(/^\/hooks\/agentic_hook_[\w-]{43}$/)
    expect(secret).toMatch(/^whsec_/)
    expect(view).toMatchObject({ agentId: 'shop', name: 'orders', signature: 'standard-webhooks', task })
    const listed = await api.get('/api/agents/shop/hooks')
    expect(listed.body.items).toContainEqual(view)
    await sender.post(path, BODY, standard(secret))
    const token = path.slice('/hooks/'.length)
    expect(lines.join()).toContain('/hooks/:token')
    expect(listed.text + lines.join()).not.toContain(token)
  })

  test('with a task makes it, with what it is called with as its input, and the agent works on it', async () => {
    const { path, id } = await makeHook({ task: { ...task, wallClockSecs: 60, priority: 3 } })
    const called = await sender.post(path, BODY)
    expect(called).toMatchObject({ status: 202, body: { status: 'queued', taskId: expect.any(String) } })
    const done = await api.taskReaches(called.body.taskId, 'done')
    expect(done).toMatchObject({ agentId: 'shop', title: task.title, wallClockSecs: 60, priority: 3, maxAttempts: 1 })
    expect(done.lineage).toEqual({ hops: 0, source: `hook:${id}` })
    expect(JSON.parse(done.outcome.result)).toEqual(JSON.parse(BODY))
  })

  test.for([
    ['JSON', '{"a":[1]}', 'application/json', { a: [1] }],
    ['JSON of another type', '[1]', 'application/cloudevents+json', [1]],
    ['a form', 'a=1&b=x%20y', 'application/x-www-form-urlencoded', { a: '1', b: 'x y' }],
    ['text', 'hello there', 'text/plain', 'hello there'],
    ['broken JSON', '{"a":', 'application/json', '{"a":'],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0x41]), 'application/octet-stream', '\ufffdA'],
    ['nothing', '', 'text/plain', null],
  ] as const)('takes %s', async ([, body, type, input]) => {
    const { path } = await makeHook()
    const called = await sender.send('POST', path, body, { 'content-type': type })
    expect(called.status).toBe(202)
    expect((await api.get(`/api/tasks/${called.body.taskId}`)).body.input).toEqual(input)
  })

  test('without a task rings its agent, however large what it is called with', async () => {
    const { path } = await makeHook({ name: 'bell' })
    for (const body of [BODY, JSON.stringify('x'.repeat(60_000))]) {
      const called = await sender.post(path, body)
      expect(called).toMatchObject({ status: 202, body: { status: expect.stringMatching(/^(?:queued|coalesced)$/) } })
      expect(called.body).not.toHaveProperty('taskId')
    }
  })

  test.for([
    ['webhook-id', 'standard-webhooks', (secret: string) => standard(secret, 'msg_7')],
    ['x-github-delivery', 'github', (secret: string) => github(secret, 'd'.repeat(255))],
    ['Idempotency-Key', undefined, () => ({ 'idempotency-key': 'k-7' })],
  ] as const)('makes one task of a call that comes again with the same %s', async ([, signature, headersOf]) => {
    const { path, secret } = await makeHook({ task, signature })
    const other = await makeHook({ task, signature, secret })
    const answers = await Promise.all([1, 2, 3].map(() => sender.post(path, BODY, headersOf(secret))))
    expect(new Set(answers.map(({ body }) => body.taskId)).size).toBe(1)
    expect(answers.filter(({ body }) => body.status === 'queued')).toHaveLength(1)
    const elsewhere = await sender.post(other.path, BODY, headersOf(secret))
    expect(elsewhere.body.taskId).not.toBe(answers[0]?.body.taskId)
  })

  test('that asks for a signature takes nothing without it, and makes nothing', async () => {
    for (const signature of ['standard-webhooks', 'github'] as const) {
      const { path, secret } = await makeHook({ task, signature, name: 'signed' })
      const before = (await api.get('/api/agents/shop/tasks?limit=500')).body.items.length
      const good = signature === 'github' ? github(secret, 'd-1') : standard(secret)
      const long = new Date(Date.now() - 600_000)
      const bad = [
        {},
        signature === 'github' ? standard(secret) : github(secret, 'd-1'),
        standard(secret, 'msg_1', long),
      ]
      for (const headers of bad) {
        const refused = await sender.post(path, BODY, headers)
        expect(refused).toMatchObject({ status: 403, body: { code: 'wrong-signature' } })
        expect(refused.text).not.toContain(secret)
      }
      expect((await sender.post(path, `${BODY} `, good)).status).toBe(403)
      expect((await api.get('/api/agents/shop/tasks?limit=500')).body.items).toHaveLength(before)
      expect((await sender.post(path, BODY, good)).status).toBe(202)
    }
  })

  test('P20 refuses what could not be kept, and says the way out', async () => {
    const { path } = await makeHook()
    expect(await sender.post(path, 'x'.repeat(65_537))).toMatchObject({ status: 413, body: { code: 'body-too-large' } })
    const deep = '['.repeat(200) + ']'.repeat(200)
    expect(await sender.post(path, deep)).toMatchObject({ status: 422, body: { errors: [{ field: 'body' }] } })
    expect(await sender.post(path, BODY, { 'idempotency-key': 'two words' })).toMatchObject({ status: 422 })
  })

  test('that nobody made, or that is deleted, is 404, and its token is not said back', async () => {
    const { path, id } = await makeHook()
    expect((await api.send('DELETE', `/api/agents/other/hooks/${id}`)).status).toBe(404)
    expect((await api.send('DELETE', `/api/agents/shop/hooks/${id}`)).status).toBe(204)
    expect((await api.send('DELETE', `/api/agents/shop/hooks/${id}`)).status).toBe(404)
    for (const each of [path, `${path}x`, '/hooks/x', '/hooks/..%2F', '/hooks/%00']) {
      const answer = await sender.post(each, BODY)
      expect(answer).toMatchObject({ status: 404, body: { code: 'not-found' } })
      expect(answer.text).not.toContain('agentic_hook')
    }
  })

  test('P7 is made, seen and deleted by its agent’s own token, within the agent’s settings', async () => {
    const { body } = await api.post('/api/tokens', { scope: { agentId: 'other' } })
    const bearer = createApi(server.url, body.token)
    const { id } = await makeHook()
    for (const [method, path] of [
      ['GET', '/api/agents/shop/hooks'],
      ['POST', '/api/agents/shop/hooks'],
      ['DELETE', `/api/agents/shop/hooks/${id}`],
    ] as const)
      expect((await bearer.send(method, path, method === 'POST' ? {} : undefined)).status).toBe(404)
    const own = await bearer.post('/api/agents/other/hooks', { task })
    expect(own.status).toBe(201)
    expect((await bearer.get('/api/agents/other/hooks')).body.items).toHaveLength(1)
    const worker = { type: 'command', argv: ['true'], network: 'host' }
    const wide = await bearer.post('/api/agents/other/hooks', { task: { title: 'x', worker } })
    expect(wide).toMatchObject({ status: 403, body: { detail: expect.stringContaining('task.worker.network') } })
    expect((await bearer.send('DELETE', `/api/agents/other/hooks/${own.body.id}`)).status).toBe(204)
  })

  test('P6 wakes nobody once its agent is deleted, nor a new one of its id', async () => {
    await api.post('/api/agents', { id: 'gone' })
    const { path } = (await api.post('/api/agents/gone/hooks', { task })).body
    expect((await sender.post(path, BODY)).status).toBe(202)
    await api.send('DELETE', '/api/agents/gone')
    expect((await sender.post(path, BODY)).status).toBe(404)
    await api.post('/api/agents', { id: 'gone' })
    expect((await sender.post(path, BODY)).status).toBe(404)
    expect((await api.get('/api/agents/gone/hooks')).body.items).toEqual([])
  })

  test('P6 wakes no new agent of the same id, should its own be deleted while it is called', async () => {
    const { hooks } = server.system.ports
    await api.post('/api/agents', { id: 'replaced' })
    const { path } = (await api.post('/api/agents/replaced/hooks', { task })).body
    const { find } = hooks
    const finding = vi.spyOn(hooks, 'find').mockImplementationOnce(async (token) => {
      const found = await find(token)
      await api.send('DELETE', '/api/agents/replaced')
      await api.post('/api/agents', { id: 'replaced' })
      return found
    })
    expect((await sender.post(path, BODY)).status).toBe(404)
    finding.mockRestore()
    expect((await api.get('/api/agents/replaced/tasks')).body.items).toEqual([])
  })

  test('tells its path and secret once, and keeps all else of its answer for a repeated request', async () => {
    const worker = { type: 'command', argv: ['env', 'path', 'secret'] }
    const hook = { task: { title: 'x', worker }, signature: 'github' }
    const once = { 'idempotency-key': 'hook-once' }
    const { path: _path, secret: _secret, ...view } = (await api.post('/api/agents/shop/hooks', hook, once)).body
    expect((await api.post('/api/agents/shop/hooks', hook, once)).body).toEqual(view)
    expect(view.task.worker).toEqual(worker)
  })

  test('works while the secrets are locked, and after a restart', async () => {
    await using one = await startServer({ env: { AGENTIC_CONTAINMENT: 'off' } })
    await one.api.post('/api/agents', { id: 'shop' })
    await one.api.post('/api/secrets/encrypt')
    const hook = await one.api.post('/api/agents/shop/hooks', { task, signature: 'standard-webhooks' })
    await using two = await one.restart()
    const answer = await createApi(two.url, undefined).post(hook.body.path, BODY, standard(hook.body.secret))
    expect(answer.status).toBe(202)
    expect((await two.api.get(`/api/tasks/${answer.body.taskId}`)).body.status).toBe('ready')
  })
})
