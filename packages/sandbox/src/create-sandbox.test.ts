import { tmpdir } from 'node:os'
import { createSandbox, type SandboxOptions } from '@agentic/sandbox'
import { expect, test, vi } from 'vitest'
import { shell, testFolder } from '../test/support.ts'

test('P1 refuses to run uncontained unless told so, and says how', async () => {
  await expect(createSandbox({ backends: ['env-only'] })).rejects.toThrow(
    expect.objectContaining({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringContaining("'prefer'") as string,
    }) as Error,
  )
})

test('reports what is in force, not what was wished for', async () => {
  const { status } = await createSandbox({ containment: 'prefer', backends: ['env-only'] })
  expect(status).toEqual({
    requested: 'prefer',
    active: false,
    backend: 'env-only',
    filesystem: 'host',
    processes: 'host',
    network: 'host',
    why: [],
  })
})

test('does not even try to contain with containment off', async () => {
  const { status } = await createSandbox({ containment: 'off' })
  expect(status).toMatchObject({ requested: 'off', active: false, backend: 'env-only' })
})

// The reasons are told apart by what Linux offers.
test.runIf(process.platform === 'linux')('names the reason for each better backend that it did not take', async () => {
  // A bwrap that is there and prints its version, as on a host whose policy forbids namespaces, is no backend.
  await using folder = await testFolder()
  await (
    await createSandbox({ containment: 'off' })
  ).run(shell(`printf '#!/bin/sh\\necho "bubblewrap 0.9"\\n' >bwrap; chmod +x bwrap`), {
    env: {},
    workspace: folder.path,
  })
  vi.stubEnv('PATH', `${folder.path}:${process.env['PATH']}`)
  try {
    const { status } = await createSandbox({ containment: 'prefer', backends: ['bubblewrap', 'env-only'] })
    expect(status.backend).toBe('env-only')
    expect(status.why).toEqual([expect.stringMatching(/^bubblewrap: .*user namespaces/)])
  } finally {
    vi.unstubAllEnvs()
  }
})

test.for<[string, SandboxOptions]>([
  ['containment', { containment: 'maybe' as 'off' }],
  ['backends', { backends: [] }],
  ['backends', { backends: ['docker' as 'unshare'] }],
  ['deniedPaths', { deniedPaths: ['data'] }],
  ['deniedPaths', { deniedPaths: [tmpdir()] }],
  ['readOnlyPaths', { readOnlyPaths: ['/no/such/folder'] }],
  ['readOnlyPaths', { readOnlyPaths: ['/usr'], deniedPaths: ['/usr/share'] }],
  ['searchPaths', { searchPaths: ['/a:/b'] }],
])('P20 refuses a wrong %s and names it', async ([field, options]) => {
  await expect(createSandbox(options)).rejects.toThrow(
    expect.objectContaining({
      code: 'SANDBOX_OPTIONS_INVALID',
      message: expect.stringContaining(field) as string,
    }) as Error,
  )
})
