import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'

/** One rule that every {@link SecretStore} keeps. `open` gives a fresh, empty store. */
export interface SecretStoreRule {
  readonly name: string
  readonly check: (open: () => Promise<SecretStore>) => Promise<void>
}

const alice = agentScope('alice')
const bob = agentScope('bob')
const VALUE = 'canary-8a6b0c1d'

const badAgentIds = ['', ' ', '.a', 'a b', 'a/b', 'a\0b', 'é', `a${'b'.repeat(128)}`, '../etc', 'a\n', '__proto__']
const badNames = ['', 'a b', 'A=B', 'A\0B', 'A\nB', '1A', 'É', '\uD800', 'A'.repeat(129), '-A', '.A', 'A/B', '!A']
const badToolNames = ['A-B', 'A.B', 'PATH', 'HOME', 'AGENTIC_TOKEN', 'toJSON']
const unsafeNames = ['NODE_OPTIONS', 'LD_PRELOAD', 'BASH_ENV', 'GIT_CONFIG_COUNT', 'path_to', 'ld_preload']

const asTool = { category: 'tool' } as const
const envOf = async (store: SecretStore, agentId: string) => ({ ...(await store.envFor(agentId)).env })

export const secretStoreRules: readonly SecretStoreRule[] = [
  {
    name: 'keeps a secret by scope and name, and tells all about it but its value',
    async check(open) {
      const store = await open()
      const { secret, created } = await store.put(alice, 'TOKEN', VALUE)
      assert.equal(created, true)
      assert.deepEqual(secret.scope, { type: 'agent', agentId: 'alice' })
      assert.deepEqual([secret.name, secret.category, secret.version], ['TOKEN', 'tool', 1])
      assert.deepEqual(await store.info(alice, 'TOKEN'), secret)
      assert.equal(await store.reveal(alice, 'TOKEN'), VALUE)
      for (const other of [bob, INSTANCE_SHARED]) {
        assert.equal(await store.info(other, 'TOKEN'), undefined)
        assert.equal(await store.reveal(other, 'TOKEN'), undefined)
      }
    },
  },
  {
    name: 'replaces a value, keeping category and time of creation and counting versions',
    async check(open) {
      const store = await open()
      const first = await store.put(INSTANCE_SHARED, 'TOKEN', 'one', asTool)
      const second = await store.put(INSTANCE_SHARED, 'TOKEN', 'two')
      assert.equal(second.created, false)
      assert.equal(second.secret.category, 'tool')
      assert.equal(second.secret.version, 2)
      assert.equal(second.secret.createdAt, first.secret.createdAt)
      assert.equal(await store.reveal(INSTANCE_SHARED, 'TOKEN'), 'two')
    },
  },
  {
    name: 'loses no version when many put at the same time',
    async check(open) {
      const store = await open()
      await Promise.all(Array.from({ length: 20 }, (_, index) => store.put(alice, 'TOKEN', `value ${index}`)))
      assert.equal((await store.info(alice, 'TOKEN'))?.version, 20)
    },
  },
  {
    name: 'deletes once, and is back at version 1 after',
    async check(open) {
      const store = await open()
      await store.put(alice, 'TOKEN', VALUE)
      await store.put(alice, 'TOKEN', VALUE)
      assert.equal(await store.delete(alice, 'TOKEN'), true)
      assert.equal(await store.delete(alice, 'TOKEN'), false)
      assert.equal(await store.info(alice, 'TOKEN'), undefined)
      assert.equal((await store.put(alice, 'TOKEN', VALUE)).secret.version, 1)
    },
  },
  {
    name: 'lists a scope by name, page by page, and no other scope',
    async check(open) {
      const store = await open()
      for (const name of ['C', 'A', 'D', 'B']) await store.put(alice, name, VALUE)
      for (const id of ['alic', 'alice-2', 'alice.b', 'bob']) await store.put(agentScope(id), 'OTHER', VALUE)
      const first = await store.list(alice, { limit: 3 })
      assert.deepEqual(
        first.secrets.map(({ name }) => name),
        ['A', 'B', 'C'],
      )
      assert.equal(first.next, 'C')
      const rest = await store.list(alice, { limit: 3, after: first.next })
      assert.deepEqual(
        rest.secrets.map(({ name }) => name),
        ['D'],
      )
      assert.equal(rest.next, undefined)
      assert.deepEqual((await store.list(INSTANCE_SHARED)).secrets, [])
      for (const limit of [0, 1001, 1.5, Number.NaN]) {
        await assert.rejects(store.list(alice, { limit }), { code: 'SECRETS_INVALID', field: 'limit' })
      }
    },
  },
  {
    name: 'P1 gives workers their own and the shared tool secrets, nothing of another agent, nothing system',
    async check(open) {
      const store = await open()
      await store.put(INSTANCE_SHARED, 'SHARED', 'shared', asTool)
      await store.put(INSTANCE_SHARED, 'BOTH', 'shared', asTool)
      await store.put(INSTANCE_SHARED, 'HOST_KEY', 'host')
      await store.put(alice, 'BOTH', 'of alice')
      await store.put(alice, 'OWN', 'of alice')
      await store.put(bob, 'OWN', 'of bob')
      assert.deepEqual(await envOf(store, 'alice'), { BOTH: 'of alice', OWN: 'of alice', SHARED: 'shared' })
      assert.deepEqual(await envOf(store, 'bob'), { BOTH: 'shared', OWN: 'of bob', SHARED: 'shared' })
      assert.deepEqual(await envOf(store, 'carol'), { BOTH: 'shared', SHARED: 'shared' })
    },
  },
  {
    name: 'makes an environment without a prototype, frozen',
    async check(open) {
      const store = await open()
      const { env } = await store.envFor('alice')
      assert.equal(Object.getPrototypeOf(env), null)
      assert.ok(Object.isFrozen(env))
      assert.deepEqual(Object.keys(env), [])
    },
  },
  {
    name: 'P3 freezes the scrubber with the environment, whatever is changed after',
    async check(open) {
      const store = await open()
      await store.put(alice, 'TOKEN', VALUE)
      const { scrubber } = await store.envFor('alice')
      await store.put(alice, 'TOKEN', 'another value')
      await store.delete(alice, 'TOKEN')
      assert.equal(scrubber.scrub(`${VALUE} another value`), '[REDACTED] another value')
    },
  },
  {
    name: 'tells by name what workers get',
    async check(open) {
      const store = await open()
      await store.put(INSTANCE_SHARED, 'B', 'b', asTool)
      await store.put(INSTANCE_SHARED, 'HOST_KEY', 'host')
      await store.put(alice, 'A', 'a')
      const effective = await store.effective('alice')
      assert.deepEqual(
        effective.map(({ name, scope, available }) => [name, scope.type, available]),
        [
          ['A', 'agent', true],
          ['B', 'instance-shared', true],
        ],
      )
      assert.deepEqual(effective[0]?.info, await store.info(alice, 'A'))
    },
  },
  {
    name: 'P2 resolves to the own secret, and to the shared one only if there is no own',
    async check(open) {
      const store = await open()
      await store.put(INSTANCE_SHARED, 'TOKEN', 'shared', asTool)
      assert.equal(await store.resolve('alice', 'TOKEN'), 'shared')
      await store.put(alice, 'TOKEN', 'own')
      assert.equal(await store.resolve('alice', 'TOKEN'), 'own')
      assert.equal(await store.resolve('bob', 'TOKEN'), 'shared')
      assert.equal(await store.resolve('bob', 'OTHER'), undefined)
    },
  },
  {
    name: 'P4 refuses system secrets in an agent scope, whether it is said or follows from the name',
    async check(open) {
      const store = await open()
      const refused = { code: 'SECRETS_SYSTEM_IS_SHARED', field: 'category' }
      await assert.rejects(store.put(alice, 'TOKEN', VALUE, { category: 'system' }), refused)
      await assert.rejects(store.put(alice, 'OPENAI_API_KEY', VALUE), refused)
      assert.deepEqual((await store.list(alice)).secrets, [])
      await store.put(alice, 'OPENAI_API_KEY', VALUE, asTool)
      assert.deepEqual(await envOf(store, 'alice'), { OPENAI_API_KEY: VALUE })
    },
  },
  {
    name: 'P4 resolves system secrets for the host alone',
    async check(open) {
      const store = await open()
      await store.put(INSTANCE_SHARED, 'OPENAI_API_KEY', VALUE)
      await assert.rejects(store.resolve('alice', 'OPENAI_API_KEY'), { code: 'SECRETS_NOT_A_TOOL' })
      assert.equal(await store.resolve('alice', 'OPENAI_API_KEY', { allowSystem: true }), VALUE)
    },
  },
  {
    name: 'P4 takes a shared secret that nobody gave a category for system',
    async check(open) {
      const store = await open()
      assert.equal((await store.put(INSTANCE_SHARED, 'ANYTHING', VALUE)).secret.category, 'system')
      assert.deepEqual(await envOf(store, 'alice'), {})
    },
  },
  {
    name: 'P6 deletes all of an agent and nothing of others',
    async check(open) {
      const store = await open()
      for (const id of ['alice', 'alice2', 'al', 'alice-b', 'alice:c']) await store.put(agentScope(id), 'TOKEN', VALUE)
      await store.put(alice, 'SECOND', VALUE)
      await store.put(INSTANCE_SHARED, 'TOKEN', 'shared')
      assert.equal(await store.deleteAgent('alice'), 2)
      assert.equal(await store.deleteAgent('alice'), 0)
      assert.deepEqual(await envOf(store, 'alice'), {})
      assert.deepEqual((await store.status()).counts, { shared: 1, agent: 4 })
    },
  },
  {
    name: 'P20 refuses ids, names, scopes and categories that are not well formed, and changes nothing',
    async check(open) {
      const store = await open()
      for (const id of badAgentIds) {
        const refused = { code: 'SECRETS_INVALID', field: 'agentId' }
        await assert.rejects(store.put(agentScope(id), 'TOKEN', VALUE), refused)
        await assert.rejects(store.envFor(id), refused)
        await assert.rejects(store.effective(id), refused)
        await assert.rejects(store.deleteAgent(id), refused)
        await assert.rejects(store.resolve(id, 'TOKEN'), refused)
      }
      for (const name of badNames) {
        const refused = { code: 'SECRETS_INVALID', field: 'name' }
        await assert.rejects(store.put(INSTANCE_SHARED, name, VALUE), refused)
        await assert.rejects(store.info(INSTANCE_SHARED, name), refused)
        await assert.rejects(store.reveal(INSTANCE_SHARED, name), refused)
        await assert.rejects(store.delete(INSTANCE_SHARED, name), refused)
        await assert.rejects(store.list(INSTANCE_SHARED, { after: name }), refused)
      }
      for (const scope of [undefined, null, 'agent', {}, { type: 'all' }, { type: 'agent' }]) {
        await assert.rejects(store.put(scope as SecretScope, 'TOKEN', VALUE), { code: 'SECRETS_INVALID' })
      }
      await assert.rejects(store.put(alice, 'TOKEN', VALUE, { category: 'both' as 'tool' }), { field: 'category' })
      assert.deepEqual((await store.status()).counts, { shared: 0, agent: 0 })
    },
  },
  {
    name: 'P20 refuses names that a worker must not get, unless they can be and are meant',
    async check(open) {
      const store = await open()
      const refused = { code: 'SECRETS_NAME_UNSAFE', field: 'name' }
      for (const scope of [alice, INSTANCE_SHARED]) {
        for (const name of badToolNames) {
          await assert.rejects(store.put(scope, name, VALUE, asTool), refused)
          await assert.rejects(store.put(scope, name, VALUE, { ...asTool, allowUnsafeName: true }), refused)
        }
        for (const name of unsafeNames) await assert.rejects(store.put(scope, name, VALUE, asTool), refused)
      }
      assert.deepEqual((await store.status()).counts, { shared: 0, agent: 0 })
      for (const name of unsafeNames) await store.put(alice, name, VALUE, { ...asTool, allowUnsafeName: true })
      assert.deepEqual(Object.keys((await store.envFor('alice')).env), unsafeNames.toSorted())
      await store.put(INSTANCE_SHARED, 'DISCORD_MY-BOT_BOT_TOKEN', VALUE)
    },
  },
  {
    name: 'P20 refuses values that no environment can hold, and keeps what was there',
    async check(open) {
      const store = await open()
      await store.put(alice, 'TOKEN', VALUE)
      for (const value of ['', 'a\0b', '\uD800', undefined as unknown as string]) {
        await assert.rejects(store.put(alice, 'TOKEN', value), { code: 'SECRETS_INVALID', field: 'value' })
      }
      await assert.rejects(store.put(alice, 'TOKEN', 'x'.repeat(65_537)), { code: 'SECRETS_TOO_LARGE', field: 'value' })
      await assert.rejects(store.put(alice, 'TOKEN', '€'.repeat(21_846)), { code: 'SECRETS_TOO_LARGE' })
      assert.equal(await store.reveal(alice, 'TOKEN'), VALUE)
      await store.put(alice, 'TOKEN', 'x'.repeat(65_536))
    },
  },
  {
    name: 'P20 refuses what would make the tool secrets of a scope outgrow an environment, in their own scope',
    async check(open) {
      const store = await open()
      const large = 'x'.repeat(65_000)
      for (const name of ['A', 'B', 'C', 'D']) await store.put(alice, name, large)
      await assert.rejects(store.put(alice, 'E', large), { code: 'SECRETS_TOO_LARGE', field: 'value' })
      await store.put(alice, 'D', `${large}!`)
      await store.put(bob, 'E', large)
      for (const name of ['A', 'B', 'C', 'D', 'E'])
        await store.put(INSTANCE_SHARED, name, large, { category: 'system' })
    },
  },
  {
    name: 'withholds shared secrets that do not fit beside the own ones, the same every time',
    async check(open) {
      const store = await open()
      const large = 'x'.repeat(65_000)
      for (const name of ['W', 'X', 'Y']) await store.put(alice, name, large)
      for (const name of ['A', 'B']) await store.put(INSTANCE_SHARED, name, large, asTool)
      await store.put(INSTANCE_SHARED, 'C', 'small', asTool)
      for (const _ of [1, 2]) {
        const { env, withheld } = await store.envFor('alice')
        assert.deepEqual(Object.keys(env), ['A', 'C', 'W', 'X', 'Y'])
        assert.deepEqual(withheld, [{ name: 'B', why: 'no-room' }])
      }
    },
  },
  {
    name: 'puts over the version that is said, and over no other',
    async check(open) {
      const store = await open()
      const conflict = { code: 'SECRETS_CONFLICT', field: 'ifVersion' }
      await assert.rejects(store.put(alice, 'TOKEN', 'x', { ifVersion: 1 }), conflict)
      await store.put(alice, 'TOKEN', 'one', { ifVersion: 0 })
      await assert.rejects(store.put(alice, 'TOKEN', 'x', { ifVersion: 0 }), conflict)
      await store.put(alice, 'TOKEN', 'two', { ifVersion: 1 })
      assert.equal(await store.reveal(alice, 'TOKEN'), 'two')
    },
  },
  {
    name: 'P2 withholds what has expired, and does not use the shared one in its place',
    async check(open) {
      const store = await open()
      await store.put(INSTANCE_SHARED, 'TOKEN', 'shared', asTool)
      await store.put(alice, 'TOKEN', 'own', { expiresAt: '2020-01-01T00:00:00Z' })
      assert.deepEqual(await envOf(store, 'alice'), {})
      assert.deepEqual((await store.envFor('alice')).withheld, [{ name: 'TOKEN', why: 'expired' }])
      await assert.rejects(store.resolve('alice', 'TOKEN'), { code: 'SECRETS_EXPIRED' })
    },
  },
  {
    name: 'P3 redacts the value that was replaced too, and reads it for the host',
    async check(open) {
      const store = await open()
      await store.put(alice, 'TOKEN', 'the-old-value')
      await store.put(alice, 'TOKEN', 'the-new-value')
      assert.equal((await store.previous(alice, 'TOKEN'))?.value, 'the-old-value')
      const { scrubber } = await store.envFor('alice')
      assert.equal(scrubber.scrub('the-old-value the-new-value'), '[REDACTED] [REDACTED]')
      await store.put(alice, 'TOKEN', 'the-newest-value', { graceMs: 0 })
      assert.equal(await store.previous(alice, 'TOKEN'), undefined)
    },
  },
  {
    name: 'tells names while it is locked, gives nothing, and has everything again when it is unlocked',
    async check(open) {
      const store = await open()
      await store.put(INSTANCE_SHARED, 'SHARED', 'shared', asTool)
      await store.put(alice, 'TOKEN', VALUE)
      const key = keyFromText(generateRootKey())
      await ((await store.status()).state === 'unencrypted' ? store.enable(key) : store.rotate(key))
      await store.lock()
      assert.equal((await store.status()).state, 'locked')
      assert.equal(store.state(), 'locked')
      const names = (await store.names('alice')).map(({ name, category, why }) => [name, category, why])
      assert.deepEqual(names, [
        ['SHARED', 'tool', 'locked'],
        ['TOKEN', 'tool', 'locked'],
      ])
      assert.deepEqual(
        (await store.list(alice)).secrets.map(({ name, unverified }) => [name, unverified]),
        [['TOKEN', true]],
      )
      const locked = { code: 'SECRETS_LOCKED' }
      await assert.rejects(store.envFor('alice'), locked)
      await assert.rejects(store.resolve('alice', 'TOKEN'), locked)
      await assert.rejects(store.put(alice, 'TOKEN', 'x'), locked)
      await assert.rejects(store.delete(alice, 'TOKEN'), locked)
      await assert.rejects(store.unlock(keyFromText(generateRootKey())), { code: 'SECRETS_WRONG_KEY' })
      await store.unlock(key)
      assert.deepEqual(await envOf(store, 'alice'), { SHARED: 'shared', TOKEN: VALUE })
    },
  },
  {
    name: 'P6 deletes an agent while it is locked, and tells of it when it is unlocked',
    async check(open) {
      const store = await open()
      await store.put(alice, 'TOKEN', VALUE)
      await store.put(agentScope('bob'), 'TOKEN', VALUE)
      const key = keyFromText(generateRootKey())
      await ((await store.status()).state === 'unencrypted' ? store.enable(key) : store.rotate(key))
      await store.lock()
      assert.equal(await store.deleteAgent('alice', { actor: 'api:7' }), 1)
      assert.equal(await store.deleteAgent('alice'), 0)
      assert.deepEqual((await store.list(alice)).secrets, [])
      await store.unlock(key)
      assert.deepEqual(await envOf(store, 'alice'), {})
      assert.deepEqual(await envOf(store, 'bob'), { TOKEN: VALUE })
      const [entry] = (await store.audit({ limit: 1 })).entries
      assert.deepEqual([entry?.action, entry?.actor, entry?.whileLocked], ['delete-agent', 'api:7', true])
      assert.equal((await store.verify()).isSound, true)
    },
  },
  {
    name: 'rotates the keys of all scopes, and loses nothing',
    async check(open) {
      const store = await open()
      const key = keyFromText(generateRootKey())
      await ((await store.status()).state === 'unencrypted' ? store.enable(key) : store.rotate(key))
      await store.put(INSTANCE_SHARED, 'SHARED', 'shared', asTool)
      await store.put(alice, 'TOKEN', VALUE)
      assert.deepEqual(await store.rotateScopes(), { scopes: 2, rows: 2, unreadable: [], quarantined: [] })
      assert.deepEqual(await envOf(store, 'alice'), { SHARED: 'shared', TOKEN: VALUE })
      assert.equal((await store.verify()).isSound, true)
    },
  },
  {
    name: 'imports what it exported, all of it or nothing',
    async check(open) {
      const store = await open()
      await store.put(INSTANCE_SHARED, 'SHARED', 'shared', asTool)
      await store.put(alice, 'TOKEN', VALUE)
      const file = await store.export()
      await store.deleteAgent('alice')
      const bad = { version: 1, entries: [...file.entries, { name: 'BAD NAME', value: 'x' }] }
      await assert.rejects(store.import(bad), { code: 'SECRETS_INVALID', field: 'entries[2].name' })
      assert.equal(await store.reveal(alice, 'TOKEN'), undefined)
      assert.equal((await store.import(file)).created, 1)
      assert.deepEqual((await store.export()).entries, file.entries)
    },
  },
  {
    name: 'writes down who changed what, and never a value, and finds nothing wrong with itself',
    async check(open) {
      const store = await open()
      await store.put(alice, 'TOKEN', VALUE, { actor: 'api:7' })
      await store.delete(alice, 'TOKEN', { actor: 'api:8' })
      const { entries } = await store.audit({ limit: 2 })
      assert.deepEqual(
        entries.map(({ action, actor, name }) => [action, actor, name]),
        [
          ['delete', 'api:8', 'TOKEN'],
          ['put', 'api:7', 'TOKEN'],
        ],
      )
      assert.ok(!JSON.stringify(await store.audit()).includes(VALUE))
      assert.equal((await store.verify()).isSound, true)
    },
  },
  {
    name: 'P3 shows no value in errors, in results, or when anything is inspected or printed',
    async check(open) {
      const store = await open()
      const seen: unknown[] = [store]
      const keep = async (work: Promise<unknown>) => seen.push(await work.catch((error: unknown) => error))
      await keep(store.put(alice, 'TOKEN', VALUE))
      await keep(store.put(alice, 'TOKEN', `${VALUE}\0`))
      await keep(store.put(alice, VALUE, 'TOKEN'))
      await keep(store.put(alice, `${VALUE} `, 'TOKEN'))
      await keep(store.put(agentScope(`${VALUE} `), 'TOKEN', 'x'))
      await keep(store.put(INSTANCE_SHARED, 'TOKEN', VALUE, { category: VALUE as 'tool' }))
      await keep(store.put(alice, 'OPENAI_API_KEY', VALUE))
      await keep(store.info(alice, 'TOKEN'))
      await keep(store.list(alice))
      await keep(store.effective('alice'))
      await keep(store.envFor('alice'))
      await keep(store.status())
      const shown = seen
        .map((each) => inspect(each, { depth: 9, showHidden: true }) + JSON.stringify(each) + each)
        .join()
      assert.ok(shown.includes('TOKEN'))
      assert.ok(!shown.includes(VALUE))
    },
  },
  {
    name: 'rejects everything after closing, which can be asked for twice',
    async check(open) {
      const store = await open()
      const pending = store.put(alice, 'TOKEN', VALUE)
      await Promise.all([store.close(), store.close()])
      assert.equal((await pending).created, true)
      const closed = { code: 'SECRETS_CLOSED' }
      await assert.rejects(store.put(alice, 'TOKEN', VALUE), closed)
      await assert.rejects(store.envFor('alice'), closed)
      await assert.rejects(store.list(alice), closed)
      await assert.rejects(store.status(), closed)
    },
  },
]
