import assert from 'node:assert/strict'
import type { LinkStore, NewLink } from './link-store.ts'

/** Opens a new and empty store on this clock. Closing it is the test's affair. */
export type OpenLinkStore = (conditions: { readonly clock: () => number }) => Promise<LinkStore>

/** A promise that every adapter keeps; `check` rejects when it is broken. */
export interface LinkStoreRule {
  readonly name: string
  readonly check: (open: OpenLinkStore) => Promise<void>
}

interface Scene {
  readonly store: LinkStore
  readonly now: () => number
  readonly pass: (ms: number) => void
}

const refused: readonly (readonly [string, object])[] = [
  ['from', { from: '' }],
  ['from', { from: 'a\0b' }],
  ['to', { to: 'a/b' }],
  ['to', { to: 'ada' }],
  ['direction', { direction: 'both' }],
  ['kind', { kind: 'superior' }],
  ['requiresApproval', { requiresApproval: 'no' }],
  ['rateLimit.messages', { rateLimit: { messages: 0, perMs: 1000 } }],
  ['rateLimit.perMs', { rateLimit: { messages: 1, perMs: 1 } }],
  ['colour', { colour: 'red' }],
]

/** What every {@link LinkStore} keeps, whatever it is made of. */
export const linkStoreRules: readonly LinkStoreRule[] = [
  rule('makes a link and gives it back, in whichever order its agents are named', async ({ store, now }) => {
    const made = await store.create({ from: 'bob', to: 'ada', kind: 'hierarchical', requiresApproval: true })
    const link = {
      from: 'bob',
      to: 'ada',
      direction: 'one-way',
      kind: 'hierarchical',
      requiresApproval: true,
      rateLimit: { messages: 60, perMs: 60_000 },
      createdAt: now(),
    }
    assert.deepEqual(made, { type: 'created', link })
    assert.deepEqual(await store.get('bob', 'ada'), link)
    assert.deepEqual(await store.get('ada', 'bob'), link)
    assert.equal(await store.get('ada', 'eve'), undefined)
  }),

  rule('P20 L1 refuses a bad link, names the field, and makes nothing', async ({ store }) => {
    for (const [field, fields] of refused) {
      const link = { from: 'ada', to: 'bob', ...fields } as NewLink
      await assert.rejects(store.create(link), invalid(field))
    }
    await assert.rejects(store.list({ limit: 0 }), invalid('limit'))
    await assert.rejects(store.list({ cursor: 'x' }), invalid('cursor'))
    await assert.rejects(store.admit('ada', ''), invalid('to'))
    assert.deepEqual((await store.list()).items, [])
  }),

  rule('L2 gives two agents one link, whichever way the second is asked for, and says which', async ({ store }) => {
    const first = await store.create({ from: 'ada', to: 'bob' })
    assert.ok(first.type === 'created')
    for (const again of [
      { from: 'ada', to: 'bob', direction: 'two-way' as const },
      { from: 'bob', to: 'ada' },
    ]) {
      assert.deepEqual(await store.create(again), { type: 'taken', link: first.link })
    }
    const many = await Promise.all(Array.from({ length: 5 }, () => store.create({ from: 'eve', to: 'bob' })))
    assert.equal(many.filter(({ type }) => type === 'created').length, 1)
  }),

  rule('L2 asks who writes, not who comes first in a link', async ({ store }) => {
    await store.create({ from: 'bob', to: 'ada' })
    assert.equal((await store.admit('bob', 'ada')).type, 'admitted')
    assert.equal((await store.admit('ada', 'bob')).type, 'wrong-direction')
    await store.create({ from: 'eve', to: 'ada', direction: 'two-way' })
    assert.equal((await store.admit('eve', 'ada')).type, 'admitted')
    assert.equal((await store.admit('ada', 'eve')).type, 'admitted')
    assert.deepEqual(await store.admit('bob', 'eve'), { type: 'no-link' })
  }),

  rule('L3 lets the direction alone decide who may write, not the kind', async ({ store }) => {
    await store.create({ from: 'top', to: 'low', kind: 'hierarchical', direction: 'two-way' })
    assert.equal((await store.admit('low', 'top')).type, 'admitted')
    await store.create({ from: 'low', to: 'mid', kind: 'hierarchical' })
    assert.equal((await store.admit('mid', 'low')).type, 'wrong-direction')
  }),

  rule('L8 lets no more messages pass than the limit of the link, each way by itself', async ({ store, pass }) => {
    const rateLimit = { messages: 3, perMs: 3000 }
    await store.create({ from: 'ada', to: 'bob', direction: 'two-way', rateLimit })
    const burst = await Promise.all(Array.from({ length: 10 }, () => store.admit('ada', 'bob')))
    assert.equal(burst.filter(({ type }) => type === 'admitted').length, 3)
    assert.deepEqual(burst.at(-1), { type: 'rate-limited', retryAfterMs: 1000 })
    assert.equal((await store.admit('bob', 'ada')).type, 'admitted')
    pass(999)
    assert.equal((await store.admit('ada', 'bob')).type, 'rate-limited')
    pass(1)
    assert.equal((await store.admit('ada', 'bob')).type, 'admitted')
    assert.equal((await store.admit('ada', 'bob')).type, 'rate-limited')
    pass(1_000_000)
    const later = await Promise.all(Array.from({ length: 5 }, () => store.admit('ada', 'bob')))
    assert.equal(later.filter(({ type }) => type === 'admitted').length, 3)
  }),

  rule('removes a link, and its used-up limit with it', async ({ store }) => {
    const link = { from: 'ada', to: 'bob', rateLimit: { messages: 1, perMs: 60_000 } }
    await store.create(link)
    await store.admit('ada', 'bob')
    assert.equal(await store.delete('bob', 'ada'), true)
    assert.equal(await store.delete('bob', 'ada'), false)
    assert.deepEqual(await store.admit('ada', 'bob'), { type: 'no-link' })
    assert.deepEqual(await store.list({ agentId: 'ada' }), { items: [] })
    await store.create(link)
    assert.equal((await store.admit('ada', 'bob')).type, 'admitted')
  }),

  rule('lists the links of all and of one agent, page by page', async ({ store }) => {
    const others = ['b', 'b.c', 'd', 'e', 'f']
    for (const other of others) await store.create({ from: other, to: 'c' })
    await store.create({ from: 'b', to: 'd' })
    for (const [agentId, count] of [
      [undefined, 6],
      ['c', 5],
      ['b', 2],
      ['nobody', 0],
    ] as const) {
      const found: string[] = []
      let cursor: string | undefined
      do {
        const page = await store.list({ agentId, limit: 2, cursor })
        assert.ok(page.items.length <= 2)
        found.push(...page.items.map(({ from, to }) => `${from}>${to}`))
        cursor = page.nextCursor
      } while (cursor !== undefined)
      assert.equal(new Set(found).size, count)
      assert.equal(found.length, count)
      assert.ok(agentId === undefined || found.every((text) => text.split('>').includes(agentId)))
    }
  }),

  rule('P6 removes all links of an agent, in both directions, and nobody else’s', async ({ store }) => {
    await store.create({ from: 'a', to: 'b' })
    await store.create({ from: 'c', to: 'a', direction: 'two-way' })
    await store.create({ from: 'a.b', to: 'c' })
    assert.equal(await store.deleteAgent('a'), 2)
    assert.equal(await store.deleteAgent('a'), 0)
    for (const other of ['b', 'c']) {
      assert.deepEqual(await store.admit('a', other), { type: 'no-link' })
      assert.deepEqual(await store.admit(other, 'a'), { type: 'no-link' })
    }
    assert.deepEqual(
      (await store.list()).items.map(({ from, to }) => [from, to]),
      [['a.b', 'c']],
    )
  }),
]

function rule(name: string, check: (scene: Scene) => Promise<void>): LinkStoreRule {
  return {
    name,
    check: async (open) => {
      let time = 1_700_000_000_000
      const now = (): number => time
      const pass = (ms: number): void => void (time += ms)
      await check({ store: await open({ clock: now }), now, pass })
    },
  }
}

function invalid(field: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error && 'code' in error, `an error with a code for ${field}`)
    assert.equal(error.code, 'LINK_INVALID')
    assert.ok(error.message.startsWith(`${field}: `), `${error.message} names ${field}`)
    return true
  }
}
