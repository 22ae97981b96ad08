import { expect, test } from 'vitest'
import { planOf } from './acp-plan.ts'
import type { AcpAgent } from './acp-spec.ts'

const opencode: AcpAgent = {
  command: ['opencode', 'acp'],
  env: { SETTING: '1' },
  permissions: 'reject',
  model: 'small',
  options: { fast: true, effort: 'low' },
  network: 'host',
  mcpServers: [{ type: 'stdio', name: 'db', command: '/usr/bin/db' }],
}

test("the task's word goes before the host's settings of the agent, and these before the defaults", () => {
  const docs = { type: 'http', name: 'docs', url: 'https://docs.example' } as const
  const plan = planOf(
    {
      type: 'acp',
      prompt: 'x',
      agent: 'opencode',
      permissions: 'ask',
      options: { effort: 'high' },
      mcpServers: [docs],
    },
    { network: 'none' },
    { opencode },
  )
  expect(plan).toMatchObject({
    command: ['opencode', 'acp'],
    env: { SETTING: '1' },
    permissions: 'ask',
    mode: undefined,
    model: 'small',
    options: { fast: true, effort: 'high' },
    network: 'host',
    mcpServers: [...opencode.mcpServers!, docs],
    mustResume: true,
  })
})

test('a command of the task has the defaults', () => {
  const spec = { type: 'acp', prompt: 'x', command: ['codex-acp'] } as const
  expect(planOf(spec, {}, {})).toMatchObject({ permissions: 'allow', network: 'none', cwd: '.', options: {} })
  expect(planOf(spec, { network: 'host' }, {})).toMatchObject({ network: 'host' })
})

test.for([
  ['toString', { opencode }, 'use one of opencode'],
  ['codex', {}, 'the host has set up none: give a command'],
] as const)(
  'P20 an agent that there is not (%s) is refused, and those that there are named',
  ([agent, agents, way]) => {
    expect(() => planOf({ type: 'acp', prompt: 'x', agent }, {}, agents)).toThrow(
      expect.objectContaining({
        code: 'ACP_SPEC_INVALID',
        message: `worker.agent: there is no coding agent "${agent}": ${way}`,
        retryable: false,
      }) as Error,
    )
  },
)
