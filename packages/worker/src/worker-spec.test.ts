import { expect, test } from 'vitest'
import { parseWorkerSpec } from './worker-spec.ts'

test.for([
  { type: 'command', argv: ['ls', '-l'] },
  { type: 'command', shell: 'ls -l', network: 'host' },
  { type: 'function', name: 'browse' },
] as const)('takes $type', (spec) => {
  expect(parseWorkerSpec(spec)).toEqual(spec)
})

test.for([
  ['nothing', undefined, 'WORKER_INVALID', 'worker: must be one of command, function, agent, acp'],
  ['an unknown type', { type: 'robot' }, 'UNKNOWN_WORKER', 'worker.type: must be one of command, function, agent, acp'],
  ['no type', {}, 'UNKNOWN_WORKER', 'worker.type: must be one of command, function, agent, acp'],
  ['neither argv nor shell', { type: 'command' }, 'WORKER_INVALID', 'worker: give exactly one of argv and shell'],
  [
    'both',
    { type: 'command', argv: ['a'], shell: 'a' },
    'WORKER_INVALID',
    'worker: give exactly one of argv and shell',
  ],
  ['an empty argv', { type: 'command', argv: [] }, 'WORKER_INVALID', 'worker.argv.0: must be a text'],
  ['a number in argv', { type: 'command', argv: ['a', 1] }, 'WORKER_INVALID', 'worker.argv.1: must be a text'],
  ['an unknown field', { type: 'command', shell: 'a', cwd: '/' }, 'WORKER_INVALID', 'worker.cwd: is not known here'],
  [
    'a network that is none',
    { type: 'command', shell: 'a', network: 1 },
    'WORKER_INVALID',
    'worker.network: must be none or host',
  ],
  ['no name', { type: 'function', name: '' }, 'WORKER_INVALID', 'worker.name: must not be empty'],
] as const)('P20 refuses %s, and names the field', ([, spec, code, message]) => {
  expect(() => parseWorkerSpec(spec)).toThrow(expect.objectContaining({ code, message, retryable: false }))
})
