import { connect } from 'node:net'
import { createMemoryStore } from '@agentic/embedded-store'
import { openEmbeddedEventLog } from '@agentic/events'
import { createParser } from 'eventsource-parser'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createApp } from '../src/index.ts'
import type { Api, StreamedEvent } from './api.ts'
import { ADMIN_TOKEN, type RunningServer, startServer } from './running-server.ts'

const env = { AGENTIC_CONTAINMENT: 'off' }
const authorization = `Bearer ${ADMIN_TOKEN}`
const waiting = { title: 'Wait', worker: { type: 'function', name: 'x' }, requiresApproval: true }

/** The events after a place, up to the one that tells that this agent was made. */
async function eventsUntil(api: Api, lastId: string, after: string | number = 0): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = []
  for await (const event of api.events(after)) {
    events.push(event)
    if (event.type === 'agent-created' && event.data.data.agent.id === lastId) return events
  }
  throw new Error('the stream ended early')
}

describe('the stream of events', () => {
  test('tells what happened, in order, with type, time and whose it is', async () => {
    await using server = await startServer({ env })
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const { body: task } = await api.post('/api/agents/a/tasks', waiting)
    await api.send('PATCH', '/api/agents/a', { mode: 'active' })
    await api.post(`/api/tasks/${task.id}/cancel`)
    await api.post('/api/agents', { id: 'b' })
    await api.send('DELETE', '/api/agents/b')
    await api.post('/api/agents', { id: 'last' })
    const events = await eventsUntil(api, 'last')
    expect(events.map(({ type, data }) => [type, data.type, data.agentId])).toEqual(
      [
        ['agent-created', 'a'],
        ['task-created', 'a'],
        ['agent-updated', 'a'],
        ['task-updated', 'a'],
        ['agent-deleted', undefined],
        ['agent-created', 'last'],
      ].map(([type, agentId]) => [type, type, agentId]),
    )
    const ids = events.map(({ id }) => Number(id))
    expect(ids).toEqual(ids.toSorted((one, other) => one - other))
    expect(new Set(ids).size).toBe(ids.length)
    for (const { data } of events) expect(new Date(data.at).toISOString()).toBe(data.at)
    expect(events[1]?.data.data.task).toEqual(task)
    expect(events[4]?.data.data).toEqual({ agentId: 'b' })
  })

  test('goes on after Last-Event-ID without loss or doubles, over a restart too', async () => {
    await using first = await startServer({ env })
    for (let n = 0; n < 5; n++) await first.api.post('/api/agents', { id: `a${n}` })
    const seen: StreamedEvent[] = []
    for await (const event of first.api.events(0)) {
      seen.push(event)
      if (seen.length === 3) break
    }
    await using second = await first.restart()
    for (let n = 5; n < 8; n++) await second.api.post('/api/agents', { id: `a${n}` })
    seen.push(...(await eventsUntil(second.api, 'a7', seen.at(-1)?.id)))
    expect(seen.map(({ data }) => data.data.agent.id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((n) => `a${n}`))
  })

  test('is whole for readers that come and go while it grows', async () => {
    await using server = await startServer({ env })
    const { api } = server
    const count = 60
    const writing = Promise.all(Array.from({ length: count }, (_, n) => api.post('/api/agents', { id: `a${n}` })))
    const seen: StreamedEvent[] = []
    while (seen.length < count) {
      for await (const event of api.events(seen.at(-1)?.id ?? 0)) {
        seen.push(event)
        if (seen.length % 7 === 0 || seen.length === count) break
      }
    }
    await writing
    expect(new Set(seen.map(({ data }) => data.data.agent.id)).size).toBe(count)
    const ids = seen.map(({ id }) => Number(id))
    expect(ids).toEqual(ids.toSorted((one, other) => one - other))
  })

  test('starts now unless told from where', async () => {
    await using server = await startServer({ env })
    const followers = followersOf(server)
    await server.api.post('/api/agents', { id: 'before' })
    const events = server.api.events()[Symbol.asyncIterator]()
    const next = events.next()
    await vi.waitFor(() => expect(followers()).toBe(1))
    await server.api.post('/api/agents', { id: 'after' })
    expect((await next).value?.data.data.agent.id).toBe('after')
    await events.return?.()
  })

  test('of an agent tells only what is that agent’s', async () => {
    await using server = await startServer({ env })
    const { api } = server
    for (const id of ['a', 'a.b', 'A', 'b']) await api.post('/api/agents', { id })
    for (const id of ['a.b', 'A', 'b', 'a']) await api.post(`/api/agents/${id}/tasks`, waiting)
    await api.send('DELETE', '/api/agents/b')
    await api.send('PATCH', '/api/agents/a', { mode: 'active' })
    const types: (string | undefined)[] = []
    for await (const event of api.events(0, 'a')) {
      expect(event.data.agentId).toBe('a')
      types.push(event.type)
      if (event.type === 'agent-updated') break
    }
    expect(types).toEqual(['agent-created', 'task-created', 'agent-updated'])
  })

  test('P6 tells nothing of a deleted agent any more but that it is gone', async () => {
    await using server = await startServer({ env })
    const { api } = server
    await api.post('/api/agents', { id: 'gone', settings: { metadata: { note: 'private' } } })
    await api.post('/api/agents/gone/tasks', waiting)
    await api.send('DELETE', '/api/agents/gone')
    await api.post('/api/agents', { id: 'last' })
    const events = await eventsUntil(api, 'last')
    expect(events.map(({ type }) => type)).toEqual(['agent-deleted', 'agent-created'])
  })

  test('ends when the server stops', async () => {
    await using server = await startServer({ env })
    await server.api.post('/api/agents', { id: 'a' })
    const read: StreamedEvent[] = []
    const reading = (async () => {
      for await (const event of server.api.events(0)) read.push(event)
    })()
    await vi.waitFor(() => expect(read).toHaveLength(1))
    await server.stop()
    await reading
  })

  test('does not keep a stopping server for a reader that does not read', async () => {
    await using server = await startServer({ env })
    const followers = followersOf(server)
    await server.api.post('/api/agents', { id: 'a' })
    for (let n = 0; n < 8; n++)
      await server.api.post('/api/agents/a/tasks', { ...waiting, input: 'x'.repeat(1_000_000) })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause()
    // It is cut off in the end.
    socket.on('error', () => undefined)
    socket.write(`GET /api/events HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\nlast-event-id: 0\r\n\r\n`)
    await vi.waitFor(() => expect(followers()).toBe(1))
    const startedAt = performance.now()
    await server.stop()
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    socket.destroy()
  })

  test('is left by readers without a trace', async () => {
    await using server = await startServer({ env })
    const followers = followersOf(server)
    await server.api.post('/api/agents', { id: 'a' })
    for (let n = 0; n < 3; n++) {
      for await (const _event of server.api.events(0)) {
        expect(followers()).toBeGreaterThan(0)
        break
      }
    }
    await vi.waitFor(() => expect(followers()).toBe(0))
  })

  test('is not begun for a request that only asks for its head', async () => {
    await using server = await startServer({ env })
    const followers = followersOf(server)
    for (let n = 0; n < 3; n++) {
      const answer = await fetch(`${server.url}/api/events`, { method: 'HEAD', headers: { authorization } })
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
    }
    expect(followers()).toBe(0)
  })
})

/** Counts how many follow the log of a server from now on. */
function followersOf({ system }: RunningServer): () => number {
  const { events } = system.ports
  const { subscribe } = events
  let count = 0
  vi.spyOn(events, 'subscribe').mockImplementation((listener) => {
    count += 1
    const undo = subscribe(listener)
    return () => {
      count -= 1
      undo()
    }
  })
  return () => count
}

describe('a stream over a log of its own', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
  afterEach(() => void vi.useRealTimers())

  /** The server's app over a log that keeps little, without a listener. */
  async function setup(keep?: number) {
    const server = await startServer({ env })
    const log = await openEmbeddedEventLog(createMemoryStore(), keep === undefined ? {} : { keep })
    const stopping = new AbortController()
    const app = createApp({
      ...server.system.ports,
      metrics: new Registry(),
      events: log,
      stopping: stopping.signal,
    })
    const follow = async (lastEventId: number) => {
      const headers = { authorization, 'last-event-id': String(lastEventId) }
      return readerOf(await app.request('/api/events', { headers }))
    }
    const close = async (): Promise<void> => {
      stopping.abort()
      await server[Symbol.asyncDispose]()
    }
    return { log, follow, stopping, [Symbol.asyncDispose]: close }
  }

  test('says resync to a reader whose place is dropped, and goes on with the oldest that is kept', async () => {
    await using bench = await setup(10)
    for (let n = 0; n < 1024; n++) await bench.log.append([{ type: 'thing-done', data: n }])
    await bench.log.close()
    const reader = await bench.follow(1)
    const [first, second, third] = [await reader.next(), await reader.next(), await reader.next()]
    expect(first).toMatchObject({ id: '1014', event: 'resync', data: '{"type":"resync"}' })
    expect([second?.id, third?.id]).toEqual(['1015', '1016'])
  })

  test('says resync to a reader whose place is yet to come, as after a restored backup', async () => {
    await using bench = await setup()
    await bench.log.append([{ type: 'thing-done', data: 1 }])
    const reader = await bench.follow(500)
    expect(await reader.next()).toMatchObject({ id: '1', event: 'resync' })
    await bench.log.append([{ type: 'thing-done', data: 2 }])
    expect(await reader.next()).toMatchObject({ id: '2', event: 'thing-done' })
  })

  test('lives through silence: heartbeats are no events, and break none', async () => {
    await using bench = await setup()
    const reader = await bench.follow(0)
    for (let n = 1; n <= 3; n++) {
      await vi.advanceTimersByTimeAsync(15_000)
      await bench.log.append([{ type: 'thing-done', data: `line\n\ndata: ${n}` }])
      const event = await reader.next()
      expect(event).toMatchObject({ id: String(n), event: 'thing-done' })
      expect(JSON.parse(event?.data ?? '').data).toBe(`line\n\ndata: ${n}`)
    }
    expect(reader.comments.filter((text) => text === 'alive')).toHaveLength(3)
    bench.stopping.abort()
    expect(await reader.next()).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })
})

type Message = { readonly id?: string | undefined; readonly event?: string | undefined; readonly data: string }

function readerOf(response: Response): { next(): Promise<Message | undefined>; readonly comments: string[] } {
  const waitingEvents: Message[] = []
  const comments: string[] = []
  const parser = createParser({
    onEvent: (event) => void waitingEvents.push(event),
    onComment: (text) => void comments.push(text.trim()),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return {
    comments,
    async next() {
      while (waitingEvents.length === 0) {
        const chunk = await reader?.read()
        if (chunk === undefined || chunk.done) return undefined
        parser.feed(chunk.value)
      }
      return waitingEvents.shift()
    },
  }
}

describe('the stream of one run', () => {
  test('tells its end, with the outcome on disk, to who watched and to who comes later', async () => {
    const gate = Promise.withResolvers<void>()
    await using server = await startServer({
      env: { AGENTIC_CONTAINMENT: 'off' },
      functions: { wait: () => gate.promise },
    })
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const { body } = await api.post('/api/agents/a/tasks', { title: 'x', worker: { type: 'function', name: 'wait' } })
    const { runId } = await api.taskReaches(body.id, 'in-progress')
    const watching = allOf(api.events(undefined, undefined, `/api/runs/${runId}/events`))
    gate.resolve()
    const expected = [
      expect.objectContaining({
        type: 'ended',
        data: { type: 'ended', run: expect.objectContaining({ id: runId, outcome: { type: 'success', result: '' } }) },
      }),
    ]
    expect(await watching).toEqual(expected)
    expect(await allOf(api.events(undefined, undefined, `/api/runs/${runId}/events`))).toEqual(expected)
    expect(await api.get('/api/runs/nothing/events')).toMatchObject({ status: 404 })
  })

  test('ends when its agent is deleted', async () => {
    await using server = await startServer({
      env: { AGENTIC_CONTAINMENT: 'off' },
      functions: { wait: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)) },
    })
    const { api } = server
    await api.post('/api/agents', { id: 'a' })
    const { body } = await api.post('/api/agents/a/tasks', { title: 'x', worker: { type: 'function', name: 'wait' } })
    const { runId } = await api.taskReaches(body.id, 'in-progress')
    const watching = allOf(api.events(undefined, undefined, `/api/runs/${runId}/events`))
    await api.send('DELETE', '/api/agents/a')
    // Its end may have been written before its agent was gone.
    expect((await watching).length).toBeLessThanOrEqual(1)
  })
})

async function allOf(events: AsyncIterable<StreamedEvent>): Promise<StreamedEvent[]> {
  const all: StreamedEvent[] = []
  for await (const event of events) all.push(event)
  return all
}
