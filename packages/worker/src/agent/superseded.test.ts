import type { ModelMessage } from 'ai'
import { describe, expect, test } from 'vitest'
import { calling, setupAgent } from '../../test/agent-setup.ts'
import type { RunTool } from '../tools/run-tool.ts'
import { SUPERSEDED, withoutSuperseded } from './superseded.ts'

describe('of a tool that tells anew how things are', () => {
  const result = (id: string, toolName: string, value: string, isError = false): ModelMessage => ({
    role: 'tool',
    content: [
      { type: 'tool-result', toolCallId: id, toolName, output: { type: isError ? 'error-text' : 'text', value } },
    ],
  })
  const messages = [
    result('1', 'look', 'first'),
    result('2', 'shell', 'done'),
    result('3', 'look', 'second'),
    result('4', 'look', 'it failed', true),
  ]

  test('the newest result is kept, and an error replaces none', () => {
    expect(withoutSuperseded(messages, new Set(['look']))).toEqual([
      result('1', 'look', SUPERSEDED),
      ...messages.slice(1),
    ])
  })

  test('nothing is changed where no tool is such a one', () => {
    expect(withoutSuperseded(messages, new Set())).toEqual(messages)
  })

  test('the model is shown the newest alone, and the transcript has them all', async () => {
    let looks = 0
    const look: RunTool = {
      name: 'look',
      description: 'Looks',
      inputSchema: { type: 'object' },
      isLatestOnly: true,
      execute: async () => `view ${++looks}`,
    }
    await using run = await setupAgent((_, index) => (index < 3 ? calling('look', {}) : { text: 'seen' }), {
      agent: { openTools: async () => ({ tools: [look], close: async () => undefined }) },
    })
    expect(await run.outcome()).toMatchObject({ type: 'success' })
    const shown = JSON.stringify(run.server.requests.at(-1)?.messages)
    expect(shown).toContain('view 3')
    expect(shown).not.toMatch(/view [12]/)
    expect(run.lines.join('\n')).toMatch(/view 1[^]*view 2[^]*view 3/)
  })
})
