import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmbeddedStore, Entry } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { createEmbeddedWakeStore } from '@agentic/wake'
import { expect, test } from 'vitest'
import { type ScriptedReply, startScriptedModelServer } from '../../../packages/worker/test/scripted-model-server.ts'
import { createApi } from './api.ts'
import { startServer } from './running-server.ts'
import { modelEnv } from './model-env.ts'

const AGENT = 'erased-5c1e'
const PROMPT = 'Please note when they open'
const FAR = '2999-01-01T00:00:00Z'

/** How the keys of each part begin that keeps something of an agent. */
const PARTS = [
  ['agent', ''],
  ['agent-active', ''],
  ['agent-key', ''],
  ['agent-key-of', ''],
  ['agent-token', ''],
  ['breaker', ''],
  ['cron', 'job', ''],
  ['cron', 'firing', ''],
  ['event-of', ''],
  ['hook', ''],
  ['hook-of', ''],
  ['idempotency', ''],
  ['links', 'pair', ''],
  ['links', 'rate', ''],
  ['memory', 'owner', ''],
  ['memory', 'bulletin', ''],
  ['tasks', 'run', ''],
  ['tasks', 'agent-escalation', ''],
  ['usage', ''],
  ['wake', 'dead', ''],
  ['wake', 'later', ''],
  ['webhooks', 'hook', ''],
].map((parts) => parts.join('\0'))

test('P6 a deleted agent leaves no row and no file but the trail of its secrets and the event that it is gone, and a new one of its id inherits nothing', async () => {
  const replies: readonly ScriptedReply[] = [
    { calls: [{ name: 'write_file', input: { path: 'note', content: 'hello' } }] },
    { calls: [{ name: 'memory_save', input: { text: 'Opens at nine' } }] },
  ]
  await using model = await startScriptedModelServer(({ messages }) => {
    const isAsked = JSON.stringify(messages).includes(PROMPT)
    const reply = isAsked ? replies[messages.filter(({ role }) => role === 'tool').length] : undefined
    return reply ?? { text: 'done' }
  })
  await using server = await startServer({
    env: {
      ...modelEnv(model),
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
  await api.post('/api/links', { from: AGENT, to: 'stays', direction: 'two-way' }, once)
  const told = await api.post(`/api/agents/${AGENT}/messages`, { to: 'stays', message: 'Hello' }, once)
  await api.post(`/api/agents/stays/messages`, { to: AGENT, message: 'Hello you' }, once)
  const job = { name: 'often', schedule: { everySecs: 3600 }, task: work({ type: 'command', argv: ['true'] }) }
  const cron = await api.post(`/api/agents/${AGENT}/cron`, job, once)
  await api.post(`/api/cron/${cron.body.id}/run`, undefined, once)
  const { body: token } = await api.post('/api/tokens', { scope: { agentId: AGENT } }, once)
  await api.post(`/api/agents/${AGENT}/hooks`, { signature: 'github' }, once)
  await api.post('/api/webhooks', { url: 'https://nobody.invalid/', agentId: AGENT }, once)
  await api.post(`/api/agents/${AGENT}/wake`, { reason: 'look' })
  const talk = await api.post(`/api/agents/${AGENT}/tasks`, work({ type: 'agent', prompt: PROMPT }), once)
  expect((await api.taskReaches(talk.body.id, 'done', 'failed')).status).toBe('done')
  const broken = { title: 'Fail', worker: { type: 'command', argv: ['false'] }, maxAttempts: 1 }
  await api.taskReaches((await api.post(`/api/agents/${AGENT}/tasks`, broken)).body.id, 'failed')
  const wall = await api.post(`/api/agents/${AGENT}/tasks`, work({ type: 'function', name: 'block' }))
  await api.taskReaches(wall.body.id, 'blocked')
  await api.post(`/api/agents/${AGENT}/tasks`, { ...work({ type: 'command', argv: ['true'] }), requiresApproval: true })

  await api.post(`/api/agents/${AGENT}/tasks`, { ...work({ type: 'command', argv: ['true'] }), notBefore: FAR })
  await buryWake(server.system.ports.store)

  await server.stop()
  const before = await remains(server.dataDir)
  // Else there was nothing to be erased.
  expect(PARTS.filter((part) => !before.rows.some((row) => row.key.startsWith(part)))).toEqual([])
  expect(before.secrets.some((row) => !isOfTrail(row))).toBe(true)
  expect(before.files.some((path) => path.endsWith('workspace/note'))).toBe(true)
  expect(before.files.some((path) => path.includes('transcripts/'))).toBe(true)

  await using later = await server.restart()
  expect((await later.api.send('DELETE', `/api/agents/${AGENT}`)).status).toBe(204)
  await later.stop()
  const left = await remains(server.dataDir)
  expect(left.rows.filter((row) => !isOfOther(row)).map(({ value }) => value)).toMatchObject([
    { type: 'agent-deleted', data: { agentId: AGENT } },
  ])
  expect(left.secrets.filter((row) => !isOfTrail(row))).toEqual([])
  expect(left.files.filter((path) => !path.startsWith('agents/stays/'))).toEqual([])

  await using last = await server.restart()
  expect((await createApi(last.url, token.token).get(`/api/agents/${AGENT}`)).status).toBe(401)
  const made = await last.api.post('/api/agents', { id: AGENT }, once)
  expect(made).toMatchObject({ status: 201, body: { mode: 'dormant', settings: {} } })
  const lists = ['tasks', 'cron', 'memories', 'memories?deleted=true', 'secrets', 'wakes/dead']
  for (const list of lists) {
    expect([list, (await last.api.get(`/api/agents/${AGENT}/${list}`)).body.items]).toEqual([list, []])
  }
  for (const list of ['escalations', `links?agentId=${AGENT}`]) {
    expect([list, (await last.api.get(`/api/${list}`)).body.items]).toEqual([list, []])
  }
  expect((await last.api.get(`/api/agents/${AGENT}/bulletin`)).body).toMatchObject({ text: '', version: 0 })
  await last.api.post('/api/links', { from: AGENT, to: 'stays' })
  const resent = await last.api.post(`/api/agents/${AGENT}/messages`, { to: 'stays', message: 'Hello' }, once)
  expect(resent).toMatchObject({ status: 201 })
  expect(resent.body.id).not.toBe(told.body.id)
})

/** The trail of who changed which secret is the instance's: it says that there was one, never its value. */
const isOfTrail = ({ key }: Entry<unknown>): boolean => key.startsWith('t\0')

/** What the other agent was told by it is the other one's: a task of it, the key of that, and the event. */
function isOfOther({ key, value }: Entry<unknown>): boolean {
  if (key.startsWith('tasks\0idempotency\0stays\0')) return true
  const { agentId, task } = value as { readonly agentId?: string; readonly task?: { readonly agentId: string } }
  return (agentId ?? task?.agentId) === 'stays'
}

/** As a wake whose handler failed until its attempts were used up. */
async function buryWake(store: EmbeddedStore): Promise<void> {
  const wakes = createEmbeddedWakeStore(store)
  await wakes.ring(AGENT, { type: 'manual', at: 1_767_225_600_000 })
  const begun = await wakes.begin(AGENT)
  await wakes.bury(AGENT, begun?.gen ?? 0, { error: 'the disk was full', diedAt: 1_767_225_660_000 })
}

/** All that names the agent, on disk: rows of both stores, and files by their path or content. */
async function remains(dataDir: string) {
  const paths = await readdir(dataDir, { recursive: true })
  const files = await Promise.all(
    paths.map(async (path) => {
      if (path.includes(AGENT)) return [path]
      const isOfStore = path.startsWith('store') || path.startsWith('secrets')
      const full = join(dataDir, path)
      if (isOfStore || !(await stat(full)).isFile()) return []
      return (await readFile(full, 'latin1')).includes(AGENT) ? [path] : []
    }),
  )
  return {
    rows: await rowsOf(join(dataDir, 'store')),
    secrets: await rowsOf(join(dataDir, 'secrets')),
    files: files.flat(),
  }
}

async function rowsOf(path: string): Promise<Entry<unknown>[]> {
  await using store = await openLevelStore(path)
  return (await store.list<unknown>({})).filter((row) => JSON.stringify(row).includes(AGENT))
}
