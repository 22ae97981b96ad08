import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scripted } from '../../../packages/worker/test/acp-sandbox.ts'
import { processesWith } from '../../../packages/worker/test/processes.ts'
import type { Api, StreamedEvent } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')
const NODE = dirname(dirname(process.execPath))
const marker = randomUUID()

let server: RunningServer
let api: Api

beforeEach(async () => {
  server = await startServer({
    env: {
      AGENTIC_READ_ONLY_PATHS: [ROOT, NODE].join(':'),
      AGENTIC_SEARCH_PATHS: dirname(process.execPath),
      AGENTIC_ANSWER_HOLD_SECS: '60',
      AGENTIC_CODING_AGENTS: JSON.stringify({
        works: { command: scripted('works') },
        stops: { command: scripted('stops when cancelled', marker) },
        deaf: { command: scripted('is deaf', marker) },
        asks: { command: scripted('asks permission', 'execute', 'edit'), permissions: 'ask' },
      }),
    },
  })
  ;({ api } = server)
  await api.post('/api/agents', { id: 'shop' })
})

afterEach(() => server[Symbol.asyncDispose]())

async function give(worker: object, more: object = {}): Promise<string> {
  const task = { title: 'Mend it', worker: { type: 'acp', prompt: 'Please', ...worker }, ...more }
  const { status, body } = await api.post('/api/agents/shop/tasks', task)
  expect(status).toBe(201)
  return body.id
}

async function allOf(events: AsyncIterable<StreamedEvent>): Promise<StreamedEvent[]> {
  const all: StreamedEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

async function watch(taskId: string) {
  const { runId } = await api.taskReaches(taskId, 'in-progress', 'done')
  return { runId, events: allOf(api.events(undefined, undefined, `/api/runs/${runId}/events`)) }
}

async function waitsWith(taskId: string): Promise<{ readonly id: string; readonly text: string }> {
  await expect.poll(async () => (await api.get(`/api/tasks/${taskId}`)).body.waiting, { timeout: 20_000 }).toBeDefined()
  return (await api.get(`/api/tasks/${taskId}`)).body.waiting
}

const typesIn = (transcript: string): string[] =>
  transcript
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).type)

describe('a run of a coding agent', () => {
  test('is started by its name among the host’s, watched, and read afterwards', async () => {
    const id = await give({ agent: 'works' })
    const { runId, events } = await watch(id)
    const task = await api.taskReaches(id, 'done')
    expect(task.outcome).toMatchObject({
      type: 'success',
      result: expect.stringContaining('You said:'),
      data: { sessionId: 's1', isResumed: false, rejections: 0 },
    })
    const told = await events
    const types = told.map(({ type }) => type)
    expect(types).toEqual(expect.arrayContaining(['text-delta', 'tool-started', 'tool-ended', 'plan']))
    expect(types.at(-1)).toBe('ended')
    const { body: run } = await api.get(`/api/runs/${runId}`)
    expect(run).toMatchObject({ usage: { sessionId: 's1', inputTokens: 7, outputTokens: 5 } })
    const { text } = await api.get(run.transcript)
    expect(typesIn(text)).toEqual(expect.arrayContaining(['run', 'text', 'tool-started', 'tool-ended', 'outcome']))
    expect((await api.get('/api/agents/shop/usage')).body).toMatchObject({ runs: 1, inputTokens: 7, costUsd: 0.25 })
  })

  test('asks a person for permission, which is answered over HTTP, time after time', async () => {
    const id = await give({ agent: 'asks' })
    const first = await waitsWith(id)
    expect(first.text).toContain('Do it')
    const { body } = await api.get('/api/escalations')
    expect(body.items).toMatchObject([
      { taskId: id, type: 'permission', question: { id: first.id, details: { options: expect.any(Array) } } },
    ])
    const ids = body.items[0].question.details.options.map((option: { id: string }) => option.id)
    expect(ids).toEqual(['yes-always', 'yes', 'no'])
    expect((await api.post(`/api/tasks/${id}/answer`, { answer: 'yes' })).status).toBe(200)
    await expect.poll(async () => (await waitsWith(id)).id).not.toBe(first.id)
    expect((await api.post(`/api/tasks/${id}/answer`, { answer: 'no' })).status).toBe(200)
    const task = await api.taskReaches(id, 'done')
    expect(task).toMatchObject({
      attempts: 1,
      outcome: { result: 'execute: yes\nedit: no\n', data: { rejections: 1 } },
    })
    expect((await api.get('/api/escalations')).body.items).toEqual([])
    const { text } = await api.get(`/api/runs/${task.runId}/transcript`)
    expect(typesIn(text).filter((type) => type === 'answer')).toHaveLength(2)
  })

  test('P19 that was lost while it asked begins anew with the answer', async () => {
    const id = await give({ agent: 'asks' })
    await waitsWith(id)
    server = await server.restart()
    ;({ api } = server)
    expect((await api.get(`/api/tasks/${id}`)).body).toMatchObject({ status: 'blocked' })
    await api.post(`/api/tasks/${id}/answer`, { answer: 'yes' })
    const second = await waitsWith(id)
    expect(second.text).toContain('edit')
    await api.post(`/api/tasks/${id}/answer`, { answer: 'no' })
    expect((await api.taskReaches(id, 'done')).outcome).toMatchObject({ result: 'execute: yes\nedit: no\n' })
  })

  test('is cancelled while it works, what it said kept', async () => {
    const id = await give({ agent: 'stops' })
    const { runId, events } = await watch(id)
    await expect
      .poll(async () => (await api.get(`/api/runs/${runId}/transcript`)).text.includes('session-started'), {
        timeout: 20_000,
      })
      .toBe(true)
    expect((await api.post(`/api/tasks/${id}/cancel`, { reason: 'enough' })).status).toBe(202)
    const task = await api.taskReaches(id, 'cancelled')
    expect(task.outcome).toMatchObject({ type: 'cancelled', reason: 'enough' })
    expect((await events).at(-1)?.data.run.outcome.type).toBe('cancelled')
    expect(typesIn((await api.get(`/api/runs/${runId}/transcript`)).text).at(-1)).toBe('outcome')
    await expect.poll(() => processesWith(marker)).toEqual([])
  })

  test('P9 times out though it is deaf, and leaves no process', async () => {
    const id = await give({ agent: 'deaf' }, { wallClockSecs: 3, maxAttempts: 1 })
    const { outcome } = await api.taskReaches(id, 'failed')
    expect(outcome).toMatchObject({ type: 'timeout', limit: 'wall-clock' })
    await expect.poll(() => processesWith(marker)).toEqual([])
  })

  test('P20 of a name that the host does not have fails with those that there are', async () => {
    const { outcome } = await api.taskReaches(await give({ agent: 'other' }), 'failed')
    expect(outcome).toMatchObject({ retryable: false, message: expect.stringContaining('works') })
  })
})
