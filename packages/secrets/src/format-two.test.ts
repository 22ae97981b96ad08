import { readFile } from 'node:fs/promises'
import type { EmbeddedStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { envSize, MAX_ENV_BYTES } from './env-size.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { killedAt, type Rows, rowsIn, storeOf } from './stores.test-support.ts'

interface Stored {
  readonly rows: Rows
  /** As it was before the last two secrets of alice were put. */
  readonly olderHead: unknown
}

/** Written by the last version of the second format; the key is 32 bytes of 7. */
const file = new URL('../test/format-2.json', import.meta.url)
const { encrypted, inClear } = JSON.parse(await readFile(file, 'utf8')) as { encrypted: Stored; inClear: Stored }
const key = keyFromText(Buffer.alloc(32, 7).toString('base64url'))
const other = keyFromText(generateRootKey())
const alice = agentScope('alice')
const bob = agentScope('bob')
const ofAlice = { A: 'alice A new', B: 'alice B', SHARED: 'shared' }
const ofBob = { A: 'bob A', SHARED: 'shared' }

const envOf = async (secrets: SecretStore, agent: string) => ({ ...(await secrets.envFor(agent)).env })
const without = (rows: Rows, gone: string): Rows =>
  Object.fromEntries(Object.entries(rows).filter(([each]) => each !== gone))

async function assertWhole(secrets: SecretStore): Promise<void> {
  expect(await envOf(secrets, 'alice')).toMatchObject(ofAlice)
  expect(await envOf(secrets, 'bob')).toEqual(ofBob)
  expect(await secrets.verify()).toMatchObject({ isSound: true, format: 3 })
}

test('P20 a store of the second format is read as it was, and each scope changes its form when it is written', async () => {
  const store = await storeOf(encrypted.rows)
  const locked = await createSecretStore(store)
  expect((await locked.names('alice')).map(({ name }) => name)).toEqual(['A', 'B', 'SHARED'])
  expect(await rowsIn(store)).toEqual(encrypted.rows)
  await locked.unlock(key)
  await assertWhole(locked)
  await locked.put(alice, 'C', 'alice C', { category: 'tool' })
  expect(Object.keys(await rowsIn(store)).filter((each) => each.startsWith('h\0'))).toEqual(['h\0a\0bob', 'h\0s'])
  await assertWhole(await createSecretStore(store, { key }))
  await locked.rotateScopes()
  expect(Object.keys(await rowsIn(store)).filter((each) => each.startsWith('h\0'))).toEqual([])
  await assertWhole(locked)
})

test('P20 one that is not encrypted is too, and can be encrypted', async () => {
  const store = await storeOf(inClear.rows)
  const secrets = await createSecretStore(store)
  await assertWhole(secrets)
  await secrets.put(bob, 'A', 'bob A')
  await secrets.enable(key)
  expect(Object.keys(await rowsIn(store)).filter((each) => each.startsWith('h\0'))).toEqual([])
  await assertWhole(await createSecretStore(store, { key }))
})

test('what its heads do not tell, the sizes of secrets, counts all the same', async () => {
  const secrets = await createSecretStore(await storeOf(encrypted.rows), { key })
  const asTool = { category: 'tool' } as const
  let room = MAX_ENV_BYTES - envSize('A', ofAlice.A) - envSize('B', ofAlice.B)
  for (let count = 1; room > 64 * 1024; count += 1) {
    const value = 'x'.repeat(60 * 1024)
    await secrets.put(alice, `LARGE_${count}`, value, asTool)
    room -= envSize(`LARGE_${count}`, value)
  }
  const last = 'x'.repeat(room - envSize('LAST', ''))
  const refused = { code: 'SECRETS_TOO_LARGE' }
  await expect(secrets.put(alice, 'LAST', `${last}x`, asTool)).rejects.toMatchObject(refused)
  await secrets.put(alice, 'LAST', last, asTool)
})

const changes: readonly (readonly [string, (secrets: SecretStore) => Promise<unknown>])[] = [
  ['putting', (secrets) => secrets.put(alice, 'B', 'alice B', { category: 'tool' })],
  ['rotating', (secrets) => secrets.rotate(other)],
  ['rotating the keys of scopes', (secrets) => secrets.rotateScopes()],
  ['deleting an agent', (secrets) => secrets.deleteAgent('carol')],
]

test.for(changes)('P20 %s, killed at any write from unlocking on, loses nothing', async ([, change]) => {
  let isDone = false
  for (let writes = 0; !isDone; writes += 1) {
    const store: EmbeddedStore = await storeOf(encrypted.rows)
    const killing = killedAt(store, writes)
    await createSecretStore(killing, { key })
      .then(change)
      .catch(() => undefined)
    isDone = !killing.wasKilled()
    // Once a rotation is done, only the other key opens the store.
    await assertWhole(await createSecretStore(store, { key }).catch(() => createSecretStore(store, { key: other })))
  }
})

describe('P5 in a store of the second format', () => {
  test('a head that vanished is a scope in quarantine', async () => {
    const secrets = await createSecretStore(await storeOf(without(encrypted.rows, 'h\0a\0alice')), { key })
    await expect(secrets.resolve('alice', 'A')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
    expect(await envOf(secrets, 'bob')).toEqual(ofBob)
  })

  test('an older head that is put back leaves only what it knew', async () => {
    const store = await storeOf({ ...encrypted.rows, 'h\0a\0alice': encrypted.olderHead })
    const secrets = await createSecretStore(store, { key })
    expect(await envOf(secrets, 'alice')).toEqual({ SHARED: 'shared' })
    expect(await secrets.verify()).toMatchObject({ isSound: false })
  })

  test('the older head beside the newer form is not looked at', async () => {
    const store = await storeOf(encrypted.rows)
    const secrets = await createSecretStore(store, { key })
    await secrets.put(alice, 'B', 'alice B', { category: 'tool' })
    await secrets.close()
    await store.write([{ type: 'put', key: 'h\0a\0alice', value: encrypted.rows['h\0a\0alice'] }])
    await assertWhole(await createSecretStore(store, { key }))
  })

  test('a store that says that it is of the second format when it is not is refused', async () => {
    const store = await storeOf(encrypted.rows)
    await (await createSecretStore(store, { key })).put(INSTANCE_SHARED, 'SHARED', 'newer')
    await store.write([{ type: 'put', key: 'm\0format', value: { format: 2 } }])
    await expect(createSecretStore(store, { key })).rejects.toMatchObject({ code: 'SECRETS_UNREADABLE' })
  })
})
