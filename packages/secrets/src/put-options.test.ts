import { createMemoryStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import { rowsIn } from './stores.test-support.ts'

const alice = agentScope('alice')
const asTool = { category: 'tool' } as const
const DAY = 24 * 60 * 60 * 1000

async function setup() {
  let now = Date.parse('2026-05-01T12:00:00Z')
  const store = createMemoryStore()
  const secrets = await createSecretStore(store, { clock: () => new Date(now) })
  return { store, secrets, pass: (milliseconds: number) => (now += milliseconds) }
}

describe('compare and set', () => {
  test('puts only over the version that was read', async () => {
    const { secrets } = await setup()
    const conflict = { code: 'SECRETS_CONFLICT', field: 'ifVersion' }
    await expect(secrets.put(alice, 'TOKEN', 'x', { ifVersion: 1 })).rejects.toMatchObject(conflict)
    await secrets.put(alice, 'TOKEN', 'one', { ifVersion: 0 })
    await expect(secrets.put(alice, 'TOKEN', 'x', { ifVersion: 0 })).rejects.toMatchObject(conflict)
    await expect(secrets.put(alice, 'TOKEN', 'x', { ifVersion: 2 })).rejects.toMatchObject(conflict)
    await secrets.put(alice, 'TOKEN', 'two', { ifVersion: 1 })
    expect(await secrets.reveal(alice, 'TOKEN')).toBe('two')
    for (const ifVersion of [-1, 1.5, Number.NaN]) {
      const refused = { code: 'SECRETS_INVALID', field: 'ifVersion' }
      await expect(secrets.put(alice, 'TOKEN', 'x', { ifVersion })).rejects.toMatchObject(refused)
    }
  })

  test('lets one of many through', async () => {
    const { secrets } = await setup()
    const puts = Array.from({ length: 20 }, (_, index) => secrets.put(alice, 'TOKEN', `v${index}`, { ifVersion: 0 }))
    const done = await Promise.allSettled(puts)
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('a secret that expires', () => {
  test('P2 is withheld from then on, and goes on shadowing the shared one', async () => {
    const { secrets, pass } = await setup()
    await secrets.put(INSTANCE_SHARED, 'TOKEN', 'shared', asTool)
    const { secret } = await secrets.put(alice, 'TOKEN', 'own', { expiresAt: '2026-05-02T14:00:00+02:00' })
    expect(secret.expiresAt).toBe('2026-05-02T14:00:00+02:00')
    pass(DAY - 1)
    expect((await secrets.envFor('alice')).env['TOKEN']).toBe('own')
    pass(1)
    const { env, withheld } = await secrets.envFor('alice')
    expect([{ ...env }, withheld]).toEqual([{}, [{ name: 'TOKEN', why: 'expired' }]])
    await expect(secrets.resolve('alice', 'TOKEN')).rejects.toMatchObject({ code: 'SECRETS_EXPIRED' })
    expect(await secrets.reveal(alice, 'TOKEN')).toBe('own')
    expect((await secrets.put(alice, 'TOKEN', 'new')).secret.expiresAt).toBeUndefined()
    expect((await secrets.envFor('alice')).env['TOKEN']).toBe('new')
  })

  test.for(['tomorrow', '2026-05-01', '', 5 as unknown as string])('needs a time: %s', async (expiresAt) => {
    const { secrets } = await setup()
    const refused = { code: 'SECRETS_INVALID', field: 'expiresAt' }
    await expect(secrets.put(alice, 'TOKEN', 'x', { expiresAt })).rejects.toMatchObject(refused)
  })
})

describe('a value that was replaced', () => {
  test('P3 is readable by the host and redacted in what workers print, for its grace', async () => {
    const { secrets, pass } = await setup()
    await secrets.put(alice, 'TOKEN', 'the-old-value')
    await secrets.put(alice, 'TOKEN', 'the-new-value', { graceMs: 1000 })
    pass(999)
    expect(await secrets.previous(alice, 'TOKEN')).toEqual({
      value: 'the-old-value',
      version: 1,
      keptUntil: '2026-05-01T12:00:01.000Z',
    })
    const { env, scrubber } = await secrets.envFor('alice')
    expect(env['TOKEN']).toBe('the-new-value')
    expect(scrubber.scrub('the-old-value the-new-value')).toBe('[REDACTED] [REDACTED]')
    pass(1)
    expect(await secrets.previous(alice, 'TOKEN')).toBeUndefined()
    expect((await secrets.envFor('alice')).scrubber.scrub('the-old-value')).toBe('the-old-value')
    expect(scrubber.scrub('the-old-value')).toBe('[REDACTED]')
  })

  test('is kept for a day unless said otherwise, not at all if so said, and not lost by the same value put again', async () => {
    const { secrets, store } = await setup()
    await secrets.put(alice, 'TOKEN', 'first-value')
    await secrets.put(alice, 'TOKEN', 'second-value')
    await secrets.put(alice, 'TOKEN', 'second-value')
    expect(await secrets.previous(alice, 'TOKEN')).toMatchObject({
      value: 'first-value',
      keptUntil: '2026-05-02T12:00:00.000Z',
    })
    await secrets.put(alice, 'TOKEN', 'third-value', { graceMs: 0 })
    expect(await secrets.previous(alice, 'TOKEN')).toBeUndefined()
    expect(JSON.stringify(await rowsIn(store))).not.toContain('second-value')
    await expect(secrets.put(alice, 'TOKEN', 'x', { graceMs: -1 })).rejects.toMatchObject({ field: 'graceMs' })
  })
})

describe('the day of last use', () => {
  test('is told of what was given, resolved or revealed, and survives closing', async () => {
    const { secrets, store, pass } = await setup()
    for (const name of ['GIVEN', 'UNUSED']) await secrets.put(alice, name, 'value')
    expect((await secrets.info(alice, 'GIVEN'))?.lastUsedOn).toBeUndefined()
    await secrets.resolve('alice', 'GIVEN')
    expect((await secrets.info(alice, 'GIVEN'))?.lastUsedOn).toBe('2026-05-01')
    pass(DAY)
    await secrets.reveal(alice, 'GIVEN')
    await secrets.close()
    const again = await createSecretStore(store)
    expect((await again.info(alice, 'GIVEN'))?.lastUsedOn).toBe('2026-05-02')
    expect((await again.info(alice, 'UNUSED'))?.lastUsedOn).toBeUndefined()
    await again.delete(alice, 'GIVEN')
    await again.put(alice, 'GIVEN', 'new')
    expect((await again.info(alice, 'GIVEN'))?.lastUsedOn).toBeUndefined()
  })

  test('P19 is on disk once it was told', async () => {
    const { secrets, store } = await setup()
    await secrets.put(alice, 'TOKEN', 'value')
    await secrets.envFor('alice')
    expect((await secrets.list(alice)).secrets).toMatchObject([{ lastUsedOn: '2026-05-01' }])
    // As after a crash: nobody closed the first.
    const other = await createSecretStore(store)
    expect((await other.info(alice, 'TOKEN'))?.lastUsedOn).toBe('2026-05-01')
  })

  test('is told while it is being written, and is gone with its agent then too', async () => {
    const { secrets, store } = await setup()
    await secrets.put(alice, 'TOKEN', 'value')
    await secrets.envFor('alice')
    const [first, second] = await Promise.all([secrets.info(alice, 'TOKEN'), secrets.info(alice, 'TOKEN')])
    expect([first?.lastUsedOn, second?.lastUsedOn]).toEqual(['2026-05-01', '2026-05-01'])
    await secrets.put(alice, 'OTHER', 'value')
    await secrets.envFor('alice')
    await Promise.all([secrets.list(alice), secrets.deleteAgent('alice')])
    expect(Object.keys(await rowsIn(store)).filter((key) => key.startsWith('u'))).toEqual([])
  })

  test('costs no write for a use', async () => {
    const { secrets, store } = await setup()
    await secrets.put(alice, 'TOKEN', 'value')
    const before = JSON.stringify(await rowsIn(store))
    for (let run = 0; run < 100; run += 1) await secrets.envFor('alice')
    expect(JSON.stringify(await rowsIn(store))).toBe(before)
  })
})
