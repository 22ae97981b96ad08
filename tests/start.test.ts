import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { makeDataDir, type ServerProcessOptions, spawnServer } from './server-process.ts'

describe('P20 a server that cannot start as it is told', () => {
  test('names everything that is wrong at once, and makes nothing', async () => {
    await using folder = await makeDataDir()
    const said = await refusal({
      dataDir: folder.path,
      env: {
        AGENTIC_PORT: '99999',
        AGENTIC_ADMIN_TOKEN: 'short',
        AGENTIC_CONTAINMENT: 'maybe',
        AGENTIC_GRACE_SECS: 'soon',
        AGENTIC_CONCURRENCY: '0',
      },
    })
    for (const name of ['PORT', 'ADMIN_TOKEN', 'CONTAINMENT', 'GRACE_SECS', 'CONCURRENCY'])
      expect(said).toMatch(new RegExp(`^ {2}- AGENTIC_${name}: \\S`, 'm'))
    expect(said).not.toContain('short')
    expect(await readdir(folder.path)).toEqual([])
  })

  test('refuses a setting that it does not know, beside what else is wrong', async () => {
    await using folder = await makeDataDir()
    const said = await refusal({
      dataDir: folder.path,
      env: { AGENTIC_CONTAINEMENT: 'off', AGENTIC_PORT: '-1' },
    })
    expect(said).toContain('AGENTIC_CONTAINEMENT: is not a setting')
    expect(said).toContain('AGENTIC_CONTAINMENT')
    expect(said).toContain('AGENTIC_PORT: ')
  })

  test('listens beyond loopback only with a token of its own', async () => {
    await using folder = await makeDataDir()
    const said = await refusal({
      dataDir: folder.path,
      env: { AGENTIC_HOST: '0.0.0.0', AGENTIC_ADMIN_TOKEN: undefined, AGENTIC_CONTAINMENT: 'require' },
    })
    expect(said).toContain('set AGENTIC_ADMIN_TOKEN')
  })

  test.for(['prefer', 'off'])(
    'listens beyond loopback only with containment: %s is not enough',
    async (containment) => {
      await using folder = await makeDataDir()
      const said = await refusal({
        dataDir: folder.path,
        env: { AGENTIC_HOST: '0.0.0.0', AGENTIC_CONTAINMENT: containment },
      })
      expect(said).toContain('must be require')
      expect(said).toContain('AGENTIC_ALLOW_UNCONTAINED=true')
    },
  )

  test('names the way out when its port is taken', async () => {
    await using folder = await makeDataDir()
    await using other = await makeDataDir()
    await using server = spawnServer({ dataDir: folder.path })
    const { port } = new URL(await server.url)
    const said = await refusal({ dataDir: other.path, env: { AGENTIC_PORT: port } })
    expect(said).toContain(`127.0.0.1:${port}`)
    expect(said).toContain('AGENTIC_PORT')
  })

  test('leaves a data folder alone that another server works on', async () => {
    await using folder = await makeDataDir()
    await using server = spawnServer({ dataDir: folder.path })
    const api = await server.api
    const said = await refusal({ dataDir: folder.path })
    expect(said).toContain(folder.path)
    expect(said).toContain('in use by another process')
    expect((await api.post('/api/agents', { id: 'still-served' })).status).toBe(201)
  })
})

/** What a server says that does not start: to people, without a stack, and not as if it were ready. */
async function refusal(options: ServerProcessOptions): Promise<string> {
  await using server = spawnServer(options)
  const end = await server.url.catch(() => server.ended)
  expect(end).toEqual({ code: 1, signal: null })
  expect(server.stdout()).toBe('')
  expect(server.stderr()).not.toMatch(/^\s+at /m)
  expect(server.stderr()).not.toContain('node:internal')
  return server.stderr()
}
