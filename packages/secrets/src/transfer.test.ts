import { createMemoryStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { keyFromPassphrase } from './key-sources/passphrase.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import { rowsIn } from './stores.test-support.ts'

const alice = agentScope('alice')
const bob = agentScope('bob')
const asTool = { category: 'tool' } as const
const clock = () => new Date('2026-05-01T00:00:00Z')

async function filled() {
  const secrets = await createSecretStore(createMemoryStore(), { clock })
  await secrets.put(INSTANCE_SHARED, 'HOST', 'canary-host')
  await secrets.put(INSTANCE_SHARED, 'SHARED', 'canary-shared', asTool)
  await secrets.put(alice, 'OWN', 'canary-alice', { expiresAt: '2030-01-01T00:00:00Z' })
  await secrets.put(bob, 'lower', 'canary-bob', { allowUnsafeName: true })
  return secrets
}

const empty = () => createSecretStore(createMemoryStore(), { clock: () => new Date('2027-01-01T00:00:00Z') })
const entry = (name: string, more: object = {}) => ({ scope: alice, name, value: `value of ${name}`, ...more })
const fileOf = (...entries: object[]) => ({ version: 1, entries })

describe('an export', () => {
  test('holds all, by scope and name, with times and categories', async () => {
    const { version, entries } = await (await filled()).export()
    expect(version).toBe(1)
    expect(entries.map(({ scope, name, category }) => [scope, name, category])).toEqual([
      [INSTANCE_SHARED, 'HOST', 'system'],
      [INSTANCE_SHARED, 'SHARED', 'tool'],
      [alice, 'OWN', 'tool'],
      [bob, 'lower', 'tool'],
    ])
    expect(entries[2]).toEqual({
      scope: alice,
      name: 'OWN',
      value: 'canary-alice',
      category: 'tool',
      createdAt: '2026-05-01T00:00:00.000Z',
      updatedAt: '2026-05-01T00:00:00.000Z',
      expiresAt: '2030-01-01T00:00:00Z',
    })
  })

  test('imports into another store as it was, over JSON', async () => {
    const first = await filled()
    const file: unknown = JSON.parse(JSON.stringify(await first.export()))
    const second = await empty()
    expect(await second.import(file)).toEqual({ created: 4, replaced: 0, skipped: [] })
    expect(await second.export()).toEqual(await first.export())
    expect(await second.verify()).toMatchObject({ isSound: true })
  })

  test('is told of in the audit trail before anything is given, and a bad actor gets nothing', async () => {
    const secrets = await filled()
    await expect(secrets.export({ actor: 'two\nlines' })).rejects.toMatchObject({ field: 'actor' })
    await secrets.export({ scope: alice, actor: 'api:7' })
    const { entries } = await secrets.audit({ limit: 1 })
    expect(entries).toMatchObject([{ action: 'export', actor: 'api:7', scope: alice }])
  })

  test('P6 takes nothing for an agent that is not known: a later one of its id would find it', async () => {
    const secrets = await empty()
    const file = fileOf(entry('MINE'), { ...entry('THEIRS'), scope: bob })
    const isKnownAgent = async (agentId: string) => agentId === 'alice'
    const importing = secrets.import(file, { isKnownAgent })
    await expect(importing).rejects.toMatchObject({ code: 'SECRETS_INVALID', field: 'entries[1].scope' })
    expect(await secrets.info(alice, 'MINE')).toBeUndefined()
    expect(await secrets.import(fileOf(entry('MINE')), { isKnownAgent })).toMatchObject({ created: 1 })
  })

  test('can be of one scope', async () => {
    const secrets = await filled()
    expect((await secrets.export({ scope: alice })).entries.map(({ name }) => name)).toEqual(['OWN'])
    expect((await secrets.export({ scope: agentScope('nobody') })).entries).toEqual([])
  })

  test('names what it lacks', async () => {
    const store = createMemoryStore()
    const secrets = await createSecretStore(store)
    await secrets.put(alice, 'A', 'value')
    await secrets.put(alice, 'B', 'value')
    await store.write([{ type: 'delete', key: 'a\0alice\0A' }])
    const { entries, unreadable } = await secrets.export()
    expect([entries.length, unreadable]).toEqual([1, [{ scope: alice, name: 'A' }]])
  })

  test.for([
    [
      'a passphrase',
      () => keyFromPassphrase('correct horse', { memoryKib: 64, passes: 1 }),
      () => keyFromPassphrase('wrong'),
    ],
    [
      'a key',
      (() => {
        const text = generateRootKey()
        return () => keyFromText(text)
      })(),
      () => keyFromText(generateRootKey()),
    ],
  ] as const)('can be sealed under %s', async ([, right, wrong]) => {
    const first = await filled()
    const file = await first.export({ key: right() })
    expect(JSON.stringify(file)).not.toContain('canary')
    expect(JSON.stringify(file)).not.toContain('"OWN"')
    const second = await empty()
    await expect(second.import(file)).rejects.toMatchObject({ code: 'SECRETS_INVALID', field: 'key' })
    await expect(second.import(file, { key: wrong() })).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
    const changed = { ...file, box: `${file.box.slice(0, -4)}AAAA` }
    await expect(second.import(changed, { key: right() })).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
    await second.import(file, { key: right() })
    expect(await second.export()).toEqual(await first.export())
  })

  test('and an import need the store unlocked; neither leaves anything in clear in an encrypted one', async () => {
    const store = createMemoryStore()
    const secrets = await createSecretStore(store)
    await secrets.enable(keyFromText(generateRootKey()))
    await secrets.import(await (await filled()).export())
    expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
    await secrets.lock()
    await expect(secrets.export()).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
    await expect(secrets.import(fileOf())).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
  })
})

describe('an import', () => {
  test('passes over what is there, or replaces it, as is said', async () => {
    const secrets = await filled()
    const file = fileOf(entry('OWN', { value: 'imported' }), entry('NEW'))
    expect(await secrets.import(file)).toEqual({ created: 1, replaced: 0, skipped: [{ scope: alice, name: 'OWN' }] })
    expect(await secrets.reveal(alice, 'OWN')).toBe('canary-alice')
    expect(await secrets.import(file, { overwrite: true })).toEqual({ created: 0, replaced: 2, skipped: [] })
    expect(await secrets.reveal(alice, 'OWN')).toBe('imported')
    expect((await secrets.info(alice, 'OWN'))?.version).toBe(2)
    expect((await secrets.previous(alice, 'OWN'))?.value).toBe('canary-alice')
  })

  test('keeps times, however odd', async () => {
    const secrets = await empty()
    const odd = { createdAt: '2031-01-01T00:00:00Z', updatedAt: '1970-01-01T00:00:00.000Z' }
    await secrets.import(fileOf(entry('ODD', odd), entry('NONE')))
    expect(await secrets.info(alice, 'ODD')).toMatchObject(odd)
    expect(await secrets.info(alice, 'NONE')).toMatchObject({ createdAt: '2027-01-01T00:00:00.000Z' })
  })

  test.for<[string, object, string, string]>([
    ['a bad name', { name: 'A B' }, 'SECRETS_INVALID', 'entries[1].name'],
    ['an unsafe name', { name: 'NODE_OPTIONS', category: 'tool' }, 'SECRETS_NAME_UNSAFE', 'entries[1].name'],
    ['an unsafe name without a category', { name: 'LD_PRELOAD' }, 'SECRETS_NAME_UNSAFE', 'entries[1].name'],
    ['a bad value', { value: 'canary\0' }, 'SECRETS_INVALID', 'entries[1].value'],
    ['an empty value', { value: '' }, 'SECRETS_INVALID', 'entries[1].value'],
    ['a bad time', { createdAt: 'yesterday' }, 'SECRETS_INVALID', 'entries[1].createdAt'],
    ['a bad agent id', { scope: agentScope('a b') }, 'SECRETS_INVALID', 'entries[1].agentId'],
    ['a bad scope', { scope: 'alice' }, 'SECRETS_INVALID', 'entries[1].scope'],
    ['a system secret of an agent', { category: 'system' }, 'SECRETS_SYSTEM_IS_SHARED', 'entries[1].category'],
    ['an unknown member', { delivery: 'broker' }, 'SECRETS_INVALID', 'entries[1]'],
    ['a value that is none', { value: 5 }, 'SECRETS_INVALID', 'entries[1]'],
    ['the same secret twice', { name: 'FIRST' }, 'SECRETS_INVALID', 'entries[1]'],
  ])('P20 with %s in the middle changes nothing, and says which it is', async ([, bad, code, field]) => {
    const store = createMemoryStore()
    const secrets = await createSecretStore(store)
    const before = await rowsIn(store)
    const file = fileOf(entry('FIRST'), entry('BAD', bad), entry('LAST'))
    const error: unknown = await secrets.import(file).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code, field })
    expect(String(error)).not.toContain('canary')
    expect(await rowsIn(store)).toEqual(before)
  })

  test('P20 is refused when a scope would outgrow an environment', async () => {
    const secrets = await empty()
    const large = { value: 'x'.repeat(65_000) }
    const file = fileOf(...['A', 'B', 'C', 'D', 'E'].map((name) => entry(name, large)))
    await expect(secrets.import(file)).rejects.toMatchObject({ code: 'SECRETS_TOO_LARGE', field: 'entries[4].value' })
    expect((await secrets.list(alice)).secrets).toEqual([])
  })

  test.for([undefined, null, 'text', {}, { version: 2, entries: [] }, { version: 1 }, { version: 1, entries: {} }])(
    'P20 refuses what is no export: %j',
    async (file) => {
      await expect((await empty()).import(file)).rejects.toMatchObject({ code: 'SECRETS_INVALID', field: 'file' })
    },
  )

  test('takes an export of spacebot, and an entry without a scope as shared', async () => {
    const secrets = await empty()
    const times = { created_at: '2025-01-01T00:00:00.123456789Z', updated_at: '2025-02-01T00:00:00+00:00' }
    const report = await secrets.import({
      version: 1,
      encrypted: true,
      entries: [
        { scope: { kind: 'instance_shared' }, name: 'GH_TOKEN', value: 'one', category: 'tool', ...times },
        { scope: { kind: 'agent', agent_id: 'alice' }, name: 'OWN', value: 'two', category: 'tool', ...times },
        { name: 'OLD_ONE', value: 'three', category: 'system', ...times },
      ],
    })
    expect(report.created).toBe(3)
    expect({ ...(await secrets.envFor('alice')).env }).toEqual({ GH_TOKEN: 'one', OWN: 'two' })
    expect(await secrets.info(INSTANCE_SHARED, 'OLD_ONE')).toMatchObject({
      category: 'system',
      createdAt: times.created_at,
      updatedAt: times.updated_at,
    })
  })
})
