import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sandbox } from '@agentic/sandbox'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { agentSandbox, scripted } from '../../test/acp-sandbox.ts'
import { processesWith } from '../../test/processes.ts'
import { fixedSecrets } from '../../test/secrets.ts'
import { type Clock, supervise, type WorkerOutcome } from '@agentic/worker-outcome'
import { createWorker, type RunJob, type RunResult, type WorkerOptions } from '../index.ts'
import type { AcpEvent } from './acp-event.ts'
import { type AcpGround, runAcp } from './run-acp.ts'

const SECRET = 's3cret-value'

let sandbox: Sandbox
let workspaces: string
beforeAll(async () => {
  sandbox = await agentSandbox()
  workspaces = await mkdtemp(join(tmpdir(), 'acp-test-'))
})
afterAll(() => rm(workspaces, { recursive: true, force: true }))

interface Given {
  readonly spec?: object
  readonly job?: Partial<RunJob>
  readonly options?: Partial<WorkerOptions>
  readonly signal?: AbortSignal
  readonly onEvent?: (event: AcpEvent) => void
}

async function run(
  command: readonly string[],
  given: Given = {},
): Promise<RunResult & { readonly events: AcpEvent[] }> {
  const events: AcpEvent[] = []
  await using worker = createWorker({
    sandbox,
    secrets: fixedSecrets({ API_KEY: SECRET }),
    workspaceFor: (agentId) => join(workspaces, agentId),
    ...given.options,
    onProgress(progress) {
      const event = progress as AcpEvent
      events.push(event)
      given.onEvent?.(event)
    },
  })
  const result = await worker.run(
    {
      agentId: 'shop-1',
      taskId: 'task-1',
      runId: 'run-1',
      title: '',
      wallClockMs: 60_000,
      worker: { type: 'acp', prompt: 'go', command, ...given.spec },
      ...given.job,
    },
    { signal: given.signal ?? new AbortController().signal },
  )
  return { ...result, events }
}

describe('a turn that ends', () => {
  test('is told what a person says about an earlier attempt', async () => {
    const { outcome } = await run(scripted('works'), { job: { note: 'the gate is open now' } })
    expect(outcome).toMatchObject({ result: expect.stringContaining('says:\nthe gate is open now') })
  })

  test('well is a success with all that the agent said, and tells what it did meanwhile', async () => {
    const { outcome, usage, events } = await run(scripted('works'), { job: { input: { item: 7 } } })
    expect(outcome).toEqual({
      type: 'success',
      result: `I look.\n\nYou said: go\nThe task's input, as JSON:\n{"item":7}`,
      data: { sessionId: 's1', isResumed: false, rejections: 0 },
    })
    expect(usage).toEqual({
      sessionId: 's1',
      agentName: 'scripted',
      agentVersion: '1.2.3',
      contextTokens: 120,
      contextSize: 1000,
      costAmount: 0.25,
      costCurrency: 'USD',
      inputTokens: 7,
      outputTokens: 5,
    })
    expect(events.filter(({ type }) => !type.endsWith('-delta'))).toEqual([
      { type: 'session-started', sessionId: 's1', isResumed: false },
      { type: 'plan', entries: [{ content: 'look', status: 'pending' }] },
      { type: 'tool-started', callId: 't1', tool: 'Read it', kind: 'read', input: '{"path":"a"}' },
      { type: 'tool-ended', callId: 't1', tool: 'Read it', output: 'its text', isError: false },
    ])
    expect(textOf(events, 'text-delta')).toBe(outcome.type === 'success' && outcome.result)
    expect(textOf(events, 'thought-delta')).toBe('hm')
  })

  test.for([
    ['max_tokens', { type: 'partial', result: 'so far', segments: 1 }],
    ['max_turn_requests', { type: 'partial', result: 'so far', segments: 1 }],
    ['refusal', { type: 'failed', code: 'ACP_REFUSED', retryable: false, partialResult: 'so far' }],
    ['cancelled', { type: 'cancelled', partialResult: 'so far' }],
    ['bored', { type: 'failed', code: 'ACP_PROTOCOL_BROKEN', retryable: false, partialResult: 'so far' }],
  ] as const)('for %s is said as such', async ([stopReason, outcome]) => {
    expect((await run(scripted('stops', stopReason))).outcome).toMatchObject(outcome)
  })

  test('is not spoilt by what a program logs on its standard output', async () => {
    expect((await run(scripted('logs first'))).outcome).toMatchObject({ type: 'success' })
  })
})

/** Runs under a clock that is advanced by hand, with a wall clock of an hour; the rest of the time is real. */
async function runByHand(
  clock: Clock,
  [script, ...words]: readonly [string, ...string[]],
  given: Pick<AcpGround, 'ask' | 'onEvent'>,
): Promise<WorkerOutcome> {
  const { env, scrubber } = await fixedSecrets().envFor('shop-1')
  const job = { agentId: 'shop-1', taskId: 'task-1', runId: 'run-1', title: '', worker: undefined }
  const permissions = given.ask === undefined ? 'allow' : 'ask'
  const ground = { sandbox, workspace: join(workspaces, 'shop-1'), graceMs: 1000, resultLimitBytes: 1000, ...given }
  return await supervise(
    (control) =>
      runAcp(
        { type: 'acp', prompt: 'go', command: scripted(script, ...words), permissions },
        job,
        control,
        { env, scrubber },
        ground,
      ),
    { wallClockMs: 3_600_000, graceMs: 1000, clock },
  )
}

/** A clock that is advanced by hand, with the one timer that is set at a time. */
function handClock(): Clock & { advance(ms: number): void } {
  let now = 0
  let timer: { readonly at: number; readonly callback: () => void } | undefined
  return {
    now: () => now,
    setTimer(callback, ms) {
      timer = { at: now + ms, callback }
      return () => (timer = undefined)
    },
    advance(ms) {
      now += ms
      if (timer !== undefined && timer.at <= now) timer.callback()
    },
  }
}

function textOf(events: readonly AcpEvent[], type: 'text-delta' | 'thought-delta'): string {
  return events.flatMap((event) => (event.type === type ? [event.text] : [])).join('')
}

test('P1 the agent has its own secrets, the names of its run and nothing of the host', async () => {
  vi.stubEnv('HOST_SECRET', 'x')
  const { outcome } = await run(scripted('says its surroundings'), {
    spec: { command: undefined, agent: 'scripted' },
    options: { acp: { agents: { scripted: { command: scripted('says its surroundings'), env: { SETTING: '1' } } } } },
  })
  vi.unstubAllEnvs()
  const { names, descriptors, cwd } = JSON.parse(outcome.type === 'success' ? outcome.result : '{}')
  const own = 'AGENTIC_AGENT_ID AGENTIC_RUN_ID AGENTIC_TASK_ID API_KEY CI HOME LANG PATH PWD SETTING TERM TMPDIR'
  expect(names.filter((name: string) => !['_', 'SHLVL', 'OLDPWD'].includes(name)).toSorted()).toEqual(own.split(' '))
  const ofNode = /^[012] socket:|\/dev\/null$|anon_inode|pipe:|socket:|\/proc\/\d+\/fd$/
  expect(descriptors.filter((each: string) => !ofNode.test(each))).toEqual([])
  expect(cwd).toBe(join(workspaces, 'shop-1'))
})

describe('P3 a secret that the agent says', () => {
  test.for([[[]], [['and fails']]])('is in no outcome, event or usage: %s', async ([words = []]) => {
    const ask = vi.fn<(question: unknown) => Promise<string>>().mockResolvedValue('no')
    const { outcome, usage, events } = await run(scripted('leaks', ...words), {
      spec: { permissions: 'ask' },
      options: { acp: { ask } },
    })
    const all = JSON.stringify({ outcome, usage, events, asked: ask.mock.calls.map(([question]) => question) })
    expect(all).not.toContain(SECRET)
    expect(textOf(events, 'text-delta')).toBe('[REDACTED]')
    expect(textOf(events, 'thought-delta')).toBe('thinking [REDACTED]')
    expect(outcome.type).toBe(words.length === 0 ? 'success' : 'failed')
    expect(JSON.stringify(outcome)).toContain('[REDACTED]')
  })
})

describe('a request for permission', () => {
  test.for([
    ['allow', 'read: yes\nexecute: yes\n', 0],
    ['reject', 'read: no\nexecute: no\n', 2],
    ['allow-read-only', 'read: yes\nexecute: no\n', 1],
  ] as const)(
    'is answered by the policy %s, for once alone, and a no is counted',
    async ([permissions, result, rejections]) => {
      const { outcome, events } = await run(scripted('asks permission', 'read', 'execute'), { spec: { permissions } })
      expect(outcome).toMatchObject({ type: 'success', result, data: { rejections } })
      expect(events.filter(({ type }) => type === 'permission')).toHaveLength(2)
    },
  )

  test('P9 is a question to a person, and the wall clock stands still until there is an answer', async () => {
    const clock = handClock()
    const types: string[] = []
    const outcome = await runByHand(clock, ['asks permission', 'execute'], {
      onEvent: ({ type }) => types.push(type),
      async ask({ question, options }) {
        expect(question).toContain('Do it')
        expect(options.map(({ id }) => id)).toEqual(['yes-always', 'yes', 'no'])
        await new Promise(setImmediate)
        clock.advance(86_400_000)
        return 'Once'
      },
    })
    expect(outcome).toMatchObject({ type: 'success', result: 'execute: yes\n' })
    expect(types).toEqual(['session-started', 'question', 'answer', 'permission', 'text-delta'])
  })

  test('is a no when the question is withdrawn or the answer is not understood', async () => {
    const answers = [() => Promise.resolve('whatever'), () => Promise.reject(new Error('withdrawn'))]
    const { outcome } = await run(scripted('asks permission', 'edit', 'edit'), {
      spec: { permissions: 'ask' },
      options: { acp: { ask: () => answers.shift()!() } },
    })
    expect(outcome).toMatchObject({ type: 'success', result: 'edit: no\nedit: cancelled\n' })
  })

  test('that still waits when the run is cancelled is answered as cancelled', async () => {
    const cancel = new AbortController()
    const { outcome } = await run(scripted('asks permission and writes'), {
      spec: { permissions: 'ask' },
      signal: cancel.signal,
      options: {
        acp: {
          ask() {
            cancel.abort(new Error('not needed'))
            return new Promise(() => undefined)
          },
        },
      },
    })
    expect(outcome).toEqual({ type: 'cancelled', reason: 'not needed', partialResult: 'cancelled' })
  })

  test('P20 to a person is refused up front where there is nobody to ask', async () => {
    expect((await run(scripted('works'), { spec: { permissions: 'ask' } })).outcome).toMatchObject({
      type: 'failed',
      code: 'ACP_SPEC_INVALID',
      message: expect.stringMatching(/^worker\.permissions: /) as string,
    })
  })
})

test('files that the agent asks for are those of its workspace alone', async () => {
  const workspace = join(workspaces, 'files')
  await mkdir(workspace, { recursive: true, mode: 0o700 })
  await writeFile(join(workspaces, 'outside'), 'not yours')
  await symlink(join(workspaces, 'outside'), join(workspace, 'link'))
  const prompt = JSON.stringify([
    { write: join(workspace, 'a'), content: 'one\ntwo\nthree' },
    { read: join(workspace, 'a'), line: 2, limit: 1 },
    { read: join(workspace, 'link') },
    { read: join(workspaces, 'outside') },
    { write: join(workspace, 'link'), content: 'mine' },
  ])
  const { outcome } = await run(scripted('uses files'), { job: { agentId: 'files' }, spec: { prompt } })
  expect(outcome.type === 'success' && outcome.result.trim().split('\n')).toEqual([
    '{}',
    '{"content":"two"}',
    `path: ${join(workspaces, 'outside')} lies outside the workspace: give one inside it`,
    `path: ${join(workspaces, 'outside')} lies outside the workspace: give one inside it`,
    `path: ${join(workspaces, 'outside')} lies outside the workspace: give one inside it`,
  ])
  expect(await readFile(join(workspaces, 'outside'), 'utf8')).toBe('not yours')
})

describe('a session', () => {
  test.for(['by resume', 'by load'])('is gone on with %s, and its history is not said again', async (way) => {
    const first = await run(scripted('remembers sessions', way), { job: { agentId: way } })
    const { sessionId } = first.usage as { sessionId: string }
    const { outcome, events } = await run(scripted('remembers sessions', way), {
      job: { agentId: way },
      spec: { sessionId },
    })
    expect(outcome).toMatchObject({ type: 'success', result: 'in s1', data: { sessionId: 's1', isResumed: true } })
    expect(textOf(events, 'text-delta')).toBe('in s1')
  })

  test.for([
    ['that the agent does not have', 'by resume'],
    ['of an agent that keeps none', 'not'],
  ])('%s fails the run, or is begun anew where that is preferred', async ([, way]) => {
    const spec = { sessionId: 'gone' }
    const job = { agentId: 'forgetful' }
    const command = scripted('remembers sessions', way!)
    expect((await run(command, { spec, job })).outcome).toMatchObject({
      type: 'failed',
      code: 'ACP_SESSION_UNKNOWN',
      retryable: false,
    })
    expect((await run(command, { spec: { ...spec, resume: 'prefer' }, job })).outcome).toMatchObject({
      type: 'success',
      data: { sessionId: 's1', isResumed: false },
    })
  })

  test('has the mode, the model and the options that were asked for', async () => {
    const spec = { mode: 'code', model: 'large', options: { fast: true } }
    expect((await run(scripted('offers options'), { spec })).outcome).toMatchObject({
      type: 'success',
      result: '{"mode":"code","model":"large","fast":true}',
    })
  })

  test('P20 with a model that the agent does not have fails, and says those that it has', async () => {
    expect((await run(scripted('offers options'), { spec: { model: 'huge' } })).outcome).toMatchObject({
      type: 'failed',
      code: 'ACP_OPTION_UNKNOWN',
      message: 'worker.model: the agent does not know "huge": it offers small, large',
    })
  })

  test('is in the folder that was asked for, with its servers, whose secrets come from the store', async () => {
    const workspace = join(workspaces, 'servers')
    await mkdir(join(workspace, 'project'), { recursive: true, mode: 0o700 })
    const http = {
      type: 'http',
      name: 'docs',
      url: 'https://docs.example/mcp',
      headers: { authorization: 'Bearer ${API_KEY}' },
    }
    const stdio = { type: 'stdio', name: 'db', command: '/usr/bin/db', args: ['-v'], env: { KEY: '${API_KEY}' } }
    const { outcome } = await run(scripted('shows its servers'), {
      job: { agentId: 'servers' },
      spec: { cwd: 'project', mcpServers: [http, stdio] },
    })
    expect(JSON.parse(outcome.type === 'success' ? outcome.result : '{}')).toEqual({
      cwd: join(workspace, 'project'),
      mcpServers: [
        { ...http, headers: [{ name: 'authorization', value: 'Bearer [REDACTED]' }] },
        { name: 'db', command: '/usr/bin/db', args: ['-v'], env: [{ name: 'KEY', value: '[REDACTED]' }] },
      ],
    })
  })

  test.for([
    [{ cwd: '../other' }, 'ACP_SPEC_INVALID', /^worker\.cwd: /],
    [
      { mcpServers: [{ type: 'sse', name: 'old', url: 'https://x' }] },
      'ACP_OPTION_UNKNOWN',
      /cannot reach "old" over sse/,
    ],
    [
      { mcpServers: [{ type: 'http', name: 'x', url: 'https://x', headers: { a: '${NOPE}' } }] },
      'ACP_SPEC_INVALID',
      /^mcpServers\.x\.headers\.a: the run has no secret NOPE/,
    ],
    [{ authMethod: 'key' }, 'ACP_OPTION_UNKNOWN', /^worker\.authMethod: .* it offers none/],
  ] as const)('P20 is refused with %o', async ([spec, code, message]) => {
    const { outcome } = await run(scripted('works'), { spec })
    expect(outcome).toMatchObject({
      type: 'failed',
      code,
      message: expect.stringMatching(message) as string,
      retryable: false,
    })
  })

  test('that wants authentication says which ways there are, and takes the one that is named', async () => {
    expect((await run(scripted('needs authentication'))).outcome).toMatchObject({
      type: 'failed',
      code: 'ACP_AUTH_REQUIRED',
      message: expect.stringContaining('its ways of authentication: key (API key)') as string,
      retryable: false,
    })
    expect((await run(scripted('needs authentication'), { spec: { authMethod: 'key' } })).outcome).toMatchObject({
      type: 'success',
      result: 'in',
    })
  })
})

describe('P9 an agent that', () => {
  /** Runs with a mark in the command line by which its processes are found. */
  async function runMarked(script: string, given: Given = {}): Promise<RunResult> {
    const mark = randomUUID()
    const result = await run(scripted(script, mark), given)
    await vi.waitFor(() => expect(processesWith(mark)).toEqual([]))
    return result
  }

  test('is asked to stop does so, and what it said is kept', async () => {
    const cancel = new AbortController()
    const { outcome, usage } = await runMarked('stops when cancelled', {
      signal: cancel.signal,
      onEvent: ({ type }) => type === 'text-delta' && cancel.abort(new Error('not needed')),
    })
    expect(outcome).toEqual({ type: 'cancelled', reason: 'not needed', partialResult: 'half of it' })
    expect(usage).toMatchObject({ sessionId: 's1' })
  })

  test('is deaf to everything is killed within the grace, with all that it started', async () => {
    const cancel = new AbortController()
    const { outcome } = await runMarked('is deaf', {
      signal: cancel.signal,
      options: { graceMs: 1000 },
      onEvent: ({ type }) => type === 'text-delta' && cancel.abort(new Error('not needed')),
    })
    expect(outcome).toEqual({ type: 'cancelled', reason: 'not needed', partialResult: 'half' })
  })

  test.for([
    ['works past its wall clock', 3_600_000, 'wall-clock'],
    ['says nothing for too long', 1_800_000, 'stall'],
  ] as const)('%s is a timeout with what it had said', async ([, ms, limit]) => {
    const clock = handClock()
    const mark = randomUUID()
    const outcome = await runByHand(clock, ['is deaf', mark], {
      onEvent: ({ type }) => type === 'text-delta' && setImmediate(() => clock.advance(ms)),
    })
    expect(outcome).toMatchObject({ type: 'timeout', limit, segments: 1, partialResult: 'half' })
    await vi.waitFor(() => expect(processesWith(mark)).toEqual([]))
  })

  test('never answers is given up, with what it said on standard error', async () => {
    const mark = randomUUID()
    const { outcome } = await run(['/bin/sh', '-c', 'echo still loading >&2; sleep 600; sleep 600', mark], {
      options: { acp: { limits: { startTimeoutMs: 1500 } } },
    })
    expect(outcome).toMatchObject({
      type: 'failed',
      code: 'ACP_START_TIMEOUT',
      message: 'the agent came to no session within 1500 ms\nstill loading\n',
      retryable: true,
    })
    await vi.waitFor(() => expect(processesWith(mark)).toEqual([]))
  })

  test('is cancelled before it answers is gone at once', async () => {
    const { outcome } = await runMarked('never answers', {
      signal: AbortSignal.timeout(1000),
      options: { graceMs: 1000 },
    })
    expect(outcome).toMatchObject({ type: 'cancelled' })
  })

  test.for([
    ['exits at once', 'exited with code 7', 'no licence', undefined],
    ['exits in its turn', 'exited with code 9', 'out of memory', 'half'],
  ] as const)('%s is failed, to be tried again', async ([script, how, error, said]) => {
    const { outcome } = await runMarked(script)
    const message = `the agent ${how} before its turn was over\n${error}\n`
    expect(outcome).toMatchObject({ type: 'failed', code: 'ACP_AGENT_EXITED', message, retryable: true })
    expect(outcome).toHaveProperty('partialResult', said)
  })

  // In a namespace, the first process keeps the output open.
  test('closes its output and lives on is failed, or silent where that is not seen', async () => {
    const { outcome } = await runMarked('closes its output', {
      options: { graceMs: 1000, stall: { modelCallMs: 2000 } },
    })
    expect(outcome).toMatchObject(
      sandbox.status.active
        ? { type: 'timeout', limit: 'stall', partialResult: 'half' }
        : {
            type: 'failed',
            code: 'ACP_AGENT_EXITED',
            message: 'the agent closed its output before its turn was over',
            partialResult: 'half',
          },
    )
  })

  test('is not there is failed for good', async () => {
    expect((await run(['no-such-agent', 'acp'])).outcome).toMatchObject({
      type: 'failed',
      code: 'ACP_AGENT_MISSING',
      message: expect.stringContaining('no-such-agent') as string,
      retryable: false,
    })
  })

  test.for([
    ['talks garbage', 'ACP_PROTOCOL_BROKEN', /no messages of the protocol, as: npm warn this is no message$/],
    ['has no end of line', 'ACP_OUTPUT_TOO_LARGE', /^a message has more than 100000 bytes/],
    ['is newer', 'ACP_VERSION_UNSUPPORTED', /speaks version 99 of the protocol, where 1 is spoken/],
    ['refuses the version', 'ACP_VERSION_UNSUPPORTED', /Unsupported protocol version/],
    ['answers nonsense', 'ACP_PROTOCOL_BROKEN', /answer to initialize .* answer\.protocolVersion: /],
  ] as const)('%s is failed for good', async ([script, code, message]) => {
    const { outcome } = await runMarked(script, { options: { acp: { limits: { messageMaxBytes: 100_000 } } } })
    expect(outcome).toMatchObject({
      type: 'failed',
      code,
      message: expect.stringMatching(message) as string,
      retryable: false,
    })
  })

  test('floods us with what it says is cut off, with the tail of it', async () => {
    const { outcome } = await runMarked('floods with updates', {
      options: { acp: { limits: { outputMaxBytes: 3_000_000 } }, resultLimitBytes: 1000 },
    })
    expect(outcome).toMatchObject({
      type: 'failed',
      code: 'ACP_OUTPUT_TOO_LARGE',
      retryable: false,
      partialResult: expect.stringMatching(/^\[\d+ bytes left out\]\nx+$/) as string,
    })
  })

  test('floods us with requests and takes no answer is no longer read, until its time is over', async () => {
    const before = process.memoryUsage().rss
    const { outcome } = await runMarked('floods with requests', {
      options: { graceMs: 1000, stall: { modelCallMs: 1000 } },
    })
    expect(outcome).toMatchObject({ type: 'timeout', limit: 'stall' })
    // Of 2,000 files of a megabyte each, 32 are read at a time.
    expect(process.memoryUsage().rss - before).toBeLessThan(500_000_000)
  })
})
