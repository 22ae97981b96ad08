import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, createApi } from './api.ts'
import { ADMIN_TOKEN, type RunningServer, startServer } from './running-server.ts'

const BLOCKED = {
  type: 'blocked',
  block: { type: 'captcha', provider: 'hcaptcha' },
  url: 'https://shop.example/',
  evidence: { signals: ['an hCaptcha form is all there is'] },
}

/** Every id in the paths of the contract, for one agent. */
interface Things {
  readonly agent: string
  readonly task: string
  readonly run: string
  readonly job: string
  readonly memory: string
}

let server: RunningServer
let admin: Api
let mine: Things
let theirs: Things
let bearer: Api

beforeAll(async () => {
  server = await startServer({
    env: { AGENTIC_CONTAINMENT: 'off' },
    functions: { block: async () => BLOCKED },
  })
  admin = server.api
  mine = await makeThings('mine')
  theirs = await makeThings('theirs')
  bearer = await apiOf({ agentId: 'mine' })
})

afterAll(() => server[Symbol.asyncDispose]())

async function makeThings(agent: string): Promise<Things> {
  await admin.post('/api/agents', { id: agent })
  await admin.put(`/api/agents/${agent}/secrets/GH_TOKEN`, { value: `value-of-${agent}` })
  const made = await admin.post(`/api/agents/${agent}/tasks`, {
    title: 'x',
    worker: { type: 'function', name: 'block' },
  })
  const task = await admin.taskReaches(made.body.id, 'blocked')
  const job = await admin.post(`/api/agents/${agent}/cron`, {
    name: 'daily',
    schedule: { everySecs: 86_400 },
    task: { title: 'y', worker: { type: 'function', name: 'block' } },
  })
  const memory = await admin.post(`/api/agents/${agent}/memories`, { kind: 'fact', content: `known to ${agent}` })
  return { agent, task: task.id, run: task.runId, job: job.body.id, memory: memory.body.id }
}

async function apiOf(scope: unknown, more: object = {}): Promise<Api> {
  const { status, body } = await admin.post('/api/tokens', { scope, ...more })
  expect(status).toBe(201)
  return createApi(server.url, body.token)
}

/** A path of the OpenAPI document with the ids of somebody's things. */
function pathWith(path: string, things: Things): string {
  const id = path.startsWith('/api/tasks/')
    ? things.task
    : path.startsWith('/api/runs/')
      ? things.run
      : path.startsWith('/api/cron/')
        ? things.job
        : path.startsWith('/api/memories/')
          ? things.memory
          : things.agent
  return path.replace('{id}', id).replace('{name}', 'GH_TOKEN')
}

describe('P7 an agent’s token', () => {
  test('is told of everything of another agent what it is told of what is not there', async () => {
    const { body: document } = await admin.get('/api/openapi.json')
    const absent = { agent: 'nobody', task: 'no-task', run: 'no-run', job: 'no-job', memory: 'no-memory' }
    const ids = new RegExp(
      Object.values({ ...theirs })
        .concat(Object.values(absent))
        .join('|'),
      'g',
    )
    const ofAgents = Object.keys(document.paths).filter((path) =>
      /^\/api\/(?:agents|tasks|runs|cron|memories)\/\{id\}/.test(path),
    )
    const seen: string[] = []
    for (const path of ofAgents) {
      for (const method of Object.keys(document.paths[path])) {
        const ask = (things: Things) => bearer.send(method.toUpperCase(), pathWith(path, things), bodyFor(method))
        const [foreign, none] = [await ask(theirs), await ask(absent)]
        const statuses = [foreign.status, none.status]
        expect({ path, method, statuses }).toEqual({ path, method, statuses: [404, 404] })
        expect(foreign.text.replaceAll(ids, 'ID')).toBe(none.text.replaceAll(ids, 'ID'))
        seen.push(`${method} ${path}`)
      }
    }
    expect(seen.length).toBeGreaterThan(32)
  })

  test('sees and does what is its agent’s', async () => {
    for (const path of [
      '/api/agents/mine',
      '/api/agents/mine/secrets',
      '/api/agents/mine/secrets?effective=true',
      '/api/agents/mine/secrets/GH_TOKEN',
      '/api/agents/mine/tasks',
      '/api/agents/mine/cron',
      `/api/tasks/${mine.task}`,
      `/api/tasks/${mine.task}/runs`,
      `/api/runs/${mine.run}`,
      `/api/cron/${mine.job}`,
      `/api/cron/${mine.job}/firings`,
    ])
      expect({ path, status: (await bearer.get(path)).status }).toEqual({ path, status: 200 })
    expect(await bearer.put('/api/agents/mine/secrets/OTHER', { value: 'a-value' })).toMatchObject({ status: 201 })
    expect(await bearer.send('DELETE', '/api/agents/mine/secrets/OTHER')).toMatchObject({ status: 204 })
    expect(await bearer.post('/api/agents/mine/wake')).toMatchObject({ status: 202 })
    const task = { title: 'z', worker: { type: 'function', name: 'block' }, requiresApproval: true }
    const made = await bearer.post('/api/agents/mine/tasks', task)
    expect(made.status).toBe(201)
    expect(await bearer.post(`/api/tasks/${made.body.id}/cancel`)).toMatchObject({ status: 200 })
  })

  test('has its lists narrowed to its agent', async () => {
    const agents = await bearer.get('/api/agents')
    expect(agents.body.items.map(({ id }: { id: string }) => id)).toEqual(['mine'])
    expect((await bearer.get('/api/agents?mode=active')).body.items).toEqual([])
    const escalations = await bearer.get('/api/escalations')
    expect(escalations.body.items.map(({ agentId }: { agentId: string }) => agentId)).toEqual(['mine'])
    expect(await bearer.get('/api/escalations?agentId=theirs')).toMatchObject({ status: 404 })
    expect(await bearer.get('/api/events?agentId=theirs')).toMatchObject({ status: 404 })
    for await (const { type, data } of bearer.events(0)) {
      expect(data.agentId).toBe('mine')
      if (type === 'escalation-opened') break
    }
  })

  test.for([
    ['GET', '/api/secrets'],
    ['GET', '/api/secrets/GH_TOKEN'],
    ['PUT', '/api/secrets/GH_TOKEN', { value: 'x' }],
    ['DELETE', '/api/secrets/GH_TOKEN'],
    ['GET', '/api/tokens'],
    ['POST', '/api/tokens', { scope: 'admin' }],
    ['DELETE', '/api/tokens/x'],
    ['GET', '/api/webhooks'],
    ['POST', '/api/webhooks', { url: 'https://shop.example/', agentId: 'mine' }],
    ['DELETE', '/api/webhooks/x'],
    ['POST', '/api/agents', { id: 'new' }],
    ['PATCH', '/api/agents/mine', { settings: { network: 'host' } }],
    ['DELETE', '/api/agents/mine'],
  ] as const)('may not %s %s: that is for admins', async ([method, path, body]) => {
    expect(await bearer.send(method, path, body)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  })

  test('cannot give its agent’s work the host’s network where the settings do not', async () => {
    const worker = { type: 'command', argv: ['true'], network: 'host' }
    const task = { title: 'x', worker, requiresApproval: true }
    expect(await bearer.post('/api/agents/mine/tasks', task)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('worker.network') },
    })
    const job = { name: 'j', schedule: { everySecs: 86_400 }, task: { title: 'x', worker } }
    expect(await bearer.post('/api/agents/mine/cron', job)).toMatchObject({ status: 403 })
    expect(await bearer.send('PATCH', `/api/cron/${mine.job}`, { task: job.task })).toMatchObject({ status: 403 })
    expect(await admin.post('/api/agents/theirs/tasks', task)).toMatchObject({ status: 201 })
    await admin.post('/api/agents', { id: 'networked', settings: { network: 'host' } })
    const networked = await apiOf({ agentId: 'networked' })
    expect(await networked.post('/api/agents/networked/tasks', task)).toMatchObject({ status: 201 })
  })

  test('does not get another caller’s answer by its Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'the-same' }
    const fired = await admin.post(`/api/cron/${theirs.job}/run`, undefined, key)
    expect(fired.status).toBe(202)
    expect((await bearer.post(`/api/cron/${theirs.job}/run`, undefined, key)).status).toBe(404)
  })
})

describe('tokens', () => {
  test('are made, listed and deleted; the token itself is told once', async () => {
    const made = await admin.post('/api/tokens', {
      scope: { agentId: 'mine' },
      name: 'front end',
      expiresAt: '2999-01-01T00:00:00Z',
    })
    expect(made.body).toEqual({
      id: expect.any(String),
      scope: { agentId: 'mine' },
      name: 'front end',
      createdAt: expect.any(String),
      expiresAt: '2999-01-01T00:00:00.000Z',
      token: expect.stringMatching(/^agentic_agent_[\w-]{43}$/),
    })
    expect(made.headers.get('cache-control')).toBe('no-store')
    const { token, ...view } = made.body
    const listed = await admin.get('/api/tokens')
    expect(listed.body.items).toContainEqual(view)
    expect(listed.text).not.toContain(token)
    const holder = createApi(server.url, token)
    expect(await holder.get('/api/agents/mine')).toMatchObject({ status: 200 })
    expect(await admin.send('DELETE', `/api/tokens/${view.id}`)).toMatchObject({ status: 204 })
    expect(await holder.get('/api/agents/mine')).toMatchObject({ status: 401 })
    expect(await admin.send('DELETE', `/api/tokens/${view.id}`)).toMatchObject({ status: 404 })
  })

  test('of admins may all that the first one may', async () => {
    const other = await apiOf('admin')
    expect(await other.get('/api/tokens')).toMatchObject({ status: 200 })
    expect(await other.get('/api/agents/theirs')).toMatchObject({ status: 200 })
  })

  test('asked for again with the same Idempotency-Key are one token, told once', async () => {
    const key = { 'idempotency-key': 'one-token' }
    const first = await admin.post('/api/tokens', { scope: 'admin' }, key)
    const again = await admin.post('/api/tokens', { scope: 'admin' }, key)
    const { token, ...view } = first.body
    expect(token).toMatch(/^agentic_admin_/)
    expect(again).toMatchObject({ status: 201, body: view })
    expect(again.text).not.toContain(token)
  })

  test.for([
    [{}, 'scope'],
    [{ scope: 'root' }, 'scope'],
    [{ scope: { agentId: 'no such id' } }, 'scope'],
    [{ scope: { agentId: 'nobody' } }, 'scope.agentId'],
    [{ scope: 'admin', expiresAt: '2001-01-01T00:00:00Z' }, 'expiresAt'],
    [{ scope: 'admin', expiresAt: 'soon' }, 'expiresAt'],
    [{ scope: 'admin', name: '' }, 'name'],
    [{ scope: 'admin', secret: 'x' }, 'secret'],
  ] as const)('P20 are not made of %j: %s', async ([body, field]) => {
    const before = (await admin.get('/api/tokens')).body.items.length
    const answer = await admin.post('/api/tokens', body)
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-input' } })
    expect(answer.body.errors[0].field).toMatch(new RegExp(`^${field}`))
    expect((await admin.get('/api/tokens')).body.items.length).toBe(before)
  })

  test('that are deleted end the streams that they opened', async () => {
    const made = await admin.post('/api/tokens', { scope: { agentId: 'mine' } })
    const events = createApi(server.url, made.body.token).events(0)[Symbol.asyncIterator]()
    expect((await events.next()).done).toBe(false)
    await admin.send('DELETE', `/api/tokens/${made.body.id}`)
    // What was on its way is still read; then the stream ends instead of waiting for more.
    while ((await events.next()).done !== true);
  })

  test('P6 of a deleted agent open nothing of a new one of its id', async () => {
    await admin.post('/api/agents', { id: 'reborn' })
    const old = await apiOf({ agentId: 'reborn' })
    expect(await old.get('/api/agents/reborn')).toMatchObject({ status: 200 })
    await admin.send('DELETE', '/api/agents/reborn')
    await admin.post('/api/agents', { id: 'reborn' })
    expect(await old.get('/api/agents/reborn')).toMatchObject({ status: 401 })
  })

  test('live through a restart', async () => {
    await using first = await startServer({ env: { AGENTIC_CONTAINMENT: 'off' } })
    const { body } = await first.api.post('/api/tokens', { scope: 'admin' })
    await using second = await first.restart()
    expect(await createApi(second.url, body.token).get('/api/tokens')).toMatchObject({ status: 200 })
    expect(await createApi(second.url, ADMIN_TOKEN).get('/api/tokens')).toMatchObject({ status: 200 })
  })
})

/** A body that every route takes whose path names a thing, or refuses only after it has looked for the thing. */
function bodyFor(method: string): unknown {
  return method === 'get' || method === 'delete' ? undefined : {}
}
