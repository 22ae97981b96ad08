import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Config, ConfigError, isLoopback, readConfig } from './config.ts'

let cwd: string

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'agentic-config-'))
})

afterEach(() => rm(cwd, { recursive: true, force: true }))

const read = (env: Record<string, string | undefined> = {}): Promise<Config> => readConfig({ env, cwd })

async function problemsOf(env: Record<string, string | undefined> = {}): Promise<readonly string[]> {
  const error = await read(env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ConfigError) return error.problems
  throw error ?? new Error('the settings were taken')
}

/** What says how work is done, when nothing is said. */
const WORK = {
  models: {},
  codingAgents: {},
  readOnlyPaths: [],
  searchPaths: [],
  answerHoldSecs: 120,
  rateLimitWaitSecs: 0,
  maxBrowsers: 2,
  taskKeepSecs: 7_776_000,
  eventsKept: 100_000,
  breakerFailures: 20,
  breakerSecs: 900,
  janitor: false,
  janitorIntervalSecs: 86_400,
  janitorAgentSecs: 600,
  transcriptKeepSecs: 2_592_000,
}

describe('settings', () => {
  test('have defaults', async () => {
    expect(await read()).toEqual({
      dataDir: './data',
      host: '127.0.0.1',
      port: 8787,
      containment: 'prefer',
      allowUncontained: false,
      concurrency: 64,
      wallClockSecs: 1800,
      graceSecs: 5,
      drainSecs: 10,
      browserPrivateHosts: [],
      webhookPrivateHosts: [],
      logLevel: 'info',
      ...WORK,
    })
  })

  test('of models and coding agents are JSON, checked to the last field; a model may be a name', async () => {
    const local = { provider: 'openai-compatible', model: 'small', baseUrl: 'http://127.0.0.1:11434/v1' }
    const given = {
      AGENTIC_MODELS: JSON.stringify({ local }),
      AGENTIC_DEFAULT_MODEL: 'local',
      AGENTIC_BUDGET: '{"tokens":100000}',
      AGENTIC_CODING_AGENTS: '{"mine":{"command":["mine","--acp"]}}',
    }
    expect(await read(given)).toMatchObject({
      models: { local },
      defaultModel: 'local',
      budget: { tokens: 100_000 },
      codingAgents: { mine: { command: ['mine', '--acp'] } },
    })
    expect(await read({ AGENTIC_DEFAULT_MODEL: JSON.stringify(local) })).toMatchObject({ defaultModel: local })
    await expect(read({ AGENTIC_MODELS: '{"local":{"provider":"other"}}' })).rejects.toThrow(/AGENTIC_MODELS\.local/)
    await expect(read({ AGENTIC_MODELS: 'not JSON' })).rejects.toThrow(/AGENTIC_MODELS: /)
  })

  test('of what the sandbox shows are absolute paths, written as in PATH', async () => {
    const given = { AGENTIC_READ_ONLY_PATHS: '/opt/agents:/opt/node', AGENTIC_SEARCH_PATHS: '/opt/node/bin' }
    expect(await read(given)).toMatchObject({
      readOnlyPaths: ['/opt/agents', '/opt/node'],
      searchPaths: ['/opt/node/bin'],
    })
    await expect(read({ AGENTIC_SEARCH_PATHS: 'bin' })).rejects.toThrow(/AGENTIC_SEARCH_PATHS: must be absolute/)
  })

  test('are read from the environment; what is empty or not ours is left alone', async () => {
    const env = {
      AGENTIC_DATA_DIR: '/srv/agentic',
      AGENTIC_HOST: 'localhost',
      AGENTIC_PORT: '0',
      AGENTIC_ADMIN_TOKEN: 'a-token-of-my-own-1',
      AGENTIC_CONTAINMENT: 'off',
      AGENTIC_ALLOW_UNCONTAINED: 'true',
      AGENTIC_CONCURRENCY: '8',
      AGENTIC_WALL_CLOCK_SECS: '60',
      AGENTIC_GRACE_SECS: '0.5',
      AGENTIC_DRAIN_SECS: '0',
      AGENTIC_CHROMIUM_PATH: '',
      AGENTIC_BROWSER_PRIVATE_HOSTS: '10.0.0.1:80, intranet:8443',
      AGENTIC_WEBHOOK_PRIVATE_HOSTS: 'backend:80',
      AGENTIC_LOG_LEVEL: undefined,
      PATH: '/bin',
      NODE_ENV: 'test',
    }
    expect(await read(env)).toEqual({
      dataDir: '/srv/agentic',
      host: 'localhost',
      port: 0,
      adminToken: 'a-token-of-my-own-1',
      containment: 'off',
      allowUncontained: true,
      concurrency: 8,
      wallClockSecs: 60,
      webhookPrivateHosts: ['backend:80'],
      graceSecs: 0.5,
      drainSecs: 0,
      browserPrivateHosts: ['10.0.0.1:80', 'intranet:8443'],
      logLevel: 'info',
      ...WORK,
    })
  })

  test.for([
    ['json', '{"port": 4711, "dataDir": "/from/file", "browserPrivateHosts": ["a:1"]}'],
    ['yaml', 'port: 4711\ndataDir: /from/file\nbrowserPrivateHosts:\n  - a:1\n'],
    ['toml', 'port = 4711\ndataDir = "/from/file"\nbrowserPrivateHosts = ["a:1"]\n'],
    ['js', 'export default { port: 4711, dataDir: "/from/file", browserPrivateHosts: ["a:1"] }\n'],
    ['ts', 'const port: number = 4711\nexport default { port, dataDir: "/from/file", browserPrivateHosts: ["a:1"] }\n'],
  ] as const)('are read from agentic.config.%s, and the environment goes before', async ([kind, text]) => {
    await writeFile(join(cwd, `agentic.config.${kind}`), text)
    expect(await read()).toMatchObject({ port: 4711, dataDir: '/from/file', browserPrivateHosts: ['a:1'] })
    expect(await read({ AGENTIC_PORT: '4712' })).toMatchObject({ port: 4712, dataDir: '/from/file' })
  })

  test.for([
    ['json', '{"port": '],
    ['yaml', 'port: [\n'],
    ['toml', 'port = = 1\n'],
    ['js', 'export default {\n'],
  ] as const)('from an agentic.config.%s that is broken are refused', async ([kind, text]) => {
    await writeFile(join(cwd, `agentic.config.${kind}`), text)
    expect(await problemsOf()).toEqual([expect.stringMatching(/^agentic\.config: cannot be read: /)])
  })

  test('P20 that are wrong or unknown are refused, all at once, each by the name under which it was given', async () => {
    await writeFile(
      join(cwd, 'agentic.config.json'),
      JSON.stringify({ dataDir: '', concurrency: 0, colour: 'red', wallClockSecs: '60', graceSecs: 5 }),
    )
    const problems = await problemsOf({
      AGENTIC_PORT: '70000',
      AGENTIC_GRACE_SECS: '-1',
      AGENTIC_DRAIN_SECS: 'soon',
      AGENTIC_ALLOW_UNCONTAINED: 'yes',
      AGENTIC_CONTAINMENT: 'maybe',
      AGENTIC_LOG_LEVEL: 'loud',
      AGENTIC_BROWSER_PRIVATE_HOSTS: 'http://a/',
      AGENTIC_COLOR: 'red',
    })
    expect(problems.toSorted()).toEqual([
      'AGENTIC_ALLOW_UNCONTAINED: must be true or false',
      'AGENTIC_BROWSER_PRIVATE_HOSTS: must be host:port',
      expect.stringMatching(/^AGENTIC_COLOR: is not a setting; those are AGENTIC_DATA_DIR, /),
      'AGENTIC_CONTAINMENT: must be require, prefer or off',
      'AGENTIC_DRAIN_SECS: must be a number of seconds',
      'AGENTIC_GRACE_SECS: must not be negative',
      'AGENTIC_LOG_LEVEL: must be debug, info, warn, error or silent',
      'AGENTIC_PORT: must be at most 65535',
      expect.stringMatching(/^colour: is not a setting; those are dataDir, host, port, /),
      'concurrency: must be at least 1',
      'dataDir: must not be empty',
      'wallClockSecs: must be a number of seconds',
    ])
  })

  test('P20 C15 that are unknown inside of others are refused too', async () => {
    await writeFile(join(cwd, 'agentic.config.json'), JSON.stringify({ budget: { tokenz: 1 } }))
    expect(await problemsOf()).toEqual([expect.stringMatching(/^budget\.tokenz: /)])
  })

  test.for([
    ['too short', 'short-secret'],
    ['with a space', 'two words in a token'],
    ['beyond ASCII', 'a-token-with-an-ümlaut'],
  ])('hold no admin token %s, which could not be sent or could be guessed; it is not told', async ([, token = '']) => {
    const problems = await problemsOf({ AGENTIC_ADMIN_TOKEN: token })
    expect(problems).toEqual([expect.stringMatching(/^AGENTIC_ADMIN_TOKEN: must /)])
    expect(problems.join()).not.toContain(token)
  })

  test('that are no object, or of another type, are refused without telling their value', async () => {
    await writeFile(join(cwd, 'agentic.config.json'), JSON.stringify({ adminToken: 123_456_789, host: ['x'] }))
    expect((await problemsOf()).toSorted()).toEqual(['adminToken: must be text', 'host: must be an address'])
  })
})

describe('a server that others can reach', () => {
  test('requires containment unless told otherwise', async () => {
    expect(await read({ AGENTIC_HOST: '0.0.0.0' })).toMatchObject({ containment: 'require' })
    for (const containment of ['prefer', 'off']) {
      const env = { AGENTIC_HOST: '0.0.0.0', AGENTIC_CONTAINMENT: containment }
      expect(await problemsOf(env)).toEqual([expect.stringMatching(/^containment: .*AGENTIC_ALLOW_UNCONTAINED=true/)])
      expect(await read({ ...env, AGENTIC_ALLOW_UNCONTAINED: 'true' })).toMatchObject({ containment })
    }
  })

  test('is told so together with what else is wrong', async () => {
    const env = { AGENTIC_HOST: '::', AGENTIC_CONTAINMENT: 'off', AGENTIC_COLOR: 'red' }
    expect(await problemsOf(env)).toEqual([
      expect.stringMatching(/^AGENTIC_COLOR: /),
      expect.stringMatching(/^containment: /),
    ])
  })

  test.for([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['', false],
  ] as const)('is not one on %s: %s', ([host, expected]) => {
    expect(isLoopback(host)).toBe(expected)
  })
})
