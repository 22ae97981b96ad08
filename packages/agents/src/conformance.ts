import assert from 'node:assert/strict'
import type { AgentStore } from './agent-store.ts'

/** One rule that every {@link AgentStore} keeps. `open` gives a fresh, empty store. */
export interface AgentStoreRule {
  readonly name: string
  readonly check: (open: () => Promise<AgentStore>) => Promise<void>
}

const badIds = ['', ' ', '.a', 'a b', 'a/b', 'a\0b', 'é', `a${'b'.repeat(128)}`, '../etc', 'a\n']

export const agentStoreRules: readonly AgentStoreRule[] = [
  {
    name: 'makes a dormant agent unless told otherwise',
    async check(open) {
      const store = await open()
      const result = await store.create({ id: 'alice' })
      assert.ok(result.type === 'created')
      assert.equal(result.agent.mode, 'dormant')
      assert.deepEqual(result.agent.settings, {})
      assert.deepEqual(await store.get('alice'), result.agent)
    },
  },
  {
    name: 'makes an id once, though many ask at the same time, and tells ids apart by case',
    async check(open) {
      const store = await open()
      const results = await Promise.all(['a', 'a', 'A', 'a'].map((id) => store.create({ id })))
      assert.deepEqual(
        results.map(({ type }) => type),
        ['created', 'taken', 'created', 'taken'],
      )
    },
  },
  {
    name: 'P20 refuses an id that is not well formed, naming the field, and finds none by it',
    async check(open) {
      const store = await open()
      for (const id of badIds) {
        await assert.rejects(store.create({ id }), { code: 'AGENT_INVALID', field: 'id' })
        assert.equal(await store.get(id), undefined)
        assert.equal(await store.update(id, { mode: 'active' }), undefined)
        assert.equal(await store.beginDelete(id), false)
      }
      assert.deepEqual((await store.list()).items, [])
    },
  },
  {
    name: 'P20 refuses settings that it does not know or that are out of range, naming the field',
    async check(open) {
      const store = await open()
      const bad = { cronTimeoutSecs: 0, wallClockSecs: 1e12, timeout: 3, network: 'all' }
      for (const [name, value] of Object.entries(bad)) {
        await assert.rejects(store.create({ id: 'a', settings: { [name]: value } }), {
          code: 'AGENT_INVALID',
          field: `settings.${name}`,
        })
      }
      assert.equal(await store.get('a'), undefined)
    },
  },
  {
    name: 'changes what a patch names and nothing else',
    async check(open) {
      const store = await open()
      await store.create({ id: 'a', settings: { wallClockSecs: 60 } })
      const active = await store.update('a', { mode: 'active' })
      assert.equal(active?.mode, 'active')
      assert.deepEqual(active?.settings, { wallClockSecs: 60 })
      const cleared = await store.update('a', { settings: {} })
      assert.equal(cleared?.mode, 'active')
      assert.deepEqual(cleared?.settings, {})
      assert.equal(await store.update('b', { mode: 'active' }), undefined)
    },
  },
  {
    name: 'lists agents by id, page by page, all or those of a mode',
    async check(open) {
      const store = await open()
      for (const id of ['d', 'b', 'a', 'c']) await store.create({ id, mode: id < 'c' ? 'active' : 'dormant' })
      const first = await store.list({ limit: 3 })
      assert.deepEqual(
        first.items.map(({ id }) => id),
        ['a', 'b', 'c'],
      )
      const rest = await store.list({ limit: 3, cursor: first.nextCursor })
      assert.deepEqual(
        rest.items.map(({ id }) => id),
        ['d'],
      )
      assert.equal(rest.nextCursor, undefined)
      const ids = async (mode: 'active' | 'dormant') => (await store.list({ mode })).items.map(({ id }) => id)
      assert.deepEqual(await ids('active'), ['a', 'b'])
      await store.update('a', { mode: 'dormant' })
      assert.deepEqual(await ids('active'), ['b'])
      assert.deepEqual(await ids('dormant'), ['a', 'c', 'd'])
    },
  },
  {
    name: 'P6 keeps the id of an agent that is being deleted until all that was its is gone',
    async check(open) {
      const store = await open()
      await store.create({ id: 'a', mode: 'active', settings: { wallClockSecs: 60 } })
      assert.equal(await store.beginDelete('a'), true)
      assert.equal(await store.beginDelete('a'), false)
      assert.equal(await store.get('a'), undefined)
      assert.deepEqual((await store.list()).items, [])
      assert.deepEqual((await store.list({ mode: 'active' })).items, [])
      assert.equal((await store.create({ id: 'a' })).type, 'taken')
      assert.deepEqual(await store.deleting(), ['a'])
      await store.endDelete('a')
      assert.deepEqual(await store.deleting(), [])
      const again = await store.create({ id: 'a' })
      assert.ok(again.type === 'created')
      assert.deepEqual(again.agent.settings, {})
    },
  },
  {
    name: 'P19 makes one agent for each idempotency key, and refuses the key for anything else',
    async check(open) {
      const store = await open()
      const asked = { id: 'a', settings: { metadata: { b: 1, a: 2 } }, idempotencyKey: 'k' }
      const results = await Promise.all([asked, asked, asked].map((agent) => store.create(agent)))
      assert.deepEqual(
        results.map(({ type }) => type),
        ['created', 'repeated', 'repeated'],
      )
      const agent = await store.update('a', { mode: 'active' })
      const again = await store.create({ ...asked, mode: 'dormant', settings: { metadata: { a: 2, b: 1 } } })
      assert.deepEqual(again, { type: 'repeated', agent })
      for (const other of [{ id: 'b' }, { mode: 'active' as const }, { settings: {} }]) {
        await assert.rejects(store.create({ ...asked, ...other }), { code: 'AGENT_IDEMPOTENCY_MISMATCH' })
      }
      assert.equal(await store.get('b'), undefined)
      assert.equal((await store.create({ ...asked, idempotencyKey: 'other' })).type, 'taken')
      assert.equal((await store.create({ id: 'b', idempotencyKey: 'other' })).type, 'created')
    },
  },
  {
    name: 'P6 makes a new agent with the key of a deleted one',
    async check(open) {
      const store = await open()
      await store.create({ id: 'a', mode: 'active', idempotencyKey: 'k' })
      await store.beginDelete('a')
      assert.equal((await store.create({ id: 'a', mode: 'active', idempotencyKey: 'k' })).type, 'taken')
      await store.endDelete('a')
      assert.equal((await store.create({ id: 'a', idempotencyKey: 'k' })).type, 'created')
    },
  },
  {
    name: 'P20 refuses an idempotency key that is not well formed, naming the field',
    async check(open) {
      const store = await open()
      for (const idempotencyKey of ['', 'a\0b', 'k'.repeat(256)]) {
        await assert.rejects(store.create({ id: 'a', idempotencyKey }), {
          code: 'AGENT_INVALID',
          field: 'idempotencyKey',
        })
      }
      assert.equal(await store.get('a'), undefined)
    },
  },
]
