import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { Webhook as Verifier } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { openReceiver, type Receiver, type Received } from '../../../packages/webhooks/test/receiver.ts'
import type { Api, StreamedEvent } from './api.ts'
import { type RunningServer, startServer, type ServerOptions } from './running-server.ts'

const task = { title: 'Work', worker: { type: 'function', name: 'work' } }

async function setup(
  answer?: Parameters<typeof openReceiver>[0],
  options: ServerOptions = {},
): Promise<{ server: RunningServer; api: Api; receiver: Receiver } & AsyncDisposable> {
  const receiver = await openReceiver(answer)
  const server = await startServer({
    functions: { work: async () => 'done' },
    ...options,
    env: { AGENTIC_CONTAINMENT: 'off', AGENTIC_WEBHOOK_PRIVATE_HOSTS: receiver.host, ...options.env },
  })
  return {
    server,
    api: server.api,
    receiver,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await receiver[Symbol.asyncDispose]()
    },
  }
}

/** What a receiver reads that verifies what it gets. */
function verified(secret: string, received: readonly Received[]): unknown[] {
  return received.map(({ body, headers }) => new Verifier(secret).verify(body, headers as Record<string, string>))
}

async function streamed(api: Api, wanted: number): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = []
  for await (const event of api.events(0)) if (events.push(event) === wanted) break
  return events
}

describe('a webhook', () => {
  test('is told what the stream of events tells, in its order, signed', async () => {
    await using ground = await setup()
    const { api, receiver } = ground
    const made = await api.post('/api/webhooks', { url: receiver.url, name: 'backend' })
    expect(made.status).toBe(201)
    expect(made.headers.get('cache-control')).toBe('no-store')
    expect(made.body).toEqual({
      id: expect.any(String),
      url: receiver.url,
      name: 'backend',
      createdAt: expect.any(String),
      setAside: 0,
      secret: expect.stringMatching(/^whsec_/),
    })
    await api.post('/api/agents', { id: 'ada' })
    const { body } = await api.post('/api/agents/ada/tasks', task)
    await api.taskReaches(body.id, 'done')
    const told = verified(made.body.secret, await receiver.count(4))
    const events = await streamed(api, 4)
    expect(events.map(({ type }) => type)).toEqual(['agent-created', 'task-created', 'run-started', 'run-ended'])
    expect(told).toEqual(events.map(({ data }) => data))
    expect(receiver.received.map(({ headers }) => String(headers['webhook-id']).split('-')[1])).toEqual(
      events.map(({ id }) => id),
    )
  })

  test('of an agent, or of some types, is told of nothing else, and goes with its agent', async () => {
    await using ground = await setup()
    const { api, receiver } = ground
    await api.post('/api/agents', { id: 'ada' })
    await api.post('/api/agents', { id: 'bob' })
    const ended = await api.post('/api/webhooks', { url: `${receiver.url}/all`, types: ['run-ended', 'agent-deleted'] })
    await api.post('/api/webhooks', { url: `${receiver.url}/ada`, types: ['run-ended'], agentId: 'ada' })
    for (const agentId of ['bob', 'ada']) {
      const { body } = await api.post(`/api/agents/${agentId}/tasks`, task)
      await api.taskReaches(body.id, 'done')
    }
    await receiver.count(3)
    await api.send('DELETE', '/api/agents/ada')
    await receiver.count(4)
    const told = (path: string) =>
      receiver.received
        .filter((message) => message.path === `/hook/${path}`)
        .map(({ body }) => [JSON.parse(body).type, JSON.parse(body).agentId])
    expect(told('all')).toEqual([
      ['run-ended', 'bob'],
      ['run-ended', 'ada'],
      ['agent-deleted', undefined],
    ])
    expect(told('ada')).toEqual([['run-ended', 'ada']])
    const { items } = (await api.get('/api/webhooks')).body
    expect(items.map(({ id }: { id: string }) => id)).toEqual([ended.body.id])
    expect((await api.get('/api/secrets')).body.items).toHaveLength(1)
  })

  test('is listed with what fails, and told again after a restart, with the same id', async () => {
    let isDown = true
    await using ground = await setup(() => (isDown ? 503 : 204))
    const { api, receiver, server } = ground
    const { body: hook } = await api.post('/api/webhooks', { url: receiver.url, types: ['agent-created'] })
    await api.post('/api/agents', { id: 'ada' })
    await receiver.count(1)
    await expect
      .poll(async () => (await api.get('/api/webhooks')).body.items[0].failing)
      .toMatchObject({ eventId: '1', attempts: 1, reason: 'answered 503' })
    const { text: metrics } = await api.get('/metrics')
    expect(metrics).toContain('agentic_webhook_attempts_total{result="failed"} 1')
    expect(metrics).toContain('agentic_webhooks_failing 1')
    isDown = false
    await using later = await server.restart()
    await receiver.count(2)
    const [first, second] = receiver.received
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(verified(hook.secret, receiver.received)).toMatchObject([
      { type: 'agent-created' },
      { type: 'agent-created' },
    ])
    await expect
      .poll(async () => (await later.api.get('/api/webhooks')).body.items[0])
      .toMatchObject({ lastDeliveredAt: expect.any(String), setAside: 0 })
  })

  test('that is deleted is told nothing more, and nothing of its secret is left', async () => {
    await using ground = await setup()
    const { api, receiver } = ground
    const { body: hook } = await api.post('/api/webhooks', { url: receiver.url })
    await api.post('/api/agents', { id: 'ada' })
    await receiver.count(1)
    expect((await api.send('DELETE', `/api/webhooks/${hook.id}`)).status).toBe(204)
    expect((await api.send('DELETE', `/api/webhooks/${hook.id}`)).status).toBe(404)
    await api.post('/api/agents', { id: 'bob' })
    expect((await api.get('/api/webhooks')).body).toEqual({ items: [] })
    expect((await api.get('/api/secrets')).body.items).toEqual([])
    expect(receiver.received).toHaveLength(1)
  })

  test('keeps its secret among the secrets: sealed with them, replaced there, told once', async () => {
    await using ground = await setup()
    const { api, receiver, server } = ground
    await api.post('/api/secrets/encrypt')
    const once = { 'idempotency-key': 'once' }
    const made = await api.post('/api/webhooks', { url: receiver.url }, once)
    const again = await api.post('/api/webhooks', { url: receiver.url }, once)
    const { secret, ...view } = made.body
    expect(again.body).toEqual(view)
    expect((await api.get('/api/webhooks')).body.items).toEqual([view])
    const name = `WEBHOOK_${made.body.id.toUpperCase()}`
    expect((await api.get('/api/secrets')).body.items).toMatchObject([{ name, category: 'system' }])
    const replaced = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    expect((await api.put(`/api/secrets/${name}`, { value: replaced })).status).toBe(200)
    await api.post('/api/agents', { id: 'ada' })
    await receiver.count(1)
    for (const each of [secret, replaced]) expect(verified(each, receiver.received)).toHaveLength(1)
    await server.stop()
    const files = await readdir(server.dataDir, { recursive: true, withFileTypes: true })
    const bytes = await Promise.all(
      files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
    )
    const keys = [secret, replaced].map((each) => each.slice('whsec_'.length))
    expect(bytes.length).toBeGreaterThan(3)
    expect(bytes.filter((text) => keys.some((key) => text.includes(key)))).toEqual([])
  })

  test('waits while the secrets are locked; it can be deleted then, and not made', async () => {
    await using ground = await setup()
    const { api, receiver } = ground
    const { masterKey } = (await api.post('/api/secrets/encrypt')).body
    const { body: hook } = await api.post('/api/webhooks', { url: receiver.url })
    const { body: other } = await api.post('/api/webhooks', { url: receiver.url })
    await api.post('/api/secrets/lock')
    await api.post('/api/agents', { id: 'ada' })
    expect(await api.post('/api/webhooks', { url: receiver.url })).toMatchObject({ status: 423 })
    expect((await api.send('DELETE', `/api/webhooks/${other.id}`)).status).toBe(204)
    expect((await api.get('/api/webhooks')).body.items).toEqual([{ ...hook, secret: undefined }])
    expect(receiver.received).toEqual([])
    await api.post('/api/secrets/unlock', { masterKey })
    expect(verified(hook.secret, await receiver.count(1))).toMatchObject([{ type: 'agent-created' }])
    await expect.poll(async () => (await api.get('/api/secrets')).body.items).toHaveLength(1)
  })

  test('reaches nothing private that is not named, by whatever name, and tells nobody its address', async () => {
    const lines: string[] = []
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
    await using hidden = await openReceiver()
    await using ground = await setup(undefined, { log })
    const { api } = ground
    const { port } = new URL(hidden.url)
    const { body } = await api.post('/api/webhooks', { url: `https://localhost:${port}/path-token` })
    await api.post('/api/agents', { id: 'ada' })
    await expect
      .poll(async () => (await api.get('/api/webhooks')).body.items[0].failing?.reason)
      .toBe('ADDRESS_REFUSED')
    expect(hidden.received).toEqual([])
    const said = lines.filter((line) => line.includes(body.id))
    expect(said.join()).toContain('a webhook’s receiver did not take an event')
    expect(lines.join()).not.toContain('path-token')
  })
})
