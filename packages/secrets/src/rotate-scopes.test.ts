import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { bytesIn, holds, killedAt, killedAtStep, rowsIn, temporaryFolder, withoutHead } from './stores.test-support.ts'

const AGENTS = 150
const key = keyFromText(generateRootKey())
const numbers = Array.from({ length: AGENTS }, (_, index) => index)

async function filled(store: EmbeddedStore = createMemoryStore()): Promise<SecretStore> {
  const secrets = await createSecretStore(store)
  await secrets.enable(key)
  const entries = numbers.map((index) => ({ scope: agentScope(`agent-${index}`), name: 'OWN', value: `own ${index}` }))
  const shared = { scope: INSTANCE_SHARED, name: 'SHARED', value: 'shared', category: 'tool' }
  await secrets.import({ version: 1, entries: [shared, ...entries] })
  return secrets
}

async function versions(store: EmbeddedStore): Promise<number[]> {
  const rows = Object.entries(await rowsIn(store)).filter(([each]) => each.startsWith('k\0'))
  return rows.map(([, row]) => (row as { version: number }).version)
}

async function assertWhole(secrets: SecretStore): Promise<void> {
  for (const index of numbers) {
    expect({ ...(await secrets.envFor(`agent-${index}`)).env }).toEqual({ OWN: `own ${index}`, SHARED: 'shared' })
  }
  expect(await secrets.verify()).toMatchObject({ isSound: true })
}

describe('rotating the keys of all scopes', () => {
  test('gives each another one, tells how far it is, and leaves nothing of the old ones', async () => {
    const store = createMemoryStore()
    const secrets = await filled(store)
    const told: number[] = []
    const report = await secrets.rotateScopes({ onProgress: ({ scopes }) => told.push(scopes) })
    expect(report).toEqual({ scopes: AGENTS + 1, rows: AGENTS + 1, unreadable: [], quarantined: [] })
    expect(told).toEqual([64, 128, AGENTS + 1])
    expect(new Set(await versions(store))).toEqual(new Set([2]))
    expect((await secrets.status()).interrupted).toBeUndefined()
    await assertWhole(secrets)
  })

  test('P19 killed at any write, it stays readable and goes on where it was', async () => {
    let resumed = 0
    for (let writes = 0; ; writes += 1) {
      const store = createMemoryStore()
      await (await filled(store)).close()
      const killing = killedAt(store, writes)
      const first = await createSecretStore(killing, { key })
      await first.rotateScopes().catch(() => undefined)
      if (!killing.wasKilled()) break
      const secrets = await createSecretStore(store, { key })
      const { env } = await secrets.envFor('agent-77')
      expect({ ...env }).toEqual({ OWN: 'own 77', SHARED: 'shared' })
      const { scopes } = await secrets.rotateScopes()
      if (scopes < AGENTS + 1) resumed += 1
      // At most one chunk was done twice.
      expect((await versions(store)).filter((version) => version > 2).length).toBeLessThanOrEqual(64)
      expect(Math.min(...(await versions(store)))).toBe(2)
      expect((await secrets.status()).interrupted).toBeUndefined()
      await assertWhole(secrets)
    }
    expect(resumed).toBeGreaterThan(3)
  })

  test('others go on meanwhile, and what they write is there', async () => {
    const secrets = await filled()
    const rotation = secrets.rotateScopes()
    await Promise.all(numbers.map((index) => secrets.put(agentScope(`agent-${index}`), 'LATER', `later ${index}`)))
    await rotation
    expect(await secrets.resolve('agent-149', 'LATER')).toBe('later 149')
    expect(await secrets.verify()).toMatchObject({ isSound: true })
  })

  test('stops at a signal, or when the store is locked, and goes on at the next call', async () => {
    const secrets = await filled()
    const controller = new AbortController()
    const stopped = secrets.rotateScopes({ signal: controller.signal, onProgress: () => controller.abort('enough') })
    await expect(stopped).rejects.toBe('enough')
    expect((await secrets.status()).interrupted).toBe('rotate-scopes')
    await secrets.lock()
    await expect(secrets.rotateScopes()).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
    await secrets.unlock(key)
    expect((await secrets.rotateScopes()).scopes).toBe(AGENTS + 1 - 64)
    await assertWhole(secrets)
  })

  test('begins anew when the note of where it was is not what was written', async () => {
    const store = createMemoryStore()
    const secrets = await filled(store)
    for (const forged of [{ after: 'agent zzz', mac: 'AAAA' }, 7]) {
      await store.write([{ type: 'put', key: 'm\0scope-rotation', value: forged }])
      expect((await secrets.rotateScopes()).scopes).toBe(AGENTS + 1)
    }
  })

  test('defect e: a scope in quarantine is told, and does not stop the others', async () => {
    const store = createMemoryStore()
    await (await filled(store)).close()
    const row = 'k\0a\0agent-5'
    await store.write([{ type: 'put', key: row, value: withoutHead(await store.get(row)) }])
    const secrets = await createSecretStore(store, { key })
    expect(await secrets.rotateScopes()).toEqual({
      scopes: AGENTS,
      rows: AGENTS,
      unreadable: [],
      quarantined: [{ scope: agentScope('agent-5'), why: 'head-missing' }],
    })
  })

  test('of a store that is not encrypted is refused', async () => {
    const secrets = await createSecretStore(createMemoryStore())
    await expect(secrets.rotateScopes()).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
    await secrets.close()
    await expect(secrets.rotateScopes()).rejects.toMatchObject({ code: 'SECRETS_CLOSED' })
  })
})

describe('P5 no file holds an old data key', () => {
  const boxOf = async (store: EmbeddedStore, agent: string) => (await store.get<{ box: string }>(`k\0a\0${agent}`))!.box

  test('after rotating the keys of all scopes', async () => {
    await using folder = await temporaryFolder()
    await using store = await openLevelStore(folder.path)
    await using secrets = await filled(store)
    const old = [await boxOf(store, 'agent-0'), await boxOf(store, 'agent-149')]
    for (const box of old) expect(holds(await bytesIn(folder.path), box)).toBe(true)
    await secrets.rotateScopes()
    for (const box of old) expect(holds(await bytesIn(folder.path), box)).toBe(false)
  })

  test('once a rotation of one scope was killed at any step and the store is opened again', async () => {
    await using folder = await temporaryFolder()
    await using store = await openLevelStore(folder.path)
    await (await filled(store)).close()
    const agent7 = agentScope('agent-7')
    let isDone = false
    let step = 0
    for (; !isDone; step += 1) {
      const before = await boxOf(store, 'agent-7')
      const killing = killedAtStep(store)
      const first = await createSecretStore(killing.store, { key })
      killing.killAfter(step)
      await first.rotateScope(agent7).catch(() => undefined)
      const secrets = await createSecretStore(store, { key })
      expect(await secrets.reveal(agent7, 'OWN')).toBe('own 7')
      const isRotated = (await boxOf(store, 'agent-7')) !== before
      expect(holds(await bytesIn(folder.path), before)).toBe(!isRotated)
      isDone = !killing.wasKilled()
    }
    expect(step).toBeGreaterThan(10)
  })
})

test('rotates a scope of thousands of large secrets at once', async () => {
  const store = createMemoryStore()
  const secrets = await createSecretStore(store)
  await secrets.enable(key)
  const value = 'x'.repeat(16_384)
  const entries = Array.from({ length: 2000 }, (_, index) => ({ name: `HOST_${index}`, value, category: 'system' }))
  await secrets.import({ version: 1, entries })
  expect(await secrets.rotateScope(INSTANCE_SHARED)).toMatchObject({ scopes: 1, rows: 2000, unreadable: [] })
  expect(await secrets.reveal(INSTANCE_SHARED, 'HOST_1999')).toBe(value)
})
