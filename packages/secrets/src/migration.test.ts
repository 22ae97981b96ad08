import { createMemoryStore, type EmbeddedStore, EmbeddedStoreError } from '@agentic/embedded-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'

const alice = agentScope('alice')
const options = { clock: () => new Date('2026-05-01T00:00:00Z') }
const nothing = { moved: 0, same: 0, collisions: [], left: [] }

async function storeOf(rows: Record<string, unknown>): Promise<EmbeddedStore> {
  const store = createMemoryStore()
  await store.write(Object.entries(rows).map(([key, value]) => ({ type: 'put', key, value })))
  return store
}

const rowsIn = async (store: EmbeddedStore) =>
  Object.fromEntries((await store.list({})).map(({ key, value }) => [key, value]))

/** What is stored but for what the store says about itself, and without what only vouches for it. */
const secretsIn = async (store: EmbeddedStore) => {
  const rows = Object.entries(await rowsIn(store)).filter(([key]) => !/^[hmt]\0/u.test(key))
  return Object.fromEntries(
    rows.map(([key, row]) => {
      if (typeof row !== 'object' || row === null || !('body' in row)) return [key, row]
      const { format: _format, seal: _seal, checksum: _checksum, body, ...told } = row as { [name: string]: unknown }
      return [key, { ...told, ...(JSON.parse(body as string) as object) }]
    }),
  )
}

const record = (value: string, more: object = {}) => ({
  format: 1,
  version: 1,
  category: 'system',
  createdAt: '2026-05-01T00:00:00.000Z',
  updatedAt: '2026-05-01T00:00:00.000Z',
  value,
  ...more,
})

/** A record as it is after the first format. */
const stored = (value: string, more: object = {}) => {
  const { format: _, ...rest } = record(value, more)
  return rest
}

describe('bare rows of the legacy layout', () => {
  test('move to the shared scope, with what is known about them', async () => {
    const store = await storeOf({
      GH_TOKEN: 'plain value',
      s: 'named like a tag',
      FULL: { value: 'v', category: 'tool', createdAt: '2020-01-01T00:00:00Z', updatedAt: '2021-01-01T00:00:00Z' },
      PARTLY: { value: 'v', createdAt: 'long ago' },
    })
    const secrets = await createSecretStore(store, options)
    expect(secrets.migration).toEqual({ ...nothing, moved: 4 })
    expect(await secretsIn(store)).toEqual({
      's\0GH_TOKEN': stored('plain value'),
      's\0s': stored('named like a tag'),
      's\0FULL': stored('v', {
        category: 'tool',
        createdAt: '2020-01-01T00:00:00Z',
        updatedAt: '2021-01-01T00:00:00Z',
      }),
      's\0PARTLY': stored('v'),
    })
  })

  test('defect f: never overwrite: both are kept and told, as often as it happens', async () => {
    const store = await storeOf({ TOKEN: 'old', 's\0TOKEN': record('new'), SAME: 'v', 's\0SAME': record('v') })
    const secrets = await createSecretStore(store, options)
    expect(secrets.migration).toEqual({
      ...nothing,
      same: 1,
      collisions: [{ scope: INSTANCE_SHARED, name: 'TOKEN', keptAs: 'q\0s\0TOKEN\x0000000000000001' }],
    })
    expect(await secrets.reveal(INSTANCE_SHARED, 'TOKEN')).toBe('new')
    await store.write([{ type: 'put', key: 'TOKEN', value: 'older' }])
    const again = await createSecretStore(store, options)
    expect(again.migration.collisions).toMatchObject([{ keptAs: 'q\0s\0TOKEN\x0000000000000002' }])
    expect(await secretsIn(store)).toMatchObject({
      's\0TOKEN': { value: 'new' },
      'q\0s\0TOKEN\x0000000000000001': { value: 'old' },
      'q\0s\0TOKEN\x0000000000000002': { value: 'older' },
    })
  })

  test('do not overwrite a row that cannot be read', async () => {
    const store = await storeOf({ TOKEN: 'old', 's\0TOKEN': 'damaged' })
    const secrets = await createSecretStore(store, options)
    expect(secrets.migration.collisions).toHaveLength(1)
    expect(await store.get('s\0TOKEN')).toBe('damaged')
  })

  test('stay, untouched and told, when they are not understood', async () => {
    const rows = {
      'a b': 'value',
      'A=B': 'value',
      '': 'value',
      ORPHAN: {},
      NEWER: { sealed: 'x' },
      NUMBER: 5,
      É: 'value',
    }
    const store = await storeOf(rows)
    const { migration } = await createSecretStore(store, options)
    expect(migration.moved).toBe(0)
    expect(migration.left.map(({ key }) => key).toSorted()).toEqual(Object.keys(rows).toSorted())
    expect(await secretsIn(store)).toEqual(rows)
    expect(JSON.stringify(migration)).not.toContain('value')
  })

  test.for([4000, 32_000])('of %i, each is written with few heads, and never many together', async (rows) => {
    const names = Array.from({ length: rows }, (_, index) => `NAME_${index}`)
    const store = await storeOf(Object.fromEntries(names.map((name) => [name, `value of ${name}`])))
    let [entriesOfHeads, together] = [0, 0]
    async function write(operations: Parameters<EmbeddedStore['write']>[0]): Promise<void> {
      const heads = operations.filter((operation) => operation.type === 'put' && operation.key === 'h\0s')
      const told = heads.map((head) => JSON.parse((head as { value: { head: string } }).value.head) as unknown[][])
      entriesOfHeads += told.reduce((total, [, , entries]) => total + entries!.length, 0)
      together = Math.max(together, operations.filter(({ type }) => type === 'delete').length)
      await store.write(operations)
    }
    const secrets = await createSecretStore({ ...store, write }, options)
    expect(secrets.migration).toEqual({ ...nothing, moved: rows })
    expect(entriesOfHeads).toBeLessThan(8 * rows)
    expect(together).toBeLessThan(Math.max(4000, rows / 5))
    expect(await secrets.reveal(INSTANCE_SHARED, names[rows - 1]!)).toBe(`value of NAME_${rows - 1}`)
    expect(await secrets.verify()).toMatchObject({ isSound: true, rows })
  })

  test('are told from rows of other layouts, which are not touched', async () => {
    const rows = { '!sub!KEY': 1, 'task\x001': { id: 1 }, 'a\x00alice': 'too short', 'z\0': 1 }
    const store = await storeOf(rows)
    const { migration } = await createSecretStore(store, options)
    expect(migration).toEqual(nothing)
    expect(await secretsIn(store)).toEqual(rows)
  })

  test('move though there are more than a page of them', async () => {
    const rows = Object.fromEntries(Array.from({ length: 700 }, (_, index) => [`KEY_${index}`, `value ${index}`]))
    const store = await storeOf(rows)
    const secrets = await createSecretStore(store)
    expect(secrets.migration.moved).toBe(700)
    expect((await secrets.status()).counts.shared).toBe(700)
  })

  test('that name what a worker must not get are moved and withheld', async () => {
    const legacy = { value: 'v', category: 'tool' }
    const secrets = await createSecretStore(
      await storeOf({ NODE_OPTIONS: legacy, 'A-B': legacy, lower: legacy, OK: legacy }),
    )
    const { env, withheld } = await secrets.envFor('alice')
    expect({ ...env }).toEqual({ OK: 'v' })
    expect(withheld.map(({ name, why }) => `${name} ${why}`)).toEqual([
      'A-B unsafe-name',
      'NODE_OPTIONS unsafe-name',
      'lower unsafe-name',
    ])
  })
})

describe('the legacy store of an agent', () => {
  async function adopt(legacy: EmbeddedStore, main: EmbeddedStore = createMemoryStore()) {
    return createSecretStore(main, { ...options, legacyAgentStores: [{ agentId: 'alice', store: legacy }] })
  }

  test('moves to that agent, and to nobody else', async () => {
    const legacy = await storeOf({ TOKEN: 'bare', 's\0NESTED': record('nested', { category: 'tool', version: 7 }) })
    const secrets = await adopt(legacy)
    expect(secrets.migration).toEqual({ ...nothing, moved: 2 })
    expect({ ...(await secrets.envFor('alice')).env }).toEqual({ NESTED: 'nested', TOKEN: 'bare' })
    expect(await secrets.info(alice, 'NESTED')).toMatchObject({ version: 7 })
    expect({ ...(await secrets.envFor('bob')).env }).toEqual({})
    expect(await rowsIn(legacy)).toEqual({})
  })

  test('P2 leaves an unreadable row where one could not be read, so that the shared one is not used', async () => {
    const main = await storeOf({ 's\0TOKEN': record('shared', { category: 'tool' }) })
    const secrets = await adopt(await storeOf({ TOKEN: { sealed: 'x' } }), main)
    expect(secrets.migration.left).toEqual([{ agentId: 'alice', key: 'TOKEN', why: 'unreadable' }])
    expect((await secrets.envFor('alice')).withheld).toEqual([{ name: 'TOKEN', why: 'unreadable' }])
    await expect(secrets.resolve('alice', 'TOKEN')).rejects.toMatchObject({ code: 'SECRETS_UNREADABLE' })
    expect(await secrets.resolve('bob', 'TOKEN')).toBe('shared')
  })

  test('P4 keeps the host keys in it from its workers, and those from falling back to the shared one', async () => {
    const main = await storeOf({ 's\0OPENAI_API_KEY': record('shared', { category: 'tool' }) })
    const secrets = await adopt(await storeOf({ OPENAI_API_KEY: 'own' }), main)
    const { env, withheld } = await secrets.envFor('alice')
    expect({ ...env }).toEqual({})
    expect(withheld).toEqual([{ name: 'OPENAI_API_KEY', why: 'system' }])
    expect(await secrets.resolve('alice', 'OPENAI_API_KEY', { allowSystem: true })).toBe('own')
  })

  test('keeps both when the agent has another value already', async () => {
    const main = await storeOf({ 'a\0alice\0TOKEN': record('new', { category: 'tool' }) })
    const secrets = await adopt(await storeOf({ TOKEN: 'old' }), main)
    expect(secrets.migration.collisions).toMatchObject([{ scope: alice, name: 'TOKEN' }])
    expect(await secrets.reveal(alice, 'TOKEN')).toBe('new')
    expect(await secrets.deleteAgent('alice')).toBe(1)
    expect(await secretsIn(main)).toEqual({})
  })

  test('P20 is not touched when an id is wrong or a store is newer', async () => {
    const legacy = await storeOf({ TOKEN: 'v' })
    const main = await storeOf({ BARE: 'v' })
    const wrong = { legacyAgentStores: [{ agentId: 'a b', store: legacy }] }
    await expect(createSecretStore(main, wrong)).rejects.toMatchObject({ code: 'SECRETS_INVALID', field: 'agentId' })
    await legacy.write([{ type: 'put', key: 'm\0format', value: { format: 9 } }])
    await expect(adopt(legacy, main)).rejects.toMatchObject({ code: 'SECRETS_FORMAT_NEWER' })
    expect(await rowsIn(main)).toEqual({ BARE: 'v' })
  })
})

test.for<[string, unknown, string]>([
  ['newer', { format: 4 }, 'SECRETS_FORMAT_NEWER'],
  ['not understood', { format: 'one' }, 'SECRETS_UNREADABLE'],
  ['older than the first', { format: 0 }, 'SECRETS_UNREADABLE'],
])('P20 refuses a store whose format is %s, and changes nothing', async ([, format, code]) => {
  const rows = { 'm\0format': format, BARE: 'v' }
  const store = await storeOf(rows)
  await expect(createSecretStore(store)).rejects.toMatchObject({ code })
  expect(await rowsIn(store)).toEqual(rows)
})

/** A store that fails at its nth write, counted over all that share the count, as a killed process would. */
function failing(store: EmbeddedStore, count: { left: number }): EmbeddedStore {
  return {
    ...store,
    async write(operations) {
      if (operations.length > 0 && count.left-- === 0) throw new EmbeddedStoreError('STORE_UNAVAILABLE', 'killed')
      await store.write(operations)
    },
  }
}

test('P19 ends the same, interrupted at any write and however often it is run', async () => {
  const value = fc.constantFrom<unknown>('v', 'w', { value: 'v' }, { value: 'w', category: 'tool' }, { odd: 1 }, 7)
  const name = fc.constantFrom('A', 'B', 'C', 'a b', 'OPENAI_API_KEY')
  const bare = fc.dictionary(name, value)
  const current = fc.dictionary(fc.constantFrom('A', 'B'), fc.constantFrom('v', 'w'))
  await fc.assert(
    fc.asyncProperty(bare, bare, current, current, fc.nat(4), async (inMain, inLegacy, shared, own, killedAt) => {
      const start = () =>
        Promise.all([
          storeOf({
            ...inMain,
            ...Object.fromEntries(Object.entries(shared).map(([key, text]) => [`s\0${key}`, record(text)])),
            ...Object.fromEntries(Object.entries(own).map(([key, text]) => [`a\0alice\0${key}`, record(text)])),
          }),
          storeOf(inLegacy),
        ])
      const open = (main: EmbeddedStore, legacy: EmbeddedStore) =>
        createSecretStore(main, { ...options, legacyAgentStores: [{ agentId: 'alice', store: legacy }] })

      const [main, legacy] = await start()
      const first = await open(main, legacy)
      const expected = [await secretsIn(main), await secretsIn(legacy)]
      const second = await open(main, legacy)
      expect(second.migration).toEqual({ ...nothing, left: first.migration.left })
      expect([await secretsIn(main), await secretsIn(legacy)]).toEqual(expected)
      // Nothing that was readable before is gone after.
      for (const [key, text] of Object.entries(shared)) expect(await first.reveal(INSTANCE_SHARED, key)).toBe(text)

      const [cutMain, cutLegacy] = await start()
      const count = { left: killedAt }
      await open(failing(cutMain, count), failing(cutLegacy, count)).catch(() => undefined)
      await open(cutMain, cutLegacy)
      // An interrupted collision may be kept twice; what is at its place, and what is left, is the same.
      const [rows, left] = [await secretsIn(cutMain), await secretsIn(cutLegacy)]
      expect(left).toEqual(expected[1])
      const placed = (all: object) => Object.entries(all).filter(([key]) => !key.startsWith('q'))
      expect(placed(rows)).toEqual(placed(expected[0]!))
    }),
    { numRuns: 300 },
  )
})
