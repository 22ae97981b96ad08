import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from '../adapters/embedded.ts'
import { generateRootKey, keyFromText } from '../key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from '../secret-scope.ts'
import { rowsIn, storeOf } from '../stores.test-support.ts'

const alice = agentScope('alice')
const key = keyFromText(generateRootKey())
const options = { clock: () => new Date('2026-05-01T00:00:00Z') }

async function used(store: EmbeddedStore = createMemoryStore(), isEncrypted = true) {
  const secrets = await createSecretStore(store, options)
  if (isEncrypted) await secrets.enable(key, { actor: 'operator' })
  await secrets.put(alice, 'TOKEN', 'canary-one', { actor: 'api:7' })
  await secrets.put(alice, 'TOKEN', 'canary-two')
  await secrets.put(INSTANCE_SHARED, 'SHARED', 'canary-three', { category: 'tool' })
  await secrets.delete(alice, 'TOKEN', { actor: 'api:7' })
  return secrets
}

test('tells who did what, when, to which secret, and never a value', async () => {
  const store = createMemoryStore()
  const secrets = await used(store)
  const { entries, next } = await secrets.audit({ limit: 4 })
  const at = '2026-05-01T00:00:00.000Z'
  expect(entries).toEqual([
    { sequence: 6, at, actor: 'api:7', action: 'delete', scope: alice, name: 'TOKEN', scopeVersion: 3 },
    { sequence: 5, at, actor: 'host', action: 'put', scope: INSTANCE_SHARED, name: 'SHARED', scopeVersion: 1 },
    { sequence: 4, at, actor: 'host', action: 'put', scope: alice, name: 'TOKEN', scopeVersion: 2 },
    { sequence: 3, at, actor: 'api:7', action: 'put', scope: alice, name: 'TOKEN', scopeVersion: 1 },
  ])
  const rest = await secrets.audit({ before: next })
  expect(rest.entries.map(({ action, actor }) => [action, actor])).toEqual([
    ['enabled', 'operator'],
    ['enable', 'operator'],
  ])
  expect(rest.next).toBeUndefined()
  expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
  expect(await secrets.verify()).toMatchObject({ isSound: true, audit: { entries: 6, breaks: [] } })
})

test('tells of refused changes nothing, and refuses actors that would not stand in a line', async () => {
  const secrets = await used()
  await expect(secrets.put(alice, 'PATH', 'x')).rejects.toMatchObject({ code: 'SECRETS_NAME_UNSAFE' })
  for (const actor of ['', 'a\nb', 'x'.repeat(201)]) {
    const refused = { code: 'SECRETS_INVALID', field: 'actor' }
    await expect(secrets.put(alice, 'NEW', 'x', { actor })).rejects.toMatchObject(refused)
    await expect(secrets.deleteAgent('alice', { actor })).rejects.toMatchObject(refused)
    await expect(secrets.lock().then(() => secrets.unlock(key, { actor }))).rejects.toMatchObject(refused)
    await secrets.unlock(key)
  }
  expect((await secrets.audit({ limit: 1 })).entries[0]?.sequence).toBe(6)
  await expect(secrets.audit({ limit: 0 })).rejects.toMatchObject({ field: 'limit' })
  await expect(secrets.audit({ before: 0 })).rejects.toMatchObject({ field: 'before' })
})

test('P19 says of each change what is in the same batch, for many at the same time', async () => {
  const secrets = await used()
  await Promise.all(
    Array.from({ length: 100 }, (_, index) => secrets.put(agentScope(`agent-${index % 10}`), `N_${index}`, 'value')),
  )
  expect(await secrets.verify()).toMatchObject({ isSound: true, audit: { entries: 106 } })
})

describe.each([{ isEncrypted: true }, { isEncrypted: false }])(
  'shows, encrypted $isEncrypted, that',
  ({ isEncrypted }) => {
    const first = isEncrypted ? 2 : 0
    const at = (number: number) => `t\0${(first + number).toString(16).padStart(14, '0')}`

    async function breaksAfter(change: (rows: Record<string, unknown>) => void) {
      const store = createMemoryStore()
      await (await used(store, isEncrypted)).close()
      const rows: Record<string, unknown> = { ...(await rowsIn(store)) }
      change(rows)
      const secrets = await createSecretStore(await storeOf(rows), isEncrypted ? { key } : {})
      const before = await secrets.verify()
      // What happens later does not hide it.
      await secrets.put(alice, 'LATER', 'value')
      const after = await secrets.verify()
      expect(after.isSound).toBe(false)
      expect(after.audit.breaks.length).toBeGreaterThan(0)
      return before.audit.breaks.map(({ sequence, why }) => `${sequence - first} ${why}`)
    }

    test('an entry was altered', async () => {
      expect(await breaksAfter((rows) => (rows[at(2)] = { ...(rows[at(2)] as object), actor: 'nobody' }))).toEqual([
        '2 altered',
      ])
    })

    test('an entry is gone', async () => {
      expect(await breaksAfter((rows) => delete rows[at(2)])).toEqual(['2 missing', '3 unlinked'])
    })

    test('two entries were exchanged', async () => {
      const breaks = await breaksAfter((rows) => ([rows[at(2)], rows[at(3)]] = [rows[at(3)], rows[at(2)]]))
      expect(breaks).toEqual(['2 altered', '3 altered'])
    })

    test('the latest entries are gone', async () => {
      expect(await breaksAfter((rows) => delete rows[at(4)])).toEqual(['4 wrong-end'])
    })

    test('all of it is gone', async () => {
      const breaks = await breaksAfter((rows) => {
        for (const row of Object.keys(rows)) if (row.startsWith('t\0') || row === 'm\0audit') delete rows[row]
        rows[at(9)] = 'not an entry'
      })
      expect(breaks.length).toBeGreaterThan(0)
    })
  },
)

test('in an encrypted store nobody without the key can write an end for it', async () => {
  const store = createMemoryStore()
  await (await used(store)).close()
  const rows = { ...(await rowsIn(store)) }
  const clear = createMemoryStore()
  await (await used(clear, false)).close()
  rows['m\0audit'] = (await rowsIn(clear))['m\0audit']
  const secrets = await createSecretStore(await storeOf(rows), { key })
  expect((await secrets.verify()).audit.breaks).toMatchObject([{ why: 'wrong-end' }])
})
