import { expect, test } from 'vitest'
import { shell, testFolder } from '../test/support.ts'
import type { Backend } from './backends/backend.ts'
import { bubblewrap } from './backends/bubblewrap.ts'
import { envOnly } from './backends/env-only.ts'
import { countsProcessesByNamespace } from './backends/start-script.ts'
import { runCommand } from './run-command.ts'
import type { RunOptions } from './sandbox.ts'

const ground = { deniedPaths: [], readOnlyPaths: [], searchPaths: [] }

test.for<[string, string]>([
  ['is gone', '/no/such/bwrap'],
  ['ends before the command runs', '/bin/false'],
])('tells a backend that %s from a command that fails', async ([, program]) => {
  await using folder = await testFolder()
  const broken: Backend = bubblewrap(program, { disableUserNamespaces: true })
  await expect(
    runCommand(broken, ground, shell('true'), { env: { TOKEN: 'CANARY' }, workspace: folder.path }),
  ).rejects.toThrow(
    expect.objectContaining({
      code: 'SANDBOX_START_FAILED',
      message: expect.not.stringContaining('CANARY') as string,
    }) as Error,
  )
})

test.for<[string, Partial<RunOptions>]>([
  ['wallClockMs', { wallClockMs: 0 }],
  ['wallClockMs', { wallClockMs: 2 ** 31 }],
  ['graceMs', { graceMs: Number.NaN }],
  ['outputLimitBytes', { outputLimitBytes: 1.5 }],
  ['limits.memoryBytes', { limits: { memoryBytes: 1 } }],
  ['limits.processes', { limits: { processes: -1 } }],
  ['network', { network: 'bridge' as 'none' }],
])('P20 refuses a wrong %s before anything starts', async ([field, wrong]) => {
  await using folder = await testFolder()
  await expect(
    runCommand(envOnly(), ground, shell('touch ran'), { env: {}, workspace: folder.path, ...wrong }),
  ).rejects.toThrow(
    expect.objectContaining({
      code: 'SANDBOX_OPTIONS_INVALID',
      message: expect.stringContaining(field) as string,
    }) as Error,
  )
})

test('limits processes only where the kernel counts them by namespace', () => {
  expect(['4.19.0', '5.13.19-generic', '5.14.0', '6.1.0-18-amd64'].map(countsProcessesByNamespace)).toEqual([
    false,
    false,
    true,
    true,
  ])
})
