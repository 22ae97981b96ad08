import { createMemoryStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { createEmbeddedTokenStore } from './embedded.ts'

const AGENT = { type: 'agent', agentId: 'shop' } as const

function setup() {
  const store = createMemoryStore()
  let now = 1_800_000_000_000
  return {
    store,
    tokens: createEmbeddedTokenStore(store, () => now),
    pass: (ms: number) => (now += ms),
    now: () => now,
  }
}

describe('a token', () => {
  test('says whose it is, until it is deleted', async () => {
    const { tokens } = setup()
    const admin = await tokens.create({ scope: { type: 'admin' }, name: 'deploys' })
    const agent = await tokens.create({ scope: AGENT })
    expect(await tokens.verify(admin.text)).toEqual({ type: 'admin', tokenId: admin.token.id })
    expect(await tokens.verify(agent.text)).toEqual({ type: 'agent', agentId: 'shop', tokenId: agent.token.id })
    expect(await tokens.delete(agent.token.id)).toBe(true)
    expect(await tokens.verify(agent.text)).toBeUndefined()
    expect(await tokens.verify(admin.text)).toBeDefined()
    expect(await tokens.delete(agent.token.id)).toBe(false)
  })

  test('opens nothing from its end on', async () => {
    const { tokens, pass, now } = setup()
    const { text } = await tokens.create({ scope: AGENT, expiresAt: now() + 1000 })
    pass(999)
    expect(await tokens.verify(text)).toBeDefined()
    pass(1)
    expect(await tokens.verify(text)).toBeUndefined()
  })

  test('is not stored, only its hash', async () => {
    const { store, tokens } = setup()
    const { text } = await tokens.create({ scope: AGENT })
    const rows = JSON.stringify(await store.list({}))
    expect(text).toMatch(/^agentic_agent_[\w-]{43}$/)
    expect(rows).toContain('shop')
    expect(rows).not.toContain(text.replace('agentic_agent_', ''))
  })

  test('ends what is open for longer than a request when it is deleted', async () => {
    const { tokens } = setup()
    const [one, other] = [await tokens.create({ scope: AGENT }), await tokens.create({ scope: AGENT })]
    const [end, otherEnd] = [tokens.whileValid(one.token.id), tokens.whileValid(other.token.id)]
    await tokens.delete(one.token.id)
    expect([end.aborted, otherEnd.aborted]).toEqual([true, false])
  })

  test('P6 of an agent goes with the agent, and leaves nothing behind', async () => {
    const { store, tokens } = setup()
    const kept = await tokens.create({ scope: { type: 'agent', agentId: 'shop-2' } })
    const rows = await store.keys({})
    const { text } = await tokens.create({ scope: AGENT })
    await tokens.create({ scope: AGENT })
    await tokens.deleteAgent('shop')
    expect(await tokens.verify(text)).toBeUndefined()
    expect(await tokens.verify(kept.text)).toBeDefined()
    expect(await store.keys({})).toEqual(rows)
  })

  test('is listed without itself, oldest first, a page at a time', async () => {
    const { tokens, pass } = setup()
    const ids: string[] = []
    for (const name of ['a', 'b', 'c']) {
      ids.push((await tokens.create({ scope: AGENT, name })).token.id)
      pass(1)
    }
    const first = await tokens.list({ limit: 2 })
    const second = await tokens.list({ limit: 2, cursor: first.nextCursor })
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids)
    expect(second.nextCursor).toBeUndefined()
    expect(first.items[0]).toEqual({ id: ids[0], scope: AGENT, name: 'a', createdAt: 1_800_000_000_000 })
  })
})
