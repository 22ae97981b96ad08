import { checkRoom } from './check-room.ts'
import { sizeOf } from './env-size.ts'
import { categoryFor, recordToPut } from './put-record.ts'
import type { SecretRecord } from './record.ts'
import { scopeId } from './row-keys.ts'
import { type NamedRow, quarantineError, type ScopeChange, type ScopeState } from './scopes.ts'
import { checkNameFor } from './secret-name.ts'
import type { SecretScope } from './secret-scope.ts'
import type { UnreadableSecret } from './secret-store.ts'
import { type EntryToImport, named } from './transfer.ts'

/** What an import does to one scope. */
export interface ScopeImport {
  readonly changes: readonly ScopeChange[]
  readonly created: number
  readonly replaced: number
  readonly skipped: readonly UnreadableSecret[]
}

/** Entries by scope. */
export function byScope(entries: readonly EntryToImport[]): readonly (readonly EntryToImport[])[] {
  return [...Map.groupBy(entries, ({ scope }) => scopeId(scope)).values()]
}

/** Works out what the entries for one scope change there. Rejects, with the entry's place, what must not be there. */
export function planImport(
  scope: SecretScope,
  state: ScopeState,
  rows: readonly NamedRow[],
  entries: readonly EntryToImport[],
  overwrite: boolean,
  now: string,
): ScopeImport {
  if (state.type === 'quarantined') throw quarantineError(state.why)
  const after = new Map(rows.map((row) => [row.name, row]))
  const sizes = new Map(rows.map(({ name, record }) => [name, { size: record && sizeOf(name, record) }]))
  const changes: ScopeChange[] = []
  const skipped: UnreadableSecret[] = []
  let replaced = 0
  for (const entry of entries) {
    const { name } = entry
    const there = after.get(name)
    if (there !== undefined && !overwrite) {
      skipped.push({ scope, name })
      continue
    }
    if (there !== undefined) replaced += 1
    named(`entries[${entry.index}]`, () => {
      const version = state.type === 'sound' ? (state.head.entries.get(name)?.version ?? 0) : 0
      const record = recordOf(entry, there === undefined ? undefined : { version, record: there.record }, now)
      if (record.category === 'tool') checkRoom(sizes, name, record.value)
      after.set(name, { name, record })
      sizes.set(name, { size: sizeOf(name, record) })
      changes.push({ type: 'put', name, record })
    })
  }
  return { changes, created: changes.length - replaced, replaced, skipped }
}

function recordOf(
  entry: EntryToImport,
  there: { readonly version: number; readonly record: SecretRecord | undefined } | undefined,
  now: string,
): SecretRecord {
  const { scope, name, value, createdAt, updatedAt, expiresAt, allowUnsafeName } = entry
  const category = categoryFor(scope, name, entry.category, there?.record)
  checkNameFor(category, name, allowUnsafeName)
  const record = recordToPut(value, category, there, { expiresAt, allowUnsafeName }, now)
  return { ...record, createdAt: createdAt ?? record.createdAt, updatedAt: updatedAt ?? record.updatedAt }
}
