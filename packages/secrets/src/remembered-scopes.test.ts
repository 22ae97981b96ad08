import { expect, test } from 'vitest'
import { createRememberedScopes } from './remembered-scopes.ts'
import { createClearSeal } from './scope-seal.ts'
import type { SoundScope } from './scopes.ts'
import { agentScope } from './secret-scope.ts'

function scopeOf(id: string, rows: number): SoundScope {
  const entries = new Map(Array.from({ length: rows }, (_, index) => [`N${index}`, { version: 1, tag: 't' }]))
  const seal = createClearSeal({ storeId: 'store', scope: agentScope(id) })
  return { type: 'sound', seal, head: { version: 1, seals: 1, entries } }
}

function rememberAll(most: number, scopes: Readonly<Record<string, number>>) {
  const remembered = createRememberedScopes(most)
  for (const [id, rows] of Object.entries(scopes)) remembered.set(agentScope(id), scopeOf(id, rows))
  const isThere = (id: string): boolean => remembered.get(agentScope(id)) !== undefined
  return { remembered, isThere }
}

test('forgets the scopes used longest ago when all together have too many rows', () => {
  const { remembered, isThere } = rememberAll(10, { a: 2, b: 2, c: 2 })
  expect(isThere('a')).toBe(true)
  remembered.set(agentScope('d'), scopeOf('d', 3))
  expect(['b', 'c', 'a', 'd'].map(isThere)).toEqual([false, true, true, true])
})

test('counts a scope that is set again once, as it is now', () => {
  const { remembered, isThere } = rememberAll(10, { a: 4, b: 3 })
  for (let rows = 0; rows <= 5; rows += 1) remembered.set(agentScope('b'), scopeOf('b', rows % 5))
  expect(['a', 'b'].map(isThere)).toEqual([true, true])
})

test('remembers the latest, however large it is', () => {
  const { isThere } = rememberAll(10, { a: 1, huge: 100 })
  expect(['a', 'huge'].map(isThere)).toEqual([false, true])
})

test('forgets one scope, or all', () => {
  const { remembered, isThere } = rememberAll(10, { a: 1, b: 1, c: 1 })
  remembered.forget(agentScope('b'))
  expect(['a', 'b', 'c'].map(isThere)).toEqual([true, false, true])
  remembered.forget()
  expect(['a', 'b', 'c'].map(isThere)).toEqual([false, false, false])
})
