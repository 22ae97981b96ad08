import { afterEach, describe, expect, test, vi } from 'vitest'
import { calling, setupAgent, toolResults } from '../../test/agent-setup.ts'

const never = new Promise<never>(() => undefined)

describe('a question to a person', () => {
  afterEach(() => vi.useRealTimers())

  test('is put with the run it is of, and the run goes on with the answer', async () => {
    const asked: unknown[] = []
    await using run = await setupAgent([calling('ask', { question: 'Which colour?' }, 'q1'), { text: 'red it is' }], {
      agent: {
        async ask({ questionId, question }, { agentId, taskId, runId }) {
          asked.push({ questionId, question, agentId, taskId, runId })
          return 'red'
        },
      },
    })
    expect(await run.outcome()).toEqual({ type: 'success', result: 'red it is' })
    expect(asked).toEqual([
      { questionId: 'q1', question: 'Which colour?', agentId: 'shop-1', taskId: 'task-1', runId: 'run-1' },
    ])
    expect(toolResults(run.server.requests[1])).toEqual(['red'])
    expect(run.events).toContainEqual({ type: 'question', questionId: 'q1', question: 'Which colour?' })
    expect(run.events).toContainEqual({ type: 'answer', questionId: 'q1', answer: 'red' })
  })

  test('P9 may wait for days: neither wall clock nor stall counts, and both count again after it', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<string>()
    const again = Promise.withResolvers<void>()
    await using run = await setupAgent(
      (_, index) => {
        if (index === 0) return calling('ask', { question: 'Which?' })
        again.resolve()
        return { hang: true }
      },
      {
        agent: {
          ask() {
            asked.resolve()
            return answer.promise
          },
        },
      },
    )
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    let isOver = false
    const ended = run.start({ wallClockMs: 10_000 }).finally(() => (isOver = true))
    await asked.promise
    await vi.advanceTimersByTimeAsync(3 * 86_400_000)
    expect(isOver).toBe(false)
    answer.resolve('red')
    await again.promise
    await vi.advanceTimersByTimeAsync(12_000)
    expect((await ended).outcome).toMatchObject({ type: 'timeout', limit: 'wall-clock' })
  })

  test('P9 does not keep a run from being cancelled, though the port never answers', async () => {
    const asked = Promise.withResolvers<void>()
    await using run = await setupAgent([calling('ask', { question: 'Which?' })], {
      graceMs: 60_000,
      agent: {
        ask() {
          asked.resolve()
          return never
        },
      },
    })
    const cancel = new AbortController()
    void asked.promise.then(() => cancel.abort('enough'))
    expect((await run.start({}, cancel.signal)).outcome).toMatchObject({ type: 'cancelled', reason: 'enough' })
  })

  test('that is withdrawn is told to the model', async () => {
    await using run = await setupAgent([calling('ask', { question: 'Which?' }), { text: 'ok' }], {
      agent: { ask: () => Promise.reject(new Error('nobody is there until Monday')) },
    })
    expect((await run.outcome()).type).toBe('success')
    expect(toolResults(run.server.requests[1])).toEqual(['nobody is there until Monday'])
  })
})

describe('a run that was interrupted', () => {
  /** The transcript of a run that was stopped while it waited for an answer. */
  async function interrupted(): Promise<string[]> {
    const cancel = new AbortController()
    await using run = await setupAgent(
      [
        { text: 'I look.', ...calling('shell', { command: 'echo 17' }, 's1') },
        {
          calls: [
            { id: 'q1', name: 'ask', input: { question: 'Which?' } },
            { id: 's2', name: 'shell', input: { command: 'touch done' } },
          ],
        },
      ],
      {
        agent: {
          ask() {
            cancel.abort('restart')
            return never
          },
        },
      },
    )
    await run.start({}, cancel.signal)
    // The process was killed: what it wrote after its last call is not there.
    return run.lines.slice(0, run.transcript.findLastIndex(({ type }) => type === 'question') + 1)
  }

  test('goes on from its transcript with the answer and a budget of its own', async () => {
    await using run = await setupAgent([{ text: 'red it is' }], { agent: { ask: () => never } })
    const resumeFrom = { transcript: await interrupted(), answers: { q1: 'red' } }
    const { outcome, usage } = await run.start({ runId: 'run-2', resumeFrom })
    expect(outcome).toEqual({ type: 'success', result: 'red it is' })
    expect(usage).toMatchObject({ modelCalls: 1, turns: 1 })
    const told = run.server.requests[0]?.messages.map(({ role, content }) => [role, content])
    expect(told?.slice(1)).toEqual([
      ['user', '# Do it\n\nPlease'],
      ['assistant', 'I look.'],
      ['tool', 'exit code 0\n17\n'],
      ['assistant', null],
      ['tool', 'red'],
      ['tool', expect.stringContaining('interrupted')],
    ])
  })

  test('asks again when there is no answer yet, and can be resumed from that again', async () => {
    const cancel = new AbortController()
    await using second = await setupAgent([], {
      agent: {
        ask({ questionId }) {
          cancel.abort(questionId)
          return never
        },
      },
    })
    const transcript = await interrupted()
    expect((await second.start({ resumeFrom: { transcript } }, cancel.signal)).outcome).toMatchObject({
      reason: 'q1',
      partialResult: 'I look.',
    })
    const lines = second.lines.slice(0, -2)
    await using third = await setupAgent([{ text: 'ok' }], { agent: { ask: async () => 'blue' } })
    expect((await third.outcome({ resumeFrom: { transcript: lines } })).type).toBe('success')
    expect(toolResults(third.server.requests[0])).toContain('blue')
  })

  test('goes on from what is whole of a transcript that was cut by a crash', async () => {
    await using run = await setupAgent([{ text: 'ok' }])
    const lines = await interrupted()
    const cut = [...lines.slice(0, 6), (lines[6] ?? '').slice(0, 40)]
    expect((await run.outcome({ resumeFrom: { transcript: cut } })).type).toBe('success')
    expect(run.server.requests[0]?.messages.length).toBeGreaterThan(1)
  })
})
