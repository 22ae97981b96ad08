import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ScriptedModelServer,
  type ScriptedReply,
  type ScriptedRequest,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import type { Api } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { modelEnv } from './model-env.ts'

let model: ScriptedModelServer
let script: (index: number, request: ScriptedRequest) => ScriptedReply
let server: RunningServer
let api: Api

async function start(holdSecs: number): Promise<void> {
  server = await startServer({
    env: {
      AGENTIC_CONTAINMENT: 'off',
      AGENTIC_ANSWER_HOLD_SECS: String(holdSecs),
      ...modelEnv(model),
    },
  })
  ;({ api } = server)
  await api.post('/api/agents', { id: 'shop' })
}

beforeEach(async () => {
  model = await startScriptedModelServer((request, index) => script(index, request))
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await model.close()
})

async function give(more: object = {}): Promise<string> {
  const task = { title: 'Do it', worker: { type: 'agent', prompt: 'Please' }, ...more }
  return (await api.post('/api/agents/shop/tasks', task)).body.id
}

const ask = (question: string): ScriptedReply => ({ calls: [{ name: 'ask', input: { question } }] })

async function waitsWith(taskId: string, question: string): Promise<void> {
  await expect.poll(async () => (await api.get(`/api/tasks/${taskId}`)).body.waiting?.text).toBe(question)
}

/** What the model was told in answer to its calls, in its last request. */
const told = (): unknown[] =>
  (model.requests.at(-1)?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => content)

/** P8: every run of a task has one outcome, and the stream tells each once. */
async function assertOneOutcomeEach(taskId: string): Promise<readonly string[]> {
  const { body } = await api.get(`/api/tasks/${taskId}/runs`)
  const ended: string[] = []
  await api.post('/api/agents', { id: 'marker' })
  for await (const { type, data } of api.events(0)) {
    if (type === 'run-ended' && data.data.run.taskId === taskId) ended.push(data.data.run.id)
    if (data.agentId === 'marker') break
  }
  expect(ended.toSorted()).toEqual(body.items.map(({ id }: { id: string }) => id).toSorted())
  return body.items.map((run: { outcome: { type: string } }) => run.outcome.type)
}

describe('P8 P19 an answer', () => {
  test('to each of several questions of one run reaches it', async () => {
    await start(60)
    script = (index) => [ask('Red?'), ask('Large?')][index] ?? { text: 'done' }
    const id = await give()
    for (const question of ['Red?', 'Large?']) {
      await waitsWith(id, question)
      expect((await api.post(`/api/tasks/${id}/answer`, { answer: `to ${question}` })).status).toBe(200)
    }
    expect(await api.taskReaches(id, 'done')).toMatchObject({ attempts: 1, outcome: { result: 'done' } })
    expect(told()).toEqual(['to Red?', 'to Large?'])
  })

  test('that comes at any moment while its run is parked is used, once', async () => {
    await start(0)
    script = (index) => (index % 2 === 0 ? ask('Red?') : { text: 'done' })
    // With nothing to hold for, each answer meets another moment of the parking.
    for (let round = 0; round < 8; round++) {
      const before = model.requests.length
      const id = await give()
      const answer = `red ${round}`
      await expect
        .poll(async () => (await api.post(`/api/tasks/${id}/answer`, { answer })).status, { interval: round * 3 })
        .toBe(200)
      await api.taskReaches(id, 'done')
      expect(model.requests.length - before).toBe(2)
      expect(told()).toEqual([answer])
      expect((await api.post(`/api/tasks/${id}/answer`, { answer })).status).toBe(409)
      expect((await api.get('/api/escalations')).body.items).toEqual([])
    }
  })

  test('and a cancellation at the same moment end in one outcome, and what was acknowledged last holds', async () => {
    await start(60)
    for (let round = 0; round < 6; round++) {
      const first = model.requests.length
      script = (index) => (index === first ? ask('Red?') : { text: 'done' })
      const id = await give()
      await waitsWith(id, 'Red?')
      const wishes = [
        () => api.post(`/api/tasks/${id}/answer`, { answer: 'red' }),
        () => api.post(`/api/tasks/${id}/cancel`, { reason: 'enough' }),
      ]
      if (round % 2 === 1) wishes.reverse()
      const answers = await Promise.all(wishes.map((wish) => wish()))
      if (round % 2 === 1) answers.reverse()
      const [answered, cancelled] = answers.map(({ status }) => status)
      expect([200, 409]).toContain(answered)
      expect([200, 202, 409]).toContain(cancelled)
      const { status } = await api.taskReaches(id, 'done', 'cancelled')
      expect({ answered, status }).toSatisfy(() => answered === 200 || status === 'cancelled')
      expect(await assertOneOutcomeEach(id)).toHaveLength(1)
      await api.send('DELETE', '/api/agents/marker')
      expect((await api.get('/api/escalations')).body.items).toEqual([])
    }
  })

  test('is refused of a task that is being cancelled', async () => {
    await start(60)
    script = () => ask('Red?')
    const id = await give()
    await waitsWith(id, 'Red?')
    // The wish is kept; its run is not told yet, as when it comes from another process of the product.
    await server.system.ports.tasks.cancel(id, 'enough')
    expect(await api.post(`/api/tasks/${id}/answer`, { answer: 'red' })).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('being cancelled') },
    })
    await api.post(`/api/tasks/${id}/cancel`)
    await api.taskReaches(id, 'cancelled')
  })
})

describe('P8 a run of a language model has one outcome', () => {
  test('when it is cancelled at the moment that its answer is there', async () => {
    await start(60)
    for (let round = 0; round < 8; round++) {
      const gate = Promise.withResolvers<void>()
      script = () => ({ text: 'done', before: () => gate.promise })
      const before = model.requests.length
      const id = await give()
      await expect.poll(() => model.requests.length).toBe(before + 1)
      const cancel = () => api.post(`/api/tasks/${id}/cancel`, { reason: 'enough' })
      let cancelling: ReturnType<typeof cancel> | undefined
      if (round % 2 === 0) cancelling = cancel()
      gate.resolve()
      const { status: answered } = await (cancelling ?? cancel())
      const { status, outcome } = await api.taskReaches(id, 'done', 'cancelled')
      expect(status).toBe(outcome.type === 'cancelled' ? 'cancelled' : 'done')
      // A wish that came while it ran is kept, and may come too late for its run.
      const promised = { 200: ['cancelled'], 202: ['cancelled', 'done'], 409: ['done'] }[answered]
      expect(promised).toContain(status)
      expect(await assertOneOutcomeEach(id)).toEqual([outcome.type])
      await api.send('DELETE', '/api/agents/marker')
    }
  })

  test('when its wall clock is over at the moment that its answer is there', async () => {
    await start(60)
    // The second half of the answer comes with the last of its second, now before and now after.
    script = (_, { messages }) => ({
      text: ['half ', 'done'],
      async before(piece) {
        const offset = Number(/after (\d+) ms/.exec(JSON.stringify(messages))?.[1])
        if (piece === 1) await new Promise((resolve) => setTimeout(resolve, offset))
      },
    })
    const give = async (offset: number): Promise<string> => {
      await api.post('/api/agents', { id: `shop${offset}` })
      const worker = { type: 'agent', prompt: `after ${offset} ms` }
      const task = { title: 'x', worker, wallClockSecs: 1, maxAttempts: 1 }
      return (await api.post(`/api/agents/shop${offset}/tasks`, task)).body.id
    }
    const tasks = await Promise.all([960, 970, 980, 990, 1_000].map(give))
    for (const id of tasks) {
      const { status, outcome } = await api.taskReaches(id, 'done', 'failed')
      expect([status, outcome.type]).toEqual(outcome.type === 'success' ? ['done', 'success'] : ['failed', 'timeout'])
      expect(outcome.type === 'success' ? outcome.result : 'half done').toBe('half done')
      expect(await assertOneOutcomeEach(id)).toEqual([outcome.type])
      await api.send('DELETE', '/api/agents/marker')
    }
  })

  test('when its lease was lost: what it writes late changes nothing', async () => {
    await start(60)
    const gate = Promise.withResolvers<void>()
    script = (index) => (index === 0 ? { text: 'late', before: () => gate.promise } : { text: 'second' })
    const id = await give({ maxAttempts: 1 })
    await expect.poll(() => model.requests.length).toBe(1)
    const [lost] = await server.system.ports.tasks.reap({ all: true })
    expect(lost?.run.outcome).toMatchObject({ type: 'failed', code: 'RUN_LOST' })
    gate.resolve()
    expect((await api.post(`/api/tasks/${id}/retry`)).status).toBe(200)
    const done = await api.taskReaches(id, 'done')
    expect(done.outcome).toMatchObject({ result: 'second' })
    expect(await assertOneOutcomeEach(id)).toEqual(['success', 'failed'])
    expect((await api.get('/api/agents/shop/usage')).body.runs).toBe(1)
  })
})
