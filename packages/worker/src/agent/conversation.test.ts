import type { ModelMessage } from 'ai'
import { describe, expect, test } from 'vitest'
import { calling, setupAgent } from '../../test/agent-setup.ts'
import { type Conversation, createConversation, messagesOf } from './conversation.ts'

const transcriptOf = () => {
  const lines: string[] = []
  return { lines, append: (type: string, entry: object) => void lines.push(JSON.stringify({ type, ...entry })) }
}

describe('a conversation that comes near the limit of its model', () => {
  const said = (length: number): ModelMessage => ({ role: 'assistant', content: 'x'.repeat(length) })
  const messages: readonly ModelMessage[] = [{ role: 'user', content: 'The task' }, said(500), said(500), said(500)]

  const holding = (contextTokens: number): Conversation => {
    const conversation = createConversation({ contextTokens, transcript: transcriptOf() })
    messages.forEach(conversation.add)
    return conversation
  }

  test('is measured by what a call says that it takes, instructions and tools included', () => {
    const conversation = holding(1000)
    expect(conversation.compact('usual')).toBe(false)
    conversation.measure(900)
    expect(conversation.compact('usual')).toBe(true)
    expect(conversation.messages.length).toBeLessThan(messages.length)
  })

  test('is made shorter in any case when the model refuses it, until there is nothing to leave out', () => {
    const conversation = holding(1_000_000)
    expect(conversation.compact('forced')).toBe(true)
    expect(conversation.messages.map(({ role }) => role)).toEqual(['user', 'user', 'assistant'])
    expect(conversation.compact('forced')).toBe(false)
  })

  test('stays whole in the transcript', () => {
    const transcript = transcriptOf()
    const conversation = createConversation({ contextTokens: 1000, transcript })
    for (const message of [...messages, ...messages.slice(1)]) conversation.add(message)
    conversation.compact('usual')
    expect(messagesOf(transcript.lines)).toEqual([...messages, ...messages.slice(1)])
  })

  test('is made shorter in a run before the model has to refuse it', async () => {
    await using run = await setupAgent((_, index) =>
      index < 8 ? calling('shell', { command: `echo ${index}; head -c 3000 /dev/zero | tr "\\0" x` }) : { text: 'ok' },
    )
    const model = { provider: 'openai-compatible', model: 'small', baseUrl: run.server.baseUrl, contextTokens: 4000 }
    expect((await run.outcome({ agentSettings: { model } })).type).toBe('success')
    const lengths = run.server.requests.map((request) => JSON.stringify(request.messages).length)
    expect(Math.max(...lengths)).toBeLessThan(4000 * 3.5)
    expect(run.transcript.map(({ type }) => type)).toContain('compaction')
  })
})
