import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { openSecretStore } from './adapters/level.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { bytesIn, holds, killedAt, type Rows, rowsIn, storeOf, temporaryFolder } from './stores.test-support.ts'

const alice = agentScope('alice')
const bob = agentScope('bob')
const [mainKey, legacyKey] = [keyFromText(generateRootKey()), keyFromText(generateRootKey())]
const asTool = { category: 'tool' } as const
const nothing = { moved: 0, same: 0, collisions: [], left: [] }

/** The rows of an agent's own store, encrypted by itself. */
async function legacyRows(values: Readonly<Record<string, string>>, key = legacyKey): Promise<Rows> {
  const store = createMemoryStore()
  const secrets = await createSecretStore(store)
  for (const [name, value] of Object.entries(values)) await secrets.put(INSTANCE_SHARED, name, value, asTool)
  await secrets.enable(key)
  await secrets.close()
  return rowsIn(store)
}

const rows = await legacyRows({ TOKEN: 'canary-own', OTHER: 'canary-other' })

async function interrupted(): Promise<Rows> {
  const store = await storeOf(rows)
  const secrets = await createSecretStore(killedAt(store, 1), { key: legacyKey })
  await secrets.rotate(mainKey).catch(() => undefined)
  return rowsIn(store)
}

const rotating = await interrupted()

async function mainStore(isEncrypted: boolean): Promise<EmbeddedStore> {
  const store = createMemoryStore()
  const secrets = await createSecretStore(store)
  await secrets.put(INSTANCE_SHARED, 'TOKEN', 'shared', asTool)
  if (isEncrypted) await secrets.enable(mainKey)
  await secrets.close()
  return store
}

const open = (isEncrypted: boolean, store: EmbeddedStore, legacy?: EmbeddedStore) =>
  createSecretStore(store, {
    ...(isEncrypted ? { key: mainKey } : {}),
    ...(legacy === undefined ? {} : { legacyAgentStores: [{ agentId: 'alice', store: legacy }] }),
  })

const envOf = async (secrets: SecretStore, agent = 'alice') => ({ ...(await secrets.envFor(agent)).env })
const whole = { OTHER: 'canary-other', TOKEN: 'canary-own' }

describe.each([{ isEncrypted: true }, { isEncrypted: false }])(
  'the encrypted legacy store of an agent, main store encrypted $isEncrypted,',
  ({ isEncrypted }) => {
    const carrying = async () => {
      const [store, legacy] = [await mainStore(isEncrypted), await storeOf(rows)]
      return { store, legacy, secrets: await open(isEncrypted, store, legacy) }
    }

    test('P2 is carried over without its key: its names shadow the shared ones, and nothing of it stays behind', async () => {
      const { store, legacy, secrets } = await carrying()
      expect(secrets.migration).toEqual({ ...nothing, carried: [{ agentId: 'alice', names: ['OTHER', 'TOKEN'] }] })
      expect(await envOf(secrets)).toEqual({})
      expect((await secrets.envFor('alice')).withheld.map(({ name, why }) => `${name} ${why}`)).toEqual([
        'OTHER unreadable',
        'TOKEN unreadable',
      ])
      expect(await envOf(secrets, 'bob')).toEqual({ TOKEN: 'shared' })
      expect(await rowsIn(legacy)).toEqual({})
      expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
      const { damaged, audit } = await secrets.verify()
      expect(damaged).toMatchObject([{ scope: alice, damagedRows: ['OTHER', 'TOKEN'], unreadableLegacyRows: [] }])
      expect(audit.breaks).toEqual([])
      const again = await open(isEncrypted, store, legacy)
      expect(again.migration).toEqual(nothing)
    })

    test("becomes the agent's secrets with its own key, once, with versions and times kept", async () => {
      const { store, secrets } = await carrying()
      await expect(secrets.openLegacy('alice', mainKey)).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
      expect(await envOf(secrets)).toEqual({})
      expect(await secrets.openLegacy('alice', legacyKey)).toEqual({ ...nothing, moved: 2 })
      expect(await envOf(secrets)).toEqual(whole)
      expect(await envOf(secrets, 'bob')).toEqual({ TOKEN: 'shared' })
      expect(await secrets.openLegacy('alice', legacyKey)).toEqual(nothing)
      expect(Object.keys(await rowsIn(store)).filter((key) => key.startsWith('q'))).toEqual([])
      expect(await secrets.verify()).toMatchObject({ isSound: true })
      await secrets.close()
      expect(await envOf(await open(isEncrypted, store))).toEqual(whole)
    })

    test('never overwrites what was put since, and keeps both', async () => {
      const { secrets } = await carrying()
      await secrets.put(alice, 'TOKEN', 'put since')
      await secrets.put(alice, 'OTHER', 'canary-other')
      const { collisions, ...report } = await secrets.openLegacy('alice', legacyKey)
      expect([collisions.map(({ name }) => name), report]).toEqual([['TOKEN'], { moved: 0, same: 1, left: [] }])
      expect(await envOf(secrets)).toEqual({ OTHER: 'canary-other', TOKEN: 'put since' })
    })

    test('goes with the agent when it is deleted, and is not there for one of the same id', async () => {
      const { store, secrets } = await carrying()
      expect(await secrets.deleteAgent('alice')).toBe(2)
      expect(await secrets.openLegacy('alice', legacyKey)).toEqual(nothing)
      expect(await envOf(secrets)).toEqual({ TOKEN: 'shared' })
      expect(
        Object.keys(await rowsIn(store)).filter((key) => /^[ahkqu]\0/u.test(key) && key.includes('alice')),
      ).toEqual([])
    })

    test('P19 killed at any write of carrying and opening, it ends the same', async () => {
      for (let writes = 0, isDone = false; !isDone; writes += 1) {
        const [store, legacy] = [await mainStore(isEncrypted), await storeOf(rows)]
        const count = { left: writes }
        const killing = (from: EmbeddedStore): EmbeddedStore => ({
          ...from,
          async write(operations) {
            if (operations.length > 0 && count.left-- <= 0) throw new Error('killed')
            await from.write(operations)
          },
        })
        const secrets = await open(isEncrypted, killing(store), killing(legacy)).catch(() => undefined)
        await secrets?.openLegacy('alice', legacyKey).catch(() => undefined)
        isDone = count.left >= 0
        const second = await open(isEncrypted, store, legacy)
        expect([{}, whole]).toContainEqual(await envOf(second))
        await second.openLegacy('alice', legacyKey)
        expect(await envOf(second)).toEqual(whole)
        expect(await rowsIn(legacy)).toEqual({})
        expect(await second.verify()).toMatchObject({ isSound: true })
        expect(Object.keys(await rowsIn(store)).filter((key) => key.startsWith('q'))).toEqual([])
      }
    })
  },
)

test('is opened when the main store is, if its key is given there', async () => {
  await using folder = await temporaryFolder()
  const [main, ofAlice] = [`${folder.path}/main`, `${folder.path}/alice`]
  {
    await using legacy = await openSecretStore(ofAlice)
    await legacy.put(INSTANCE_SHARED, 'TOKEN', 'canary-own', asTool)
    await legacy.enable(legacyKey)
  }
  const box = await (async () => {
    await using level = await openLevelStore(ofAlice)
    return (await level.get<{ box: string }>('k\0s'))!.box
  })()
  const legacyAgentStores = [{ agentId: 'alice', location: ofAlice, key: legacyKey }]
  for (const moved of [1, 0]) {
    await using secrets = await openSecretStore(main, { legacyAgentStores })
    expect(secrets.migration.moved).toBe(moved)
    expect(await envOf(secrets)).toEqual({ TOKEN: 'canary-own' })
  }
  expect(holds(await bytesIn(ofAlice), box)).toBe(false)
})

test('survives enabling, a new root key and a new scope key of the main store', async () => {
  const store = await mainStore(false)
  const secrets = await open(false, store, await storeOf(rows))
  await secrets.enable(mainKey)
  await secrets.rotateScope(alice)
  await secrets.rotate(keyFromText(generateRootKey()))
  expect((await secrets.openLegacy('alice', legacyKey)).moved).toBe(2)
  expect(await envOf(secrets)).toEqual(whole)
})

test('P5 cannot be given to another agent by whoever writes to the disk, even with one key for all legacy stores', async () => {
  const store = await mainStore(true)
  const ofBob = await storeOf(await legacyRows({ TOKEN: 'canary-bob' }))
  await createSecretStore(store, {
    key: mainKey,
    legacyAgentStores: [
      { agentId: 'alice', store: await storeOf(rows) },
      { agentId: 'bob', store: ofBob },
    ],
  })
  const [keyOfAlice, keyOfBob] = Object.keys(await rowsIn(store)).filter((key) => key.startsWith('q'))
  const before = await rowsIn(store)
  await store.write([
    { type: 'put', key: keyOfAlice!, value: before[keyOfBob!] },
    { type: 'put', key: keyOfBob!, value: before[keyOfAlice!] },
  ])
  const secrets = await open(true, store)
  expect(await secrets.openLegacy('alice', legacyKey)).toEqual(nothing)
  expect(await envOf(secrets)).toEqual({})
  expect(
    (await secrets.verify()).damaged.map(({ scope, unreadableLegacyRows }) => [scope, unreadableLegacyRows]),
  ).toEqual([
    [alice, [keyOfAlice]],
    [bob, [keyOfBob]],
  ])
})

test('a row of it that was changed on the disk is told, stays unreadable and is not thrown away', async () => {
  const store = await mainStore(true)
  const changed = { ...rows, 's\0TOKEN': { ...(rows['s\0TOKEN'] as object), category: 'system' } }
  const secrets = await open(true, store, await storeOf(changed))
  expect(await secrets.openLegacy('alice', legacyKey)).toEqual({
    ...nothing,
    moved: 1,
    left: [{ agentId: 'alice', key: 's\0TOKEN', why: 'unreadable' }],
  })
  expect(await envOf(secrets)).toEqual({ OTHER: 'canary-other' })
  expect(await secrets.openLegacy('alice', legacyKey)).toMatchObject({ moved: 0, same: 1 })
})

describe('what cannot be carried stays as it is, and its names go on shadowing the shared ones:', () => {
  test.for<[string, Rows]>([
    ['a store with a row in clear beside', { ...rows, PLANTED: 'planted' }],
    ['a store with rows of agents', { ...rows, 'a\0carol\0TOKEN': rows['s\0TOKEN'] }],
    ['a store whose rotation was interrupted', rotating],
  ])('%s', async ([, given]) => {
    const [store, legacy] = [await mainStore(true), await storeOf(given)]
    const secrets = await open(true, store, legacy)
    expect(secrets.migration).toMatchObject({ moved: 0 })
    expect(secrets.migration.carried).toBeUndefined()
    expect(await envOf(secrets)).toEqual({})
    expect((await secrets.envFor('alice')).withheld).toContainEqual({ name: 'TOKEN', why: 'unreadable' })
    expect(await rowsIn(legacy)).toEqual(given)
  })
})
