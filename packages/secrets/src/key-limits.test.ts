import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { MOST_SEALS } from './crypto/aead.ts'
import { putHead, wrappedKeyIn } from './key-row.ts'
import { keyFromPassphrase } from './key-sources/passphrase.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { openDataKey, rootKeyOf } from './root-key.ts'
import { createKeyedSeal } from './scope-seal.ts'
import { agentScope } from './secret-scope.ts'
import { killedAt, rowsIn, storeOf } from './stores.test-support.ts'

const alice = agentScope('alice')
const text = generateRootKey()
const key = keyFromText(text)
const quick = { memoryKib: 64, passes: 1 }

async function encrypted(source = key): Promise<EmbeddedStore> {
  const store = createMemoryStore()
  const secrets = await createSecretStore(store)
  await secrets.enable(source)
  await secrets.put(alice, 'TOKEN', 'own')
  await secrets.put(alice, 'OTHER', 'own too')
  await secrets.close()
  return store
}

describe('defect o: a root key', () => {
  test('that is random is used as it is: no passphrase work is done for it', async () => {
    const { key: bytes, description } = await key.rootKey()
    expect([Buffer.from(bytes).toString('base64url'), description]).toEqual([text, { type: 'raw' }])
  })

  test('of a passphrase is worked out with the cost that the store keeps, which is part of what is vouched for', async () => {
    const store = await encrypted(keyFromPassphrase('correct horse', quick))
    const header = (await store.get<{ root: { description: object } }>('m\0store'))!
    expect(header.root.description).toMatchObject({ algorithm: 'argon2id', ...quick })
    const others = [
      { memoryKib: 128 },
      { passes: 2 },
      { parallelism: 2 },
      { salt: Buffer.alloc(16).toString('base64') },
    ]
    for (const other of others) {
      const description = { ...header.root.description, ...other }
      const changed = { ...header, root: { ...header.root, description } }
      const spoilt = await storeOf({ ...(await rowsIn(store)), 'm\0store': changed })
      const opening = createSecretStore(spoilt, { key: keyFromPassphrase('correct horse') })
      await expect(opening).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
    }
    expect((await createSecretStore(store, { key: keyFromPassphrase('correct horse') })).migration.moved).toBe(0)
  })
})

test('defect g: what another store says about itself does not open this one', async () => {
  const [store, other] = [await encrypted(), await encrypted()]
  await store.write([{ type: 'put', key: 'm\0store', value: await other.get('m\0store') }])
  const secrets = await createSecretStore(store, { key })
  await expect(secrets.envFor('alice')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
})

test('a data key seals no more than is safe, and the scope goes on with another', async () => {
  const store = await encrypted()
  const { storeId } = (await store.get<{ storeId: string }>('m\0store'))!
  const place = { storeId, scope: alice }
  const root = rootKeyOf((await key.rootKey()).key, 1, storeId)
  const row = (await store.get<object>('k\0a\0alice'))!
  const dataKey = openDataKey(root, place, wrappedKeyIn(row))!
  const seal = createKeyedSeal(place, dataKey.key, dataKey.version)
  const head = seal.openHead(row)!
  await store.write([putHead(alice, seal.sealHead({ ...head, seals: MOST_SEALS - 2 }), dataKey)])
  const secrets = await createSecretStore(store, { key })
  const refused = { code: 'SECRETS_WRONG_STATE', message: expect.stringContaining('rotateScope') as string }
  await expect(secrets.put(alice, 'TOKEN', 'one too many')).rejects.toMatchObject(refused)
  expect(await secrets.reveal(alice, 'TOKEN')).toBe('own')
  await secrets.rotateScope(alice)
  await secrets.put(alice, 'TOKEN', 'again')
  expect(await secrets.reveal(alice, 'TOKEN')).toBe('again')
})

test('defect e: one row that is damaged does not stop the rotation of its scope, keeps its name, and is told', async () => {
  const store = await encrypted()
  await store.write([{ type: 'put', key: 'a\0alice\0TOKEN', value: { odd: true } }])
  const secrets = await createSecretStore(store, { key })
  const unreadable = [{ scope: alice, name: 'TOKEN' }]
  expect(await secrets.rotateScope(alice)).toEqual({ scopes: 1, rows: 2, unreadable, quarantined: [] })
  expect(await secrets.rotateScopes()).toMatchObject({ unreadable, quarantined: [] })
  const { env, withheld } = await secrets.envFor('alice')
  expect([{ ...env }, withheld]).toEqual([{ OTHER: 'own too' }, [{ name: 'TOKEN', why: 'unreadable' }]])
})

test('P19 a rotation of the root key killed between pages of data keys goes on, to the old key or the new', async () => {
  const other = keyFromText(generateRootKey())
  const start = createMemoryStore()
  const filling = await createSecretStore(start)
  await filling.enable(key)
  const ids = Array.from({ length: 600 }, (_, index) => `agent-${index}`)
  await filling.import({ version: 1, entries: ids.map((id) => ({ scope: agentScope(id), name: 'OWN', value: id })) })
  await filling.close()
  const rows = await rowsIn(start)
  for (const towards of [key, other]) {
    for (const writes of [2, 3, 4]) {
      const store = await storeOf(rows)
      const killing = killedAt(store, writes)
      const first = await createSecretStore(killing, { key })
      await expect(first.rotate(other)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
      const versions = Object.entries(await rowsIn(store)).flatMap(([each, row]) =>
        each.startsWith('k\0') ? [(row as { rootVersion: number }).rootVersion] : [],
      )
      expect(new Set(versions).size).toBe(writes === 4 ? 1 : 2)
      const secrets = await createSecretStore(store, { key: towards })
      for (const id of ids) expect((await secrets.envFor(id)).env['OWN']).toBe(id)
      expect((await secrets.verify()).isSound).toBe(true)
    }
  }
})
