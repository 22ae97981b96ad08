import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Writable } from 'node:stream'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { pino } from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { scripted } from '../../../packages/worker/test/acp-sandbox.ts'
import {
  type ScriptedReply,
  type ScriptedRequest,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import { type ApiAnswer, createApi } from './api.ts'
import { startServer } from './running-server.ts'
import { modelEnv } from './model-env.ts'

/** Secrets of an agent, and what must be seen of none of them: with what it needs to be escaped, and long. */
const SECRETS = {
  TOKEN: 'canary:own/5d1f+0c?a=b',
  PEM: '-----BEGIN CANARY-----\nY2FuYXJ5LWxpbmUtb25l\nY2FuYXJ5LWxpbmUtdHdv\n-----END CANARY-----',
  QUOTED: `canary "quoted" 'own' \\ <b>&</b>`,
} as const
const SHARED = 'canary-shared-31b7fe-value'
/** Of the category `system`: the key of the model. */
const MODEL_KEY = 'canary-model-key/7c41+ab=='
/** Learnt by a run. */
const FOUND = 'canary-found "9931" value'
/** What coding agents get. */
const API_KEY = 'canary-api-key-66fe'

/** How a text may be seen: as it is, or as tools write it. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  url: encodeURIComponent,
  json: (text) => JSON.stringify(text).slice(1, -1),
}

const VALUES = [...Object.values(SECRETS), SHARED, MODEL_KEY, FOUND, API_KEY]
const NEEDLES = VALUES.flatMap((value) => Object.entries(FORMS).map(([form, write]) => ({ form, text: write(value) })))

const everything = (env: Readonly<Record<string, string>>): string =>
  Object.values(env)
    .flatMap((value) => Object.values(FORMS).map((write) => write(value)))
    .join(' , ')

describe('P3 no secret of an agent, in any form, is in what is told or kept', () => {
  test('of runs that succeed, fail, are blocked, are stopped and print without end', async () => {
    const logged: string[] = []
    const log = pino(
      { level: 'debug' },
      new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) }),
    )
    const told: string[] = []
    await using server = await startServer({
      log,
      onAnswer: (_method, _path, { text, headers }) => told.push(text, JSON.stringify([...headers])),
      functions: {
        answer: async ({ env }) => everything(env),
        data: async ({ env }) => ({ nested: [{ [everything(env)]: everything(env) }] }),
        panic: async ({ env }) => {
          throw Object.assign(new Error(everything(env), { cause: new Error(everything(env)) }), {
            code: everything(env),
          })
        },
        block: async ({ env }) => ({
          type: 'blocked',
          block: { type: 'captcha', provider: everything(env) },
          url: `https://shop.example/?token=${encodeURIComponent(env['TOKEN'] ?? '')}`,
          evidence: {
            finalUrl: `https://x.example/#${everything(env)}`,
            htmlSnippet: everything(env),
            signals: [everything(env)],
          },
        }),
        partial: async ({ env, setPartialResult, signal }) => {
          setPartialResult(everything(env))
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error(everything(env)))))
        },
      },
    })
    const { api } = server
    await api.post('/api/agents', { id: 'shop' })
    for (const [name, value] of Object.entries(SECRETS)) await api.put(`/api/agents/shop/secrets/${name}`, { value })
    await api.put('/api/secrets/SHARED', { value: SHARED, category: 'tool' })
    expect((await api.post('/api/secrets/encrypt')).status).toBe(200)

    const print = 'printf "%s\\n" "$TOKEN" "$PEM" "$QUOTED" "$SHARED"'
    const workers = [
      ...['answer', 'data', 'panic', 'block'].map((name) => ({ type: 'function', name })),
      {
        type: 'command',
        shell: `${print}; ${print} | base64 -w0; ${print} | base64; ${print} | od -An -tx1 | tr -d ' \\n'`,
      },
      { type: 'command', shell: `${print} >&2; exit 3` },
      { type: 'command', shell: `i=0; while [ $i -lt 3000 ]; do ${print}; i=$((i+1)); done` },
      { type: 'command', shell: 'set -x; echo "$TOKEN" "$QUOTED"; cat "/nowhere/$TOKEN"; kill -9 $$' },
    ]
    const tasks = await Promise.all(
      workers.map(
        async (worker) => (await api.post('/api/agents/shop/tasks', { title: 'x', worker, maxAttempts: 1 })).body,
      ),
    )
    const slow = await api.post('/api/agents/shop/tasks', {
      title: 'x',
      worker: { type: 'function', name: 'partial' },
      wallClockSecs: 1,
      priority: -1,
    })
    const ended = await Promise.all(tasks.map(({ id }) => api.taskReaches(id, 'done', 'failed', 'blocked')))
    expect(await api.taskReaches(slow.body.id, 'failed')).toMatchObject({ outcome: { type: 'timeout' } })
    const count = (wanted: string) => ended.filter(({ status }) => status === wanted).length
    expect([count('done'), count('failed'), count('blocked')]).toEqual([4, 3, 1])

    for (const { id, runId } of ended)
      for (const path of [`tasks/${id}`, `tasks/${id}/runs`, `runs/${runId}`]) await api.get(`/api/${path}`)
    for (const path of [
      'agents/shop/tasks',
      'escalations',
      'secrets',
      'agents/shop/secrets?effective=true',
      'secrets/audit',
    ])
      await api.get(`/api/${path}`)
    // What goes wrong with a secret in the request.
    for (const value of VALUES) {
      await api.put(`/api/agents/shop/secrets/${encodeURIComponent(value)}`, { value, category: value })
      await api.send('PUT', '/api/secrets/NAME', `{"value":${JSON.stringify(value)}`)
      await api.put('/api/secrets/PATH', { value, category: 'tool' })
      await createApi(server.url, Buffer.from(value).toString('base64url')).get('/api/agents')
    }
    await api.get('/metrics')
    for await (const { type, data } of api.events(0)) {
      told.push(JSON.stringify(data))
      if (type === 'run-ended' && data.data.run.taskId === slow.body.id) break
    }

    expect(told.join('\n')).toContain('[REDACTED')
    expect(logged.length).toBeGreaterThan(20)
    expect(foundIn(told.join('\n'), 'answers and events')).toEqual([])
    expect(foundIn(logged.join('\n'), 'the log')).toEqual([])
    expect(await foundOnDisk(server.dataDir)).toEqual([])
  })
})

describe('P3 no secret of an agent, nor the key of a model, is in what is told or kept', () => {
  test('of runs of language models and coding agents, whatever they say, are told or fail with', async () => {
    const exporter = new InMemorySpanExporter()
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    trace.setGlobalTracerProvider(provider)
    onTestFinished(() => trace.disable())
    const said = everything({ ...SECRETS, SHARED })
    await using model = await startScriptedModelServer(({ messages }) => replyTo(messages, said))
    const logged: string[] = []
    const log = pino(
      { level: 'debug' },
      new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) }),
    )
    const told: string[] = []
    const root = join(import.meta.dirname, '..', '..', '..')
    await using server = await startServer({
      log,
      onAnswer: (_method, _path, { text, headers }) => told.push(text, JSON.stringify([...headers])),
      env: {
        AGENTIC_READ_ONLY_PATHS: [root, dirname(dirname(process.execPath))].join(':'),
        AGENTIC_SEARCH_PATHS: dirname(process.execPath),
        ...modelEnv(model, { apiKeySecret: 'MODEL_KEY' }),
        AGENTIC_CODING_AGENTS: JSON.stringify({
          leaks: { command: scripted('leaks'), permissions: 'ask' },
          fails: { command: scripted('leaks', 'and fails') },
        }),
      },
    })
    const { api } = server
    const stdio = (shell: string) => ({ type: 'stdio', argv: ['sh', '-c', shell] })
    const settings = {
      'mcp-fails': stdio('echo "$TOKEN $QUOTED" >&2; exit 3'),
      'mcp-babbles': stdio('echo "$TOKEN $QUOTED"; cat'),
    }
    await api.put('/api/secrets/SHARED', { value: SHARED, category: 'tool' })
    await api.put('/api/secrets/MODEL_KEY', { value: MODEL_KEY, category: 'system' })
    for (const id of ['talks', 'codes', ...Object.keys(settings)]) {
      await api.post('/api/agents', { id })
      for (const [name, value] of Object.entries({ ...SECRETS, API_KEY }))
        await api.put(`/api/agents/${id}/secrets/${name}`, { value })
    }
    for (const [id, server] of Object.entries(settings))
      await api.send('PATCH', `/api/agents/${id}`, { settings: { agent: { mcpServers: { server } } } })
    expect((await api.post('/api/secrets/encrypt')).status).toBe(200)

    async function give(agentId: string, worker: object): Promise<string> {
      const task = { title: 'x', worker, maxAttempts: 1 }
      return (await api.post(`/api/agents/${agentId}/tasks`, task)).body.id
    }
    const talks = (prompt: string, more: object = {}) => give('talks', { type: 'agent', prompt, ...more })
    const watching: Promise<void>[] = []
    /** Watches a run live to its end, and answers with all secrets what it asks. */
    async function ended(id: string): Promise<ApiAnswer['body']> {
      const { runId } = await api.taskReaches(id, 'in-progress', 'done', 'failed')
      const watch = async (): Promise<void> => {
        for await (const event of api.events(undefined, undefined, `/api/runs/${runId}/events`)) {
          told.push(JSON.stringify(event))
          if (event.type !== 'question') continue
          await expect.poll(async () => (await api.get(`/api/tasks/${id}`)).body.waiting).toBeDefined()
          await api.get('/api/escalations')
          const { status } = await api.post(`/api/tasks/${id}/answer`, { answer: `${said} yes` })
          expect(status).toBe(200)
        }
      }
      watching.push(watch())
      const task = await api.taskReaches(id, 'done', 'failed')
      for (const path of [`tasks/${id}/runs`, `runs/${runId}`, `runs/${runId}/transcript`])
        await api.get(`/api/${path}`)
      return task
    }

    const outcomes: unknown[] = []
    for (const id of [
      await talks('play <acts>'),
      await talks('play <data>', { outputSchema: { type: 'object', properties: { data: {} } } }),
      await talks('play <refused>'),
      await talks('play <broken>'),
      await give('mcp-fails', { type: 'agent', prompt: 'play <nothing>' }),
      await give('mcp-babbles', { type: 'agent', prompt: 'play <nothing>' }),
      await give('codes', { type: 'acp', agent: 'leaks', prompt: 'go' }),
      await give('codes', { type: 'acp', agent: 'fails', prompt: 'go' }),
    ]) {
      const { outcome } = await ended(id)
      outcomes.push([outcome.type, outcome.code])
    }
    await Promise.all(watching)
    expect(outcomes).toEqual([
      ['success', undefined],
      ['success', undefined],
      ['failed', 'MODEL_AUTH'],
      ['failed', 'MODEL_REQUEST_INVALID'],
      ['failed', 'MCP_SERVER_FAILED'],
      expect.any(Array),
      ['success', undefined],
      ['failed', 'ACP_AGENT_FAILED'],
    ])
    expect((await api.get('/api/agents/talks/secrets/FOUND')).status).toBe(200)

    for (const id of ['talks', 'codes', ...Object.keys(settings)])
      for (const list of ['tasks', 'usage', 'secrets?effective=true', 'memories'])
        await api.get(`/api/agents/${id}/${list}`)
    await api.get('/metrics')
    await api.post('/api/agents', { id: 'last' })
    for await (const { data } of api.events(0)) {
      told.push(JSON.stringify(data))
      if (data.agentId === 'last') break
    }
    const spans = exporter.getFinishedSpans().map(({ name, attributes, status, events }) => {
      return JSON.stringify({ name, attributes, status, events })
    })

    // Else there was nothing to be found.
    const heard = model.requests.map(({ messages }) => JSON.stringify(messages)).join('\n')
    expect(heard).toContain('[REDACTED')
    for (const type of ['reasoning', 'status', 'question', 'text-delta', 'tool-output', 'thought-delta', 'permission'])
      expect(told.join('\n')).toContain(`"type":"${type}"`)
    expect(spans.length).toBeGreaterThan(10)
    expect(logged.length).toBeGreaterThan(20)
    expect(foundIn(told.join('\n'), 'answers and events')).toEqual([])
    expect(foundIn(logged.join('\n'), 'the log')).toEqual([])
    expect(foundIn(spans.join('\n'), 'spans')).toEqual([])
    expect(await foundOnDisk(server.dataDir)).toEqual([])
  })
})

const inPieces = (text: string, length = 7): string[] => text.match(new RegExp(`[^]{1,${length}}`, 'g')) ?? []

/** What the scripted model does, by what its task says and how often it spoke. */
function replyTo(messages: ScriptedRequest['messages'], said: string): ScriptedReply {
  const turns = messages.filter(({ role }) => role === 'assistant').length
  const act = /play <(\w+)>/.exec(JSON.stringify(messages))?.[1]
  const call = (name: string, input: unknown): ScriptedReply => ({ calls: [{ name, input }] })
  const acts: Readonly<Record<string, readonly ScriptedReply[]>> = {
    acts: [
      {
        reasoning: inPieces(said, 5),
        text: inPieces(said),
        calls: [
          { name: 'shell', input: { command: `printf '%s\n' "$TOKEN" "$PEM" "$QUOTED" "$SHARED" # ${SECRETS.TOKEN}` } },
        ],
      },
      call('set_status', { status: said }),
      call('set_status', { status: said, kind: 'outcome' }),
      call('secret_set', { name: 'FOUND', value: FOUND }),
      {
        text: inPieces(`I keep ${FOUND}`),
        calls: [{ name: 'shell', input: { command: 'echo "$FOUND"; echo "$FOUND" >&2; exit 3' } }],
      },
      call('create_task', { title: SECRETS.TOKEN, prompt: said, notBefore: '2099-01-01T00:00:00Z' }),
      call('create_task', { title: SECRETS.TOKEN, prompt: said, notBefore: SECRETS.TOKEN }),
      call('memory_save', { text: said.slice(0, 2_000) }),
      call('send_agent_message', { to: SECRETS.TOKEN, message: said }),
      call('read_file', { path: SECRETS.TOKEN }),
      call('write_file', { path: 'kept', content: said }),
      call('read_file', { path: 'kept' }),
      call(SECRETS.QUOTED, { [SECRETS.TOKEN]: said }),
      { calls: [{ name: 'shell', rawInput: `{"command": ${SECRETS.QUOTED}` }] },
      call('ask', { question: said.slice(0, 3_000) }),
      { text: inPieces(said), reasoning: [said] },
    ],
    data: [call('submit_result', { data: { [SECRETS.TOKEN]: [said, API_KEY] } })],
    refused: [
      { status: 401, headers: { 'x-key': MODEL_KEY }, body: { error: { message: `no such key: ${MODEL_KEY}` } } },
    ],
    broken: [
      { text: inPieces(MODEL_KEY, 3), ...call('set_status', { status: MODEL_KEY }) },
      { status: 400, body: `{"${MODEL_KEY}": ${said}` },
    ],
  }
  return (act === undefined ? undefined : acts[act]?.[turns]) ?? { text: 'done' }
}

function foundIn(text: string, where: string): string[] {
  return NEEDLES.filter((needle) => text.includes(needle.text)).map(
    ({ form, text: needle }) => `${where}: ${form} ${needle}`,
  )
}

/** What an agent writes into its own workspace is its own. */
async function foundOnDisk(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !relative(dataDir, path).includes('/workspace/'))
  expect(files.length).toBeGreaterThan(5)
  const found = await Promise.all(
    files.map(async (path) => foundIn(await readFile(path, 'latin1'), relative(dataDir, path))),
  )
  return found.flat()
}
