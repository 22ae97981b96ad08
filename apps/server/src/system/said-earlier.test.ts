import { expect, test } from 'vitest'
import { answeredIn, readTranscript } from './said-earlier.ts'

const lines = [
  { at: 'now', type: 'run', title: 'x' },
  { type: 'message', message: { role: 'user', content: 'do it' } },
  {
    type: 'message',
    message: { role: 'assistant', content: ['a', 'b'].map((toolCallId) => ({ type: 'tool-call', toolCallId })) },
  },
  { type: 'answer', questionId: 'a', answer: 'red' },
  { type: 'message', message: { role: 'tool', content: [{ type: 'tool-result', toolCallId: 'a' }] } },
  { type: 'answer', questionId: '__proto__', answer: 'blue' },
].map((line) => JSON.stringify(line))

test('knows what was called, what was told of it, and what people answered', () => {
  const said = readTranscript(lines)
  expect([said.messages, [...said.called], [...said.settled]]).toEqual([3, ['a', 'b'], ['a']])
  expect(Object.entries(said.answers)).toEqual([
    ['a', 'red'],
    ['__proto__', 'blue'],
  ])
})

test('ends at a line that was cut when the process died', () => {
  const cut = [...lines.slice(0, 2), lines[2]?.slice(0, 30) ?? '', ...lines.slice(3)]
  expect(readTranscript(cut)).toMatchObject({ messages: 1, lines: lines.slice(0, 2) })
})

test('tells the line of an answer from what looks like one', () => {
  expect(answeredIn(lines[3] ?? '')).toEqual({ callId: 'a' })
  expect(answeredIn(JSON.stringify({ type: 'text', text: lines[3] }))).toBeUndefined()
  expect(answeredIn('{"type":"answer"')).toBeUndefined()
})
