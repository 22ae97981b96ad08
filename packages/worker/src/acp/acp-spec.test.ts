import * as v from 'valibot'
import { expect, test } from 'vitest'
import { problemsOf } from '../worker-spec.ts'
import { acpAgentSchema, acpSpecSchema } from './acp-spec.ts'

const spec = { type: 'acp', prompt: 'Mend the test', agent: 'opencode' }

test.for([
  spec,
  { type: 'acp', prompt: 'x', command: ['opencode', 'acp'] },
  {
    ...spec,
    cwd: 'project',
    permissions: 'ask',
    sessionId: 's',
    resume: 'prefer',
    mode: 'plan',
    model: 'large',
    options: { fast: true, effort: 'high' },
    authMethod: 'key',
    network: 'host',
    mcpServers: [
      { type: 'stdio', name: 'db', command: '/usr/bin/db', args: ['-v'], env: { KEY: '${KEY}' } },
      { type: 'http', name: 'docs', url: 'https://docs.example/mcp', headers: { a: 'b' } },
    ],
  },
])('takes %o', (given) => {
  expect(v.parse(acpSpecSchema, given)).toEqual(given)
})

test.for([
  ['no prompt', { ...spec, prompt: '' }, 'worker.prompt: must not be empty'],
  ['neither command nor agent', { type: 'acp', prompt: 'x' }, 'worker: give exactly one of command and agent'],
  ['both', { ...spec, command: ['a'] }, 'worker: give exactly one of command and agent'],
  ['an empty command', { type: 'acp', prompt: 'x', command: [] }, 'worker.command.0: must be a text'],
  ['an unknown field', { ...spec, env: {} }, 'worker.env: is not known here'],
  [
    'an unknown policy',
    { ...spec, permissions: 'yes' },
    'worker.permissions: must be allow, reject, allow-read-only or ask',
  ],
  ['an option that is a number', { ...spec, options: { a: 1 } }, 'worker.options.a: must be a text or true or false'],
  [
    'a server of no kind',
    { ...spec, mcpServers: [{ name: 'x', command: 'y' }] },
    'worker.mcpServers.0.type: must be stdio, http or sse',
  ],
  [
    'a server with a field of another kind',
    { ...spec, mcpServers: [{ type: 'http', name: 'x', url: 'y', args: [] }] },
    'worker.mcpServers.0.args: is not known here',
  ],
] as const)('P20 refuses %s, and names the field', ([, given, message]) => {
  const parsed = v.safeParse(acpSpecSchema, given)
  expect(parsed.issues && problemsOf(parsed.issues, 'worker')).toBe(message)
})

test('P20 a coding agent of the host needs a command, and has no prompt', () => {
  expect(v.is(acpAgentSchema, { command: ['opencode', 'acp'], env: { A: '1' }, network: 'host' })).toBe(true)
  expect(v.is(acpAgentSchema, {})).toBe(false)
  expect(v.is(acpAgentSchema, { command: ['opencode'], prompt: 'x' })).toBe(false)
})
