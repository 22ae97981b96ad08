import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { keptKeys, keptRange, scopeRange } from './row-keys.ts'
import { findAll, type FoundJson, jsonOf } from './rows.ts'
import { entryOf, type HeadEntry } from './scope-head.ts'
import { createClearSeal, type ScopeSeal, type SealPlace } from './scope-seal.ts'
import { type NamedRow, rowOf, type ScopeState, UNREADABLE_ROW } from './scopes.ts'
import { isSecretName } from './secret-name.ts'
import type { SecretScope } from './secret-scope.ts'

/** All rows of a scope under another seal, and what could not be read. */
export interface Resealed {
  readonly operations: readonly Operation[]
  readonly entries: ReadonlyMap<string, HeadEntry>
  readonly seals: number
  readonly rows: number
  readonly unreadable: readonly string[]
}

/**
 * Seals all rows of a scope anew. One that cannot be read keeps its name taken, and does not stop the others: what is
 * left of it is sealed too, with the legacy rows that are kept, so that nothing of it stays in clear.
 */
export async function reseal(
  store: EmbeddedStore,
  place: SealPlace,
  state: ScopeState,
  to: ScopeSeal,
): Promise<Resealed> {
  const { scope } = place
  const found = await findAll(store, scopeRange(scope))
  const { gt } = scopeRange(scope)
  const heads = state.type === 'sound' ? [...state.head.entries.keys()] : []
  const names = new Set([...[...found.keys()].map((key) => key.slice(gt.length)), ...heads])
  const operations: Operation[] = await resealKept(store, place, state, to)
  const entries = new Map<string, HeadEntry>()
  const unreadable: string[] = []
  for (const name of names) {
    const row = found.get(gt + name)
    const { record } = believed(state, name, row)
    if (record === undefined) {
      unreadable.push(name)
      operations.push(
        { type: 'put', key: gt + name, value: UNREADABLE_ROW },
        ...(await keep(store, scope, name, row, to)),
      )
      entries.set(name, { version: headVersion(state, name), tag: '' })
    } else {
      const sealed = to.sealRecord(name, record)
      operations.push({ type: 'put', key: gt + name, value: sealed.row })
      entries.set(name, entryOf(name, record, sealed.tag))
    }
  }
  // One for the head.
  return { operations, entries, seals: operations.length + 1, rows: names.size, unreadable }
}

/** A quarantined scope has no head to ask: there, whatever its seal opens is a row of this place. */
function believed(state: ScopeState, name: string, row: FoundJson | undefined): Omit<NamedRow, 'name'> {
  if (state.type === 'sound') return rowOf(state, name, row)
  const seal = state.type === 'quarantined' ? state.seal : undefined
  return { record: seal?.openRecord(name, jsonOf(row))?.record }
}

async function keep(
  store: EmbeddedStore,
  scope: SecretScope,
  name: string,
  row: FoundJson | undefined,
  to: ScopeSeal,
): Promise<Operation[]> {
  const json = jsonOf(row)
  if (json === undefined || JSON.stringify(json) === JSON.stringify(UNREADABLE_ROW) || !isSecretName(name)) return []
  const kept = keptKeys(scope, name)
  const key = kept.after((await store.keys({ ...kept.range, reverse: true, limit: 1 }))[0])
  return [{ type: 'put', key, value: to.sealKept(key, json) }]
}

async function resealKept(
  store: EmbeddedStore,
  place: SealPlace,
  state: ScopeState,
  to: ScopeSeal,
): Promise<Operation[]> {
  // A scope without any secret can have kept rows, in clear.
  const from = state.type === 'empty' ? createClearSeal(place) : state.seal
  const operations: Operation[] = []
  for (const [key, row] of await findAll(store, keptRange(place.scope))) {
    const opened = row.isReadable ? from?.openKept(key, row.json) : undefined
    if (opened === undefined) operations.push({ type: 'delete', key })
    else operations.push({ type: 'put', key, value: to.sealKept(key, opened.json) })
  }
  return operations
}

function headVersion(state: ScopeState, name: string): number {
  return state.type === 'sound' ? (state.head.entries.get(name)?.version ?? 0) : 0
}
