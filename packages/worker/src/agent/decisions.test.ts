import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_AGENT_LIMITS } from './agent-options.ts'
import { createLoopGuard } from './loop-guard.ts'
import { retryDelayMs } from './retry-delay.ts'
import { repairToolInput, repairToolName } from './tool-call-repair.ts'

describe('a circle of calls', () => {
  const call = (name: string, result = 'same') => ({ tool: name, input: '{}', result })

  test('of one is warned of at the fourth, and ended at the eighth', () => {
    const guard = createLoopGuard(4)
    const verdicts = Array.from({ length: 8 }, () => guard.observe(call('a')))
    expect(verdicts).toEqual(['goes-on', 'goes-on', 'goes-on', 'warn', 'warn', 'warn', 'warn', 'end'])
  })

  test('of up to five is seen as well', () => {
    for (const names of [
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd', 'e'],
    ]) {
      const guard = createLoopGuard(4)
      const verdicts = Array.from({ length: 8 }, () => names.map((name) => guard.observe(call(name)))).flat()
      expect(verdicts.slice(0, names.length * 3)).not.toContain('warn')
      expect(verdicts.at(-1)).toBe('end')
    }
  })

  test('is none when the results differ: what is polled for may still come', () => {
    const guard = createLoopGuard(4)
    const verdicts = Array.from({ length: 100 }, (_, index) => guard.observe(call('poll', `${index} %`)))
    expect(new Set(verdicts)).toEqual(new Set(['goes-on']))
  })
})

describe('the wait before a call is made again', () => {
  test('doubles up to its limit, half of it left to chance', () => {
    const waits = [1, 2, 3, 20].map((failures) => retryDelayMs(failures, undefined, DEFAULT_AGENT_LIMITS, () => 1))
    expect(waits).toEqual([1000, 2000, 4000, 120_000])
    expect(retryDelayMs(2, undefined, DEFAULT_AGENT_LIMITS, () => 0)).toBe(1000)
  })

  test('is at least what the provider asks for, and none when it asks for too much', () => {
    expect(retryDelayMs(1, 30_000, DEFAULT_AGENT_LIMITS)).toBe(30_000)
    expect(retryDelayMs(1, 120_001, DEFAULT_AGENT_LIMITS)).toBeUndefined()
  })
})

describe('the arguments of a tool call', () => {
  test.for([
    ['{"a": 1}', { a: 1 }],
    ['```json\n{"a": 1}\n```', { a: 1 }],
    ['I call it with {"a": {"b": [1, 2,],},} now', { a: { b: [1, 2] } }],
    ['{"a": "two\nlines\tand a tab"}', { a: 'two\nlines\tand a tab' }],
    ['"{\\"a\\": 1}"', { a: 1 }],
    ['{"a": "a comma, } and a \\" quote"}', { a: 'a comma, } and a " quote' }],
  ] as const)('%s are mended', ([input, value]) => {
    expect(JSON.parse(repairToolInput(input) ?? 'null')).toEqual(value)
  })

  test.for(['{"command": "rm -r a', '{"a": ', '[1]', 'no', '', '7'])('%o are not: nothing is made up', (input) => {
    expect(repairToolInput(input)).toBeUndefined()
  })

  test('that are an object already stay what they are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        expect(repairToolInput(JSON.stringify(value))).toBe(JSON.stringify(value))
      }),
    )
  })
})

test.for([
  ['Read_File', 'read_file'],
  ['readFile', 'read_file'],
  ['functions.read-file', 'read_file'],
  ['default_api:shell', 'shell'],
  ['read', undefined],
  ['', undefined],
] as const)('the tool that %o means is %o', ([name, tool]) => {
  expect(repairToolName(name, ['read_file', 'shell'])).toBe(tool)
})
