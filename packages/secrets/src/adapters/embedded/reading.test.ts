import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { generateRootKey, keyFromText } from '../../key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from '../../secret-scope.ts'
import type { SecretStore } from '../../secret-store.ts'
import { createSecretStore } from '../embedded.ts'

const alice = agentScope('alice')
const asTool = { category: 'tool' } as const

/** A store whose writes take some turns of the event loop, before and after they are done. */
function slow(store: EmbeddedStore): EmbeddedStore {
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return {
    ...store,
    async write(operations) {
      await turn()
      await store.write(operations)
      await turn()
    },
  }
}

async function encrypted(store: EmbeddedStore = createMemoryStore()) {
  const key = keyFromText(generateRootKey())
  const secrets = await createSecretStore(store)
  await secrets.enable(key)
  return { store, secrets, key }
}

const revealed = async (secrets: SecretStore) => (await secrets.envFor('alice')).env

test('P5 what is read while anything changes is what was there before or after, and never unreadable', async () => {
  const step = fc.constantFrom(
    'put-own',
    'put-shared',
    'rotate-scope',
    'rotate-shared',
    'rotate',
    'import',
    'delete-own',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const { secrets } = await encrypted(slow(createMemoryStore()))
      await secrets.put(INSTANCE_SHARED, 'TOKEN', 'shared 0', asTool)
      await secrets.put(alice, 'TOKEN', 'own 0')
      let isDone = false
      const seen: string[] = []
      const reader = async () => {
        while (!isDone) {
          const all = [secrets.resolve('alice', 'TOKEN'), secrets.reveal(INSTANCE_SHARED, 'TOKEN')]
          const [resolved, shared] = await Promise.all(all)
          seen.push(resolved!, shared!, (await revealed(secrets))['TOKEN']!)
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      const readers = [reader(), reader()]
      const works: Record<string, (round: number) => Promise<unknown>> = {
        'put-own': (round) => secrets.put(alice, 'TOKEN', `own ${round}`),
        'put-shared': (round) => secrets.put(INSTANCE_SHARED, 'TOKEN', `shared ${round}`, asTool),
        'delete-own': () => secrets.delete(alice, 'TOKEN'),
        'rotate-scope': () => secrets.rotateScope(alice),
        'rotate-shared': () => secrets.rotateScope(INSTANCE_SHARED),
        rotate: () => secrets.rotate(keyFromText(generateRootKey())),
        import: async () => secrets.import(await secrets.export(), { overwrite: true }),
      }
      for (const [round, name] of steps.entries()) await works[name]!(round + 1)
      isDone = true
      await Promise.all(readers)
      expect(seen.filter((value) => !/^(?:own|shared) \d$/u.test(value))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('gives shared secrets as they are now, whatever changed since they were given last', async () => {
  const { secrets, key } = await encrypted()
  await secrets.put(alice, 'OWN', 'own')
  expect(await revealed(secrets)).toEqual({ OWN: 'own' })
  await secrets.put(INSTANCE_SHARED, 'A', 'one', asTool)
  expect(await revealed(secrets)).toEqual({ OWN: 'own', A: 'one' })
  await secrets.put(INSTANCE_SHARED, 'A', 'two', asTool)
  expect(await revealed(secrets)).toEqual({ OWN: 'own', A: 'two' })
  await secrets.rotateScope(INSTANCE_SHARED)
  const entries = [{ name: 'B', value: 'imported', category: 'tool', created_at: '2026-01-01T00:00:00Z' }]
  await secrets.import({ version: 1, entries: entries.map((each) => ({ ...each, updated_at: each.created_at })) })
  expect(await revealed(secrets)).toEqual({ OWN: 'own', A: 'two', B: 'imported' })
  await secrets.delete(INSTANCE_SHARED, 'A')
  expect(await revealed(secrets)).toEqual({ OWN: 'own', B: 'imported' })
  await secrets.lock()
  await expect(secrets.envFor('alice')).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
  await secrets.unlock(key)
  expect(await revealed(secrets)).toEqual({ OWN: 'own', B: 'imported' })
})

test('P2 withholds a shared secret that expires after it was given', async () => {
  let time = '2026-01-01T00:00:00.000Z'
  const secrets = await createSecretStore(createMemoryStore(), { clock: () => new Date(time) })
  await secrets.put(INSTANCE_SHARED, 'A', 'for an hour', { ...asTool, expiresAt: '2026-01-01T01:00:00Z' })
  expect(await revealed(secrets)).toEqual({ A: 'for an hour' })
  time = '2026-01-01T01:00:00.000Z'
  expect((await secrets.envFor('alice')).withheld).toEqual([{ name: 'A', why: 'expired' }])
})

test('reads nothing of what was read before once it is locked, or closed', async () => {
  const { secrets } = await encrypted()
  await secrets.put(alice, 'TOKEN', 'own')
  expect(await secrets.reveal(alice, 'TOKEN')).toBe('own')
  const locking = secrets.lock()
  await expect(secrets.reveal(alice, 'TOKEN')).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
  await expect(secrets.resolve('alice', 'TOKEN')).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
  await locking
  await expect(secrets.previous(alice, 'TOKEN')).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
  await secrets.close()
  await expect(secrets.reveal(alice, 'TOKEN')).rejects.toMatchObject({ code: 'SECRETS_CLOSED' })
})

test('P5 sees a row of a scope that it has read before change, vanish or appear on the disk', async () => {
  const { store, secrets } = await encrypted()
  for (const name of ['A', 'B', 'C']) await secrets.put(alice, name, `value of ${name}`)
  expect(await secrets.reveal(alice, 'A')).toBe('value of A')
  const row = await store.get('a\0alice\0A')
  await store.write([
    { type: 'put', key: 'a\0alice\0A', value: { ...(row as object), version: 2 } },
    { type: 'delete', key: 'a\0alice\0B' },
    { type: 'put', key: 'a\0alice\0D', value: row },
  ])
  for (const name of ['A', 'B', 'D']) {
    await expect(secrets.reveal(alice, name)).rejects.toMatchObject({ code: 'SECRETS_UNREADABLE' })
    await expect(secrets.resolve('alice', name)).rejects.toMatchObject({ code: 'SECRETS_UNREADABLE' })
  }
  const { env, withheld } = await secrets.envFor('alice')
  expect(env).toEqual({ C: 'value of C' })
  expect(withheld.map(({ name }) => name)).toEqual(['A', 'B', 'D'])
})

test('P5 withholds a shared secret that was damaged after it was given, once verify has looked', async () => {
  const { store, secrets } = await encrypted()
  await secrets.put(INSTANCE_SHARED, 'A', 'shared', asTool)
  expect(await revealed(secrets)).toEqual({ A: 'shared' })
  await store.write([{ type: 'delete', key: 's\0A' }])
  expect((await secrets.verify()).damaged).toMatchObject([{ vanishedRows: ['A'] }])
  expect((await secrets.envFor('alice')).withheld).toEqual([{ name: 'A', why: 'unreadable' }])
})
