import { createMemoryStore } from '@agentic/embedded-store'
import { expect, test } from 'vitest'
import { createSecretStore } from '../adapters/embedded.ts'
import { generateRootKey, keyFromText } from '../key-sources/raw-key.ts'
import { agentScope } from '../secret-scope.ts'
import { rowsIn, storeOf } from '../stores.test-support.ts'
import type { RollbackAnchor } from './anchor.ts'

const alice = agentScope('alice')
const key = keyFromText(generateRootKey())
const rolledBack = { code: 'SECRETS_ROLLED_BACK' }

function memoryAnchor() {
  const kept: { text: string | undefined } = { text: undefined }
  const anchor: RollbackAnchor = {
    read: () => Promise.resolve(kept.text),
    write: (text) => Promise.resolve(void (kept.text = text)),
  }
  return { kept, anchor }
}

test.for([{ isEncrypted: true }, { isEncrypted: false }])(
  'P5 all of a store put back to what it once was is refused with an anchor, encrypted $isEncrypted',
  async ({ isEncrypted }) => {
    const store = createMemoryStore()
    const { kept, anchor } = memoryAnchor()
    const secrets = await createSecretStore(store, { anchor })
    if (isEncrypted) await secrets.enable(key)
    await secrets.put(alice, 'TOKEN', 'revoked')
    const before = await rowsIn(store)
    await secrets.put(alice, 'TOKEN', 'present')
    await secrets.close()
    const options = { anchor, ...(isEncrypted ? { key } : {}) }
    expect(await (await createSecretStore(store, options)).resolve('alice', 'TOKEN')).toBe('present')

    const old = await storeOf(before)
    await expect(createSecretStore(old, options)).rejects.toMatchObject(rolledBack)
    const empty = createMemoryStore()
    if (isEncrypted) await (await createSecretStore(empty)).enable(key)
    await expect(createSecretStore(empty, options)).rejects.toMatchObject(rolledBack)
    // Whoever restores a backup and means it clears the anchor.
    kept.text = undefined
    const accepted = await createSecretStore(old, options)
    expect(await accepted.resolve('alice', 'TOKEN')).toBe('revoked')
    await accepted.put(alice, 'TOKEN', 'goes on')
    expect(kept.text).toBeDefined()
    await createSecretStore(old, options)
  },
)

test('P5 a trail that was lengthened by somebody else does not pass for the one that was anchored', async () => {
  const store = createMemoryStore()
  const { anchor } = memoryAnchor()
  const secrets = await createSecretStore(store, { anchor })
  await secrets.put(alice, 'TOKEN', 'revoked')
  const before = await rowsIn(store)
  await secrets.put(alice, 'TOKEN', 'present')
  const forged = await storeOf(before)
  const other = await createSecretStore(forged)
  for (const value of ['a', 'b', 'c']) await other.put(alice, 'OTHER', value)
  await expect(createSecretStore(forged, { anchor })).rejects.toMatchObject(rolledBack)
})

test('a locked store is told from one that was put back when it is unlocked, and stays locked', async () => {
  const store = createMemoryStore()
  const { anchor } = memoryAnchor()
  const secrets = await createSecretStore(store, { anchor })
  await secrets.enable(key)
  const before = await rowsIn(store)
  await secrets.put(alice, 'TOKEN', 'present')
  const old = await createSecretStore(await storeOf(before), { anchor })
  await expect(old.unlock(key)).rejects.toMatchObject(rolledBack)
  await expect(old.envFor('alice')).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
})

test('P19 killed between a change and its anchor, the store opens', async () => {
  const store = createMemoryStore()
  const { kept, anchor } = memoryAnchor()
  const secrets = await createSecretStore(store, { anchor })
  await secrets.put(alice, 'TOKEN', 'one')
  const anchored = kept.text
  await secrets.put(alice, 'TOKEN', 'two')
  kept.text = anchored
  expect(await (await createSecretStore(store, { anchor })).resolve('alice', 'TOKEN')).toBe('two')
})

test('a change that cannot be anchored is rejected, and the next one can be', async () => {
  const { kept, anchor } = memoryAnchor()
  let isDown = false
  const write = (text: string) => (isDown ? Promise.reject(new Error('down')) : anchor.write(text))
  const secrets = await createSecretStore(createMemoryStore(), { anchor: { ...anchor, write } })
  await secrets.put(alice, 'TOKEN', 'one')
  isDown = true
  await expect(secrets.put(alice, 'TOKEN', 'two')).rejects.toThrow('down')
  const before = kept.text
  isDown = false
  await secrets.put(alice, 'TOKEN', 'three')
  expect(kept.text).not.toBe(before)
  expect(await secrets.resolve('alice', 'TOKEN')).toBe('three')
  expect(await secrets.verify()).toMatchObject({ isSound: true })
})
