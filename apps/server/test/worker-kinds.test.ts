import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api, StreamedEvent } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'

let server: RunningServer
let api: Api

beforeAll(async () => {
  server = await startServer({
    functions: {
      speak: async ({ setStatus }) => {
        setStatus('half way')
        return 'done'
      },
      wait: ({ signal, setStatus }) => {
        setStatus('half way')
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    },
  })
  ;({ api } = server)
  await api.post('/api/agents', { id: 'shop' })
})

afterAll(() => server[Symbol.asyncDispose]())

async function give(worker: object, more: object = {}): Promise<string> {
  const { status, body } = await api.post('/api/agents/shop/tasks', { title: 'Do it', worker, maxAttempts: 1, ...more })
  expect(status).toBe(201)
  return body.id
}

async function watched(taskId: string): Promise<{ readonly runId: string; readonly events: StreamedEvent[] }> {
  const { runId } = await api.taskReaches(taskId, 'in-progress', 'done', 'failed')
  const events: StreamedEvent[] = []
  for await (const event of api.events(undefined, undefined, `/api/runs/${runId}/events`)) events.push(event)
  return { runId, events }
}

const kinds = [
  ['command', { type: 'command', shell: 'echo half way' }, { type: 'command', shell: 'echo half way; sleep 60' }],
  ['function', { type: 'function', name: 'speak' }, { type: 'function', name: 'wait' }],
] as const

describe.each(kinds)('a run of a %s', (_kind, quick, endless) => {
  test('is watched live, and read afterwards', async () => {
    const { runId, events } = await watched(await give(quick))
    expect(events.at(-1)).toMatchObject({ type: 'ended', data: { run: { outcome: { type: 'success' } } } })
    expect((await api.get(`/api/runs/${runId}`)).body.outcome.type).toBe('success')
    const { text } = await api.get(`/api/runs/${runId}/transcript`)
    const types = text
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line).type)
    expect([types[0], types.at(-1)]).toEqual(['run', 'outcome'])
  })

  test('tells what it does while it does it, and is cancelled in the middle', async () => {
    const taskId = await give(endless)
    const { runId } = await api.taskReaches(taskId, 'in-progress')
    const told: string[] = []
    for await (const event of api.events(undefined, undefined, `/api/runs/${runId}/events`)) {
      told.push(JSON.stringify(event.data))
      if (told.join('').includes('half way')) break
    }
    expect((await api.post(`/api/tasks/${taskId}/cancel`, { reason: 'enough' })).status).toBeLessThan(300)
    expect((await api.taskReaches(taskId, 'cancelled')).outcome).toMatchObject({ type: 'cancelled', reason: 'enough' })
  })

  test('P9 is timed out', async () => {
    const taskId = await give(endless, { wallClockSecs: 1 })
    const { outcome } = await api.taskReaches(taskId, 'failed')
    expect(outcome).toMatchObject({ type: 'timeout', limit: 'wall-clock' })
  })
})
