import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { startScriptedModelServer } from '../../../packages/worker/test/scripted-model-server.ts'
import { startServer } from './running-server.ts'

const AGENT = 'erased-5c1e'

test('P6 a deleted agent leaves no row and no file but the event that it is gone', async () => {
  await using model = await startScriptedModelServer([
    { calls: [{ name: 'write_file', input: { path: 'note', content: 'hello' } }] },
    { calls: [{ name: 'memory_save', input: { text: 'Opens at nine' } }] },
    { text: 'done' },
  ])
  await using server = await startServer({
    env: {
      AGENTIC_DEFAULT_MODEL: JSON.stringify({
        provider: 'openai-compatible',
        model: 'scripted',
        baseUrl: model.baseUrl,
      }),
    },
    functions: {
      block: async ({ reportBlock }) =>
        reportBlock({
          reason: { type: 'login-wall' },
          url: 'https://shop.example/',
          evidence: { signals: ['said so'] },
        }),
    },
  })
  const { api } = server
  const work = (worker: object) => ({ title: 'Work', worker })
  const once = { 'idempotency-key': 'once' }
  await api.post('/api/agents', { id: 'stays' })
  await api.post('/api/agents', { id: AGENT, mode: 'active' }, once)
  await api.put(`/api/agents/${AGENT}/secrets/OWN`, { value: 'a-secret-value' })
  await api.post(`/api/agents/${AGENT}/memories`, { content: 'Likes tea' }, once)
  await api.get(`/api/agents/${AGENT}/bulletin`)
  await api.post('/api/links', { from: AGENT, to: 'stays', direction: 'two-way' })
  await api.post(`/api/agents/${AGENT}/messages`, { to: 'stays', message: 'Hello' })
  await api.post(`/api/agents/stays/messages`, { to: AGENT, message: 'Hello you' })
  const job = { name: 'often', schedule: { everySecs: 3600 }, task: work({ type: 'command', argv: ['true'] }) }
  const made = await api.post(`/api/agents/${AGENT}/cron`, job, once)
  await api.post(`/api/cron/${made.body.id}/run`, undefined, once)
  await api.post('/api/tokens', { scope: { agentId: AGENT } }, once)
  await api.post(`/api/agents/${AGENT}/wake`, { reason: 'look' })
  const talk = await api.post(`/api/agents/${AGENT}/tasks`, work({ type: 'agent', prompt: 'Please' }), once)
  expect((await api.taskReaches(talk.body.id, 'done', 'failed')).status).toBe('done')
  const wall = await api.post(`/api/agents/${AGENT}/tasks`, work({ type: 'function', name: 'block' }))
  await api.taskReaches(wall.body.id, 'blocked')
  await api.post(`/api/agents/${AGENT}/tasks`, { ...work({ type: 'command', argv: ['true'] }), requiresApproval: true })

  const { store } = server.system.ports
  const rows = async (): Promise<string[]> =>
    (await store.list({})).map((row) => JSON.stringify(row)).filter((row) => row.includes(AGENT))
  const files = async (): Promise<string[]> =>
    (await readdir(server.dataDir, { recursive: true })).filter((path) => path.includes(AGENT))
  // Else there was nothing to be erased.
  expect((await rows()).length).toBeGreaterThan(40)
  expect((await files()).length).toBeGreaterThan(2)

  expect((await api.send('DELETE', `/api/agents/${AGENT}`)).status).toBe(204)
  const left = await rows()
  const events = left.filter((row) => row.includes('agent-deleted'))
  // What the other agent was told by it is the other one's.
  const ofOthers = left.filter((row) => row.includes('"agentId":"stays"') || row.includes('"stays"'))
  expect(events).toHaveLength(1)
  expect(left.filter((row) => !events.includes(row) && !ofOthers.includes(row))).toEqual([])
  expect(await files()).toEqual([])
})
