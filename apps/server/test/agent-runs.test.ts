import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ScriptedModelServer,
  type ScriptedReply,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import { type Api, createApi, type StreamedEvent } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { modelEnv } from './model-env.ts'

const MODEL_KEY = 'canary-model-key-5521'

let model: ScriptedModelServer
let script: (request: number) => ScriptedReply
let server: RunningServer
let api: Api

beforeEach(async () => {
  model = await startScriptedModelServer((_, index) => script(index))
  server = await startServer({
    env: {
      AGENTIC_CONTAINMENT: 'prefer',
      AGENTIC_ANSWER_HOLD_SECS: '60',
      ...modelEnv(model, { apiKeySecret: 'MODEL_KEY', prices: { inputUsd: 1, outputUsd: 10 } }),
    },
  })
  ;({ api } = server)
  await api.put('/api/secrets/MODEL_KEY', { value: MODEL_KEY, category: 'system' })
  await api.post('/api/agents', { id: 'shop' })
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await model.close()
})

async function give(worker: object = {}, more: object = {}): Promise<string> {
  const { status, body } = await api.post('/api/agents/shop/tasks', {
    title: 'Do it',
    worker: { type: 'agent', prompt: 'Please', ...worker },
    ...more,
  })
  expect(status).toBe(201)
  return body.id
}

const says = (...replies: readonly ScriptedReply[]) => (script = (index) => replies[index] ?? { text: 'done' })
const calling = (name: string, input: unknown = {}): ScriptedReply => ({ calls: [{ name, input }] })

/** What the tools answered before a request to the model. */
const toolResults = (index: number): unknown[] =>
  (model.requests[index]?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => content)

async function allOf(events: AsyncIterable<StreamedEvent>): Promise<StreamedEvent[]> {
  const all: StreamedEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('a run of a language model', () => {
  test('uses tools with the agent’s secrets and ends as success, its usage summed and its transcript kept', async () => {
    await api.put('/api/agents/shop/secrets/OWN', { value: 'canary-own-8812' })
    says(calling('shell', { command: 'echo "$OWN" | wc -c' }), { text: 'it has 16' })
    const task = await api.taskReaches(await give(), 'done')
    expect(task).toMatchObject({ outcome: { type: 'success', result: 'it has 16' }, attempts: 1 })
    expect(toolResults(1)).toEqual(['exit code 0\n16\n'])
    expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${MODEL_KEY}`)

    const { body: run } = await api.get(`/api/runs/${task.runId}`)
    expect(run).toMatchObject({
      transcript: `/api/runs/${task.runId}/transcript`,
      usage: { modelCalls: 2, toolCalls: 1 },
    })
    const transcript = await api.get(run.transcript)
    expect(transcript.headers.get('content-type')).toBe('application/jsonl')
    const types = transcript.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type)
    expect(types).toEqual(expect.arrayContaining(['run', 'model', 'system', 'message', 'usage', 'outcome']))
    expect(transcript.text).not.toContain('canary')

    const { body: usage } = await api.get('/api/agents/shop/usage')
    expect(usage).toMatchObject({ runs: 1, modelCalls: 2, inputTokens: run.usage.inputTokens })
    expect(usage.costUsd).toBeCloseTo(run.usage.costUsd)
    expect((await api.get('/metrics')).text).toMatch(/agentic_run_seconds_count\{outcome="success"\} 1/)
  })

  test('is watched while it goes on, from its beginning', async () => {
    const gate = Promise.withResolvers<void>()
    says(calling('shell', { command: 'echo hello' }), { text: ['one ', 'two'], before: () => gate.promise })
    const taskId = await give()
    const { runId } = await api.taskReaches(taskId, 'in-progress')
    const watching = allOf(api.events(undefined, undefined, `/api/runs/${runId}/events`))
    gate.resolve()
    const events = await watching
    expect(events.map(({ type }) => type)).toEqual([
      'tool-started',
      'tool-output',
      'tool-ended',
      'text-delta',
      'text-delta',
      'ended',
    ])
    expect(events.at(-1)?.data.run).toMatchObject({ id: runId, outcome: { type: 'success', result: 'one two' } })
    const rest = await allOf(api.events(events[0]?.id, undefined, `/api/runs/${runId}/events`))
    expect(rest.map(({ type }) => type)).toEqual(['ended'])
  })

  test('is cancelled and timed out over HTTP, its usage and transcript kept', async () => {
    says({ text: 'so far', ...calling('shell', { command: 'sleep 600' }) })
    const cancelled = await give()
    await api.taskReaches(cancelled, 'in-progress')
    await expect.poll(() => model.requests.length).toBe(1)
    expect((await api.post(`/api/tasks/${cancelled}/cancel`, { reason: 'enough' })).status).toBe(202)
    const { outcome, runId } = await api.taskReaches(cancelled, 'cancelled')
    expect(outcome).toMatchObject({ type: 'cancelled', reason: 'enough' })
    expect((await api.get(`/api/runs/${runId}/transcript`)).text).toContain('"type":"outcome"')

    script = () => ({ hang: true })
    const slow = await api.taskReaches(await give({}, { wallClockSecs: 1 }), 'failed')
    expect(slow.outcome).toMatchObject({ type: 'timeout', limit: 'wall-clock' })
    expect((await api.get(`/api/runs/${slow.runId}`)).body.usage).toMatchObject({ modelCalls: 1 })
  })

  test('fails for a key that is not there, and says the way out', async () => {
    await api.send('DELETE', '/api/secrets/MODEL_KEY')
    says({ text: 'never' })
    const { outcome } = await api.taskReaches(await give({}, { maxAttempts: 1 }), 'failed')
    expect(outcome).toMatchObject({ type: 'failed', message: expect.stringContaining('PUT /api/secrets/MODEL_KEY') })
    expect(model.requests).toEqual([])
  })

  test('keeps secrets for later runs, and hands work on to its own agent within limits', async () => {
    says(
      calling('secret_set', { name: 'FOUND', value: 'canary-found-7731' }),
      calling('create_task', { title: 'Later', prompt: 'Go on' }),
      { text: 'kept' },
    )
    await api.taskReaches(await give(), 'done')
    expect((await api.get('/api/agents/shop/secrets/FOUND')).body).toMatchObject({ category: 'tool' })
    const { body } = await api.get('/api/agents/shop/tasks')
    expect(body.items[0]).toMatchObject({ title: 'Later', lineage: { hops: 1, source: 'agent:shop' } })
    expect(await api.taskReaches(body.items[0].id, 'done')).toMatchObject({ status: 'done' })
    const everything = JSON.stringify([body, model.requests.slice(2).map(({ messages }) => messages)])
    expect(everything).not.toContain('canary-found')
  })

  test('takes its model, words and tools from the settings of its agent, which only admins may write', async () => {
    const settings = { agent: { system: 'You are the shop.', tools: ['set_status'] } }
    expect(await api.send('PATCH', '/api/agents/shop', { settings })).toMatchObject({ status: 200, body: { settings } })
    says({ text: 'ok' })
    await api.taskReaches(await give(), 'done')
    expect(JSON.stringify(model.requests[0]?.messages[0])).toContain('You are the shop.')
    expect(model.requests[0]?.tools?.map((tool) => tool.function.name)).toEqual(['set_status'])
    for (const [given, field] of [
      [{ agent: { model: { provider: 'other', model: 'x' } } }, 'settings.agent.model'],
      [{ agent: { colour: 'red' } }, 'settings.agent.colour'],
      [{ browser: { viewport: { width: 1, height: 500 } } }, 'settings.browser.viewport.width'],
      [{ browser: { secretOrigins: { OWN: ['shop.example'] } } }, 'settings.browser.secretOrigins.OWN.0'],
    ] as const) {
      const answer = await api.send('PATCH', '/api/agents/shop', { settings: given })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    }
  })
})

describe('a run that asks a person', () => {
  async function asks(): Promise<{ readonly id: string; readonly question: string }> {
    says(calling('ask', { question: 'Red or blue?' }), { text: 'it is settled' })
    const id = await give()
    await expect.poll(async () => (await api.get(`/api/tasks/${id}`)).body.waiting?.text).toBe('Red or blue?')
    return { id, question: (await api.get(`/api/tasks/${id}`)).body.waiting.id }
  }

  test('waits with an escalation and an event, and goes on with the answer', async () => {
    const { id, question } = await asks()
    expect((await api.get('/api/escalations')).body.items).toMatchObject([
      { taskId: id, type: 'question', question: { id: question, text: 'Red or blue?' } },
    ])
    const { body: made } = await api.post('/api/tokens', { scope: { agentId: 'shop' } })
    const agent = createApi(server.url, made.token)
    expect(await agent.post(`/api/tasks/${id}/answer`, { answer: 'red', questionId: 'question_other' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining(question) },
    })
    expect(await agent.post(`/api/tasks/${id}/answer`, { answer: 'red', questionId: question })).toMatchObject({
      status: 200,
    })
    expect(await api.taskReaches(id, 'done')).toMatchObject({ outcome: { result: 'it is settled' }, attempts: 1 })
    expect(toolResults(1)).toEqual(['red'])
    expect((await api.get('/api/escalations')).body.items).toEqual([])
    expect(await api.post(`/api/tasks/${id}/answer`, { answer: 'again' })).toMatchObject({ status: 409 })
    const types: unknown[] = []
    for await (const { type, data } of api.events(0)) {
      if (String(type).startsWith('escalation')) types.push(type)
      if (type === 'run-ended' && data.data.run.taskId === id) break
    }
    expect(types).toEqual(['escalation-opened', 'escalation-resolved'])
  })

  test('makes room for others when no answer comes, over a restart too, and is taken up from its transcript', async () => {
    const { id } = await asks()
    // As its hold would, without waiting for it.
    const { runId } = (await api.get(`/api/tasks/${id}`)).body
    server = await server.restart()
    ;({ api } = server)
    expect((await api.get(`/api/tasks/${id}`)).body).toMatchObject({
      status: 'blocked',
      waiting: { text: 'Red or blue?' },
    })
    expect((await api.get('/api/escalations')).body.items).toHaveLength(1)
    expect(await api.post(`/api/tasks/${id}/answer`, { answer: { colour: 'blue' } })).toMatchObject({ status: 200 })
    const done = await api.taskReaches(id, 'done')
    expect(done.runId).not.toBe(runId)
    expect(model.requests).toHaveLength(2)
    expect(toolResults(1)).toEqual(['{"colour":"blue"}'])
  })

  /** Answers the question of a task; of one that is to be taken up again, after a restart. */
  async function answer(id: string, when: 'after an answer' | 'taken up again'): Promise<void> {
    await expect.poll(async () => (await api.get(`/api/tasks/${id}`)).body.waiting?.text).toBe('Red?')
    if (when === 'taken up again') {
      server = await server.restart()
      ;({ api } = server)
    }
    expect((await api.post(`/api/tasks/${id}/answer`, { answer: 'red' })).status).toBe(200)
  }

  const silent = [{}, 'failed', { type: 'failed', code: 'ANSWER_EMPTY' }] as const
  const endless = [calling('list_files'), 'done', { type: 'partial', segments: 1 }] as const

  // An answer goes on in its run, and in its budget; a run that is taken up again has one of its own.
  test.for([
    ['without a word', 'at once', 3, silent],
    ['without a word', 'after an answer', 4, silent],
    ['without a word', 'taken up again', 3, silent],
    ['with its budget used up', 'at once', 5, endless],
    ['with its budget used up', 'after an answer', 5, endless],
    ['with its budget used up', 'taken up again', 5, endless],
  ] as const)('ends alike when it ends %s, %s', async ([, when, modelCalls, [goesOn, status, outcome]]) => {
    script = (index) => (index === 0 && when !== 'at once' ? calling('ask', { question: 'Red?' }) : goesOn)
    const id = await give({ budget: { segments: 1, turnsPerSegment: 5 } }, { maxAttempts: 1 })
    if (when !== 'at once') await answer(id, when)
    const task = await api.taskReaches(id, 'done', 'failed')
    expect(task).toMatchObject({ status, outcome })
    expect((await api.get(`/api/runs/${task.runId}`)).body.usage).toMatchObject({ modelCalls })
  })

  test('P20 is answered with something, by name', async () => {
    const { id } = await asks()
    expect(await api.post(`/api/tasks/${id}/answer`, {})).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'answer' }] },
    })
    expect(await api.post('/api/tasks/nothing/answer', { answer: 'x' })).toMatchObject({ status: 404 })
  })
})
