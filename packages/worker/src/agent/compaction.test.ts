import type { ModelMessage } from 'ai'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compact, lengthOf } from './compaction.ts'

const task: ModelMessage = { role: 'user', content: 'The task' }

/** One answer that calls tools, and their results. */
function exchange(id: number, size: number, calls: number): ModelMessage[] {
  const ids = Array.from({ length: calls }, (_, index) => `${id}-${index}`)
  const said: ModelMessage = {
    role: 'assistant',
    content: [
      { type: 'text', text: `turn ${id}` },
      ...ids.map((toolCallId) => ({
        type: 'tool-call' as const,
        toolCallId,
        toolName: 'shell',
        input: { command: `do ${id}` },
      })),
    ],
  }
  if (calls === 0) return [said]
  const content = ids.map((toolCallId) => ({
    type: 'tool-result' as const,
    toolCallId,
    toolName: 'shell',
    output: { type: 'text' as const, value: 'x'.repeat(size) },
  }))
  return [said, { role: 'tool', content }]
}

function idsOf(messages: readonly ModelMessage[], type: 'tool-call' | 'tool-result'): string[] {
  return messages.flatMap(({ content }) =>
    typeof content === 'string' ? [] : content.flatMap((part) => (part.type === type ? [part.toolCallId] : [])),
  )
}

describe('leaving older messages out', () => {
  test('never parts a call from its result, and keeps the task and the last exchange', () => {
    const shape = fc.array(fc.record({ size: fc.nat(2000), calls: fc.nat(3) }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(shape, fc.nat(20_000), (turns, most) => {
        const messages = [task, ...turns.flatMap(({ size, calls }, id) => exchange(id, size, calls))]
        const compacted = compact(messages, most)
        expect(idsOf(compacted.messages, 'tool-result')).toEqual(idsOf(compacted.messages, 'tool-call'))
        expect(compacted.messages[0]).toBe(task)
        expect(compacted.messages.at(-1)).toBe(messages.at(-1))
        expect(compacted.leftOut > 0).toBe(lengthOf(messages) > most && turns.length > 1)
        const again = compact(compacted.messages, most)
        expect(idsOf(again.messages, 'tool-result')).toEqual(idsOf(again.messages, 'tool-call'))
      }),
    )
  })

  test('says what was left out, also that of an earlier time', () => {
    const turns = Array.from({ length: 6 }, (_, id) => exchange(id, 100, 1))
    const first = compact([task, ...turns.flat()], 1200)
    const second = compact([...first.messages, ...exchange(6, 100, 1), ...exchange(7, 100, 1)], 700)
    expect(first.leftOut).toBeGreaterThan(0)
    expect(second.messages[1]?.content).toContain('- said: turn 0\n- called shell {"command":"do 0"}')
    expect(second.messages[1]?.content).toContain('- called shell {"command":"do 5"}')
    expect(JSON.stringify(second.messages).split('Earlier parts')).toHaveLength(2)
  })
})
