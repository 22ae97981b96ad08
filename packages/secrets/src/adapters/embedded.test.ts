import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createMemoryStore, type EmbeddedStore, EmbeddedStoreError } from '@agentic/embedded-store'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { secretStoreRules } from '../conformance.ts'
import { generateRootKey, keyFromText } from '../key-sources/raw-key.ts'
import { secretKey } from '../row-keys.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from '../secret-scope.ts'
import type { SecretStore } from '../secret-store.ts'
import { createSecretStore } from './embedded.ts'
import { openSecretStore } from './level.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

async function openLevel(): Promise<SecretStore> {
  const path = await mkdtemp(join(tmpdir(), 'agentic-secrets-'))
  const store = await openSecretStore(path)
  cleanups.push(async () => {
    await store.close()
    await rm(path, { recursive: true })
  })
  return store
}

/** The same store, encrypted. */
async function encrypted(opening: Promise<SecretStore>): Promise<SecretStore> {
  const store = await opening
  await store.enable(keyFromText(generateRootKey()))
  return store
}

describe.each([
  { name: 'memory', open: () => createSecretStore(createMemoryStore()) },
  { name: 'memory, encrypted', open: () => encrypted(createSecretStore(createMemoryStore())) },
  { name: 'level', open: openLevel },
  { name: 'level, encrypted', open: () => encrypted(openLevel()) },
])('secrets in $name', ({ open }) => {
  test.for(secretStoreRules)('$name', ({ check }) => check(open))
})

/** The store, with rows that are there and not JSON: reading one, or a stretch with one in it, rejects. */
function damaged(store: EmbeddedStore, isDamaged: (key: string) => boolean): EmbeddedStore {
  const corrupt = (key: string) => new EmbeddedStoreError('STORE_CORRUPT', `the row ${JSON.stringify(key)} is not JSON`)
  return {
    ...store,
    async get<Value>(key: string) {
      if (isDamaged(key)) throw corrupt(key)
      return store.get<Value>(key)
    },
    getSync<Value>(key: string) {
      if (isDamaged(key)) throw corrupt(key)
      return store.getSync<Value>(key)
    },
    async list<Value>(range: object) {
      const bad = (await store.keys(range)).find(isDamaged)
      if (bad !== undefined) throw corrupt(bad)
      return store.list<Value>(range)
    },
  }
}

const alice = agentScope('alice')
const time = '2026-01-02T03:04:05.000Z'
const record = (value: string, more: object = {}) => ({
  format: 1,
  version: 1,
  category: 'tool',
  createdAt: time,
  updatedAt: time,
  value,
  ...more,
})
const put = (key: string, value: unknown) => ({ type: 'put', key, value }) as const

/** What a row can be. Only the first is of use to a worker. */
const kinds: Record<string, { readonly row: unknown }> = {
  tool: { row: record('usable') },
  system: { row: record('system', { category: 'system' }) },
  'not JSON': { row: record('not JSON') },
  null: { row: null },
  'a string': { row: 'a string' },
  'a list': { row: [record('in a list')] },
  'no value': { row: { ...record(''), value: undefined } },
  'a number as value': { row: record('', { value: 1 }) },
  'no category': { row: { ...record('x'), category: undefined } },
  'another category': { row: record('x', { category: 'Tool' }) },
  'a newer record': { row: record('x', { format: 2 }) },
  'an unknown member': { row: record('x', { sealed: true }) },
  'version 0': { row: record('x', { version: 0 }) },
  'a wrong time': { row: record('x', { createdAt: 'yesterday' }) },
  'a value with NUL': { row: record('a\0b') },
  'a value too large': { row: record('x'.repeat(65_537)) },
}
const kindNames = Object.keys(kinds)
const names = ['A', 'B', 'C', 'NODE_OPTIONS', 'PATH', 'lower']
type Placed = Record<string, string>

async function storeWith(own: Placed, shared: Placed) {
  const memory = createMemoryStore()
  const notJson = new Set<string>()
  const rowsOf = (scope: SecretScope, placed: Placed) =>
    Object.entries(placed).map(([name, kind]) => {
      const key = secretKey(scope, name)
      if (kind === 'not JSON') notJson.add(key)
      return put(key, kind === 'tool' ? record(`${scope.type} ${name}`) : kinds[kind]!.row)
    })
  await memory.write([...rowsOf(alice, own), ...rowsOf(INSTANCE_SHARED, shared)])
  return createSecretStore(damaged(memory, (key) => notJson.has(key)))
}

/** All that an environment may hold, told as simply as can be. */
function model(own: Placed, shared: Placed): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of names) {
    if (['NODE_OPTIONS', 'PATH', 'lower'].includes(name)) continue
    const decides = own[name] === undefined ? shared[name] : own[name]
    if (decides !== 'tool') continue
    env[name] = `${own[name] === undefined ? 'instance-shared' : 'agent'} ${name}`
  }
  return env
}

test('P2 an agent row decides by being there: over any damage the environment is what the model says', async () => {
  const placed = fc.dictionary(fc.constantFrom(...names), fc.constantFrom('tool', 'tool', ...kindNames))
  await fc.assert(
    fc.asyncProperty(placed, placed, async (own, shared) => {
      await using store = await storeWith(own, shared)
      const { env, withheld } = await store.envFor('alice')
      const expected = model(own, shared)
      expect({ ...env }).toEqual(expected)
      // Everything that is an agent's is either given or told to be withheld.
      const told = [...Object.keys(env), ...withheld.map(({ name }) => name)]
      expect(told).toEqual(expect.arrayContaining(Object.keys(own)))
      const effective = await store.effective('alice')
      expect(effective.filter(({ available }) => available).map(({ name }) => name)).toEqual(
        Object.keys(expected).toSorted(),
      )
      expect(effective.flatMap(({ name, why }) => (why === undefined ? [] : [{ name, why }]))).toEqual(withheld)
      for (const name of Object.keys(own)) {
        const resolved = await store.resolve('alice', name).catch((error: { code: string }) => error.code)
        expect(resolved).not.toMatch(/^instance-shared/u)
      }
    }),
    { numRuns: 400 },
  )
})

describe('P2 defects a, b: never uses the shared secret when the own one is', () => {
  test.for(kindNames.filter((kind) => kind !== 'tool'))('%s', async (kind) => {
    await using store = await storeWith({ A: kind }, { A: 'tool', B: 'tool' })
    const { env, withheld } = await store.envFor('alice')
    expect(Object.keys(env)).toEqual(['B'])
    expect(withheld).toEqual([{ name: 'A', why: expect.any(String) as string }])
  })
})

test('P2 tells a row that cannot be read from one that is not there', async () => {
  await using store = await storeWith({ A: 'not JSON', B: 'no value', C: 'tool' }, { A: 'tool', B: 'tool' })
  for (const name of ['A', 'B']) {
    for (const read of [store.info(alice, name), store.reveal(alice, name), store.resolve('alice', name)]) {
      await expect(read).rejects.toMatchObject({ code: 'SECRETS_UNREADABLE' })
    }
  }
  const page = await store.list(alice)
  expect(page.unreadable).toEqual(['A', 'B'])
  expect(page.secrets.map(({ name }) => name)).toEqual(['C'])
})

test('defect c: replaces a row that cannot be read in place, so that there is no moment for the shared one', async () => {
  await using store = await storeWith({ A: 'no value' }, { A: 'tool' })
  const { created, secret } = await store.put(alice, 'A', 'mended')
  expect(created).toBe(false)
  expect(secret.version).toBe(1)
  expect(await store.resolve('alice', 'A')).toBe('mended')
})

test('P6 deletes rows of an agent that cannot be read too', async () => {
  await using store = await storeWith({ A: 'not JSON', B: 'a list', C: 'tool' }, { A: 'tool' })
  expect(await store.delete(alice, 'A')).toBe(true)
  expect(await store.deleteAgent('alice')).toBe(2)
  expect({ ...(await store.envFor('alice')).env }).toEqual({ A: 'instance-shared A' })
})

test('hands an environment to a subprocess that has the secrets and nothing else', async () => {
  await using store = await createSecretStore(createMemoryStore())
  await store.put(alice, 'TOKEN', 'the value\nof two lines')
  await store.put(alice, '__proto__', 'odd', { allowUnsafeName: true })
  const agentEnv = await store.envFor('alice')
  const print = 'process.stdout.write(JSON.stringify(process.env))'
  const printed = execFileSync(process.execPath, ['-e', print], { env: agentEnv.env, encoding: 'utf8' })
  expect(new Map(Object.entries(JSON.parse(printed) as object))).toEqual(
    new Map([
      ['TOKEN', 'the value\nof two lines'],
      ['__proto__', 'odd'],
    ]),
  )
  expect(`${inspect(agentEnv)}${JSON.stringify(agentEnv)}`).not.toContain('the value')
})

test('sees one state of an agent while its environment is made', async () => {
  const memory = createMemoryStore()
  await using store = await createSecretStore(memory)
  await store.put(INSTANCE_SHARED, 'TOKEN', 'for all', { category: 'tool' })
  await store.put(alice, 'TOKEN', 'own')
  const env = store.envFor('alice')
  await Promise.all([store.put(INSTANCE_SHARED, 'TOKEN', 'not for alice'), store.delete(alice, 'TOKEN')])
  expect((await env).env.TOKEN).toBe('own')
})

test('takes times from its clock', async () => {
  let now = new Date('2026-05-01T00:00:00Z')
  await using store = await createSecretStore(createMemoryStore(), { clock: () => now })
  await store.put(alice, 'TOKEN', 'one')
  now = new Date('2026-05-02T00:00:00Z')
  const { secret } = await store.put(alice, 'TOKEN', 'two')
  expect([secret.createdAt, secret.updatedAt]).toEqual(['2026-05-01T00:00:00.000Z', '2026-05-02T00:00:00.000Z'])
})

test('passes on what is wrong with the store itself', async () => {
  const memory = createMemoryStore()
  const store = await createSecretStore(memory)
  await memory.close()
  await expect(store.envFor('alice')).rejects.toMatchObject({ code: 'STORE_CLOSED' })
})
