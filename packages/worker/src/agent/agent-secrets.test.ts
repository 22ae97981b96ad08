import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { calling, setupAgent, toolResults } from '../../test/agent-setup.ts'
import type { ScriptedReply } from '../../test/scripted-model-server.ts'
import type { ModelSettings, RunTool } from '../index.ts'

const CANARY = 'cAnArY-9f3b7c1d2e'
const KEY = 'mOdElKeY-5a6b7c8d9e0f'
const encoded = Buffer.from(CANARY).toString('base64')

/** A tool that says the canary wherever a tool can say something. */
const leaky: RunTool = {
  name: 'leaky',
  description: 'leaks',
  inputSchema: { type: 'object' },
  async execute(input, { output }) {
    for (const character of CANARY) output(character)
    if (typeof input === 'object' && input !== null && 'panic' in input) throw new Error(`panic with ${CANARY}`)
    return { [CANARY]: `and ${encoded}`, deep: [CANARY] }
  },
}

const ends: readonly (readonly [string, readonly ScriptedReply[]])[] = [
  ['success', [{ text: ['The key is cAnArY-', '9f3b7c1d2e, I', ' am sure'] }]],
  ['partial', [{ text: `so far ${CANARY}`, ...calling('leaky') }]],
  ['blocked', [calling('block')]],
  ['failed', [{ text: CANARY, finish: 'content_filter' }]],
  ['failed', [{ status: 400, body: { error: { message: `no ${CANARY} with ${KEY}`, code: CANARY } } }]],
  ['failed', [{ text: 'x', ending: { error: { message: `broke on ${CANARY} ${KEY}`, code: 402 } } }]],
]

describe('P3 a secret is in nothing that a run writes or sends, but in what the model said itself', () => {
  test.for(ends)('%s', async ([type, end]) => {
    const blocking: RunTool = {
      ...leaky,
      name: 'block',
      async execute(_, { reportBlock }) {
        reportBlock({
          reason: { type: 'captcha', provider: CANARY },
          url: `https://x/?k=${CANARY}`,
          evidence: { finalUrl: `https://x/#${CANARY}`, htmlSnippet: `<p>${CANARY}</p>`, signals: [CANARY] },
        })
        return CANARY
      },
    }
    const turns: ScriptedReply[] = [
      calling('shell', {
        command: `echo "$CANARY"; echo ${CANARY} >&2; printenv; for c in a b; do printf %s "$CANARY"; done`,
      }),
      calling('leaky', { [CANARY]: [CANARY], text: `x${CANARY}y` }),
      calling('leaky', { panic: true }),
      calling('set_status', { status: `at ${CANARY}`, kind: 'outcome' }),
      calling('teleport', { to: CANARY }),
      { calls: [{ name: 'shell', rawInput: `{"command": "${CANARY}` }] },
      calling('read_file', { path: CANARY }),
      calling('read_file', { path: 'notes' }),
      calling('ask', { question: `is it ${CANARY}?` }),
      calling('memory_save', { text: `remember ${CANARY}` }),
      calling('create_task', { title: CANARY, prompt: CANARY }),
      calling('send_agent_message', { to: 'b', message: CANARY }),
    ]
    const sent: unknown[] = []
    const keep = async (...given: unknown[]) => {
      sent.push(given)
      return CANARY
    }
    await using run = await setupAgent([...turns, ...end], {
      env: { CANARY },
      agent: {
        openTools: async () => ({ tools: [leaky, blocking], close: async () => undefined }),
        resolveSystemSecret: async () => KEY,
        ask: keep,
        memory: { search: keep as never, save: keep },
        createTask: keep,
        sendMessage: keep,
      },
    })
    await writeFile(join(run.workspace, 'notes'), CANARY)
    const model: ModelSettings = {
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: run.server.baseUrl,
      apiKeySecret: 'MODEL_KEY',
    }
    const result = await run.start({
      title: `For ${CANARY}`,
      worker: { type: 'agent', prompt: `Use ${CANARY}`, budget: { turnsPerSegment: 13, segments: 1 } },
      input: { [CANARY]: CANARY },
      agentSettings: { model, system: `Know ${CANARY}` },
    })
    expect(result.outcome.type).toBe(type)
    expect(run.server.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`)
    const said = run.events.filter((event) => event.type === 'text-delta' || event.type === 'tool-output')
    const written = [
      JSON.stringify(result),
      ...run.lines,
      JSON.stringify(run.events),
      said.map(({ text }) => text).join(''),
      JSON.stringify(sent),
    ]
    const told = run.server.requests.flatMap((request) => toolResults(request))
    for (const text of [...written, ...told]) {
      expect(text).not.toContain(CANARY)
      expect(text).not.toContain(encoded)
      expect(text).not.toContain(KEY)
    }
    expect(run.lines.join('\n')).toContain('[REDACTED]')
  })
})

describe('secret_set', () => {
  const NEW = 'nEwSeCrEt-77aa88bb99'

  test('P3 keeps the secret for the agent, and its value is in nothing written, its own call included', async () => {
    const kept: unknown[] = []
    await using run = await setupAgent(
      [
        calling('secret_set', { name: 'shop_password', value: NEW }),
        calling('shell', { command: 'echo "is $SHOP_PASSWORD" | tee file' }),
        calling('set_status', { status: `logged in with ${NEW}` }),
        { text: `It is ${NEW}` },
      ],
      {
        agent: {
          async keepSecret(secret, { agentId }) {
            kept.push([agentId, secret])
            return 'created'
          },
        },
      },
    )
    const result = await run.start()
    expect(kept).toEqual([['shop-1', { name: 'SHOP_PASSWORD', value: NEW }]])
    expect(await readFile(join(run.workspace, 'file'), 'utf8')).toBe(`is ${NEW}\n`)
    expect(result.outcome).toEqual({ type: 'success', result: 'It is [REDACTED]' })
    expect(run.events).toContainEqual({ type: 'status', status: 'logged in with [REDACTED]' })
    expect(toolResults(run.server.requests[3])).toEqual([
      'created: it is $SHOP_PASSWORD now',
      'exit code 0\nis [REDACTED]\n',
      'ok',
    ])
    expect([...run.lines, JSON.stringify(run.events)].join('\n')).not.toContain(NEW)
  })

  test('P3 does not let a value out that it refuses', async () => {
    await using run = await setupAgent(
      [
        calling('secret_set', { name: 'not a name', value: NEW }),
        { calls: [{ name: 'secret_set', rawInput: `{"name": "A", "value": "${NEW}"` }] },
        calling('secret_set', { name: 'SHOP_PASSWORD', value: `${NEW}2` }),
        calling('secret_set', { name: 'SHOP_PASSWORD', value: `${NEW}3`, category: 'system' }),
        { text: 'ok' },
      ],
      {
        agent: {
          async keepSecret({ value }) {
            throw new Error(`too large: ${value}`)
          },
        },
      },
    )
    await run.start()
    expect([...run.lines, JSON.stringify(run.events)].join('\n')).not.toContain(NEW)
    const told = toolResults(run.server.requests[4])
    expect(told.join('\n')).not.toContain(NEW)
    expect(told.at(-1)).toContain('category')
  })

  test('P3 hides a value too that is too short to be found in other texts', async () => {
    const script = [calling('secret_set', { name: 'PIN', value: 'zq7w' }), { text: 'ok' }]
    await using run = await setupAgent(script, { agent: { keepSecret: async () => 'created' } })
    await run.start()
    expect([...run.lines, JSON.stringify(run.events)].join('\n')).not.toContain('zq7w')
    expect(JSON.stringify(run.server.requests[1]?.messages)).not.toContain('zq7w')
  })

  test('is not offered where nothing keeps secrets', async () => {
    await using run = await setupAgent([{ text: 'ok' }])
    await run.start()
    const names = run.server.requests[0]?.tools?.map((tool) => tool.function.name)
    expect(names).toEqual(['shell', 'read_file', 'write_file', 'edit_file', 'list_files', 'set_status'])
  })
})

test.for(['cancelled', 'timeout'] as const)('P3 nor in a run that was %s', async (type) => {
  const cancel = new AbortController()
  const never = new Promise<never>(() => undefined)
  const hang: RunTool = {
    ...leaky,
    name: 'hang',
    async execute(_, { output }) {
      output(CANARY)
      if (type === 'cancelled') cancel.abort(`because of ${CANARY}`)
      return await never
    },
  }
  await using run = await setupAgent([{ text: `so far ${CANARY}`, ...calling('hang') }], {
    env: { CANARY },
    graceMs: 50,
    agent: { openTools: async () => ({ tools: [hang], close: async () => undefined }) },
  })
  const result = await run.start({ wallClockMs: 1000 }, cancel.signal)
  expect(result.outcome).toMatchObject({ type, partialResult: 'so far [REDACTED]' })
  expect([JSON.stringify(result), ...run.lines, JSON.stringify(run.events)].join('\n')).not.toContain(CANARY)
})

test('the model is told the names of the secrets, never their values', async () => {
  await using run = await setupAgent([{ text: 'ok' }], {
    env: { SHOP_TOKEN: CANARY, API_URL: 'https://values.example' },
  })
  await run.start()
  const system = JSON.stringify(run.server.requests[0]?.messages[0])
  expect(system).toContain('API_URL, SHOP_TOKEN')
  expect(system).not.toContain(CANARY)
  expect(system).not.toContain('values.example')
})

describe('P4 the key of a model', () => {
  test('is not in the environment of the run', async () => {
    await using run = await setupAgent([calling('shell', { command: 'printenv | sort' }), { text: 'ok' }], {
      agent: { resolveSystemSecret: async () => KEY },
    })
    const model: ModelSettings = {
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: run.server.baseUrl,
      apiKeySecret: 'MODEL_KEY',
    }
    await run.start({ agentSettings: { model } })
    const printed = toolResults(run.server.requests[1])[0]
    expect(printed).toContain('AGENTIC_RUN_ID=run-1')
    expect(printed).not.toMatch(/MODEL_KEY|REDACTED/)
  })

  test('cannot be sent elsewhere by a task: it may name a model, not an address or a key', async () => {
    await using run = await setupAgent([{ text: 'ok' }])
    const model = {
      provider: 'openai-compatible',
      model: 'x',
      baseUrl: 'http://evil.example',
      apiKeySecret: 'MODEL_KEY',
    }
    expect(await run.outcome({ worker: { type: 'agent', prompt: 'x', model } })).toMatchObject({
      type: 'failed',
      code: 'WORKER_INVALID',
    })
    expect((await run.outcome({ worker: { type: 'agent', prompt: 'x', model: 'other' } })).type).toBe('success')
    expect(run.server.requests.map((request) => request.model)).toEqual(['other'])
  })

  test('that cannot be given fails the run with the code of its store, before the model is called', async () => {
    const locked = Object.assign(new Error('the store is locked'), { code: 'SECRETS_LOCKED', retryable: true })
    await using run = await setupAgent([{ text: 'ok' }], {
      agent: { resolveSystemSecret: () => Promise.reject(locked) },
    })
    const model: ModelSettings = {
      provider: 'openai-compatible',
      model: 'm',
      baseUrl: run.server.baseUrl,
      apiKeySecret: 'MODEL_KEY',
    }
    expect(await run.outcome({ agentSettings: { model } })).toMatchObject({ code: 'SECRETS_LOCKED', retryable: true })
    expect(run.server.requests).toHaveLength(0)
  })
})
