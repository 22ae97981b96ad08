import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import { bytesIn, holds, killedAt, killedAtStep, rowsIn, temporaryFolder } from './stores.test-support.ts'

const alice = agentScope('alice')
const bob = agentScope('bob')
const [key, other] = [keyFromText(generateRootKey()), keyFromText(generateRootKey())]
const clock = () => new Date('2026-05-01T00:00:00Z')

async function filled(store: EmbeddedStore = createMemoryStore()): Promise<EmbeddedStore> {
  const secrets = await createSecretStore(store)
  await secrets.enable(key)
  await secrets.put(INSTANCE_SHARED, 'TOKEN', 'shared', { category: 'tool' })
  await secrets.put(alice, 'TOKEN', 'own of alice')
  await secrets.put(alice, 'OTHER', 'own of alice')
  await secrets.put(bob, 'TOKEN', 'own of bob')
  await secrets.envFor('alice')
  await secrets.close()
  return store
}

const ofAlice = async (store: EmbeddedStore) =>
  Object.keys(await rowsIn(store)).filter((each) => each.includes('alice'))

describe('P6 deleting an agent while the store is locked', () => {
  test('erases all that is its, and the trail tells of it from the next unlock on, as of what nobody vouches for', async () => {
    const store = await filled()
    const secrets = await createSecretStore(store, { clock })
    expect(await secrets.deleteAgent('alice', { actor: 'api:7' })).toBe(2)
    expect(await secrets.deleteAgent('alice')).toBe(0)
    expect(await ofAlice(store)).toEqual([])
    expect(await secrets.list(alice)).toEqual({ secrets: [], unreadable: [] })
    expect((await secrets.status()).state).toBe('locked')
    await secrets.unlock(key)
    expect((await secrets.audit({ limit: 1 })).entries[0]).toMatchObject({
      action: 'delete-agent',
      actor: 'api:7',
      scope: alice,
      at: '2026-05-01T00:00:00.000Z',
      whileLocked: true,
    })
    expect(await secrets.verify()).toMatchObject({ isSound: true })
    expect({ ...(await secrets.envFor('bob')).env }).toEqual({ TOKEN: 'own of bob' })
  })

  test('takes the days of last use with it, those that an older version wrote one by one too', async () => {
    const store = await filled()
    const keys = ['u\0a\0alice\0TOKEN', 'u\0a\0alice\0OTHER', 'u\0a\0alicia\0TOKEN', 'u\0a\0bob']
    await store.write(keys.map((each) => ({ type: 'put', key: each, value: '2026-04-30' })))
    expect(await ofAlice(store)).toContain('u\0a\0alice')
    await (await createSecretStore(store)).deleteAgent('alice')
    const left = Object.keys(await rowsIn(store)).filter((each) => each.startsWith('u\0'))
    expect(left).toEqual(['u\0a\0alicia\0TOKEN', 'u\0a\0bob'])
  })

  test('lets a new agent of the same id inherit nothing, not even from rows that are put back', async () => {
    const store = await filled()
    const before = await rowsIn(store)
    const secrets = await createSecretStore(store)
    await secrets.deleteAgent('alice')
    await secrets.unlock(key)
    expect({ ...(await secrets.envFor('alice')).env }).toEqual({ TOKEN: 'shared' })
    await secrets.put(alice, 'NEW', 'of the new one')
    await store.write([{ type: 'put', key: 'a\0alice\0OTHER', value: before['a\0alice\0OTHER'] }])
    const { env, withheld } = await secrets.envFor('alice')
    expect({ ...env }).toEqual({ NEW: 'of the new one', TOKEN: 'shared' })
    expect(withheld).toEqual([{ name: 'OTHER', why: 'unreadable' }])
  })

  test('of many at the same time tells of each', async () => {
    const store = await filled()
    const secrets = await createSecretStore(store)
    expect(await Promise.all(['alice', 'bob', 'nobody'].map((id) => secrets.deleteAgent(id)))).toEqual([2, 1, 0])
    await secrets.unlock(key)
    const { entries } = await secrets.audit({ limit: 3 })
    expect(entries.map(({ action, scope }) => [action, scope])).toEqual([
      ['delete-agent', bob],
      ['delete-agent', alice],
      ['put', bob],
    ])
    expect(await secrets.verify()).toMatchObject({ isSound: true })
  })

  test('works between the steps of an interrupted rotation', async () => {
    for (let writes = 0; writes < 4; writes += 1) {
      const store = await filled()
      await (await createSecretStore(killedAt(store, writes), { key })).rotate(other).catch(() => undefined)
      const secrets = await createSecretStore(store)
      await secrets.deleteAgent('alice')
      await secrets.unlock(key).catch(() => secrets.unlock(other))
      expect(await ofAlice(store).then((rows) => rows.filter((each) => !each.startsWith('t')))).toEqual([])
      expect(await secrets.verify()).toMatchObject({ isSound: true })
      expect(await secrets.resolve('bob', 'TOKEN')).toBe('own of bob')
    }
  })

  test('what is planted to be told is told as unvouched for, or not at all', async () => {
    const store = await filled()
    const note = { action: 'delete-agent', actor: 'api:7', agentId: 'bob', at: '2026-05-01T00:00:00.000Z' }
    const planted = [note, { ...note, agentId: 'a\0b' }, { ...note, actor: 'a\nb' }, { ...note, action: 'put' }, 7]
    await store.write(planted.map((value, index) => ({ type: 'put', key: `m\0pending\0${index}`, value })))
    const secrets = await createSecretStore(store, { key })
    const { entries } = await secrets.audit()
    expect(entries.filter(({ whileLocked }) => whileLocked === true)).toHaveLength(1)
    // Bob's secrets are there, and the trail says that they are not.
    expect(await secrets.verify()).toMatchObject({ isSound: false, damaged: [{ scope: bob, rolledBack: true }] })
  })
})

describe.each([{ isLocked: true }, { isLocked: false }])('P19 deleting an agent, locked $isLocked,', ({ isLocked }) => {
  test('killed between any two steps, all of it is there or nothing, and nothing of it stays in a file', async () => {
    let isDone = false
    let step = 0
    for (; !isDone; step += 1) {
      await using folder = await temporaryFolder()
      await using disk = await openLevelStore(folder.path)
      await filled(disk)
      const rows = await rowsIn(disk)
      const boxes = ['k\0a\0alice', 'a\0alice\0TOKEN'].map((each) => (rows[each] as { box: string }).box)
      const killing = killedAtStep(disk)
      const first = await createSecretStore(killing.store, isLocked ? {} : { key })
      killing.killAfter(step)
      await first.deleteAgent('alice').catch(() => undefined)
      isDone = !killing.wasKilled()

      const secrets = await createSecretStore(disk, { key })
      const left = (await ofAlice(disk)).filter((each) => !each.startsWith('t'))
      const whole = { OTHER: 'own of alice', TOKEN: 'own of alice' }
      expect({ ...(await secrets.envFor('alice')).env }).toEqual(left.length > 0 ? whole : { TOKEN: 'shared' })
      expect(await secrets.deleteAgent('alice')).toBe(left.length > 0 ? 2 : 0)
      const bytes = await bytesIn(folder.path)
      for (const box of boxes) expect(holds(bytes, box)).toBe(false)
      expect({ ...(await secrets.envFor('alice')).env }).toEqual({ TOKEN: 'shared' })
      expect(await secrets.verify()).toMatchObject({ isSound: true })
      const { entries } = await secrets.audit()
      expect(entries.filter(({ action }) => action === 'delete-agent')).toHaveLength(1)
    }
    expect(step).toBeGreaterThan(6)
  })
})
