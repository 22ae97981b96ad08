import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { createClearSeal } from './scope-seal.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import type { SecretStore } from './secret-store.ts'
import { storeOf } from './stores.test-support.ts'

const alice = agentScope('alice')
const dangerous = [
  'NODE_OPTIONS',
  'node_options',
  'LD_PRELOAD',
  'Path',
  'path',
  'HOME',
  'BASH_ENV',
  'GIT_CONFIG_COUNT',
  'AGENTIC_TOKEN',
]
const time = '2026-01-02T03:04:05.000Z'

/** Every way on which a secret comes into a store; each may refuse it. */
const sources: Record<string, (scope: SecretScope, name: string) => Promise<SecretStore>> = {
  async put(scope, name) {
    const secrets = await createSecretStore(createMemoryStore())
    await secrets.put(scope, name, 'value', { category: 'tool' }).catch(() => undefined)
    return secrets
  },
  async import(scope, name) {
    const secrets = await createSecretStore(createMemoryStore())
    const file = { version: 1, entries: [{ scope, name, value: 'value', category: 'tool' }] }
    await secrets.import(file).catch(() => undefined)
    return secrets
  },
  async 'an import without a category'(scope, name) {
    const secrets = await createSecretStore(createMemoryStore())
    await secrets.import({ version: 1, entries: [{ scope, name, value: 'value' }] }).catch(() => undefined)
    return secrets
  },
  async 'the legacy layout'(scope, name) {
    const legacy = await storeOf({ [name]: { value: 'value', category: 'tool' } })
    if (scope.type === 'instance-shared') return createSecretStore(legacy)
    const options = { legacyAgentStores: [{ agentId: scope.agentId, store: legacy }] }
    return createSecretStore(createMemoryStore(), options)
  },
  async 'a row planted with its head'(scope, name) {
    const store = createMemoryStore()
    await (await createSecretStore(store)).close()
    const { storeId } = (await store.get<{ storeId: string }>('m\0store'))!
    const seal = createClearSeal({ storeId, scope })
    const record = { version: 1, category: 'tool', createdAt: time, updatedAt: time, value: 'value' } as const
    const { row, tag } = seal.sealRecord(name, record)
    const head = seal.sealHead({ version: 1, seals: 0, entries: new Map([[name, { version: 1, tag }]]) })
    const id = scope.type === 'agent' ? `a\0${scope.agentId}` : 's'
    await store.write([
      { type: 'put', key: `${id}\0${name}`, value: row },
      { type: 'put', key: `h\0${id}`, value: head },
    ])
    return createSecretStore(store)
  },
}

describe('P20 defect h: one policy on every source, in any case of letters:', () => {
  test.for(Object.entries(sources))('%s', async ([, bring]) => {
    for (const scope of [alice, INSTANCE_SHARED]) {
      for (const name of dangerous) {
        const { env } = await (await bring(scope, name)).envFor('alice')
        expect([name, { ...env }]).toEqual([name, {}])
      }
      const { env } = await (await bring(scope, 'FINE')).envFor('alice')
      // Without a category a shared secret is the host's.
      expect({ ...env }).toEqual(
        bring === sources['an import without a category'] && scope !== alice ? {} : { FINE: 'value' },
      )
    }
  })
})

describe('names that mean something to JavaScript or to the disk', () => {
  const odd = [
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__proto__',
    's',
    'a',
    'k',
    'h',
    'm',
    'q',
    'x.y-z',
  ]

  test('are names like any other to the host', async () => {
    const secrets = await createSecretStore(createMemoryStore())
    await secrets.enable(keyFromText(generateRootKey()))
    for (const name of odd) await secrets.put(INSTANCE_SHARED, name, `value of ${name}`, { category: 'system' })
    for (const name of odd) {
      expect(await secrets.reveal(INSTANCE_SHARED, name)).toBe(`value of ${name}`)
      expect(await secrets.resolve('constructor', name, { allowSystem: true })).toBe(`value of ${name}`)
    }
    expect((await secrets.list(INSTANCE_SHARED)).secrets.map(({ name }) => name)).toEqual(odd.toSorted())
    expect({ ...(await secrets.envFor('toString')).env }).toEqual({})
    expect(await secrets.verify()).toMatchObject({ isSound: true })
  })

  test('P1 of agents are told apart, whatever they begin or end with', async () => {
    const secrets = await createSecretStore(createMemoryStore())
    const ids = [
      'al',
      'alice',
      'alice1',
      'alice.',
      'alice:b',
      'ALICE',
      'Alice',
      'constructor',
      'hasOwnProperty',
      's',
      'a',
      'x'.repeat(128),
    ]
    for (const id of ids) await secrets.put(agentScope(id), 'TOKEN', `value of ${id}`)
    for (const id of ids) {
      expect({ ...(await secrets.envFor(id)).env }).toEqual({ TOKEN: `value of ${id}` })
      expect((await secrets.list(agentScope(id))).secrets).toHaveLength(1)
    }
    expect(await secrets.deleteAgent('alice')).toBe(1)
    expect((await secrets.status()).counts.agent).toBe(ids.length - 1)
  })
})

test("what is not there and what is another agent's are refused in the same words", async () => {
  const secrets = await createSecretStore(createMemoryStore())
  await secrets.put(agentScope('bob'), 'TOKEN', 'value')
  const answers = async (name: string) => {
    const asked = [
      secrets.info(alice, name),
      secrets.reveal(alice, name),
      secrets.previous(alice, name),
      secrets.resolve('alice', name),
      secrets.delete(alice, name),
      secrets.put(alice, name, 'x', { ifVersion: 1 }).catch((error: unknown) => String(error)),
    ]
    return Promise.all(asked)
  }
  expect(await answers('TOKEN')).toEqual(await answers('NOWHERE'))
})

describe('values come back as they were', () => {
  const values: Record<string, string> = {
    'one character': 'x',
    '64 KiB': 'x'.repeat(65_536),
    'several lines': '-----BEGIN KEY-----\r\nabc\r\n-----END KEY-----\r\n',
    JSON: '{"__proto__": {"a": 1}, "b": "\\u0000"}',
    'other scripts': 'пароль 密码 🔑 \u202e\u200b',
    'two forms of a letter': 'e\u0301 \u00e9',
    'a marker': '[REDACTED]',
    'control characters': '\u0001\u001b[31m\t\u007f',
  }
  test.for(Object.entries(values))('%s', async ([, value]) => {
    const store = createMemoryStore()
    const key = keyFromText(generateRootKey())
    const first = await createSecretStore(store)
    await first.put(alice, 'CLEAR', value)
    await first.enable(key)
    await first.put(alice, 'SEALED', value)
    await first.close()
    const secrets = await createSecretStore(store, { key })
    for (const name of ['CLEAR', 'SEALED']) expect(await secrets.reveal(alice, name)).toBe(value)
    const copy = await createSecretStore(createMemoryStore())
    await copy.import(JSON.parse(JSON.stringify(await secrets.export())))
    expect(await copy.reveal(alice, 'SEALED')).toBe(value)
  })
})

describe('defect n: the environment of one agent', () => {
  /** Counts the rows that are read. */
  function counting(store: EmbeddedStore) {
    const count = { rows: 0, stretches: 0 }
    const counted: EmbeddedStore = {
      ...store,
      get(key) {
        count.rows += 1
        return store.get(key)
      },
      getSync(key) {
        count.rows += 1
        return store.getSync(key)
      },
      async list<Value>(range: object) {
        const entries = await store.list<Value>(range)
        count.rows += entries.length
        count.stretches += 1
        return entries
      },
      async keys(range) {
        const keys = await store.keys(range)
        count.rows += keys.length
        count.stretches += 1
        return keys
      },
    }
    return { counted, count }
  }

  test('costs the rows of its own and the shared scope, however many other agents there are', async () => {
    const costs: unknown[] = []
    for (const others of [0, 500]) {
      const store = createMemoryStore()
      const filling = await createSecretStore(store)
      const scopes = ['alice', ...Array.from({ length: others }, (_, index) => `other-${index}`)].map(agentScope)
      const entries = [...scopes, INSTANCE_SHARED].map((scope) => ({
        scope,
        name: 'TOKEN',
        value: 'v',
        category: 'tool',
      }))
      await filling.import({ version: 1, entries })
      await filling.close()
      const { counted, count } = counting(store)
      const secrets = await createSecretStore(counted)
      Object.assign(count, { rows: 0, stretches: 0 })
      await secrets.envFor('alice')
      await secrets.resolve('alice', 'TOKEN')
      costs.push({ ...count })
      expect(count.rows).toBeLessThan(15)
    }
    expect(costs[1]).toEqual(costs[0])
  })
})
