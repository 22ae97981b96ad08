import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../apps/server/src/config.ts'
import { startServer } from '../apps/server/test/running-server.ts'
import { startScriptedModelServer } from '../packages/worker/test/scripted-model-server.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const packages = await readdir(join(root, 'packages'))

/** The fenced blocks of a language in a Markdown text. */
function blocks(markdown: string, language: string): string[] {
  return Array.from(
    markdown.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm')),
    ([, code = '']) => code,
  )
}

describe.each(packages)('the README of %s', (name) => {
  test('opens with lines that run', async () => {
    const folder = join(root, 'packages', name)
    const [first] = blocks(await readFile(join(folder, 'README.md'), 'utf8'), 'ts')
    // Inside the package, so that its name and those of its dependencies resolve as for a user.
    const place = await mkdtemp(join(folder, '.readme-'))
    try {
      await writeFile(join(place, 'first.ts'), first ?? 'throw new Error("there is no first block")')
      const options = ['--conditions=@agentic/source', '--disable-warning=ExperimentalWarning', 'first.ts']
      const { stderr } = await run(process.execPath, options, { cwd: place, timeout: 20_000 })
      expect(stderr).toBe('')
    } finally {
      await rm(place, { recursive: true })
    }
  })
})

describe('the examples', () => {
  test('run', async () => {
    const folder = join(root, 'examples', 'src')
    const outputs: Record<string, string> = {}
    for (const name of await readdir(folder)) {
      const { stdout } = await run(process.execPath, ['--conditions=@agentic/source', join(folder, name)], {
        timeout: 20_000,
      })
      outputs[name] = stdout
    }
    expect(outputs['inside-your-backend.ts']).toContain("result: 'logging in with [REDACTED]\\n'")
    expect(outputs['next-times.ts']).toContain('2026-03-08T07:00:00.000Z')
  })
})

describe('the README', () => {
  test('has first steps that work as printed, in order', async () => {
    await using server = await startServer()
    const readme = await readFile(join(root, 'README.md'), 'utf8')
    const steps = blocks(readme.slice(readme.indexOf('## First steps'), readme.indexOf('## The packages')), 'sh').slice(
      1,
    )
    expect(steps).toHaveLength(11)
    const place = await mkdtemp(join(tmpdir(), 'agentic-readme-'))
    const env: Record<string, string | undefined> = {
      PATH: process.env['PATH'],
      URL: server.url,
      TOKEN: 'test-admin-token-0123456789',
    }
    const answers: string[] = []
    const step = async (index: number): Promise<string> => {
      // curl ends a stream that it was told to follow for some seconds with 28.
      const script = `set -e\n${steps[index]?.replace('--max-time 3', '--max-time 1 || [ $? = 28 ]') ?? ''}`
      const { stdout } = await run('sh', ['-c', script], { cwd: place, env, timeout: 20_000 })
      answers.push(stdout)
      return stdout
    }
    try {
      expect(await step(0)).toContain('"mode":"dormant"')
      expect(await step(1)).toContain('"category":"tool"')
      const { id } = JSON.parse(await step(2)) as { id: string }
      await server.api.taskReaches(id, 'done')
      expect(await step(3)).toContain('token: [REDACTED')
      const late = JSON.parse(await step(4)) as { id: string }
      expect((await server.api.taskReaches(late.id, 'failed')).outcome.type).toBe('timeout')
      expect(await step(5)).toMatch(/"status":"(?:pending|running)"/)
      expect(await step(6)).toContain('event: run-ended')
      expect(await step(7)).toContain('"token":"agentic_agent_')
      expect(await step(8)).toBe('')
      expect((await server.api.get('/api/agents/acme')).status).toBe(404)
      const { masterKey } = JSON.parse(await step(9)) as { masterKey: string }
      await server.api.post('/api/secrets/lock')
      env['MASTER_KEY'] = masterKey
      expect(await step(10)).toContain('"state":"unlocked"')
      expect(answers.join('\n')).not.toContain('ghp_acmes')
    } finally {
      await rm(place, { recursive: true })
    }
  })
})

describe('the page on language models', () => {
  test('has steps that work as printed, in order', async () => {
    const page = await readFile(join(root, 'docs', 'models.md'), 'utf8')
    const [settings = '', ...steps] = blocks(page, 'sh')
    await using model = await startScriptedModelServer([
      { calls: [{ name: 'shell', input: { command: 'date' } }] },
      { text: 'It is a fine day' },
    ])
    const here = settings.replaceAll(/"baseUrl": "[^"]*"/g, `"baseUrl": "${model.baseUrl}"`)
    const shell = async (script: string, env: Readonly<Record<string, string>>): Promise<string> =>
      (await run('sh', ['-ec', script], { env: { PATH: process.env['PATH'], ...env }, timeout: 20_000 })).stdout
    const given = await shell(`${here}\nprintf '%s|%s' "$AGENTIC_MODELS" "$AGENTIC_DEFAULT_MODEL"`, {})
    const [models = '', defaultModel = ''] = given.split('|')
    await using server = await startServer({ env: { AGENTIC_MODELS: models, AGENTIC_DEFAULT_MODEL: defaultModel } })
    const env = { URL: server.url, TOKEN: 'test-admin-token-0123456789' }

    expect(await shell(steps[0] ?? '', env)).toContain('"category":"system"')
    const taskId = (await shell(`{ ${steps[1]} } >&2; printf %s "$TASK"`, env)).trim()
    expect((await server.api.taskReaches(taskId, 'done')).outcome.result).toBe('It is a fine day')
    const said = await shell(steps[2] ?? '', { ...env, TASK: taskId })
    expect(said).toContain('"modelCalls":2')
    expect(said).toContain('You work for the hotel Lakeside.')
    expect(said).not.toContain('sk-or-')
    expect(steps).toHaveLength(3)
    expect(model.requests[0]?.headers.authorization).toBe('Bearer sk-or-...')
  })
})

describe('the settings that the pages print are taken by a server', () => {
  const pageOf = (name: string): Promise<string> => readFile(join(root, 'docs', name), 'utf8')
  const settingsOf = (env: Readonly<Record<string, string>>) => readConfig({ env, cwd: tmpdir() })

  test('for every provider of language models', async () => {
    const models = blocks(await pageOf('models.md'), 'json').map((block) => JSON.parse(block) as { provider: string })
    expect(models).toHaveLength(5)
    const env = { AGENTIC_MODELS: JSON.stringify(Object.fromEntries(models.entries())) }
    expect(Object.values((await settingsOf(env)).models)).toMatchObject(models)
    const [first] = models
    await expect(settingsOf({ AGENTIC_MODELS: JSON.stringify({ x: { ...first, url: 'x' } }) })).rejects.toThrow(
      /AGENTIC_MODELS\.x\.url/,
    )
  })

  test('for coding agents', async () => {
    const [task = '', file = ''] = blocks(await pageOf('acp.md'), 'json')
    const { codingAgents, ...paths } = JSON.parse(file) as {
      readonly codingAgents: Readonly<Record<string, object>>
      readonly readOnlyPaths: readonly string[]
      readonly searchPaths: readonly string[]
    }
    const given = {
      AGENTIC_CODING_AGENTS: JSON.stringify(codingAgents),
      AGENTIC_READ_ONLY_PATHS: paths.readOnlyPaths.join(':'),
      AGENTIC_SEARCH_PATHS: paths.searchPaths.join(':'),
    }
    expect(await settingsOf(given)).toMatchObject({ codingAgents, ...paths })
    expect(Object.keys(codingAgents)).toContain((JSON.parse(task) as { agent: string }).agent)
  })
})

describe('the page on the ends of runs', () => {
  const rows = /^\|[^|]+\|[^|]+\| \[([^\]]+)\]\(\.\.\/([^)]+)\) \|$/gm

  test('names tests that there are', async () => {
    const page = await readFile(join(root, 'docs', 'ends-of-runs.md'), 'utf8')
    const named = Array.from(page.matchAll(rows), ([, title = '', file = '']) => ({ title, file }))
    const lines = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| what happens '))
    expect(named).toHaveLength(lines.length)
    const missing: string[] = []
    for (const { title, file } of named) {
      const source = (await readFile(join(root, file), 'utf8')).replaceAll('\\', '')
      if (!source.includes(title)) missing.push(`${title} (${file})`)
    }
    expect(missing).toEqual([])
  })
})
