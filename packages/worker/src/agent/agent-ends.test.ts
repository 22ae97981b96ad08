import { describe, expect, test } from 'vitest'
import { calling, type Script, setupAgent, type SetupOptions, toolResults } from '../../test/agent-setup.ts'
import type { ScriptedReply } from '../../test/scripted-model-server.ts'
import type { RunJob } from '../index.ts'

async function run(script: Script, options: SetupOptions = {}, given: Partial<RunJob> = {}) {
  await using setup = await setupAgent(script, options)
  const result = await setup.start(given)
  return { ...result, requests: setup.server.requests, events: setup.events, transcript: setup.transcript }
}

const agent = (spec: object): Partial<RunJob> => ({ worker: { type: 'agent', prompt: 'Please', ...spec } })
/** A model that goes on for ever, with something else each time. */
const endless: Script = (_, index) => ({ text: `step ${index}`, ...calling('shell', { command: `echo ${index}` }) })

describe('the budget of a run', () => {
  test('used up by its segments is partial, with what was said last and the segments that were completed', async () => {
    const { outcome, usage, requests } = await run(endless, {}, agent({ budget: { segments: 2, turnsPerSegment: 2 } }))
    expect(outcome).toEqual({
      type: 'partial',
      result: 'step 3',
      segments: 2,
      reason: 'the budget of 2 segments of 2 turns is used up',
    })
    expect(requests).toHaveLength(4)
    expect(usage).toMatchObject({ turns: 4, segments: 2, modelCalls: 4 })
  })

  test('used up by its tokens is partial as well', async () => {
    const { outcome, requests } = await run(endless, {}, agent({ budget: { tokens: 30 } }))
    expect(outcome).toMatchObject({ type: 'partial', segments: 0, reason: 'the budget of 30 tokens is used up' })
    expect(requests).toHaveLength(2)
  })

  test('in dollars counts what the model costs, and the usage says it', async () => {
    const agentSettings = {
      model: { provider: 'openai-compatible', model: 'm', prices: { inputUsd: 1000, outputUsd: 2000 } },
    }
    await using setup = await setupAgent(endless)
    const priced = { ...agentSettings.model, baseUrl: setup.server.baseUrl }
    const { outcome, usage } = await setup.start({
      ...agent({ budget: { costUsd: 0.03 } }),
      agentSettings: { model: priced },
    })
    expect(outcome).toMatchObject({ type: 'partial', reason: 'the budget of 0.03 US dollars is used up' })
    expect(usage).toMatchObject({ costUsd: expect.closeTo(0.04) })
  })

  test('is used up though the model is never called with success', async () => {
    const { outcome } = await run(
      [{ text: 'x', ending: { error: { message: 'no', type: 'server_error' } } }],
      { agent: { limits: { retryDelayMs: 1, retries: 2 } } },
      agent({ budget: { tokens: 1 } }),
    )
    expect(outcome).toMatchObject({ type: 'failed', code: 'MODEL_UNAVAILABLE', retryable: true })
  })
})

describe("the model's finish", () => {
  test('without a word is asked about, then fails; what it said by set_status is the result', async () => {
    const silent = await run([{}])
    expect(silent.outcome).toMatchObject({ type: 'failed', code: 'ANSWER_EMPTY', retryable: true })
    expect(silent.requests).toHaveLength(3)
    const signalled = await run([calling('set_status', { status: 'sold 3', kind: 'outcome' }), {}])
    expect(signalled.outcome).toEqual({ type: 'success', result: 'sold 3' })
  })

  test('at the length limit is asked for once more, shorter, and is partial when that does not help', async () => {
    const helped = await run([{ text: 'a long', finish: 'length' }, { text: 'short' }])
    expect(helped.outcome).toEqual({ type: 'success', result: 'short' })
    const cut = await run([{ text: 'a long', finish: 'length' }])
    expect(cut.outcome).toMatchObject({ type: 'partial', result: 'a long' })
    expect(cut.requests).toHaveLength(3)
  })

  test('at the length limit within a tool call does not call the tool', async () => {
    const { requests, outcome } = await run([
      { ...calling('shell', { command: 'touch half' }), finish: 'length' },
      calling('list_files'),
      { text: 'ok' },
    ])
    expect(outcome.type).toBe('success')
    expect(toolResults(requests[1])[0]).toContain('not called')
    expect(toolResults(requests[2])[1]).toBe('the folder is empty')
  })

  test("by the provider's filter fails, and another attempt would not help", async () => {
    const { outcome } = await run([{ text: 'I was', finish: 'content_filter' }])
    expect(outcome).toMatchObject({
      type: 'failed',
      code: 'CONTENT_FILTERED',
      retryable: false,
      partialResult: 'I was',
    })
    const calls = await run([{ ...calling('set_status', { status: 'x' }), finish: 'content_filter' }])
    expect(calls.outcome).toMatchObject({ code: 'CONTENT_FILTERED' })
    expect(calls.events).toEqual([])
  })

  test('that never comes, in an answer without end, is nonsense: nothing holds as much', async () => {
    const text = Array.from({ length: 9 }, () => 'x'.repeat(1024 * 1024))
    const { outcome } = await run([{ text, ending: 'hang' }], { agent: { limits: { retries: 0 } } })
    expect(outcome).toMatchObject({ type: 'failed', code: 'MODEL_NONSENSE' })
  })

  test('that was never said is a broken connection, though the text looks whole', async () => {
    const { outcome, requests, events } = await run([{ text: 'All done.', ending: 'cut' }, { text: 'Really done.' }])
    expect(outcome).toEqual({ type: 'success', result: 'Really done.' })
    expect(requests).toHaveLength(2)
    expect(events).toContainEqual({ type: 'retry', code: 'MODEL_CONNECTION', delayMs: expect.any(Number) as number })
  })
})

describe('a failing model call', () => {
  const error = (status: number, body: unknown = {}, headers: Record<string, string> = {}): ScriptedReply => ({
    status,
    body,
    headers,
  })

  test.for([
    ['500', error(500)],
    ['529', error(529)],
    ['429', error(429)],
    ['an error within the stream', { text: 'half', ending: { error: { message: 'busy', code: 502 } } }],
    [
      'a stream of nonsense',
      { status: 200, headers: { 'content-type': 'text/event-stream' }, body: 'data: {"no":1}\n\n' },
    ],
  ] as const)('of %s is made again', async ([, reply]) => {
    const { outcome, requests, usage } = await run([reply, reply, { text: 'ok' }])
    expect(outcome).toEqual({ type: 'success', result: 'ok' })
    expect(requests).toHaveLength(3)
    expect(usage).toMatchObject({ modelCalls: 3 })
  })

  test.for([
    [error(401), 'MODEL_AUTH'],
    [error(403), 'MODEL_AUTH'],
    [error(402), 'MODEL_QUOTA'],
    [error(404), 'MODEL_NOT_FOUND'],
    [error(400, { error: { message: 'temperature 500 is wrong' } }), 'MODEL_REQUEST_INVALID'],
    [error(429, { error: { message: 'pay', code: 'insufficient_quota' } }), 'MODEL_QUOTA'],
  ] as const)('of %o is not, and fails the run for good as %s', async ([reply, code]) => {
    const { outcome, requests } = await run([reply])
    expect(outcome).toMatchObject({ type: 'failed', code, retryable: false })
    expect(requests).toHaveLength(1)
  })

  test('that goes on failing fails the run, to be tried again; the usage is kept', async () => {
    const { outcome, usage } = await run([calling('list_files'), error(503)], {
      agent: { limits: { retries: 2, retryDelayMs: 1 } },
    })
    expect(outcome).toMatchObject({ type: 'failed', code: 'MODEL_UNAVAILABLE', retryable: true })
    expect(usage).toMatchObject({ modelCalls: 4, inputTokens: 10, toolCalls: 1 })
  })

  test('is waited for as long as the provider asks, unless that is too long', async () => {
    const wait = { agent: { limits: { retryDelayMs: 1, retryMaxDelayMs: 100 } } }
    const short = await run([error(429, {}, { 'retry-after-ms': '30' }), { text: 'ok' }], wait)
    expect(short.events).toContainEqual({ type: 'retry', code: 'MODEL_RATE_LIMITED', delayMs: 30 })
    const long = await run([error(429, {}, { 'retry-after': '3600' })], wait)
    expect(long.outcome).toMatchObject({ type: 'failed', code: 'MODEL_RATE_LIMITED', retryable: true })
    expect(long.requests).toHaveLength(1)
  })

  test('of a server that is not there fails the run, to be tried again', async () => {
    await using setup = await setupAgent([], { agent: { limits: { retries: 1, retryDelayMs: 1 } } })
    await setup.server.close()
    expect(await setup.outcome()).toMatchObject({ type: 'failed', code: 'MODEL_CONNECTION', retryable: true })
  })

  test('for too long a conversation is made again with a shorter one, calls and results together', async () => {
    const tooLong = error(400, { error: { message: 'too long', code: 'context_length_exceeded' } })
    const turns = Array.from({ length: 8 }, (_, index) =>
      calling('shell', { command: `echo ${'x'.repeat(500)}${index}` }, `c${index}`),
    )
    const { outcome, requests } = await run([...turns, tooLong, { text: 'ok' }])
    expect(outcome).toEqual({ type: 'success', result: 'ok' })
    const last = requests.at(-1)?.messages ?? []
    expect(last.length).toBeLessThan(requests.at(-2)?.messages.length ?? 0)
    const called = last.flatMap(({ tool_calls = [] }) => tool_calls.map(({ id }) => id))
    expect(last.flatMap(({ tool_call_id }) => tool_call_id ?? [])).toEqual(called)
    expect(last[1]?.content).toContain('Please')
    expect(last[2]?.content).toContain('Earlier parts of this conversation were left out')
  })

  test('for a conversation that cannot be made shorter fails for good', async () => {
    const { outcome } = await run([error(413)])
    expect(outcome).toMatchObject({ type: 'failed', code: 'MODEL_CONTEXT_OVERFLOW', retryable: false })
  })
})

describe('a tool call', () => {
  test.for([
    ['with words around its JSON', { name: 'shell', rawInput: 'Sure: ```json\n{"command": "echo hi",}\n```' }],
    ['with a name written otherwise', { name: 'functions.Shell', input: { command: 'echo hi' } }],
    ['with JSON said as a text', { name: 'shell', rawInput: JSON.stringify(JSON.stringify({ command: 'echo hi' })) }],
  ] as const)('%s is mended', async ([, call]) => {
    const { requests } = await run([{ calls: [call] }, { text: 'ok' }])
    expect(toolResults(requests[1])).toEqual(['exit code 0\nhi\n'])
  })

  test.for([
    ['that is cut', { name: 'shell', rawInput: '{"command": "rm -r a' }, 'arguments of shell are not the JSON'],
    ['of a tool that is not there', { name: 'teleport', input: {} }, 'there is no tool "teleport": use one of shell'],
    ['with a wrong field', { name: 'shell', input: { command: 7 } }, 'input.command'],
  ] as const)('%s is told to the model, which goes on', async ([, call, told]) => {
    const { requests, outcome } = await run([{ calls: [call] }, { text: 'ok' }])
    expect(toolResults(requests[1])[0]).toContain(told)
    expect(outcome.type).toBe('success')
  })

  test('that is made again and again with the same result is warned of, then ends the run', async () => {
    const { outcome, requests } = await run([{ text: 'again', ...calling('list_files') }], {
      agent: { limits: { repeatedCalls: 3 } },
    })
    expect(outcome).toMatchObject({ type: 'failed', code: 'LOOPING', retryable: false, partialResult: 'again' })
    expect(requests).toHaveLength(6)
    expect(toolResults(requests[2]).at(-1)).toBe('the folder is empty')
    expect(toolResults(requests[3]).at(-1)).toContain('Doing it again will not help')
  })

  test('is one of several of a turn, each answered in its place', async () => {
    const calls = ['a', 'b'].map((id) => ({ id, name: 'shell', input: { command: `echo ${id}` } }))
    const { requests } = await run([{ calls }, { text: 'ok' }])
    expect(toolResults(requests[1])).toEqual(['exit code 0\na\n', 'exit code 0\nb\n'])
  })
})

describe('a task with an output schema', () => {
  const outputSchema = { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] }

  test('ends with data of it', async () => {
    const { outcome, requests } = await run([calling('submit_result', { count: 3 })], {}, agent({ outputSchema }))
    expect(outcome).toEqual({ type: 'success', result: '{"count":3}', data: { count: 3 } })
    expect(requests).toHaveLength(1)
  })

  test('tells the model what does not fit, and that words do not count', async () => {
    const { outcome, requests } = await run(
      [
        { text: 'three' },
        calling('submit_result', { count: 'three' }),
        { text: 'It is', ...calling('submit_result', { count: 3 }) },
      ],
      {},
      agent({ outputSchema }),
    )
    expect(requests[1]?.messages.at(-1)?.content).toContain('submit_result')
    expect(toolResults(requests[2])[0]).toContain('does not fit its schema')
    expect(outcome).toEqual({ type: 'success', result: 'It is', data: { count: 3 } })
  })

  test('fails when none is handed in', async () => {
    const { outcome } = await run([{ text: 'three' }], {}, agent({ outputSchema }))
    expect(outcome).toMatchObject({ type: 'failed', code: 'RESULT_MISSING', retryable: true, partialResult: 'three' })
  })
})

describe('what is wrong with the settings of a run fails it and names the field', () => {
  test.for([
    [agent({ promt: 'x' }), 'WORKER_INVALID', 'worker.promt'],
    [agent({ budget: { segments: 0 } }), 'WORKER_INVALID', 'worker.budget.segments: must be at least 1'],
    [agent({ outputSchema: { type: 'array' } }), 'WORKER_INVALID', 'worker.outputSchema'],
    [agent({ tools: ['shell', 'fly'] }), 'UNKNOWN_TOOL', 'there is no tool fly: use of edit_file, list_files'],
    [{ agentSettings: { modle: 'x' } }, 'AGENT_SETTINGS_INVALID', 'agentSettings.modle'],
    [
      { agentSettings: { model: { provider: 'anthropic', model: 'x', apiKey: 'y' } } },
      'AGENT_SETTINGS_INVALID',
      'agentSettings.model.apiKey: is not known here',
    ],
    [{ agentSettings: { model: 7 } }, 'AGENT_SETTINGS_INVALID', 'agentSettings.model: must be the name of a model or'],
    [{ agentSettings: { model: { provider: 'anthropic', model: 'x' } } }, 'MODEL_KEY_MISSING', 'model.apiKeySecret'],
  ] as const)('%o', async ([given, code, message]) => {
    const { outcome, requests } = await run([{ text: 'ok' }], {}, given)
    expect(outcome).toMatchObject({ type: 'failed', code, retryable: false })
    expect(outcome.type === 'failed' && outcome.message).toContain(message)
    expect(requests).toHaveLength(0)
  })
})
