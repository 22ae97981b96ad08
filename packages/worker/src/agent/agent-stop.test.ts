import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { calling, setupAgent } from '../../test/agent-setup.ts'
import { processesWith } from '../../test/processes.ts'
import type { ScriptedReply } from '../../test/scripted-model-server.ts'
import type { AgentOptions, RunTool, ToolContext } from '../index.ts'

const never = new Promise<never>(() => undefined)

function toolNamed(name: string, execute: (context: ToolContext) => Promise<string>): RunTool {
  return { name, description: name, inputSchema: { type: 'object' }, execute: (_, context) => execute(context) }
}

const openTools =
  (...tools: RunTool[]): AgentOptions['openTools'] =>
  async () => ({ tools, close: async () => undefined })

/** Stops a run once something has happened. */
function stopWhen(happened: Promise<unknown>, reason: unknown) {
  const stop = new AbortController()
  void happened.then(() => stop.abort(reason))
  return stop.signal
}

describe('P9 a run ends on time', () => {
  test('when a tool is deaf; what was said, usage and transcript are kept', async () => {
    const called = Promise.withResolvers<void>()
    const deaf = toolNamed('deaf', async () => {
      called.resolve()
      return await never
    })
    await using run = await setupAgent([{ text: 'half of it', ...calling('deaf') }], {
      graceMs: 50,
      agent: { openTools: openTools(deaf) },
    })
    const result = await run.start({}, stopWhen(called.promise, 'the customer left'))
    expect(result).toMatchObject({
      outcome: { type: 'cancelled', reason: 'the customer left', partialResult: 'half of it' },
      usage: { modelCalls: 1, inputTokens: 10, toolCalls: 1 },
      transcript: 'transcripts/run-1',
    })
    expect(run.transcript.at(-1)).toMatchObject({
      type: 'outcome',
      outcome: { type: 'cancelled' },
      usage: { modelCalls: 1 },
    })
  })

  test('when the model client is deaf', async () => {
    const called = Promise.withResolvers<void>()
    const deafFetch: typeof fetch = async () => {
      called.resolve()
      return await never
    }
    await using run = await setupAgent([], { graceMs: 60_000, agent: { modelFetch: deafFetch } })
    const { outcome, usage } = await run.start({}, stopWhen(called.promise, 'stop'))
    expect(outcome).toEqual({ type: 'cancelled', reason: 'stop' })
    expect(usage).toMatchObject({ modelCalls: 1, turns: 0 })
  })

  test('when the model never begins its answer', async () => {
    const asked = Promise.withResolvers<void>()
    await using run = await setupAgent(() => {
      asked.resolve()
      return { hang: true }
    })
    expect((await run.start({}, stopWhen(asked.promise, 'stop'))).outcome).toEqual({
      type: 'cancelled',
      reason: 'stop',
    })
  })

  test('when the model falls silent within its answer; what it said was seen', async () => {
    const seen = Promise.withResolvers<void>()
    let said = ''
    await using run = await setupAgent([{ text: ['I think that ', 'this is the one. '], ending: 'hang' }], {
      onProgress(event) {
        if (event.type !== 'text-delta') return
        said += event.text
        seen.resolve()
      },
    })
    const { outcome } = await run.start({}, stopWhen(seen.promise, 'stop'))
    expect(outcome).toMatchObject({ type: 'cancelled', reason: 'stop' })
    expect('I think that this is the one. ').toContain(said)
    expect(said).not.toBe('')
  })

  test('when a command is deaf, and its process group is gone', async () => {
    const marker = randomUUID()
    const command = `trap '' TERM; echo began; (trap '' TERM; while :; do sleep 1; done) & while :; do sleep 1; done # ${marker}`
    const began = Promise.withResolvers<void>()
    await using run = await setupAgent([calling('shell', { command })], {
      graceMs: 300,
      onProgress: ({ type }) => type === 'tool-output' && began.resolve(),
    })
    const { outcome } = await run.start({}, stopWhen(began.promise, 'stop'))
    expect(outcome).toMatchObject({ type: 'cancelled' })
    await vi.waitFor(() => expect(processesWith(marker)).toEqual([]))
  })

  test('by its wall clock, counted in segments that were completed', async () => {
    const tool = toolNamed('hang', () => never)
    await using run = await setupAgent(
      [calling('list_files'), calling('shell', { command: 'echo 1' }), { text: 'half', ...calling('hang') }],
      { graceMs: 50, agent: { openTools: openTools(tool) } },
    )
    const worker = { type: 'agent', prompt: 'x', budget: { turnsPerSegment: 2 } }
    expect(await run.outcome({ worker, wallClockMs: 1000 })).toMatchObject({
      type: 'timeout',
      limit: 'wall-clock',
      segments: 1,
      partialResult: 'half',
    })
  })

  test('though the transcript is never kept', async () => {
    await using run = await setupAgent([{ text: 'ok' }], {
      graceMs: 50,
      openTranscript: () => ({ reference: 'r', append: () => undefined, close: () => never }),
    })
    expect(await run.start()).toMatchObject({ outcome: { type: 'success' }, transcript: 'r' })
  })

  test('though what opened its tools does not close them', async () => {
    await using run = await setupAgent([calling('list_files'), { text: 'ok' }], {
      graceMs: 50,
      agent: { openTools: async () => ({ tools: [], close: () => never }) },
    })
    expect(await run.outcome()).toEqual({ type: 'success', result: 'ok' })
  })
})

describe('with the clock in hand', () => {
  afterEach(() => vi.useRealTimers())

  test('a run whose model is silent for too long in a call makes it again, and fails when that goes on', async () => {
    const asked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const script = (_: unknown, index: number): ScriptedReply => {
      asked[index]?.resolve()
      return { hang: true }
    }
    await using run = await setupAgent(script, {
      agent: { limits: { modelSilenceMs: 1000, retries: 1, retryDelayMs: 1 } },
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const ended = run.start()
    for (const { promise } of asked) {
      await promise
      await vi.advanceTimersByTimeAsync(1001)
    }
    expect((await ended).outcome).toMatchObject({ type: 'failed', code: 'MODEL_SILENT', retryable: true })
  })

  test('a run that is silent in a model call for longer than it may be ends as stalled', async () => {
    const asked = Promise.withResolvers<void>()
    await using run = await setupAgent(
      () => {
        asked.resolve()
        return { hang: true }
      },
      { stall: { modelCallMs: 500 } },
    )
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const ended = run.start()
    await asked.promise
    await vi.advanceTimersByTimeAsync(501)
    expect((await ended).outcome).toMatchObject({ type: 'timeout', limit: 'stall' })
  })

  test('a model that goes on talking is not taken for silent', async () => {
    const pieces = ['one thing ', 'and another ', 'and that is it ']
    const gates = pieces.map(() => Promise.withResolvers<void>())
    let heard = 0
    await using run = await setupAgent([{ text: pieces, before: async (piece) => await gates[piece]?.promise }], {
      agent: { limits: { modelSilenceMs: 1000, retries: 0 } },
      onProgress: () => (heard += 1),
    })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const ended = run.start()
    for (const [index, { resolve }] of gates.entries()) {
      await vi.advanceTimersByTimeAsync(600)
      resolve()
      await vi.waitUntil(() => heard > Math.min(index, 1), { interval: 1 })
    }
    expect((await ended).outcome).toEqual({ type: 'success', result: pieces.join('') })
  })
})

describe('P10 a block that a tool reports', () => {
  const block = {
    reason: { type: 'captcha', provider: 'hcaptcha' },
    url: 'https://x',
    evidence: { signals: ['form'] },
  } as const
  const blocked = { type: 'blocked', block: block.reason, url: 'https://x', evidence: block.evidence }
  const look = toolNamed('look', async ({ reportBlock }) => {
    reportBlock(block)
    return 'a page'
  })

  test('ends the run before the next model call and the next tool, whatever the model said beside it', async () => {
    const after = vi.fn<() => Promise<string>>(async () => 'never')
    await using run = await setupAgent(
      [{ text: 'looking', calls: [{ name: 'look' }, { name: 'after' }] }, { text: 'All fine!' }],
      { agent: { openTools: openTools(look, toolNamed('after', after)) } },
    )
    expect(await run.outcome()).toEqual(blocked)
    expect(run.server.requests).toHaveLength(1)
    expect(after).not.toHaveBeenCalled()
  })

  test('ends it after an answer of a person and in a run that was resumed, just as in the first turn', async () => {
    await using first = await setupAgent([calling('ask', { question: 'Which?' }, 'q1')], {
      agent: { ask: () => never },
    })
    const asked = first.start(
      { wallClockMs: 1000 },
      stopWhen(
        vi.waitFor(() => expect(first.lines.length).toBeGreaterThan(5)),
        'restart',
      ),
    )
    await asked
    await using second = await setupAgent([calling('look'), { text: 'All fine!' }], {
      agent: { openTools: openTools(look), ask: () => never },
    })
    expect(await second.outcome({ resumeFrom: { transcript: first.lines, answers: { q1: 'red' } } })).toEqual(blocked)
    expect(second.server.requests).toHaveLength(1)
  })

  test('decides a run whose model hands its result in beside it', async () => {
    const outputSchema = { type: 'object' }
    await using run = await setupAgent([{ calls: [{ name: 'look' }, { name: 'submit_result', input: {} }] }], {
      agent: { openTools: openTools(look) },
    })
    expect(await run.outcome({ worker: { type: 'agent', prompt: 'x', outputSchema } })).toEqual(blocked)
  })
})
