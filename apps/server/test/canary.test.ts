import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createApi } from './api.ts'
import { startServer } from './running-server.ts'

/** Secrets of an agent, and what must be seen of none of them: with what it needs to be escaped, and long. */
const SECRETS = {
  TOKEN: 'canary:own/5d1f+0c?a=b',
  PEM: '-----BEGIN CANARY-----\nY2FuYXJ5LWxpbmUtb25l\nY2FuYXJ5LWxpbmUtdHdv\n-----END CANARY-----',
  QUOTED: `canary "quoted" 'own' \\ <b>&</b>`,
} as const
const SHARED = 'canary-shared-31b7fe-value'

/** How a text may be seen: as it is, or as tools write it. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64').replace(/=+$/, ''),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  url: encodeURIComponent,
  json: (text) => JSON.stringify(text).slice(1, -1),
}

const VALUES = [...Object.values(SECRETS), SHARED]
const NEEDLES = VALUES.flatMap((value) => Object.entries(FORMS).map(([form, write]) => ({ form, text: write(value) })))

const everything = (env: Readonly<Record<string, string>>): string =>
  Object.values(env)
    .flatMap((value) => Object.values(FORMS).map((write) => write(value)))
    .join(' , ')

describe('P3 no secret of an agent, in any form, is in what is told or kept', () => {
  test('of runs that succeed, fail, are blocked, are stopped and print without end', async () => {
    const logged: string[] = []
    const log = pino(
      { level: 'debug' },
      new Writable({ write: (chunk, _, done) => (logged.push(String(chunk)), done()) }),
    )
    const told: string[] = []
    await using server = await startServer({
      log,
      onAnswer: (_method, _path, { text, headers }) => told.push(text, JSON.stringify([...headers])),
      functions: {
        answer: async ({ env }) => everything(env),
        data: async ({ env }) => ({ nested: [{ [everything(env)]: everything(env) }] }),
        panic: async ({ env }) => {
          throw Object.assign(new Error(everything(env), { cause: new Error(everything(env)) }), {
            code: everything(env),
          })
        },
        block: async ({ env }) => ({
          type: 'blocked',
          block: { type: 'captcha', provider: everything(env) },
          url: `https://shop.example/?token=${encodeURIComponent(env['TOKEN'] ?? '')}`,
          evidence: {
            finalUrl: `https://x.example/#${everything(env)}`,
            htmlSnippet: everything(env),
            signals: [everything(env)],
          },
        }),
        partial: async ({ env, setPartialResult, signal }) => {
          setPartialResult(everything(env))
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error(everything(env)))))
        },
      },
    })
    const { api } = server
    await api.post('/api/agents', { id: 'shop' })
    for (const [name, value] of Object.entries(SECRETS)) await api.put(`/api/agents/shop/secrets/${name}`, { value })
    await api.put('/api/secrets/SHARED', { value: SHARED, category: 'tool' })
    expect((await api.post('/api/secrets/encrypt')).status).toBe(200)

    const print = 'printf "%s\\n" "$TOKEN" "$PEM" "$QUOTED" "$SHARED"'
    const workers = [
      ...['answer', 'data', 'panic', 'block'].map((name) => ({ type: 'function', name })),
      {
        type: 'command',
        shell: `${print}; ${print} | base64 -w0; ${print} | base64; ${print} | od -An -tx1 | tr -d ' \\n'`,
      },
      { type: 'command', shell: `${print} >&2; exit 3` },
      { type: 'command', shell: `i=0; while [ $i -lt 3000 ]; do ${print}; i=$((i+1)); done` },
      { type: 'command', shell: 'set -x; echo "$TOKEN" "$QUOTED"; cat "/nowhere/$TOKEN"; kill -9 $$' },
    ]
    const tasks = await Promise.all(
      workers.map(
        async (worker) => (await api.post('/api/agents/shop/tasks', { title: 'x', worker, maxAttempts: 1 })).body,
      ),
    )
    const slow = await api.post('/api/agents/shop/tasks', {
      title: 'x',
      worker: { type: 'function', name: 'partial' },
      wallClockSecs: 1,
      priority: -1,
    })
    const ended = await Promise.all(tasks.map(({ id }) => api.taskReaches(id, 'done', 'failed', 'blocked')))
    expect(await api.taskReaches(slow.body.id, 'failed')).toMatchObject({ outcome: { type: 'timeout' } })
    const count = (wanted: string) => ended.filter(({ status }) => status === wanted).length
    expect([count('done'), count('failed'), count('blocked')]).toEqual([4, 3, 1])

    for (const { id, runId } of ended)
      for (const path of [`tasks/${id}`, `tasks/${id}/runs`, `runs/${runId}`]) await api.get(`/api/${path}`)
    for (const path of [
      'agents/shop/tasks',
      'escalations',
      'secrets',
      'agents/shop/secrets?effective=true',
      'secrets/audit',
    ])
      await api.get(`/api/${path}`)
    // What goes wrong with a secret in the request.
    for (const value of VALUES) {
      await api.put(`/api/agents/shop/secrets/${encodeURIComponent(value)}`, { value, category: value })
      await api.send('PUT', '/api/secrets/NAME', `{"value":${JSON.stringify(value)}`)
      await api.put('/api/secrets/PATH', { value, category: 'tool' })
      await createApi(server.url, Buffer.from(value).toString('base64url')).get('/api/agents')
    }
    await api.get('/metrics')
    for await (const { type, data } of api.events(0)) {
      told.push(JSON.stringify(data))
      if (type === 'run-ended' && data.data.run.taskId === slow.body.id) break
    }

    expect(told.join('\n')).toContain('[REDACTED')
    expect(logged.length).toBeGreaterThan(20)
    expect(foundIn(told.join('\n'), 'answers and events')).toEqual([])
    expect(foundIn(logged.join('\n'), 'the log')).toEqual([])
    expect(await foundOnDisk(server.dataDir)).toEqual([])
  })
})

function foundIn(text: string, where: string): string[] {
  return NEEDLES.filter((needle) => text.includes(needle.text)).map(
    ({ form, text: needle }) => `${where}: ${form} ${needle}`,
  )
}

/** What an agent writes into its own workspace is its own. */
async function foundOnDisk(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !relative(dataDir, path).includes('/workspace/'))
  expect(files.length).toBeGreaterThan(5)
  const found = await Promise.all(
    files.map(async (path) => foundIn(await readFile(path, 'latin1'), relative(dataDir, path))),
  )
  return found.flat()
}
