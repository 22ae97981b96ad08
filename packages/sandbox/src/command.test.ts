import { expect, test } from 'vitest'
import { argumentsOf } from './command.ts'
import type { Command } from './sandbox.ts'

test('runs a line with sh', () => {
  expect(argumentsOf({ type: 'shell', line: 'echo a; echo b' })).toEqual(['/bin/sh', '-c', 'echo a; echo b'])
})

test.for<[string, unknown]>([
  ['no program', { type: 'argv', argv: [] }],
  ['an empty program', { type: 'argv', argv: [''] }],
  ['an option as the program', { type: 'argv', argv: ['-c', 'ls'] }],
  ['arguments that are no list', { type: 'argv', argv: 'ls' }],
  ['a number among the arguments', { type: 'argv', argv: ['sleep', 5] }],
  ['a NUL', { type: 'shell', line: 'echo \0' }],
  ['no line', { type: 'shell' }],
  ['an unknown type', { type: 'exec', argv: ['ls'] }],
  ['a line that the kernel would refuse', { type: 'shell', line: 'x'.repeat(131_072) }],
  ['more than it would take in all', { type: 'argv', argv: Array<string>(20).fill('x'.repeat(100_000)) }],
])('P20 refuses %s', ([, command]) => {
  expect(() => argumentsOf(command as Command)).toThrow(
    expect.objectContaining({ code: 'SANDBOX_COMMAND_INVALID' }) as Error,
  )
})
