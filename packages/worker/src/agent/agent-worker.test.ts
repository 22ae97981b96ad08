import { describe, expect, test } from 'vitest'
import { calling, setupAgent, toolResults } from '../../test/agent-setup.ts'

describe('an agent run', () => {
  test("ends with the model's last answer, tools called on the way, usage and transcript kept", async () => {
    await using run = await setupAgent([
      calling('shell', { command: 'echo $((6 * 7))' }),
      { text: ['The answer', ' is 42'] },
    ])
    const result = await run.start({ worker: { type: 'agent', prompt: 'What is 6 * 7?' }, input: { of: 7 } })
    expect(result).toEqual({
      outcome: { type: 'success', result: 'The answer is 42' },
      usage: {
        modelCalls: 2,
        toolCalls: 1,
        turns: 2,
        segments: 0,
        inputTokens: 20,
        outputTokens: 10,
        cachedInputTokens: 0,
        reasoningTokens: 0,
      },
      transcript: 'transcripts/run-1',
    })
    const [first, second] = run.server.requests
    expect(first?.messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(first?.messages[1]?.content).toBe('# Do it\n\nWhat is 6 * 7?\n\nInput, as JSON:\n{"of":7}')
    expect(toolResults(second)).toEqual(['exit code 0\n42\n'])
    expect(run.transcript.map(({ type }) => type)).toEqual([
      'run',
      'model',
      'system',
      'message',
      'usage',
      'message',
      'message',
      'usage',
      'message',
      'outcome',
    ])
    expect(run.transcript.at(-1)).toMatchObject({ outcome: { type: 'success' }, usage: { turns: 2 } })
  })

  test('is told what a person says about an earlier attempt, also where it goes on with one', async () => {
    await using run = await setupAgent([{ text: 'done' }])
    await run.start({ note: 'the gate is open now' })
    await run.start({ note: 'the gate is open now', resumeFrom: { transcript: run.lines } })
    const said = run.server.requests.map(({ messages }) => messages.find(({ role }) => role === 'system')?.content)
    const note = expect.stringContaining('A person has looked at it since and says:\nthe gate is open now')
    expect(said).toEqual([note, note])
  })

  test('is watched live: what is said and what tools do', async () => {
    await using run = await setupAgent([
      { text: 'Let me see.', calls: [{ id: 'c1', name: 'shell', input: { command: 'echo seen' } }] },
      calling('set_status', { status: 'nearly there' }),
      { text: ['do', 'ne'] },
    ])
    await run.start()
    const shown = run.events.filter(({ type }) => type !== 'tool-output')
    expect(shown.slice(0, 6)).toEqual([
      { type: 'text-delta', text: 'Let me see.' },
      { type: 'tool-started', callId: 'c1', tool: 'shell', input: '{"command":"echo seen"}' },
      { type: 'tool-ended', callId: 'c1', tool: 'shell', output: 'exit code 0\nseen\n', isError: false },
      expect.objectContaining({ type: 'tool-started', tool: 'set_status' }),
      { type: 'status', status: 'nearly there' },
      expect.objectContaining({ type: 'tool-ended', tool: 'set_status' }),
    ])
    expect(
      shown
        .slice(6)
        .map((event) => event.type === 'text-delta' && event.text)
        .join(''),
    ).toBe('done')
    expect(run.events).toContainEqual({ type: 'tool-output', callId: 'c1', text: 'seen\n' })
  })
})
