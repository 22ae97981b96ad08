import { createMemoryStore } from '@agentic/embedded-store'
import { expect, test } from 'vitest'
import { createEmbeddedHookStore } from './embedded.ts'
import { MAX_HOOKS, type NewHook } from './hook-store.ts'

const SIGNED: NewHook = { agentId: 'shop', signature: 'github', secret: 'a secret of the sender' }

async function setup() {
  const store = createMemoryStore()
  let now = 1_800_000_000_000
  const hooks = createEmbeddedHookStore(store, () => now++)
  const create = async (hook: NewHook) => {
    const made = await hooks.create(hook)
    if (made.type === 'full') throw new Error('full')
    return made
  }
  return { store, hooks, create }
}

test('a token finds its hook and opens its secret, until the hook is deleted', async () => {
  const { hooks, create } = await setup()
  const { hook, token } = await create({ ...SIGNED, name: 'payments' })
  const { token: other } = await create({ agentId: 'shop' })
  expect(token).toMatch(/^agentic_hook_[\w-]{43}$/)
  expect(await hooks.find(token)).toEqual({ hook, secret: 'a secret of the sender' })
  expect(hook).toEqual({
    id: hook.id,
    agentId: 'shop',
    name: 'payments',
    signature: 'github',
    createdAt: hook.createdAt,
  })
  expect(await hooks.find(`${token}x`)).toBeUndefined()
  expect(await hooks.delete('other', hook.id)).toBe(false)
  expect(await hooks.delete('shop', hook.id)).toBe(true)
  expect(await hooks.delete('shop', hook.id)).toBe(false)
  expect(await hooks.find(token)).toBeUndefined()
  expect(await hooks.find(other)).toBeDefined()
})

test('neither a token nor a secret is stored', async () => {
  const { store, create } = await setup()
  const { token } = await create(SIGNED)
  const rows = JSON.stringify(await store.list({}))
  expect(rows).toContain('shop')
  expect(rows).not.toContain(token.replace('agentic_hook_', ''))
  expect(rows).not.toMatch(/secret of the sender|YSBzZWNyZXQ/)
})

test('a secret that is not what was written is an error, not no secret', async () => {
  const { store, hooks, create } = await setup()
  const { token } = await create(SIGNED)
  const [row] = await store.list<{ hook: object; sealedSecret: string }>({ gte: 'hook\0', lt: 'hook\x01' })
  const sealedSecret = Buffer.alloc(50).toString('base64')
  await store.write([{ type: 'put', key: row?.key ?? '', value: { ...row?.value, sealedSecret } }])
  await expect(hooks.find(token)).rejects.toThrow(/authenticate/)
})

test('an agent’s hooks are listed oldest first, a page at a time', async () => {
  const { hooks, create } = await setup()
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.push((await create({ agentId: 'shop' })).hook.id)
  await create({ agentId: 'shop-2' })
  const first = await hooks.list('shop', { limit: 2 })
  const second = await hooks.list('shop', { limit: 2, cursor: first.nextCursor })
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids)
  expect(second.nextCursor).toBeUndefined()
})

test('an agent has no more than so many, however many are asked for at once', async () => {
  const { hooks } = await setup()
  const made = await Promise.all(Array.from({ length: MAX_HOOKS + 3 }, () => hooks.create({ agentId: 'shop' })))
  expect(made.filter(({ type }) => type === 'full')).toHaveLength(3)
  expect(await hooks.create({ agentId: 'other' })).toMatchObject({ type: 'created' })
})

test('P6 an agent’s hooks go with it, and leave nothing behind', async () => {
  const { store, hooks, create } = await setup()
  await create({ agentId: 'shop-2' })
  const rows = await store.keys({})
  const { token } = await create(SIGNED)
  await create(SIGNED)
  await hooks.deleteAgent('shop')
  expect(await hooks.find(token)).toBeUndefined()
  expect(await store.keys({})).toEqual(rows)
})
