import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetAnswers } from '../src/http/idempotency.ts'
import type { Api } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { createSeenAnswers } from './seen-answers.ts'

const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

const seen = createSeenAnswers()
/** Lets the function `wait` of an agent go on. */
const gates = new Map<string, PromiseWithResolvers<void>>()
let server: RunningServer
let api: Api

const work = (name: string) => ({ title: 'Work', worker: { type: 'function', name } })
const blocked = {
  type: 'blocked',
  block: { type: 'captcha', provider: 'hcaptcha' },
  url: 'https://shop.example/',
  evidence: { finalUrl: 'https://shop.example/check', status: 403, signals: ['an hCaptcha form is all there is'] },
}

beforeAll(async () => {
  server = await startServer({
    env: { AGENTIC_CONTAINMENT: 'off' },
    onAnswer: seen.record,
    functions: {
      done: async () => 'done',
      fail: async () => {
        throw new Error('it broke')
      },
      block: async () => blocked,
      wait: async ({ agentId, signal }) => {
        signal.addEventListener('abort', () => gates.get(agentId)?.reject(signal.reason))
        await gates.get(agentId)?.promise
        return 'waited'
      },
    },
  })
  ;({ api } = server)
})

afterAll(() => server[Symbol.asyncDispose]())

async function newAgent(id: string, body: object = {}): Promise<string> {
  expect((await api.post('/api/agents', { id, ...body })).status).toBe(201)
  return id
}

/** An agent whose run goes on until it is let go. */
async function busyAgent(id: string): Promise<{ readonly taskId: string; release(): void }> {
  const gate = Promise.withResolvers<void>()
  // A run that is stopped rejects it, with or without somebody waiting.
  gate.promise.catch(() => undefined)
  gates.set(id, gate)
  await newAgent(id)
  const { body } = await api.post(`/api/agents/${id}/tasks`, work('wait'))
  await api.taskReaches(body.id, 'in-progress')
  return { taskId: body.id, release: () => gate.resolve() }
}

/** All pages of a list, two things at a time. */
async function pages(path: string): Promise<{ readonly items: unknown[]; readonly count: number }> {
  const items: unknown[] = []
  let cursor: string | undefined
  let count = 0
  do {
    const query = `limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`
    const { status, body } = await api.get(`${path}${path.includes('?') ? '&' : '?'}${query}`)
    expect(status).toBe(200)
    expect(body.items.length).toBeLessThanOrEqual(2)
    items.push(...body.items)
    cursor = body.nextCursor
    count += 1
  } while (cursor !== undefined)
  return { items, count }
}

describe('operations', () => {
  test('health, readiness and metrics need no token', async () => {
    const stranger = async (path: string) => fetch(server.url + path)
    expect(await (await stranger('/healthz')).json()).toEqual({ status: 'ok' })
    const ready = await stranger('/readyz')
    expect(ready.status).toBe(200)
    expect(await ready.json()).toEqual({
      status: 'ready',
      parts: ['store', 'secrets', 'sandbox', 'browser', 'encryption', 'wakes'].map((name) => ({
        name,
        ok: true,
        detail: expect.any(String),
      })),
    })
    const metrics = await stranger('/metrics')
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await metrics.text()).toMatch(/^agentic_agents_active \d+$/m)
  })

  test('a request id is given back', async () => {
    expect((await api.get('/healthz')).headers.get('x-request-id')).toMatch(/^[\w-]{8,}$/)
    const answer = await api.send('GET', '/healthz', undefined, { 'x-request-id': 'mine-1' })
    expect(answer.headers.get('x-request-id')).toBe('mine-1')
  })

  test('no tenant is named by the metrics', async () => {
    await newAgent('named-by-nobody')
    await api.get('/api/agents/named-by-nobody')
    expect((await api.get('/metrics')).text).not.toContain('named-by-nobody')
  })
})

describe('agents', () => {
  test('are made, read, changed and deleted', async () => {
    const settings = { wallClockSecs: 60, cronTimeoutSecs: 90.5, network: 'none', metadata: { plan: ['gold'] } }
    const made = await api.post('/api/agents', { id: 'Shop.42:eu_1-x', mode: 'active', settings })
    const view = { id: 'Shop.42:eu_1-x', mode: 'active', settings, createdAt: INSTANT, updatedAt: INSTANT }
    expect(made).toMatchObject({ status: 201, body: view })
    expect(made.headers.get('location')).toBe('/api/agents/Shop.42:eu_1-x')
    expect(await api.get('/api/agents/Shop.42:eu_1-x')).toMatchObject({ status: 200, body: made.body })
    expect(await api.post('/api/agents', { id: 'Shop.42:eu_1-x' })).toMatchObject({
      status: 409,
      body: { code: 'already-exists', detail: expect.stringContaining('choose another') },
    })
    const changed = await api.send('PATCH', '/api/agents/Shop.42:eu_1-x', { settings: { network: 'host' } })
    expect(changed).toMatchObject({ status: 200, body: { mode: 'active', createdAt: made.body.createdAt } })
    expect(changed.body.settings).toEqual({ network: 'host' })
    expect(await api.send('DELETE', '/api/agents/Shop.42:eu_1-x')).toMatchObject({ status: 204, text: '' })
    for (const method of ['GET', 'DELETE'])
      expect((await api.send(method, '/api/agents/Shop.42:eu_1-x')).status).toBe(404)
    expect((await api.send('PATCH', '/api/agents/Shop.42:eu_1-x', {})).status).toBe(404)
  })

  test('C1 are dormant unless said otherwise, and told apart by case', async () => {
    expect((await api.post('/api/agents', { id: 'case' })).body).toMatchObject({ mode: 'dormant', settings: {} })
    expect((await api.post('/api/agents', { id: 'CASE' })).status).toBe(201)
  })

  test('C2 C3 change their mode while the server runs, and leave no loop behind when they are deleted', async () => {
    const active = async (): Promise<number> =>
      Number(/^agentic_agents_active (\d+)$/m.exec((await api.get('/metrics')).text)?.[1])
    const before = await active()
    await newAgent('moody', { mode: 'active' })
    expect(await active()).toBe(before + 1)
    await api.send('PATCH', '/api/agents/moody', { settings: {} })
    expect(await active()).toBe(before + 1)
    await api.send('PATCH', '/api/agents/moody', { mode: 'dormant' })
    expect(await active()).toBe(before)
    await api.send('PATCH', '/api/agents/moody', { mode: 'active' })
    expect(await active()).toBe(before + 1)
    await api.send('DELETE', '/api/agents/moody')
    expect(await active()).toBe(before)
  })

  test('are listed page by page, all or by mode', async () => {
    for (const n of [1, 2, 3, 4, 5]) await newAgent(`list-${n}`, { mode: n % 2 === 0 ? 'active' : 'dormant' })
    const idsOf = async (path: string): Promise<string[]> =>
      ((await pages(path)).items as { id: string }[]).map(({ id }) => id).filter((id) => id.startsWith('list-'))
    expect(await idsOf('/api/agents')).toEqual([1, 2, 3, 4, 5].map((n) => `list-${n}`))
    expect(await idsOf('/api/agents?mode=active')).toEqual(['list-2', 'list-4'])
    expect(await idsOf('/api/agents?mode=dormant')).toEqual(['list-1', 'list-3', 'list-5'])
  })
})

describe('Idempotency-Key', () => {
  const once = (path: string, body: unknown, key: string) => api.post(path, body, { 'idempotency-key': key })

  test.for([
    ['agents', '/api/agents', { id: 'idem-1' }, { id: 'idem-2' }],
    ['tasks', '/api/agents/idem/tasks', { ...work('done'), requiresApproval: true }, work('done')],
    [
      'cron jobs',
      '/api/agents/idem/cron',
      { name: 'one', schedule: { cron: '0 0 1 1 *' }, task: work('done') },
      { name: 'two', schedule: { cron: '0 0 1 1 *' }, task: work('done') },
    ],
  ] as const)(
    'of %s: the same request gets the same answer, another one is refused',
    async ([what, path, body, other]) => {
      await api.post('/api/agents', { id: 'idem' })
      const first = await once(path, body, 'key-1')
      expect(first).toMatchObject({ status: 201 })
      expect(first.headers.get('idempotency-replayed')).toBeNull()
      const again = await once(path, body, 'key-1')
      expect(again).toMatchObject({ status: 201, body: first.body })
      expect(again.headers.get('idempotency-replayed')).toBe('true')
      expect(again.headers.get('location')).toBe(first.headers.get('location'))
      expect(await once(path, other, 'key-1')).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
      const anew = await once(path, body, 'key-2')
      expect([anew.status, anew.headers.get('idempotency-replayed')]).toEqual([what === 'agents' ? 409 : 201, null])
    },
  )

  test('P19 of a cron job makes one, also where the process died before its answer was kept', async () => {
    const id = await newAgent('died-between')
    const job = { name: 'one', schedule: { cron: '0 0 1 1 *' }, task: work('done') }
    const first = await once(`/api/agents/${id}/cron`, job, 'key')
    await forgetAnswers(server.system.ports.store, id)
    expect(await once(`/api/agents/${id}/cron`, job, 'key')).toMatchObject({ status: 201, body: { id: first.body.id } })
    const other = await once(`/api/agents/${id}/cron`, { ...job, name: 'two' }, 'key')
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    expect((await api.get(`/api/agents/${id}/cron`)).body.items).toHaveLength(1)
  })

  test('P19 of an agent makes one, also where the process died before its answer was kept', async () => {
    const body = { id: 'died-after', mode: 'active', settings: { wallClockSecs: 60 } }
    const first = await once('/api/agents', body, 'died-after')
    await forgetAnswers(server.system.ports.store, body.id)
    expect(await once('/api/agents', body, 'died-after')).toMatchObject({ status: 201, body: first.body })
    for (const other of [{ ...body, mode: 'dormant' }, { id: 'died-other' }]) {
      await forgetAnswers(server.system.ports.store, body.id)
      const refused = await once('/api/agents', other, 'died-after')
      expect(refused).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } })
    }
    expect((await api.get('/api/agents/died-other')).status).toBe(404)
    await api.send('DELETE', '/api/agents/died-after')
    expect(await once('/api/agents', { id: 'died-other' }, 'died-after')).toMatchObject({ status: 201 })
  })

  test.for(['agents', 'tasks', 'cron'] as const)('of two at the same time makes one of %s', async (what) => {
    const id = await newAgent(`twice-${what}`)
    const path = what === 'agents' ? '/api/agents' : `/api/agents/${id}/${what}`
    const body = {
      agents: { id: 'twice-made' },
      tasks: { ...work('done'), requiresApproval: true },
      cron: { name: 'x', schedule: { cron: '0 0 1 1 *' }, task: work('done') },
    }[what]
    const answers = await Promise.all(Array.from({ length: 8 }, () => once(path, body, 'key')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1)
  })

  test('of a cron job that is fired by hand fires it once', async () => {
    await newAgent('idem-run')
    const body = { name: 'x', schedule: { cron: '0 0 1 1 *' }, task: work('done'), overlap: 'queue' }
    const path = `/api/cron/${(await api.post('/api/agents/idem-run/cron', body)).body.id}`
    const [one, two] = await Promise.all([once(`${path}/run`, undefined, 'k'), once(`${path}/run`, undefined, 'k')])
    expect(one).toMatchObject({ status: 202, body: two.body })
    expect((await api.get(`${path}/firings`)).body.items).toHaveLength(1)
  })

  test('of a refused request is free still', async () => {
    expect((await once('/api/agents/not-there/cron', { name: 'x' }, 'later')).status).toBe(422)
    const job = { name: 'x', schedule: { cron: '0 0 1 1 *' }, task: work('done') }
    expect((await once('/api/agents/not-there/cron', job, 'later')).status).toBe(404)
    await newAgent('not-there')
    expect((await once('/api/agents/not-there/cron', job, 'later')).status).toBe(201)
  })

  test('P6 of a deleted agent means nothing to a new one of its id', async () => {
    const job = { name: 'x', schedule: { cron: '0 0 1 1 *' }, task: work('done') }
    const task = { ...work('done'), requiresApproval: true }
    await newAgent('reborn')
    const jobOfOld = await once('/api/agents/reborn/cron', job, 'k')
    const taskOfOld = await once('/api/agents/reborn/tasks', task, 'k')
    await api.send('DELETE', '/api/agents/reborn')
    await newAgent('reborn')
    const jobOfNew = await once('/api/agents/reborn/cron', job, 'k')
    const taskOfNew = await once('/api/agents/reborn/tasks', task, 'k')
    for (const answer of [jobOfNew, taskOfNew]) expect(answer.headers.get('idempotency-replayed')).toBeNull()
    expect(jobOfNew.body.id).not.toBe(jobOfOld.body.id)
    expect(taskOfNew.body.id).not.toBe(taskOfOld.body.id)
  })
})

describe('wakes', () => {
  test('P13 are queued, then coalesced while the agent does not get up', async () => {
    const { taskId, release } = await busyAgent('rung')
    expect(await api.post('/api/agents/rung/wake', { reason: 'mail', payload: { from: 'x' } })).toMatchObject({
      status: 202,
      body: { status: 'queued' },
    })
    for (const body of [{}, { payload: null }, { reason: '' }])
      expect((await api.post('/api/agents/rung/wake', body)).body).toEqual({ status: 'coalesced' })
    expect((await api.send('POST', '/api/agents/rung/wake')).body).toEqual({ status: 'coalesced' })
    release()
    await api.taskReaches(taskId, 'done')
  })

  test('of no agent are 404', async () => {
    expect(await api.post('/api/agents/nobody/wake')).toMatchObject({ status: 404, body: { code: 'not-found' } })
  })

  test('are not taken by a server that stops', async () => {
    await using stopping = await startServer({ env: { AGENTIC_CONTAINMENT: 'off' } })
    await stopping.api.post('/api/agents', { id: 'a' })
    await stopping.system.ports.wakes.close()
    expect(await stopping.api.post('/api/agents/a/wake')).toMatchObject({
      status: 503,
      body: { code: 'not-accepting' },
    })
  })
})

describe('secrets', () => {
  test.for(['/api/secrets', '/api/agents/secretive/secrets'])('%s: put, read, listed, deleted', async (list) => {
    await api.post('/api/agents', { id: 'secretive' })
    const scope = list === '/api/secrets' ? { type: 'instance-shared' } : { type: 'agent', agentId: 'secretive' }
    const view = { name: 'GH_TOKEN', scope, category: 'tool', createdAt: INSTANT, updatedAt: INSTANT }
    const made = await api.put(`${list}/GH_TOKEN`, { value: 'first-value-1', category: 'tool' })
    expect(made).toMatchObject({ status: 201, body: { ...view, version: 1 } })
    const replaced = await api.put(`${list}/GH_TOKEN`, { value: 'second-value-2' })
    expect(replaced).toMatchObject({ status: 200, body: { ...view, version: 2, createdAt: made.body.createdAt } })
    const read = await api.get(`${list}/GH_TOKEN`)
    expect(read).toMatchObject({ status: 200, body: replaced.body })
    for (const name of ['A', 'B', 'C', 'D']) await api.put(`${list}/${name}`, { value: 'third-value-3' })
    const { items, count } = await pages(list)
    expect((items as { name: string }[]).map(({ name }) => name)).toEqual(['A', 'B', 'C', 'D', 'GH_TOKEN'])
    expect(count).toBe(3)
    expect(JSON.stringify([made, replaced, read, items])).not.toMatch(/(?:first|second|third)-value/)
    expect((await api.send('DELETE', `${list}/GH_TOKEN`)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) {
      expect(await api.send(method, `${list}/GH_TOKEN`)).toMatchObject({ status: 404, body: { code: 'not-found' } })
    }
  })

  test('P2 the effective ones are those that workers get, the agent’s own before the shared', async () => {
    await newAgent('effective')
    await api.put('/api/secrets/BOTH', { value: 'shared-value-1', category: 'tool' })
    await api.put('/api/secrets/HOST_ONLY', { value: 'shared-value-2', category: 'system' })
    await api.put('/api/agents/effective/secrets/BOTH', { value: 'own-value-1' })
    const { body } = await api.get('/api/agents/effective/secrets?effective=true')
    const byName = Object.fromEntries(body.items.map((item: { name: string }) => [item.name, item]))
    expect(byName.BOTH).toMatchObject({ scope: { type: 'agent', agentId: 'effective' }, available: true })
    expect(byName).not.toHaveProperty('HOST_ONLY')
    expect(body.nextCursor).toBeUndefined()
    expect((await api.get('/api/agents/effective/secrets?effective=false')).body.items).toHaveLength(1)
  })

  test('of no agent are 404, whatever is asked', async () => {
    for (const [method, name, body] of [
      ['GET', '', undefined],
      ['PUT', '/X', { value: 'some-value-1' }],
      ['GET', '/X', undefined],
      ['DELETE', '/X', undefined],
    ] as const)
      expect((await api.send(method, `/api/agents/nobody/secrets${name}`, body)).status).toBe(404)
  })
})

describe('tasks', () => {
  const view = { status: 'ready', priority: 0, attempts: 0, maxAttempts: 3, dependsOn: [], createdAt: INSTANT }

  test('are made with every field, and wake their agent', async () => {
    await newAgent('tasked')
    const first = await api.post('/api/agents/tasked/tasks', { ...work('done'), requiresApproval: true })
    const fields = {
      ...work('done'),
      input: { any: [1, null, 'thing', { deep: true }] },
      priority: 5,
      notBefore: '2040-01-01T00:00:00+01:00',
      wallClockSecs: 1.5,
      maxAttempts: 2,
      dependsOn: [first.body.id],
    }
    const made = await api.post('/api/agents/tasked/tasks', fields)
    expect(made).toMatchObject({
      status: 201,
      body: {
        ...view,
        ...fields,
        id: expect.stringMatching(/^task_/),
        agentId: 'tasked',
        status: 'backlog',
        notBefore: '2039-12-31T23:00:00.000Z',
        lineage: { hops: 0, source: 'http' },
      },
    })
    expect(made.body).not.toHaveProperty('revision')
    expect(made.headers.get('location')).toBe(`/api/tasks/${made.body.id}`)
    expect(await api.get(`/api/tasks/${made.body.id}`)).toMatchObject({ status: 200, body: made.body })

    const plain = await api.post('/api/agents/tasked/tasks', work('done'))
    expect(plain.body).toMatchObject(view)
    const done = await api.taskReaches(plain.body.id, 'done')
    expect(done).toMatchObject({ attempts: 1, outcome: { type: 'success', result: 'done' }, runId: expect.any(String) })
  })

  test('are listed page by page, newest first, all or by status', async () => {
    await newAgent('many')
    const made: string[] = []
    for (let n = 0; n < 5; n++)
      made.unshift((await api.post('/api/agents/many/tasks', { ...work('done'), requiresApproval: true })).body.id)
    const idsOf = async (query: string): Promise<string[]> =>
      ((await pages(`/api/agents/many/tasks${query}`)).items as { id: string }[]).map(({ id }) => id)
    expect(await idsOf('')).toEqual(made)
    await api.post(`/api/tasks/${made[1]}/cancel`)
    expect(await idsOf('?status=pending-approval')).toEqual(made.filter((_, index) => index !== 1))
    expect(await idsOf('?status=cancelled')).toEqual([made[1]])
    expect((await api.get('/api/agents/nobody/tasks')).status).toBe(404)
  })

  test('of no agent are 404', async () => {
    expect((await api.post('/api/agents/nobody/tasks', work('done'))).status).toBe(404)
  })

  test('are approved, cancelled, retried: 200, and 409 with what would be right', async () => {
    await newAgent('steps')
    const path = `/api/tasks/${(await api.post('/api/agents/steps/tasks', { ...work('fail'), maxAttempts: 1, requiresApproval: true })).body.id}`
    expect(await api.post(`${path}/retry`)).toMatchObject({
      status: 409,
      body: {
        code: 'wrong-status',
        detail: expect.stringMatching(/is pending-approval; to retry it, it must be done/),
      },
    })
    expect((await api.post(`${path}/resolve`, { action: 'retry' })).status).toBe(409)
    expect(await api.post(`${path}/approve`)).toMatchObject({ status: 200, body: { status: 'ready' } })
    const failed = await api.taskReaches(path.split('/')[3] ?? '', 'failed')
    expect(failed.outcome).toMatchObject({ type: 'failed', message: 'it broke' })
    expect((await api.post(`${path}/approve`)).status).toBe(409)
    expect((await api.post(`${path}/cancel`)).status).toBe(409)
    expect(await api.post(`${path}/retry`)).toMatchObject({ status: 200, body: { attempts: 0 } })
    for (const action of ['approve', 'retry', 'cancel'])
      expect((await api.post(`/api/tasks/task_${'0'.repeat(24)}/${action}`)).status).toBe(404)
  })

  test('that wait are cancelled at once, with or without a reason or a body', async () => {
    await newAgent('waiting')
    const make = async (): Promise<string> =>
      `/api/tasks/${(await api.post('/api/agents/waiting/tasks', { ...work('done'), requiresApproval: true })).body.id}/cancel`
    const cancelled = { status: 200, body: { status: 'cancelled' } }
    expect(await api.post(await make(), { reason: 'too late' })).toMatchObject({
      ...cancelled,
      body: { note: 'too late' },
    })
    expect(await api.post(await make(), {})).toMatchObject(cancelled)
    expect(await api.send('POST', await make())).toMatchObject(cancelled)
    expect(await api.send('POST', await make(), '', { 'content-type': 'application/json' })).toMatchObject(cancelled)
  })

  test('in progress are cancelled with their run', async () => {
    const { taskId } = await busyAgent('cancelling')
    expect(await api.post(`/api/tasks/${taskId}/cancel`, { reason: 'enough' })).toMatchObject({
      status: 202,
      body: { status: 'in-progress' },
    })
    expect((await api.taskReaches(taskId, 'cancelled')).outcome).toMatchObject({ type: 'cancelled', reason: 'enough' })
  })

  test('that wait for another one are ready when it is done', async () => {
    await newAgent('chain')
    const first = await api.post('/api/agents/chain/tasks', { ...work('done'), requiresApproval: true })
    const second = await api.post('/api/agents/chain/tasks', { ...work('done'), dependsOn: [first.body.id] })
    expect(second.body.status).toBe('backlog')
    await api.post(`/api/tasks/${first.body.id}/approve`)
    expect((await api.taskReaches(second.body.id, 'done')).attempts).toBe(1)
  })
})

describe('runs and escalations', () => {
  test('a run shows its outcome; those of a task are listed newest first', async () => {
    await newAgent('runs')
    const { body } = await api.post('/api/agents/runs/tasks', work('done'))
    for (let run = 1; run <= 3; run++) {
      await runsEnded('runs', run)
      if (run < 3) await api.post(`/api/tasks/${body.id}/retry`)
    }
    const { items } = await pages(`/api/tasks/${body.id}/runs`)
    const run = { taskId: body.id, agentId: 'runs', status: 'ended', outcome: { type: 'success', result: 'done' } }
    expect(items).toMatchObject([3, 2, 1].map((number) => ({ ...run, number, startedAt: INSTANT, endedAt: INSTANT })))
    const [{ id }] = items as [{ id: string }]
    expect(await api.get(`/api/runs/${id}`)).toMatchObject({ status: 200, body: items[0] as object })
    expect((await api.get(`/api/runs/run_${'0'.repeat(24)}`)).status).toBe(404)
    expect((await api.get(`/api/tasks/task_${'0'.repeat(24)}/runs`)).status).toBe(404)
    expect(await api.get(`/api/runs/${id}/screenshot`)).toMatchObject({
      status: 404,
      body: { detail: `there is no screenshot of run ${id}` },
    })
  })

  test('P11 blocked tasks are escalations, oldest first, of all or of one agent, until they are resolved', async () => {
    const tasks: string[] = []
    for (const agentId of ['stuck-1', 'stuck-2', 'stuck-1b']) {
      await newAgent(agentId)
      const { body } = await api.post(`/api/agents/${agentId}/tasks`, work('block'))
      await api.taskReaches(body.id, 'blocked')
      tasks.push(body.id)
    }
    const { items } = await pages('/api/escalations')
    expect(items).toMatchObject(tasks.map((taskId) => ({ taskId, runId: expect.any(String), createdAt: INSTANT })))
    const { type: _type, ...what } = blocked
    expect(items[0]).toMatchObject({ title: 'Work', agentId: 'stuck-1', ...what })
    const ofOne = await api.get('/api/escalations?agentId=stuck-1')
    expect(ofOne.body.items).toEqual([items[0]])
    expect((await api.get('/api/escalations?agentId=nobody')).body).toEqual({ items: [] })

    const abandoned = await api.post(`/api/tasks/${tasks[0]}/resolve`, { action: 'abandon', note: 'not worth it' })
    expect(abandoned).toMatchObject({ status: 200, body: { status: 'cancelled', note: 'not worth it' } })
    expect((await api.post(`/api/tasks/${tasks[0]}/resolve`, { action: 'abandon' })).status).toBe(409)
    expect((await api.post(`/api/tasks/${tasks[1]}/cancel`)).body.status).toBe('cancelled')
    await api.send('DELETE', '/api/agents/stuck-1b')
    expect((await api.get('/api/escalations')).body.items).toEqual([])
  })
})

/** Waits until so many runs of an agent have ended. */
async function runsEnded(agentId: string, count: number): Promise<void> {
  let ended = 0
  for await (const { type } of api.events(0, agentId)) {
    if (type === 'run-ended') ended += 1
    if (ended === count) return
  }
}

describe('cron jobs', () => {
  const job = { name: 'Nightly', schedule: { cron: '30 2 * * *', timeZone: 'Europe/Berlin' }, task: work('done') }

  test('are made with every field, changed and deleted', async () => {
    await newAgent('timed')
    const all = {
      ...job,
      timeoutSecs: 90,
      overlap: 'queue',
      missed: 'all',
      activeHours: { from: '22:00', to: '06:00' },
      jitterSecs: 2.5,
      enabled: true,
    }
    const made = await api.post('/api/agents/timed/cron', all)
    expect(made).toMatchObject({
      status: 201,
      body: { ...all, agentId: 'timed', breaker: 'closed', nextAt: INSTANT, createdAt: INSTANT, updatedAt: INSTANT },
    })
    const path = `/api/cron/${made.body.id}`
    expect(made.headers.get('location')).toBe(path)
    expect(await api.get(path)).toMatchObject({ status: 200, body: made.body })
    const changed = await api.send('PATCH', path, { timeoutSecs: null, activeHours: null, enabled: false })
    expect(changed).toMatchObject({ status: 200, body: { name: 'Nightly', enabled: false } })
    for (const field of ['timeoutSecs', 'activeHours', 'nextAt']) expect(changed.body).not.toHaveProperty(field)
    expect((await api.send('PATCH', path, { schedule: { everySecs: 3600 }, enabled: true })).body).toMatchObject({
      schedule: { everySecs: 3600 },
      nextAt: INSTANT,
    })
    expect((await api.send('DELETE', path)).status).toBe(204)
    for (const [method, rest] of [
      ['GET', ''],
      ['DELETE', ''],
      ['PATCH', ''],
      ['POST', '/run'],
      ['GET', '/firings'],
    ])
      expect((await api.send(method ?? '', path + rest, method === 'PATCH' ? {} : undefined)).status).toBe(404)
  })

  test('have defaults', async () => {
    await newAgent('timed-plainly')
    expect(
      (await api.post('/api/agents/timed-plainly/cron', { ...job, schedule: { cron: '@daily' } })).body,
    ).toMatchObject({
      schedule: { cron: '@daily', timeZone: 'UTC' },
      overlap: 'skip',
      missed: 'once',
      jitterSecs: 0,
      enabled: true,
    })
    const at = new Date(Date.now() + 86_400_000).toISOString()
    expect((await api.post('/api/agents/timed-plainly/cron', { ...job, schedule: { at } })).body.nextAt).toBe(at)
    expect((await api.post('/api/agents/nobody/cron', job)).status).toBe(404)
    expect((await api.get('/api/agents/nobody/cron')).status).toBe(404)
  })

  test('and their firings are listed page by page', async () => {
    await newAgent('timed-often')
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push((await api.post('/api/agents/timed-often/cron', job)).body.id)
    const jobs = (await pages('/api/agents/timed-often/cron')).items as { id: string }[]
    expect(jobs.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())

    for (let n = 0; n < 5; n++) {
      const fired = await api.post(`/api/cron/${ids[0]}/run`)
      expect(fired).toMatchObject({ status: 202, body: { jobId: ids[0], trigger: 'manual', dueAt: INSTANT } })
    }
    const { items, count } = await pages(`/api/cron/${ids[0]}/firings`)
    const dueAts = (items as { dueAt: string }[]).map(({ dueAt }) => dueAt)
    expect(dueAts).toEqual(dueAts.toSorted().toReversed())
    expect([items.length, count]).toEqual([5, 3])
  })
})

test('every answer was one that the OpenAPI document tells of', async () => {
  expect(seen.undescribedIn((await api.get('/api/openapi.json')).body)).toEqual([])
})
