import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type ScriptedModelServer,
  type ScriptedReply,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import type { Api } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'

const MODEL_KEY = 'canary-model-key-7788'

let reply: ScriptedReply
let model: ScriptedModelServer
let server: RunningServer
let api: Api

/** Knows that a cat is a pet, and nothing else. */
const embed = (text: string): readonly number[] => (/cat|pet/i.test(text) ? [1, 0] : [0, 1])

beforeEach(async () => {
  reply = { text: 'She has a cat, and opens at nine.' }
  model = await startScriptedModelServer(() => reply, { embed })
  const settings = { provider: 'openai-compatible', baseUrl: model.baseUrl, apiKeySecret: 'MODEL_KEY' }
  server = await startServer({
    env: {
      AGENTIC_EMBEDDING_MODEL: JSON.stringify({ ...settings, model: 'vectors' }),
      AGENTIC_BULLETIN_MODEL: JSON.stringify({ ...settings, model: 'words' }),
    },
  })
  ;({ api } = server)
  await api.put('/api/secrets/MODEL_KEY', { value: MODEL_KEY, category: 'system' })
  await api.post('/api/agents', { id: 'shop' })
  for (const content of ['She has a cat', 'Opens at nine']) await api.post('/api/agents/shop/memories', { content })
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await model.close()
})

test('with a model of vectors, memories are found by what they mean', async () => {
  const { body } = await api.get('/api/agents/shop/memories/search?q=pet')
  expect(body.items[0].content).toBe('She has a cat')
  expect(model.embedded).toEqual(expect.arrayContaining(['pet', 'She has a cat']))
})

describe('with a model for bulletins', () => {
  const bulletin = async () => (await api.get('/api/agents/shop/bulletin')).body

  test('it writes what an agent knows, once for the same knowledge', async () => {
    expect(await bulletin()).toMatchObject({ text: 'She has a cat, and opens at nine.', source: 'summarised' })
    await bulletin()
    expect(model.requests).toHaveLength(1)
    expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${MODEL_KEY}`)
    expect(JSON.stringify(model.requests[0]?.messages)).toContain('She has a cat')
  })

  test('P3 what it cannot write is rendered, and what the provider said is told nowhere', async () => {
    reply = { status: 401, body: { error: { message: `no such key: ${MODEL_KEY}` } } }
    const answer = await api.get('/api/agents/shop/bulletin')
    expect(answer.body.source).toBe('rendered')
    expect(answer.body.text).toContain('Opens at nine')
    expect(answer.text).not.toContain(MODEL_KEY)
  })
})

test('P20 a model that is named and not there is refused at the start', async () => {
  await expect(startServer({ env: { AGENTIC_BULLETIN_MODEL: 'large' } })).rejects.toThrow(
    /bulletinModel: must be the name of a model, of which there are none/,
  )
})
