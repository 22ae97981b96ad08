import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { calling, setupAgent, toolResults } from '../../test/agent-setup.ts'
import { defineTool, type RunTool, ToolError, type ToolRun } from '../index.ts'

describe('a tool of the host', () => {
  const add = defineTool({
    name: 'add',
    description: 'Adds',
    input: v.strictObject({ numbers: v.pipe(v.array(v.number()), v.minLength(1)), round: v.optional(v.boolean()) }),
    async execute({ numbers }) {
      const sum = numbers.reduce((total, number) => total + number)
      if (sum > 100) throw new ToolError('numbers: too many: add fewer at a time')
      return { sum }
    },
  })

  test('is told to the model with its schema, checked, and answered with JSON or with what was wrong', async () => {
    let isClosed = false
    const told: ToolRun[] = []
    await using run = await setupAgent(
      [
        calling('add', { numbers: [1, 2] }),
        calling('add', { numbers: [] }),
        calling('add', { numbers: [101] }),
        { text: 'ok' },
      ],
      {
        env: { KEY: 'key-of-the-agent' },
        agent: {
          async openTools(toolRun) {
            told.push(toolRun)
            return { tools: [add], close: async () => void (isClosed = true) }
          },
        },
      },
    )
    expect((await run.outcome()).type).toBe('success')
    const [first, , , last] = run.server.requests
    expect(first?.tools?.find((tool) => tool.function.name === 'add')?.function.parameters).toEqual({
      type: 'object',
      properties: { numbers: { type: 'array', items: { type: 'number' }, minItems: 1 }, round: { type: 'boolean' } },
      required: ['numbers'],
      additionalProperties: false,
    })
    const results = toolResults(last)
    expect(results[0]).toBe('{"sum":3}')
    expect(results[1]).toContain('input.numbers')
    expect(results[2]).toBe('numbers: too many: add fewer at a time')
    expect(isClosed).toBe(true)
    expect(told[0]).toMatchObject({
      agentId: 'shop-1',
      runId: 'run-1',
      workspace: run.workspace,
      env: { KEY: 'key-of-the-agent' },
    })
    expect(told[0]?.scrub('key-of-the-agent')).toBe('[REDACTED]')
  })

  test('of a name that there is already fails the run', async () => {
    const shell: RunTool = { ...add, name: 'shell' }
    await using run = await setupAgent([{ text: 'ok' }], {
      agent: { openTools: async () => ({ tools: [shell], close: async () => undefined }) },
    })
    expect(await run.outcome()).toMatchObject({ type: 'failed', code: 'TOOLS_AMBIGUOUS' })
  })

  test('that cannot be opened fails the run, with its own code', async () => {
    const error = Object.assign(new Error('no browser'), { code: 'CHROMIUM_FAILED', retryable: true })
    await using run = await setupAgent([{ text: 'ok' }], { agent: { openTools: () => Promise.reject(error) } })
    expect(await run.outcome()).toMatchObject({ code: 'CHROMIUM_FAILED', retryable: true })
  })
})

test('P3 a tool result is scrubbed and only then cut, with its start and its end kept', async () => {
  const secret = 'secret-that-lies-over-the-cut'
  const long: RunTool = {
    name: 'long',
    description: 'long',
    inputSchema: { type: 'object' },
    execute: async () => `begin ${'a'.repeat(10)}${secret}${'b'.repeat(200)} end`,
  }
  await using run = await setupAgent([calling('long'), { text: 'ok' }], {
    env: { SECRET: secret },
    agent: {
      limits: { toolResultLength: 100 },
      openTools: async () => ({ tools: [long], close: async () => undefined }),
    },
  })
  await run.start()
  const [result = ''] = toolResults(run.server.requests[1])
  expect(result).toMatch(/^begin a{10}\[REDACTED\n\[\d+ characters left out\]\nb+ end$/)
})
