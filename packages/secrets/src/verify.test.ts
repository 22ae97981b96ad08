import { createMemoryStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import { type Rows, rowsIn, storeOf, withoutHead } from './stores.test-support.ts'

const key = keyFromText(generateRootKey())
const alice = agentScope('alice')
const nothing = { damagedRows: [], vanishedRows: [], plantedRows: [], staleRows: [], unreadableLegacyRows: [] }

async function setup(isEncrypted: boolean) {
  const store = createMemoryStore()
  const secrets = await createSecretStore(store)
  if (isEncrypted) await secrets.enable(key)
  for (const name of ['A', 'B', 'C']) await secrets.put(alice, name, 'old')
  await secrets.put(agentScope('bob'), 'A', 'value')
  await secrets.put(INSTANCE_SHARED, 'A', 'shared', { category: 'tool' })
  const older = await rowsIn(store)
  for (const name of ['A', 'B']) await secrets.put(alice, name, 'new')
  await secrets.delete(alice, 'C')
  const open = async (changes: Rows, deleted: readonly string[] = []) => {
    const copy = await storeOf({ ...(await rowsIn(store)), ...changes })
    await copy.write(deleted.map((each) => ({ type: 'delete', key: each })))
    return createSecretStore(copy, isEncrypted ? { key } : {})
  }
  return { older, open, secrets, store }
}

describe.each([{ isEncrypted: true }, { isEncrypted: false }])('verify, encrypted $isEncrypted,', ({ isEncrypted }) => {
  test('finds nothing wrong where nothing is', async () => {
    const { open } = await setup(isEncrypted)
    expect(await (await open({})).verify()).toMatchObject({ isSound: true, scopes: 3, rows: 4, format: 3, damaged: [] })
  })

  test('tells damaged, vanished, planted and stale rows apart, by scope', async () => {
    const { open, older } = await setup(isEncrypted)
    const damaged = await open({ 'a\0alice\0A': { odd: 1 } }, ['a\0alice\0B'])
    expect((await damaged.verify()).damaged).toEqual([
      { scope: alice, ...nothing, damagedRows: ['A'], vanishedRows: ['B'] },
    ])
    const stale = await open({ 'a\0alice\0A': older['a\0alice\0A'], 'a\0alice\0C': older['a\0alice\0C'] })
    expect((await stale.verify()).damaged).toEqual([{ scope: alice, ...nothing, staleRows: ['A'], plantedRows: ['C'] }])
  })

  test('tells a scope in quarantine, and a collision that cannot be read', async () => {
    const { open, store } = await setup(isEncrypted)
    const headless = isEncrypted
      ? await open({ 'k\0a\0bob': withoutHead((await rowsIn(store))['k\0a\0bob']) })
      : await open({}, ['h\0a\0bob'])
    expect((await headless.verify()).damaged).toEqual([
      { scope: agentScope('bob'), quarantined: 'head-missing', ...nothing },
    ])
  })

  test('tells a scope that was put back as a whole to what it once was', async () => {
    const { open, older } = await setup(isEncrypted)
    const ofAlice = Object.fromEntries(Object.entries(older).filter(([row]) => row.includes('alice')))
    const secrets = await open(ofAlice)
    expect(await secrets.resolve('alice', 'A')).toBe('old')
    expect((await secrets.verify()).damaged).toEqual([{ scope: alice, rolledBack: true, ...nothing }])
  })

  test('tells a scope that was taken away as a whole, and one that was deleted and put back', async () => {
    const { open, older, secrets, store } = await setup(isEncrypted)
    const rows = Object.keys(await rowsIn(store)).filter((row) => row.includes('alice'))
    expect((await (await open({}, rows)).verify()).damaged).toEqual([{ scope: alice, rolledBack: true, ...nothing }])
    await secrets.deleteAgent('alice')
    expect((await secrets.verify()).isSound).toBe(true)
    const ofAlice = Object.fromEntries(Object.entries(older).filter(([row]) => row.includes('alice')))
    expect((await (await open(ofAlice)).verify()).damaged).toEqual([{ scope: alice, rolledBack: true, ...nothing }])
    await secrets.put(alice, 'A', 'again')
    expect((await secrets.verify()).isSound).toBe(true)
  })
})

test('verify needs the key, and sees damage that came while the store was open', async () => {
  const { secrets, store } = await setup(true)
  await store.write([{ type: 'put', key: 'k\0a\0bob', value: withoutHead(await store.get('k\0a\0bob')) }])
  expect((await secrets.verify()).damaged).toMatchObject([{ quarantined: 'head-missing' }])
  await secrets.lock()
  await expect(secrets.verify()).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
})
