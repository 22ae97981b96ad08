import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { dataKeyKey, dueKey, dueRange, headKey, keptRange, scopeOfDueKey, scopeRange, usedRange } from './row-keys.ts'
import type { SecretScope } from './secret-scope.ts'

/** Above so many scopes it is quicker to rewrite all files. */
const FEW = 100

/** Says, in the batch that erases something of a scope, that its files are to be rewritten. */
export function markDue(scope: SecretScope): Operation {
  return { type: 'put', key: dueKey(scope), value: true }
}

/** Rewrites the files under all that a scope has, and takes the mark away. */
export async function settleScope(store: EmbeddedStore, scope: SecretScope): Promise<void> {
  await compactScope(store, scope)
  await store.write([{ type: 'delete', key: dueKey(scope) }])
}

export async function isDue(store: EmbeddedStore, scope: SecretScope): Promise<boolean> {
  return (await store.keys({ gte: dueKey(scope), lte: dueKey(scope) })).length > 0
}

/** Does what was interrupted between an erasure and the rewriting of its files. Needs no key. */
export async function settleDue(store: EmbeddedStore): Promise<void> {
  const keys = await store.keys({ ...dueRange(), limit: FEW + 1 })
  if (keys.length === 0) return
  if (keys.length <= FEW) {
    for (const scope of keys.map(scopeOfDueKey)) if (scope !== undefined) await compactScope(store, scope)
    await store.write(keys.map((key) => ({ type: 'delete', key })))
    return
  }
  await store.compact({})
  for (let rest = keys; rest.length > 0; rest = await store.keys({ ...dueRange(), limit: FEW })) {
    await store.write(rest.map((key) => ({ type: 'delete', key })))
  }
}

/** Rewrites the files under all that a scope has. */
export async function compactScope(store: EmbeddedStore, scope: SecretScope): Promise<void> {
  for (const range of [scopeRange(scope), keptRange(scope), usedRange(scope)]) await store.compact(range)
  for (const key of [dataKeyKey(scope), headKey(scope)]) await store.compact({ gte: key, lte: key })
}
