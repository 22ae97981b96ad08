import { createMemoryStore } from '@agentic/embedded-store'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import type { ServerEnv } from './caller.ts'
import { forgetAnswers, idempotent } from './idempotency.ts'
import { answerProblem, problemOf } from './problem.ts'

const DAY_MS = 86_400_000

/** An app that counts its answers. */
function setup() {
  const store = createMemoryStore()
  let now = 1_000
  let count = 0
  const app = new Hono<ServerEnv>()
  app.onError((error, context) => answerProblem(context, problemOf(error)))
  app.use(async (context, next) => {
    const agentId = context.req.header('x-agent')
    context.set(
      'caller',
      agentId === undefined ? { type: 'admin', tokenId: 't' } : { type: 'agent', agentId, tokenId: 't' },
    )
    await next()
  })
  const answer = async (body: string): Promise<Response> => {
    count += 1
    if (body === 'break') throw new Error('broken')
    if (body === 'hide') return Response.json({ token: 'hidden' }, { status: 201 })
    if (body === 'refuse') return new Response('no', { status: 404 })
    return Response.json({ count }, { status: 201, headers: { location: `/things/${count}` } })
  }
  for (const path of ['/things', '/api/agents/:id/things'])
    app.post(
      path,
      idempotent(store, { clock: () => now, keep: (body) => body.replace('hidden', '') }),
      async ({ req }) => answer(await req.text()),
    )
  app.post('/pairs', idempotent(store, { clock: () => now, agentsOf: () => ['a', 'b'] }), async ({ req }) =>
    answer(await req.text()),
  )
  const post = (key: string, body = 'body', path = '/things', headers: Readonly<Record<string, string>> = {}) =>
    app.request(path, { method: 'POST', headers: { 'idempotency-key': key, ...headers }, body })
  return { store, post, pass: (ms: number) => (now += ms) }
}

describe('a request with an Idempotency-Key', () => {
  test('gets the first answer again, for a day', async () => {
    const { post, pass } = setup()
    await post('k')
    pass(DAY_MS - 1)
    const again = await post('k')
    expect(again.status).toBe(201)
    expect(Object.fromEntries(again.headers)).toMatchObject({ 'idempotency-replayed': 'true', location: '/things/1' })
    expect(await again.json()).toEqual({ count: 1 })
    pass(1)
    expect(await (await post('k')).json()).toEqual({ count: 2 })
    expect(await (await post('k')).json()).toEqual({ count: 2 })
  })

  test('is told apart by key and path', async () => {
    const { post } = setup()
    const answers = await Promise.all([
      post('k'),
      post('K'),
      post('k', 'body', '/api/agents/a/things'),
      post('k', 'body', '/api/agents/b/things'),
    ])
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([1, 2, 3, 4].map((count) => ({ count })))
  })

  test('is not kept when it was refused or broke: the next one is worked on', async () => {
    const { post } = setup()
    expect((await post('k', 'break')).status).toBe(500)
    expect((await post('k', 'refuse')).status).toBe(404)
    expect(await (await post('k')).json()).toEqual({ count: 3 })
    expect(await (await post('k', 'other')).json()).toMatchObject({ status: 422, code: 'idempotency-key-reused' })
  })

  test('leaves nothing behind when its day is over', async () => {
    const { store, post, pass } = setup()
    for (let n = 0; n < 40; n++) await post(`k${n}`)
    await post('k', 'body', '/api/agents/a/things')
    pass(DAY_MS + 1)
    await post('last')
    expect(await store.keys({})).toHaveLength(2)
  })

  test('that was answered again late stays for its own day', async () => {
    const { store, post, pass } = setup()
    await post('k')
    pass(DAY_MS)
    await post('k')
    pass(1)
    await post('other')
    expect(await (await post('k')).json()).toEqual({ count: 2 })
    expect((await store.keys({})).filter((row) => row.startsWith('idempotency\0'))).toHaveLength(2)
  })

  test('P6 about a deleted agent’s things is forgotten, and no other agent’s', async () => {
    const { store, post } = setup()
    await post('k', 'body', '/api/agents/a/things')
    await post('k', 'body', '/api/agents/a.b/things')
    await forgetAnswers(store, 'a')
    expect(await (await post('k', 'body', '/api/agents/a/things')).json()).toEqual({ count: 3 })
    expect(await (await post('k', 'body', '/api/agents/a.b/things')).json()).toEqual({ count: 2 })
  })

  test('P6 about the things of two agents is forgotten, wholly, with the first that goes', async () => {
    const { store, post } = setup()
    await post('k', 'body', '/pairs')
    expect(await store.keys({})).toHaveLength(4)
    await forgetAnswers(store, 'b')
    expect(await store.keys({})).toEqual([])
  })

  test('P7 is nobody else’s: another caller with the same key gets an answer of its own', async () => {
    const { post } = setup()
    const first = await (await post('k')).json()
    const other = await post('k', 'body', '/things', { 'x-agent': 'a' })
    expect([other.headers.get('idempotency-replayed'), await other.json()]).toEqual([null, { count: 2 }])
    expect(await (await post('k')).json()).toEqual(first)
  })

  test('is answered the second time without what must not be kept', async () => {
    const { post, store } = setup()
    expect(await (await post('k', 'hide')).json()).toEqual({ token: 'hidden' })
    expect(await (await post('k', 'hide')).json()).toEqual({ token: '' })
    expect(JSON.stringify(await store.list({}))).not.toContain('hidden')
  })
})
