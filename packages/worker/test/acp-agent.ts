import { spawn } from 'node:child_process'
import { closeSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { Readable, Writable } from 'node:stream'
import {
  agent,
  type AgentApp,
  type AgentContext,
  methods,
  ndJsonStream,
  type NewSessionRequest,
  type PromptResponse,
  RequestError,
  type SessionConfigOption,
  type SessionUpdate,
} from '@agentclientprotocol/sdk'

/**
 * A coding agent without a model: it speaks the real protocol, through the library's side for agents, and does what the
 * script says that is named in its first argument. Those under `raw` break the protocol.
 */
const [script = '', ...words] = process.argv.slice(2)

interface Turn {
  readonly client: AgentContext
  readonly sessionId: string
  readonly text: string
  readonly cancelled: Promise<void>
  say(text: string, messageId?: string): Promise<void>
  update(update: SessionUpdate): Promise<void>
}

type Script = (turn: Turn) => Promise<PromptResponse['stopReason']>

const never = new Promise<never>(() => undefined)

const scripts: Record<string, Script> = {
  async works({ say, update, text }) {
    await update({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'hm' } })
    await update({ sessionUpdate: 'plan', entries: [{ content: 'look', priority: 'high', status: 'pending' }] })
    await say('I lo')
    await say('ok.')
    await update({
      sessionUpdate: 'tool_call',
      toolCallId: 't1',
      title: 'Read it',
      kind: 'read',
      status: 'in_progress',
      rawInput: { path: 'a' },
    })
    await update({
      sessionUpdate: 'tool_call_update',
      toolCallId: 't1',
      status: 'completed',
      content: [{ type: 'content', content: { type: 'text', text: 'its text' } }],
    })
    await update({ sessionUpdate: 'something_newer', more: 1 } as never)
    await update({
      sessionUpdate: 'usage_update',
      used: 120,
      size: 1000,
      cost: { amount: 0.25, currency: 'USD' },
    })
    await say(`You said: ${text}`)
    return 'end_turn'
  },
  async stops({ say }) {
    await say('so far')
    return words[0] as PromptResponse['stopReason']
  },
  async 'says its surroundings'({ say }) {
    const environment = readFileSync('/proc/self/environ', 'utf8').split('\0').filter(Boolean)
    const descriptors = readdirSync('/proc/self/fd').flatMap((id) => {
      try {
        return `${id} ${readlinkSync(`/proc/self/fd/${id}`)}`
      } catch {
        return []
      }
    })
    await say(JSON.stringify({ names: environment.map((each) => each.split('=')[0]), descriptors, cwd: process.cwd() }))
    return 'end_turn'
  },
  async leaks({ say, update, client, sessionId }) {
    const key = process.env['API_KEY'] ?? ''
    const content = { type: 'text', text: `thinking ${key}` } as const
    await update({ sessionUpdate: 'agent_thought_chunk', content })
    await update({
      sessionUpdate: 'tool_call',
      toolCallId: key,
      title: `use ${key}`,
      rawInput: { key },
      status: 'pending',
    })
    await update({ sessionUpdate: 'tool_call_update', toolCallId: key, status: 'failed', rawOutput: { key } })
    await update({ sessionUpdate: 'plan', entries: [{ content: key, priority: 'low', status: 'pending' }] })
    await ask(client, sessionId, { title: key, kind: 'execute' })
    await say(key.slice(0, 5))
    await say(key.slice(5))
    process.stderr.write(`stderr ${key}\n`)
    if (words[0] === 'and fails') throw new RequestError(-32603, `no luck with ${key}`, { details: key })
    return 'end_turn'
  },
  async 'asks permission'({ client, sessionId, say }) {
    for (const kind of words) await say(`${kind}: ${await ask(client, sessionId, { title: 'Do it', kind })}\n`)
    return 'end_turn'
  },
  async 'asks permission and writes'({ client, sessionId, say }) {
    const answer = await ask(client, sessionId, { title: 'Do it', kind: 'edit' })
    await say(answer)
    return answer.startsWith('cancelled') ? 'cancelled' : 'end_turn'
  },
  async 'uses files'({ client, sessionId, text, say }) {
    for (const { read, write, content, ...range } of JSON.parse(text)) {
      const done =
        read === undefined
          ? client.request(methods.client.fs.writeTextFile, { sessionId, path: write, content })
          : client.request(methods.client.fs.readTextFile, { sessionId, path: read, ...range })
      await say(
        `${await done.then(
          (answer) => JSON.stringify(answer),
          (error: unknown) => (error as Error).message,
        )}\n`,
      )
    }
    return 'end_turn'
  },
  async 'stops when cancelled'({ say, cancelled }) {
    await say('half ')
    await cancelled
    await say('of it')
    return 'cancelled'
  },
  async 'is deaf'({ say }) {
    process.on('SIGTERM', () => undefined)
    spawn('/bin/sh', ['-c', 'trap "" TERM; sleep 600; sleep 600', ...words], { detached: true, stdio: 'ignore' })
    await say('half')
    return await never
  },
  async 'exits in its turn'({ say }) {
    await say('half')
    process.stderr.write('out of memory\n')
    process.exit(9)
  },
  async 'closes its output'({ say }) {
    await say('half')
    closeSync(1)
    return await never
  },
  async 'floods with updates'({ say }) {
    for (;;) await say('x'.repeat(10_000))
  },
  async 'floods with requests'({ client, sessionId }) {
    const path = `${process.cwd()}/big`
    writeFileSync(path, 'x'.repeat(1_000_000))
    process.stdin.pause()
    // Without it, an agent whose requests all fit into the pipes would have nothing left to wait for, and exit.
    setInterval(() => undefined, 60_000)
    for (let sent = 0; sent < 2000; sent += 1) {
      void client.request(methods.client.fs.readTextFile, { sessionId, path }).catch(() => undefined)
    }
    return await never
  },
  async 'needs authentication'({ say }) {
    await say('in')
    return 'end_turn'
  },
  async 'offers options'({ say }) {
    await say(JSON.stringify(state))
    return 'end_turn'
  },
  async 'remembers sessions'({ sessionId, text, say }) {
    writeFileSync(`session-${sessionId}`, text)
    await say(`in ${sessionId}`)
    return 'end_turn'
  },
  async 'shows its servers'({ say }) {
    await say(JSON.stringify(opened))
    return 'end_turn'
  },
}

async function ask(client: AgentContext, sessionId: string, tool: { title: string; kind: string }): Promise<string> {
  const { outcome } = await client.request(methods.client.session.requestPermission, {
    sessionId,
    toolCall: { toolCallId: 'p', title: tool.title, kind: tool.kind as 'edit' },
    options: [
      { optionId: 'yes-always', name: 'Always', kind: 'allow_always' },
      { optionId: 'yes', name: 'Once', kind: 'allow_once' },
      { optionId: 'no', name: 'Not now', kind: 'reject_once' },
    ],
  })
  return outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome
}

const state = { mode: 'ask', model: 'small', fast: false as string | boolean }
let opened: NewSessionRequest | undefined
let isAuthenticated = false
const cancelling = Promise.withResolvers<void>()

function configOptions(): SessionConfigOption[] {
  return [
    {
      type: 'select',
      id: 'm',
      name: 'Model',
      category: 'model',
      currentValue: state.model,
      options: [{ group: 'g', name: 'All', options: ['small', 'large'].map((value) => ({ value, name: value })) }],
    },
    { type: 'boolean', id: 'fast', name: 'Fast', currentValue: state.fast === true },
  ]
}

function sessionState(): object {
  if (script !== 'offers options') return {}
  const modes = { currentModeId: state.mode, availableModes: ['ask', 'code'].map((id) => ({ id, name: id })) }
  return { modes, configOptions: configOptions() }
}

function speak(): void {
  const app: AgentApp = agent({ name: 'scripted' })
    .onRequest(methods.agent.initialize, () => ({
      protocolVersion: 1,
      agentInfo: { name: 'scripted', version: '1.2.3' },
      authMethods: script === 'needs authentication' ? [{ id: 'key', name: 'API key' }] : [],
      agentCapabilities: {
        loadSession: words[0] === 'by load',
        mcpCapabilities: { http: true },
        sessionCapabilities: words[0] === 'by resume' ? { resume: {} } : {},
      },
    }))
    .onRequest(methods.agent.authenticate, () => {
      isAuthenticated = true
    })
    .onRequest(methods.agent.session.new, ({ params }) => {
      if (script === 'needs authentication' && !isAuthenticated) throw RequestError.authRequired()
      opened = params
      return { sessionId: 's1', ...sessionState() }
    })
    .onRequest(methods.agent.session.resume, ({ params: { sessionId } }) => {
      if (!existsSync(`session-${sessionId}`)) throw RequestError.sessionNotFound(sessionId)
      return {}
    })
    .onRequest(methods.agent.session.load, async ({ params: { sessionId }, client }) => {
      if (!existsSync(`session-${sessionId}`)) throw RequestError.sessionNotFound(sessionId)
      const content = { type: 'text', text: 'what was said before' } as const
      const update = { sessionUpdate: 'agent_message_chunk', content } as const
      await client.notify(methods.client.session.update, { sessionId, update })
    })
    .onRequest(methods.agent.session.setMode, ({ params }) => {
      state.mode = params.modeId
    })
    .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
      if (params.configId === 'm') state.model = String(params.value)
      else state.fast = params.value
      return { configOptions: configOptions() }
    })
    .onNotification(methods.agent.session.cancel, () => cancelling.resolve())
    .onRequest(methods.agent.session.prompt, async ({ params, client }) => {
      const { sessionId, prompt } = params
      const update = (content: SessionUpdate): Promise<void> =>
        client.notify(methods.client.session.update, { sessionId, update: content })
      const stopReason = await scripts[script]!({
        client,
        sessionId,
        text: prompt.map((block) => (block.type === 'text' ? block.text : '')).join('\n'),
        cancelled: cancelling.promise,
        update,
        say: (text, messageId) =>
          update({
            sessionUpdate: 'agent_message_chunk',
            content: { type: 'text', text },
            messageId: messageId ?? null,
          }),
      })
      return { stopReason, usage: { inputTokens: 7, outputTokens: 5, totalTokens: 12 } }
    })
  const stdin = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>
  app.connect(ndJsonStream(Writable.toWeb(process.stdout) as WritableStream<Uint8Array>, stdin))
}

/** Ways not to speak the protocol. */
const raw: Record<string, () => void> = {
  'never answers'() {
    process.stderr.write('still loading\n')
    process.stdin.resume()
    setInterval(() => undefined, 60_000)
  },
  'exits at once'() {
    process.stderr.write('no licence\n')
    process.exit(7)
  },
  'talks garbage'() {
    setInterval(() => process.stdout.write('npm warn this is no message\n'.repeat(100)), 1)
  },
  'logs first'() {
    process.stdout.write('npm warn this is no message\n[1]\n"text"\n{"jsonrpc":"2.0","id":77,"result":{}}\n{"a":\n')
    speak()
  },
  'has no end of line'() {
    const fill = (): void => {
      while (process.stdout.write('x'.repeat(65_536)));
      process.stdout.once('drain', fill)
    }
    fill()
  },
  'is newer'() {
    answer({ protocolVersion: 99 })
  },
  'refuses the version'() {
    process.stdin.once('data', () => {
      const error = { code: -32_022, message: 'Unsupported protocol version', data: { supported: [7] } }
      process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: 0, error })}\n`)
    })
  },
  'answers nonsense'() {
    answer({ protocolVersion: 'one' })
  },
}

function answer(result: unknown): void {
  process.stdin.once('data', () => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: 0, result })}\n`))
}

scripts['logs first'] = scripts['works']!
const breakRules = raw[script] ?? speak
breakRules()
