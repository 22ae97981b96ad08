import { randomBytes } from 'node:crypto'
import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import type { KeySource } from './key-source.ts'
import { keyFromPassphrase } from './key-sources/passphrase.ts'
import { keyFromService } from './key-sources/key-service.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { bytesIn, holds, killedAt, rowsIn, storeOf, temporaryFolder } from './stores.test-support.ts'

const alice = agentScope('alice')
const bob = agentScope('bob')
const asTool = { category: 'tool' } as const
const newKey = (): KeySource => keyFromText(generateRootKey())

async function filled(store: EmbeddedStore = createMemoryStore()): Promise<SecretStore> {
  const secrets = await createSecretStore(store)
  await secrets.put(INSTANCE_SHARED, 'SHARED', 'canary-shared', asTool)
  await secrets.put(INSTANCE_SHARED, 'BOTH', 'canary-shared-both', asTool)
  await secrets.put(INSTANCE_SHARED, 'HOST', 'canary-host')
  await secrets.put(alice, 'BOTH', 'canary-alice')
  await secrets.put(alice, 'OWN', 'canary-alice-old')
  await secrets.put(alice, 'OWN', 'canary-alice-own')
  await secrets.put(bob, 'OWN', 'canary-bob')
  return secrets
}

const expected = {
  alice: { BOTH: 'canary-alice', OWN: 'canary-alice-own', SHARED: 'canary-shared' },
  bob: { BOTH: 'canary-shared-both', OWN: 'canary-bob', SHARED: 'canary-shared' },
}

async function envsOf(secrets: SecretStore): Promise<object> {
  return { alice: { ...(await secrets.envFor('alice')).env }, bob: { ...(await secrets.envFor('bob')).env } }
}

/** Unlocks with one key or, if it is not the right one, with another; says with which. */
async function unlockWith(secrets: SecretStore, first: KeySource, second: KeySource): Promise<KeySource> {
  try {
    await secrets.unlock(first)
    return first
  } catch {
    await secrets.unlock(second)
    return second
  }
}

describe('enabling encryption', () => {
  test('seals every value, keeps all that was there, and reports it', async () => {
    const store = createMemoryStore()
    const secrets = await filled(store)
    const before = await secrets.list(alice)
    expect(await secrets.enable(newKey())).toEqual({ scopes: 3, rows: 6, unreadable: [], quarantined: [] })
    expect((await secrets.status()).state).toBe('unlocked')
    expect(secrets.state()).toBe('unlocked')
    expect(await envsOf(secrets)).toEqual(expected)
    expect(await secrets.list(alice)).toEqual({
      ...before,
      secrets: before.secrets.map((each) => ({ ...each, lastUsedOn: expect.any(String) as string })),
    })
    expect((await secrets.previous(alice, 'OWN'))?.value).toBe('canary-alice-old')
    expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
  })

  test('cannot be done twice, nor undone', async () => {
    const secrets = await filled()
    await expect(secrets.lock()).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
    await expect(secrets.unlock(newKey())).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
    await expect(secrets.rotate(newKey())).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
    await secrets.enable(newKey())
    await expect(secrets.enable(newKey())).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
  })

  test('of an empty store works, and what is put after is sealed', async () => {
    const store = createMemoryStore()
    const secrets = await createSecretStore(store)
    await secrets.enable(newKey())
    await secrets.put(alice, 'TOKEN', 'canary-late')
    expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
    expect(await secrets.resolve('alice', 'TOKEN')).toBe('canary-late')
  })

  test('is not stopped by rows that cannot be read; their names stay taken, and nothing of them in clear', async () => {
    const store = createMemoryStore()
    await (await filled(store)).close()
    await store.write([
      { type: 'put', key: 'a\0alice\0BOTH', value: { odd: 'canary-odd' } },
      { type: 'put', key: 'a\0alice\0PLANTED', value: { value: 'canary-planted' } },
      { type: 'delete', key: 'a\0bob\0OWN' },
    ])
    const secrets = await createSecretStore(store)
    const report = await secrets.enable(newKey())
    expect(report.unreadable).toEqual([
      { scope: alice, name: 'BOTH' },
      { scope: alice, name: 'PLANTED' },
      { scope: bob, name: 'OWN' },
    ])
    expect({ ...(await secrets.envFor('alice')).env }).toEqual({ OWN: 'canary-alice-own', SHARED: 'canary-shared' })
    expect((await secrets.envFor('bob')).withheld).toEqual([{ name: 'OWN', why: 'unreadable' }])
    expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
  })

  test('leaves a scope without its head in quarantine, sealed', async () => {
    const store = createMemoryStore()
    await (await filled(store)).close()
    await store.write([{ type: 'delete', key: 'h\0a\0alice' }])
    const secrets = await createSecretStore(store)
    const report = await secrets.enable(newKey())
    expect(report.quarantined).toEqual([{ scope: alice, why: 'head-missing' }])
    expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
    await expect(secrets.envFor('alice')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
    await secrets.repair(alice)
    expect(await envsOf(secrets)).toEqual(expected)
  })
})

describe('a locked store', () => {
  async function lockedStore() {
    const store = createMemoryStore()
    const key = newKey()
    const first = await filled(store)
    await first.enable(key)
    await first.close()
    return { store, key, secrets: await createSecretStore(store) }
  }

  test('tells names, categories and counts, unverified', async () => {
    const { secrets } = await lockedStore()
    expect(await secrets.status()).toEqual({ state: 'locked', counts: { shared: 3, agent: 3 } })
    const { secrets: listed, unreadable } = await secrets.list(INSTANCE_SHARED)
    expect(listed.map(({ name, category, unverified }) => [name, category, unverified])).toEqual([
      ['BOTH', 'tool', true],
      ['HOST', 'system', true],
      ['SHARED', 'tool', true],
    ])
    expect(unreadable).toEqual([])
    expect(await secrets.info(alice, 'OWN')).toMatchObject({ version: 2, unverified: true })
    expect(await secrets.names('alice')).toEqual([
      { scope: alice, name: 'BOTH', category: 'tool', available: false, why: 'locked' },
      { scope: alice, name: 'OWN', category: 'tool', available: false, why: 'locked' },
      { scope: INSTANCE_SHARED, name: 'SHARED', category: 'tool', available: false, why: 'locked' },
    ])
    const page = await secrets.list(INSTANCE_SHARED, { limit: 2 })
    expect(page.next).toBe('HOST')
    expect((await secrets.list(INSTANCE_SHARED, { after: page.next })).secrets.map(({ name }) => name)).toEqual([
      'SHARED',
    ])
  })

  test('refuses all that needs a value or changes something, and changes nothing', async () => {
    const { store, secrets } = await lockedStore()
    const before = await rowsIn(store)
    const refused = [
      secrets.put(alice, 'NEW', 'value'),
      secrets.delete(alice, 'OWN'),
      secrets.reveal(alice, 'OWN'),
      secrets.previous(alice, 'OWN'),
      secrets.resolve('alice', 'OWN'),
      secrets.envFor('alice'),
      secrets.rotate(newKey()),
      secrets.rotateScope(alice),
      secrets.repair(alice),
    ]
    for (const each of refused) await expect(each).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
    expect(await rowsIn(store)).toEqual(before)
  })

  test('opens with its key alone, again and again', async () => {
    const { secrets, key } = await lockedStore()
    await expect(secrets.unlock(newKey())).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY', field: 'source' })
    await expect(secrets.unlock(keyFromPassphrase('x'))).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
    expect((await secrets.status()).state).toBe('locked')
    await secrets.unlock(key)
    expect(await envsOf(secrets)).toEqual(expected)
    await expect(secrets.unlock(newKey())).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
    await secrets.lock()
    await secrets.lock()
    await expect(secrets.envFor('alice')).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
    await secrets.unlock(key)
    await secrets.unlock(key)
    expect(await envsOf(secrets)).toEqual(expected)
  })

  test('defect k: a scrubber made before goes on redacting while the store is locked', async () => {
    const { secrets, key } = await lockedStore()
    await secrets.unlock(key)
    const { scrubber } = await secrets.envFor('alice')
    await secrets.lock()
    expect(scrubber.scrub('it is canary-alice')).toBe('it is [REDACTED]')
  })

  test('is opened at once with a key; a store that is not encrypted is refused then', async () => {
    const { store, key } = await lockedStore()
    const secrets = await createSecretStore(store, { key })
    expect(await envsOf(secrets)).toEqual(expected)
    await expect(createSecretStore(createMemoryStore(), { key })).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
  })

  test('adopts nothing without its key: an own secret that is not there would let the shared one through', async () => {
    const { store, key } = await lockedStore()
    const legacyAgentStores = [{ agentId: 'carol', store: await storeOf({ SHARED: 'canary-carol' }) }]
    await expect(createSecretStore(store, { legacyAgentStores })).rejects.toMatchObject({ code: 'SECRETS_LOCKED' })
    const secrets = await createSecretStore(store, { key, legacyAgentStores })
    expect(await secrets.resolve('carol', 'SHARED')).toBe('canary-carol')
    expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
  })

  test('P5 takes no legacy row that is planted in clear', async () => {
    const { store, key } = await lockedStore()
    await store.write([{ type: 'put', key: 'SHARED', value: { value: 'planted', category: 'tool' } }])
    const secrets = await createSecretStore(store, { key })
    expect(secrets.migration.left).toEqual([{ key: 'SHARED', why: 'encrypted' }])
    expect(await envsOf(secrets)).toEqual(expected)
  })
})

test.for<[string, () => KeySource]>([
  ['a passphrase', () => keyFromPassphrase('correct horse', { memoryKib: 64, passes: 1 })],
  [
    'a key service',
    () => {
      const flip = (bytes: Uint8Array) => Promise.resolve(Uint8Array.from(bytes, (byte) => byte ^ 9))
      return keyFromService({ keyId: 'kms/1', wrap: flip, unwrap: (wrapped) => flip(wrapped) })
    },
  ],
])('works with %s, over restarts and to and from other sources', async ([, source]) => {
  const store = createMemoryStore()
  const first = await filled(store)
  await first.enable(source())
  await first.close()
  const second = await createSecretStore(store, { key: source() })
  expect(await envsOf(second)).toEqual(expected)
  const raw = newKey()
  await second.rotate(raw)
  await second.rotate(source())
  await second.close()
  expect(await envsOf(await createSecretStore(store, { key: source() }))).toEqual(expected)
})

describe('rotating the root key', () => {
  test('wraps the data keys anew and touches no secret', async () => {
    const store = createMemoryStore()
    const [old, next] = [newKey(), newKey()]
    const secrets = await filled(store)
    await secrets.enable(old)
    const before = await rowsIn(store)
    expect(await secrets.rotate(next)).toEqual({ scopes: 3, rows: 0, unreadable: [], quarantined: [] })
    const after = await rowsIn(store)
    const changed = Object.keys(after).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]))
    expect(changed.filter((key) => /^[ahs]\0/u.test(key))).toEqual([])
    expect(changed.filter((key) => key.startsWith('k\0'))).toHaveLength(3)
    expect(await envsOf(secrets)).toEqual(expected)
    await secrets.lock()
    await expect(secrets.unlock(old)).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
    await secrets.unlock(next)
    expect(await envsOf(secrets)).toEqual(expected)
  })

  test('refuses the key that is in use', async () => {
    const secrets = await filled()
    const key = newKey()
    await secrets.enable(key)
    await expect(secrets.rotate(key)).rejects.toMatchObject({ code: 'SECRETS_INVALID', field: 'source' })
    expect(await envsOf(secrets)).toEqual(expected)
  })

  test('defect e: one data key that is damaged does not stop the others, and is told', async () => {
    const store = createMemoryStore()
    const secrets = await filled(store)
    await secrets.enable(newKey())
    await store.write([{ type: 'put', key: 'k\0a\0alice', value: { odd: true } }])
    const report = await secrets.rotate(newKey())
    expect(report).toMatchObject({ scopes: 2, quarantined: [{ scope: alice, why: 'key-damaged' }] })
    expect({ ...(await secrets.envFor('bob')).env }).toEqual(expected.bob)
    await expect(secrets.envFor('alice')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
  })

  test('of one scope gives it another data key and leaves the others alone', async () => {
    const store = createMemoryStore()
    const secrets = await filled(store)
    await secrets.enable(newKey())
    const before = await rowsIn(store)
    expect(await secrets.rotateScope(alice)).toEqual({ scopes: 1, rows: 2, unreadable: [], quarantined: [] })
    expect(await secrets.rotateScope(agentScope('nobody'))).toMatchObject({ scopes: 0, rows: 0 })
    const after = await rowsIn(store)
    const changed = Object.keys(before).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]))
    expect(changed.toSorted()).toEqual(['a\0alice\0BOTH', 'a\0alice\0OWN', 'k\0a\0alice', 'm\0audit'])
    expect(await envsOf(secrets)).toEqual(expected)
    await store.write([{ type: 'put', key: 'a\0alice\0OWN', value: before['a\0alice\0OWN'] }])
    expect((await secrets.envFor('alice')).withheld).toEqual([{ name: 'OWN', why: 'unreadable' }])
  })
})

test('defect d: whoever reads or writes while keys change sees the one state or the other', async () => {
  const store = createMemoryStore()
  const secrets = await filled(store)
  const [first, second] = [newKey(), newKey()]
  const working = Array.from({ length: 40 }, async (_, index) => {
    for (let turn = 0; turn < index; turn += 1) await Promise.resolve()
    await secrets.put(agentScope(`agent-${index}`), 'OWN', `value ${index}`)
    expect((await secrets.envFor(`agent-${index}`)).env['OWN']).toBe(`value ${index}`)
    expect(await envsOf(secrets)).toEqual(expected)
  })
  await secrets.enable(first)
  await Promise.all([secrets.rotate(second), secrets.rotateScope(alice), secrets.rotate(first)])
  await Promise.all(working)
  expect(await secrets.verify()).toMatchObject({ isSound: true, scopes: 43 })
  const [env] = await Promise.all([secrets.envFor('alice'), secrets.lock()])
  expect({ ...env.env }).toEqual(expected.alice)
})

test('unlocking, wrongly and rightly at the same time, ends unlocked and sound', async () => {
  const secrets = await filled()
  const key = newKey()
  await secrets.enable(key)
  await secrets.lock()
  const done = await Promise.allSettled([
    secrets.unlock(newKey()),
    secrets.unlock(key),
    secrets.unlock(key),
    secrets.unlock(newKey()),
  ])
  expect(done.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'rejected'])
  expect(await envsOf(secrets)).toEqual(expected)
})

describe('P19 killed at any write', () => {
  const [old, next] = [newKey(), newKey()]

  /** Runs one operation killed at each write in turn until it is not killed any more. */
  async function eachKill(
    start: () => Promise<EmbeddedStore>,
    run: (store: EmbeddedStore) => Promise<unknown>,
    after: (store: EmbeddedStore) => Promise<void>,
  ): Promise<number> {
    for (let writes = 0; ; writes += 1) {
      const store = await start()
      const killing = killedAt(store, writes)
      await run(killing).catch(() => undefined)
      await after(store)
      if (!killing.wasKilled()) return writes
    }
  }

  const inClear = async () => {
    const store = createMemoryStore()
    await (await filled(store)).close()
    return store
  }
  const encrypted = async () => {
    const store = createMemoryStore()
    const secrets = await filled(store)
    await secrets.enable(old)
    await secrets.close()
    return store
  }

  test('enable ends as if it was not, by unlocking', async () => {
    const kills = await eachKill(
      inClear,
      async (store) => (await createSecretStore(store)).enable(old),
      async (store) => {
        const secrets = await createSecretStore(store)
        const { state, interrupted } = await secrets.status()
        expect([undefined, 'enable']).toContain(interrupted)
        const code = await secrets.envFor('alice').then(
          () => 'unencrypted',
          (error: { code: string }) => error.code,
        )
        expect(code).toBe(state === 'unencrypted' ? 'unencrypted' : 'SECRETS_LOCKED')
        await (state === 'unencrypted' ? secrets.enable(old) : secrets.unlock(old))
        expect(await envsOf(secrets)).toEqual(expected)
        expect((await secrets.status()).interrupted).toBeUndefined()
        expect(JSON.stringify(await rowsIn(store))).not.toContain('canary')
      },
    )
    expect(kills).toBeGreaterThanOrEqual(4)
  })

  test.for([
    ['old', old, next],
    ['new', next, old],
  ] as const)('rotate ends with the %s key if that is the one at hand', async ([, key, other]) => {
    const kills = await eachKill(
      encrypted,
      async (store) => (await createSecretStore(store, { key: old })).rotate(next),
      async (store) => {
        const secrets = await createSecretStore(store)
        const { interrupted } = await secrets.status()
        const opened = await unlockWith(secrets, key, other)
        expect(interrupted !== 'rotate' || opened === key).toBe(true)
        expect(await envsOf(secrets)).toEqual(expected)
        await secrets.lock()
        await expect(secrets.unlock(opened === old ? next : old)).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
        await secrets.unlock(opened)
        await secrets.rotate(newKey())
        expect(await envsOf(secrets)).toEqual(expected)
      },
    )
    expect(kills).toBeGreaterThanOrEqual(4)
  })

  test('a rotation that was interrupted can be interrupted again', async () => {
    for (let first = 0; first < 4; first += 1) {
      await eachKill(
        async () => {
          const store = await encrypted()
          const killing = killedAt(store, first)
          const secrets = await createSecretStore(killing, { key: old })
          await secrets.rotate(next).catch(() => undefined)
          return store
        },
        async (store) => {
          const secrets = await createSecretStore(store)
          await unlockWith(secrets, next, old)
        },
        async (store) => {
          const secrets = await createSecretStore(store)
          await unlockWith(secrets, old, next)
          expect(await envsOf(secrets)).toEqual(expected)
        },
      )
    }
  })

  test.for<[string, (secrets: SecretStore) => Promise<unknown>]>([
    ['put', (secrets) => secrets.put(alice, 'OWN', 'canary-new')],
    ['delete', (secrets) => secrets.delete(alice, 'OWN')],
    ['rotateScope', (secrets) => secrets.rotateScope(alice)],
    ['deleteAgent', (secrets) => secrets.deleteAgent('alice')],
  ])('%s is done or not done, and the scope is sound', async ([, change]) => {
    await eachKill(
      encrypted,
      async (store) => change(await createSecretStore(store, { key: old })),
      async (store) => {
        const secrets = await createSecretStore(store, { key: old })
        const { withheld } = await secrets.envFor('alice')
        expect(withheld).toEqual([])
        expect({ ...(await secrets.envFor('bob')).env }).toEqual(expected.bob)
      },
    )
  })

  test('upgrade of the first format goes on at the next opening', async () => {
    const time = '2026-01-02T03:04:05.000Z'
    const row = (value: string) => ({
      format: 1,
      version: 3,
      category: 'tool',
      createdAt: time,
      updatedAt: time,
      value,
    })
    const rows: Record<string, unknown> = { 'm\0format': { format: 1 }, 's\0SHARED': row('shared') }
    for (let index = 0; index < 150; index += 1) rows[`a\0agent-${index}\0OWN`] = row(`value ${index}`)
    const kills = await eachKill(
      () => storeOf(rows),
      (store) => createSecretStore(store),
      async (store) => {
        const secrets = await createSecretStore(store)
        for (const index of [0, 70, 149]) {
          const { env } = await secrets.envFor(`agent-${index}`)
          expect({ ...env }).toEqual({ OWN: `value ${index}`, SHARED: 'shared' })
        }
        expect(await secrets.info(agentScope('agent-3'), 'OWN')).toMatchObject({ version: 3, createdAt: time })
      },
    )
    expect(kills).toBeGreaterThanOrEqual(4)
  })
})

describe('the disk', () => {
  // That it is found where it must be is asserted each time, so that not finding it says something.
  const canary = (): string => randomBytes(36).toString('base64url')

  async function onDisk() {
    const folder = await temporaryFolder()
    const store = await openLevelStore(folder.path)
    const secrets = await createSecretStore(store)
    const close = async () => {
      await secrets.close()
      await store.close()
      await folder[Symbol.asyncDispose]()
    }
    return { store, secrets, bytes: () => bytesIn(folder.path), [Symbol.asyncDispose]: close }
  }

  test('holds no value in clear after enabling, in no file', async () => {
    await using disk = await onDisk()
    const { secrets, store } = disk
    const [replaced, own, deleted, shared] = [canary(), canary(), canary(), canary()]
    await secrets.put(alice, 'OWN', replaced)
    await secrets.put(INSTANCE_SHARED, 'SHARED', shared)
    await store.compact({})
    await secrets.put(alice, 'OWN', own)
    await secrets.put(alice, 'GONE', deleted)
    await secrets.delete(alice, 'GONE')
    const before = await disk.bytes()
    for (const value of [replaced, own, deleted, shared]) expect(holds(before, value)).toBe(true)
    await secrets.enable(newKey())
    const after = await disk.bytes()
    for (const value of [replaced, own, deleted, shared]) expect(holds(after, value)).toBe(false)
    const later = canary()
    await secrets.put(alice, 'LATER', later)
    expect(holds(await disk.bytes(), later)).toBe(false)
    expect(await secrets.reveal(alice, 'OWN')).toBe(own)
  })

  test('holds no data key under the old root key, nor either root key under the other, after rotating', async () => {
    await using disk = await onDisk()
    const { secrets, store } = disk
    await secrets.enable(newKey())
    await secrets.put(alice, 'OWN', 'canary')
    await store.compact({})
    const boxOf = async () => (await store.get<{ box: string }>('k\0a\0alice'))!.box
    const old = await boxOf()
    let bridge = ''
    const write = store.write
    store.write = async (operations) => {
      for (const operation of operations) {
        if (operation.type === 'put' && operation.key === 'm\0store') {
          bridge ||= (operation.value as { next?: { underCurrent: string } }).next?.underCurrent ?? ''
        }
      }
      await write(operations)
    }
    const before = await disk.bytes()
    expect(holds(before, old)).toBe(true)
    await secrets.rotate(newKey())
    const after = await disk.bytes()
    expect(bridge).not.toBe('')
    expect(holds(after, bridge)).toBe(false)
    expect(holds(after, old)).toBe(false)
    expect(holds(after, await boxOf())).toBe(true)
    expect(await secrets.reveal(alice, 'OWN')).toBe('canary')
  })

  test('holds nothing of a data key that its scope had before', async () => {
    await using disk = await onDisk()
    const { secrets, store } = disk
    await secrets.enable(newKey())
    await secrets.put(alice, 'OWN', 'canary')
    const boxes = async () => [
      (await store.get<{ box: string }>('k\0a\0alice'))!.box,
      (await store.get<{ box: string }>('a\0alice\0OWN'))!.box,
    ]
    const old = await boxes()
    await secrets.rotateScope(alice)
    const bytes = await disk.bytes()
    for (const box of old) expect(holds(bytes, box)).toBe(false)
    for (const box of await boxes()) expect(holds(bytes, box)).toBe(true)
  })

  test('P6 holds nothing of a deleted agent, its data key included: what was copied of its rows cannot be opened', async () => {
    await using disk = await onDisk()
    const { secrets, store } = disk
    await secrets.enable(newKey())
    await secrets.put(alice, 'TOKEN', 'canary')
    await secrets.put(bob, 'TOKEN', 'canary')
    await secrets.envFor('alice')
    const rows = await rowsIn(store)
    const boxOf = (key: string) => (rows[key] as { box: string }).box
    const erased = [boxOf('k\0a\0alice'), boxOf('a\0alice\0TOKEN')]
    const before = await disk.bytes()
    for (const box of erased) expect(holds(before, box)).toBe(true)
    expect(await secrets.deleteAgent('alice')).toBe(1)
    const after = await disk.bytes()
    for (const box of erased) expect(holds(after, box)).toBe(false)
    expect(Object.keys(await rowsIn(store)).filter((key) => key.includes('alice'))).toEqual([])
    expect(await secrets.reveal(bob, 'TOKEN')).toBe('canary')
    expect(await secrets.list(alice)).toEqual({ secrets: [], unreadable: [] })
    await store.write([{ type: 'put', key: 'a\0alice\0TOKEN', value: rows['a\0alice\0TOKEN'] }])
    await expect(secrets.reveal(alice, 'TOKEN')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
    expect(await secrets.deleteAgent('alice')).toBe(1)
  })
})
