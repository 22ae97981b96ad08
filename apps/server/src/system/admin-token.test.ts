import { createMemoryStore } from '@agentic/embedded-store'
import { describe, expect, test } from 'vitest'
import { openAdminToken } from './admin-token.ts'

const GIVEN = 'a-token-of-my-own-1'

describe('the admin token', () => {
  test('is made by the first start, told once, and known ever after', async () => {
    const store = createMemoryStore()
    const first = await openAdminToken(store, undefined, { mayMake: true })
    const token = first.fresh ?? ''
    expect(token).toMatch(/^agentic_admin_[\w-]{43}$/)
    expect(await first.verify(token)).toEqual({ type: 'admin', tokenId: 'admin' })
    const second = await openAdminToken(store, undefined, { mayMake: true })
    expect(second.fresh).toBeUndefined()
    expect(await second.verify(token)).toEqual({ type: 'admin', tokenId: 'admin' })
  })

  test('that is given is the only one from then on, over later starts without it too', async () => {
    const store = createMemoryStore()
    const { fresh = '' } = await openAdminToken(store, undefined, { mayMake: true })
    const given = await openAdminToken(store, GIVEN, { mayMake: true })
    expect(given.fresh).toBeUndefined()
    const later = await openAdminToken(store, undefined, { mayMake: false })
    for (const token of [given, later]) {
      expect(await token.verify(GIVEN)).toEqual({ type: 'admin', tokenId: 'admin' })
      expect(await token.verify(fresh)).toBeUndefined()
    }
  })

  test('is not made for a server that others can reach, and the way out is told', async () => {
    const opening = openAdminToken(createMemoryStore(), undefined, { mayMake: false })
    await expect(opening).rejects.toThrow(/adminToken: .* set AGENTIC_ADMIN_TOKEN/)
  })

  test.for(['', ' ', GIVEN.slice(0, -1), `${GIVEN} `, GIVEN.toUpperCase(), '\ud800', 'x'.repeat(100_000)])(
    'is nothing else, such as %j',
    async (text) => {
      const token = await openAdminToken(createMemoryStore(), GIVEN, { mayMake: true })
      expect(await token.verify(text)).toBeUndefined()
    },
  )

  test('is not stored, only its hash', async () => {
    const store = createMemoryStore()
    const { fresh = '' } = await openAdminToken(store, undefined, { mayMake: true })
    const rows = JSON.stringify(await store.list({}))
    expect(rows).toContain('admin-token')
    expect(rows).not.toContain(fresh)
    expect(rows).not.toContain(fresh.replace('agentic_admin_', ''))
  })
})
