import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateRootKey } from '@agentic/secrets'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Api, createApi } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { createSeenAnswers } from './seen-answers.ts'

const CANARY = 'canary-value-0123456789'
const KEY = /^[\w-]{43}$/
const seen = createSeenAnswers()

let server: RunningServer
let api: Api

async function begin(options: Parameters<typeof startServer>[0] = {}): Promise<void> {
  server = await startServer({
    onAnswer: seen.record,
    functions: { env: async ({ env }) => Object.keys(env).toSorted().join() },
    ...options,
    env: { AGENTIC_CONTAINMENT: 'off', ...options.env },
  })
  ;({ api } = server)
}

async function restart(): Promise<void> {
  server = await server.restart()
  ;({ api } = server)
}

let document: unknown

beforeEach(async () => {
  await begin()
  document ??= (await api.get('/api/openapi.json')).body
})
afterEach(() => server[Symbol.asyncDispose]())
afterAll(() => expect(seen.undescribedIn(document)).toEqual([]))

async function fill(): Promise<void> {
  await api.post('/api/agents', { id: 'shop' })
  await api.put('/api/agents/shop/secrets/OWN', { value: `${CANARY}-own` })
  await api.put('/api/secrets/SHARED', { value: `${CANARY}-shared`, category: 'tool' })
}

async function encrypted(): Promise<string> {
  const { status, body } = await api.post('/api/secrets/encrypt')
  expect(status).toBe(200)
  return body.masterKey
}

/** Where on the disk of the server's data a text is found. */
async function filesWith(text: string): Promise<string[]> {
  const entries = await readdir(server.dataDir, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const found = await Promise.all(files.map(async (file) => ((await readFile(file)).includes(text) ? [file] : [])))
  return found.flat()
}

const runEnv = { title: 'Names', worker: { type: 'function', name: 'env' } }

describe('the life of the store', () => {
  test('is encrypted, locked, unlocked and rotated; its keys are told once', async () => {
    await fill()
    expect((await api.get('/api/secrets/status')).body).toEqual({
      state: 'unencrypted',
      counts: { shared: 1, agent: 1 },
    })
    const made = await api.post('/api/secrets/encrypt')
    expect(made).toMatchObject({
      status: 200,
      body: { report: { scopes: 2, rows: 2, unreadable: [], quarantined: [] } },
    })
    expect(made.headers.get('cache-control')).toBe('no-store')
    const first = made.body.masterKey
    expect(first).toMatch(KEY)
    expect((await api.get('/api/secrets/status')).body.state).toBe('unlocked')

    expect(await api.post('/api/secrets/lock')).toMatchObject({ status: 200, body: { state: 'locked' } })
    expect((await api.get('/api/secrets/status')).body.state).toBe('locked')
    expect(await api.post('/api/secrets/unlock', { masterKey: generateRootKey() })).toMatchObject({
      status: 422,
      body: { code: 'wrong-key' },
    })
    expect(await api.post('/api/secrets/unlock', { masterKey: first })).toMatchObject({
      status: 200,
      body: { state: 'unlocked' },
    })

    const rotated = await api.post('/api/secrets/rotate')
    expect(rotated.body.masterKey).toMatch(KEY)
    expect(rotated.body.masterKey).not.toBe(first)
    await api.post('/api/secrets/lock')
    expect(await api.post('/api/secrets/unlock', { masterKey: first })).toMatchObject({ status: 422 })
    expect(await api.post('/api/secrets/unlock', rotated.body)).toMatchObject({
      status: 422,
      body: { code: 'invalid-input' },
    })
    expect(await api.post('/api/secrets/unlock', { masterKey: rotated.body.masterKey })).toMatchObject({ status: 200 })
    for (const key of [first, rotated.body.masterKey, CANARY]) expect(await filesWith(key)).toEqual([])
  })

  test('takes a key that its owner keeps, and does not say it back', async () => {
    const masterKey = generateRootKey()
    const { status, text } = await api.post('/api/secrets/encrypt', { masterKey })
    expect(status).toBe(200)
    expect(text).not.toContain(masterKey)
    await api.post('/api/secrets/lock')
    expect(await api.post('/api/secrets/unlock', { masterKey })).toMatchObject({ status: 200 })
    expect(await api.post('/api/secrets/rotate', { masterKey })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'masterKey', message: expect.stringContaining('in use') }] },
    })
  })

  test('P20 refuses what its state does not allow, and keys that are none', async () => {
    for (const step of ['lock', 'rotate']) {
      expect(await api.post(`/api/secrets/${step}`)).toMatchObject({ status: 409, body: { code: 'wrong-status' } })
    }
    expect(await api.post('/api/secrets/unlock', { masterKey: generateRootKey() })).toMatchObject({ status: 409 })
    for (const masterKey of ['short', 'x'.repeat(5000), 42, '']) {
      const answer = await api.post('/api/secrets/encrypt', { masterKey })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'masterKey' }] } })
      expect(answer.text).not.toContain('short')
    }
    expect(await api.post('/api/secrets/unlock', {})).toMatchObject({ status: 422 })
    await encrypted()
    expect(await api.post('/api/secrets/encrypt')).toMatchObject({ status: 409, body: { code: 'wrong-status' } })
    await api.post('/api/secrets/lock')
    expect(await api.post('/api/secrets/encrypt')).toMatchObject({ status: 409 })
    expect(await api.post('/api/secrets/rotate')).toMatchObject({ status: 423, body: { code: 'locked' } })
  })

  test('is for admins', async () => {
    await fill()
    const { body } = await api.post('/api/tokens', { scope: { agentId: 'shop' } })
    const agent = createApi(server.url, body.token)
    for (const step of [
      'encrypt',
      'unlock',
      'lock',
      'rotate',
      'export',
      'import',
      'verify',
      'repair',
      'rotate-scopes',
    ]) {
      expect(await agent.post(`/api/secrets/${step}`)).toMatchObject({ status: 403 })
    }
    for (const page of ['status', 'audit'])
      expect(await agent.get(`/api/secrets/${page}`)).toMatchObject({ status: 403 })
  })
})

describe('while locked', () => {
  test('names and categories are told, unverified; all that needs a value is 423', async () => {
    await fill()
    const masterKey = await encrypted()
    await api.post('/api/secrets/lock')
    expect((await api.get('/api/agents/shop/secrets')).body.items).toMatchObject([
      { name: 'OWN', category: 'tool', unverified: true },
    ])
    expect(await api.get('/api/secrets/SHARED')).toMatchObject({ status: 200, body: { unverified: true } })
    expect((await api.get('/api/agents/shop/secrets?effective=true')).body.items).toMatchObject([
      { name: 'OWN', available: false, why: 'locked' },
      { name: 'SHARED', available: false, why: 'locked' },
    ])
    for (const answer of [
      await api.put('/api/agents/shop/secrets/OWN', { value: 'x' }),
      await api.put('/api/secrets/SHARED', { value: 'x' }),
      await api.send('DELETE', '/api/agents/shop/secrets/OWN'),
      await api.send('DELETE', '/api/secrets/SHARED'),
      await api.post('/api/secrets/export'),
      await api.post('/api/secrets/import', { version: 1, entries: [] }),
      await api.post('/api/secrets/verify'),
    ])
      expect(answer).toMatchObject({ status: 423, body: { code: 'locked', detail: expect.stringContaining('unlock') } })
    await api.post('/api/secrets/unlock', { masterKey })
    expect(await api.put('/api/agents/shop/secrets/OWN', { value: 'x-x-x' })).toMatchObject({ status: 200 })
  })

  test('readiness says so, and work waits without using an attempt up, over a restart too', async () => {
    await fill()
    const masterKey = await encrypted()
    await restart()
    const ready = await api.get('/readyz')
    expect(ready.status).toBe(503)
    expect(ready.body.parts).toContainEqual({
      name: 'encryption',
      ok: false,
      detail: expect.stringContaining('unlock'),
    })
    const { body: task } = await api.post('/api/agents/shop/tasks', runEnv)
    await restart()
    expect((await api.get(`/api/tasks/${task.id}`)).body).toMatchObject({ status: 'ready', attempts: 0 })
    await api.post('/api/secrets/unlock', { masterKey })
    expect(await api.taskReaches(task.id, 'done')).toMatchObject({ attempts: 1, outcome: { result: 'OWN,SHARED' } })
    expect(await api.get('/readyz')).toMatchObject({ status: 200 })
  })
})

describe('a master key in a file', () => {
  let folder: string
  let file: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agentic-key-'))
    file = join(folder, 'master-key')
    await writeFile(file, generateRootKey(), { mode: 0o600 })
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('encrypts a new server from the start, and unlocks it at each', async () => {
    await server[Symbol.asyncDispose]()
    await begin({ env: { AGENTIC_MASTER_KEY_FILE: file } })
    await fill()
    expect(await filesWith(CANARY)).toEqual([])
    await restart()
    expect((await api.get('/api/secrets/status')).body.state).toBe('unlocked')
    expect(await api.get('/readyz')).toMatchObject({ status: 200 })
    expect((await api.post('/api/secrets/export')).text).toContain(CANARY)
  })

  test('does not accept a store in clear, which anybody could have put there, and tells the way out', async () => {
    await fill()
    const start = () =>
      startServer({ dataDir: server.dataDir, env: { AGENTIC_MASTER_KEY_FILE: file, AGENTIC_CONTAINMENT: 'off' } })
    await server.stop()
    await expect(start()).rejects.toThrow(/masterKeyFile: .* POST \/api\/secrets\/encrypt/)
  })

  test.for([
    ['is not there', (path: string) => rm(path), /masterKeyFile: .*cannot be opened/],
    ['others can read', (path: string) => chmod(path, 0o644), /masterKeyFile: .*0600/],
    ['holds another key', (path: string) => writeFile(path, generateRootKey()), /masterKeyFile: .*not the root key/],
    ['holds no key', (path: string) => writeFile(path, 'hello'), /masterKeyFile: .*32 bytes/],
  ] as const)('that %s stops the start, and says why', async ([, spoil, says]) => {
    await server[Symbol.asyncDispose]()
    await begin({ env: { AGENTIC_MASTER_KEY_FILE: file } })
    await server.stop()
    await spoil(file)
    await expect(server.restart()).rejects.toThrow(says)
  })
})

describe('P19 a master key that was made', () => {
  /** The disk as a process leaves it that dies before its answer has left. */
  async function diesUntold(change: 'encrypt' | 'rotate'): Promise<void> {
    const { secretKeys } = server.system.ports
    await secretKeys[change](undefined, 'test')
    await restart()
  }

  test('is not lost when the process dies before it was told', async () => {
    await fill()
    await diesUntold('encrypt')
    expect((await api.get('/api/secrets/status')).body.state).toBe('unlocked')
    const { body } = await api.post('/api/secrets/rotate')
    await restart()
    expect((await api.get('/api/secrets/status')).body.state).toBe('locked')
    expect(await api.post('/api/secrets/unlock', { masterKey: body.masterKey })).toMatchObject({ status: 200 })

    await diesUntold('rotate')
    expect((await api.get('/api/secrets/status')).body.state).toBe('unlocked')
    const { entries } = (await api.post('/api/secrets/export')).body
    expect(entries.map(({ name }: { name: string }) => name)).toEqual(['SHARED', 'OWN'])
  })

  test('leaves the disk once it was told', async () => {
    await encrypted()
    await restart()
    expect((await api.get('/api/secrets/status')).body.state).toBe('locked')
    expect(await readdir(server.dataDir)).not.toContain('pending-master-key')
  })
})

describe('export and import', () => {
  test('give everything back: values, times and categories', async () => {
    await fill()
    const exported = await api.post('/api/secrets/export')
    expect(exported.status).toBe(200)
    expect(exported.headers.get('cache-control')).toBe('no-store')
    expect(exported.body).toEqual({
      version: 1,
      entries: [
        expect.objectContaining({
          scope: { type: 'instance-shared' },
          name: 'SHARED',
          value: `${CANARY}-shared`,
          category: 'tool',
        }),
        expect.objectContaining({
          scope: { type: 'agent', agentId: 'shop' },
          name: 'OWN',
          value: `${CANARY}-own`,
          category: 'tool',
        }),
      ],
    })
    await api.send('DELETE', '/api/agents/shop/secrets/OWN')
    await api.put('/api/secrets/SHARED', { value: 'another value' })
    expect(await api.post('/api/secrets/import', exported.body)).toMatchObject({
      status: 200,
      body: { created: 1, replaced: 0, skipped: [{ name: 'SHARED' }] },
    })
    expect(await api.post('/api/secrets/import', { ...exported.body, overwrite: true })).toMatchObject({
      body: { created: 0, replaced: 2, skipped: [] },
    })
    expect((await api.post('/api/secrets/export')).body).toEqual(exported.body)
  })

  test('can be of one agent, and sealed under a passphrase', async () => {
    await fill()
    const ofShop = await api.post('/api/secrets/export', { scope: { agentId: 'shop' } })
    expect(ofShop.body.entries.map(({ name }: { name: string }) => name)).toEqual(['OWN'])
    const passphrase = 'correct horse battery staple'
    const sealed = await api.post('/api/secrets/export', { passphrase })
    expect(sealed.body).toMatchObject({ version: 1, encrypted: 'aes-256-gcm' })
    expect(sealed.text).not.toContain(CANARY)
    await api.send('DELETE', '/api/secrets/SHARED')
    expect(await api.post('/api/secrets/import', sealed.body)).toMatchObject({ status: 422 })
    expect(await api.post('/api/secrets/import', { ...sealed.body, passphrase: 'another passphrase' })).toMatchObject({
      status: 422,
      body: { code: 'wrong-key' },
    })
    expect(await api.post('/api/secrets/import', { ...sealed.body, passphrase })).toMatchObject({
      body: { created: 1 },
    })
  })

  test('take spacebot’s file, and one of many secrets', async () => {
    await api.post('/api/agents', { id: 'shop' })
    const file = {
      version: 1,
      entries: [
        {
          name: 'A_KEY',
          value: 'a',
          category: 'tool',
          created_at: '2025-01-01T00:00:00Z',
          updated_at: '2025-02-01T00:00:00Z',
        },
        { name: 'B_KEY', value: 'b', category: 'tool', scope: { kind: 'agent', agent_id: 'shop' } },
      ],
    }
    expect(await api.post('/api/secrets/import', file)).toMatchObject({ body: { created: 2 } })
    expect((await api.get('/api/secrets/A_KEY')).body.createdAt).toBe('2025-01-01T00:00:00Z')
    const many = Array.from({ length: 3000 }, (_, index) => ({
      name: `N_${index}`,
      value: 'x'.repeat(500),
      category: 'system',
    }))
    expect(await api.post('/api/secrets/import', { version: 1, entries: many })).toMatchObject({
      body: { created: 3000 },
    })
    expect(await api.post('/api/secrets/import', Buffer.alloc(67_108_865, ' '))).toMatchObject({ status: 413 })
  })

  test.for([
    [{}, 'file'],
    [{ version: 2, entries: [] }, 'file'],
    [
      {
        version: 1,
        entries: [
          { name: 'OK', value: 'x' },
          { name: '', value: 'x' },
        ],
      },
      'entries[1]',
    ],
    [
      { version: 1, entries: [{ name: 'OK', value: 'x', scope: { type: 'agent', agentId: 'nobody' } }] },
      'entries[0].scope',
    ],
    [
      {
        version: 1,
        entries: [{ name: 'OK', value: 'x', scope: { type: 'agent', agentId: 'shop' }, category: 'system' }],
      },
      'entries[0]',
    ],
    [{ version: 1, entries: [], overwrite: 'yes' }, 'overwrite'],
  ] as const)('P20 %j is refused whole: %s', async ([file, field]) => {
    await api.post('/api/agents', { id: 'shop' })
    const answer = await api.post('/api/secrets/import', file)
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid-input' } })
    expect(answer.body.errors[0].field.startsWith(field)).toBe(true)
    expect((await api.get('/api/secrets')).body.items).toEqual([])
  })
})

describe('single secrets', () => {
  test('are put against a version, until a time, and say when they were used', async () => {
    await api.post('/api/agents', { id: 'shop' })
    const path = '/api/agents/shop/secrets/OWN'
    expect(await api.put(path, { value: 'one-1', ifVersion: 0 })).toMatchObject({ status: 201, body: { version: 1 } })
    expect(await api.put(path, { value: 'two-2', ifVersion: 0 })).toMatchObject({
      status: 409,
      body: { code: 'version-conflict' },
    })
    expect(await api.put(path, { value: 'two-2', ifVersion: 1, graceSecs: 0 })).toMatchObject({
      status: 200,
      body: { version: 2 },
    })
    const expiresAt = '2001-01-01T00:00:00.000Z'
    expect(await api.put(path, { value: 'three', expiresAt })).toMatchObject({ status: 200, body: { expiresAt } })
    expect((await api.get('/api/agents/shop/secrets?effective=true')).body.items).toMatchObject([
      { name: 'OWN', why: 'expired' },
    ])
    await api.put(path, { value: 'four-4' })
    const { body } = await api.post('/api/agents/shop/tasks', runEnv)
    await api.taskReaches(body.id, 'done')
    expect((await api.get(path)).body.lastUsedOn).toMatch(/^\d{4}-\d\d-\d\d$/)
  })

  test.for([
    { ifVersion: -1 },
    { ifVersion: 1.5 },
    { graceSecs: -1 },
    { expiresAt: 'tomorrow' },
    { category: 'other' },
  ])('P20 are not put with %j', async (options) => {
    const answer = await api.put('/api/secrets/NAME', { value: 'x', ...options })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: Object.keys(options)[0] }] } })
    expect(await api.get('/api/secrets/NAME')).toMatchObject({ status: 404 })
  })

  test('are not called what a route is called', async () => {
    for (const name of ['status', 'audit']) {
      const answer = await api.put(`/api/secrets/${name}`, { value: 'x', category: 'system' })
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ field: 'name' }] } })
    }
  })

  test('of an agent go with it while the store is locked', async () => {
    await fill()
    const masterKey = await encrypted()
    await api.post('/api/secrets/lock')
    expect(await api.send('DELETE', '/api/agents/shop')).toMatchObject({ status: 204 })
    await api.post('/api/secrets/unlock', { masterKey })
    await api.post('/api/agents', { id: 'shop' })
    expect((await api.get('/api/agents/shop/secrets')).body.items).toEqual([])
    expect((await api.post('/api/secrets/verify')).body.isSound).toBe(true)
  })
})

describe('looking after the store', () => {
  test('the audit trail tells who did what to which secret, newest first, a page at a time, and never a value', async () => {
    await fill()
    const { body: made } = await api.post('/api/tokens', { scope: { agentId: 'shop' } })
    await createApi(server.url, made.token).send('DELETE', '/api/agents/shop/secrets/OWN')
    await api.post('/api/secrets/export')
    const first = await api.get('/api/secrets/audit?limit=3')
    const second = await api.get(`/api/secrets/audit?limit=3&cursor=${first.body.nextCursor}`)
    expect([...first.body.items, ...second.body.items]).toMatchObject([
      { sequence: 4, action: 'export', actor: 'token:admin' },
      {
        sequence: 3,
        action: 'delete',
        actor: `token:${made.id}`,
        name: 'OWN',
        scope: { type: 'agent', agentId: 'shop' },
      },
      { sequence: 2, action: 'put', name: 'SHARED' },
      { sequence: 1, action: 'put', name: 'OWN', actor: 'token:admin' },
    ])
    expect(second.body.nextCursor).toBeUndefined()
    expect(first.text + second.text).not.toContain(CANARY)
    expect(await api.get('/api/secrets/audit?cursor=c3RhdHVz')).toMatchObject({ status: 422 })
  })

  test('verify reports on all of it, and repair is for what is in quarantine', async () => {
    await fill()
    await encrypted()
    expect((await api.post('/api/secrets/verify')).body).toMatchObject({
      isSound: true,
      scopes: 2,
      rows: 2,
      damaged: [],
      audit: { breaks: [] },
    })
    expect(await api.post('/api/secrets/rotate-scopes')).toMatchObject({ status: 200, body: { scopes: 2, rows: 2 } })
    expect((await api.post('/api/secrets/verify')).body.isSound).toBe(true)
    expect(await api.post('/api/secrets/repair', { scope: 'instance-shared' })).toMatchObject({ status: 409 })
    expect(await api.post('/api/secrets/repair', { scope: { agentId: 'nobody' } })).toMatchObject({ status: 404 })
    expect(await api.post('/api/secrets/repair', {})).toMatchObject({ status: 422 })
  })
})
