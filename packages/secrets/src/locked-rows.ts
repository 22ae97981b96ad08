import type { EmbeddedStore } from '@agentic/embedded-store'
import type { SecretMetadata } from './record.ts'
import { namesInHead } from './key-row.ts'
import { scopeRange } from './row-keys.ts'
import { findAll, jsonOf } from './rows.ts'
import type { SecretScope } from './secret-scope.ts'
import { readMetadata } from './stored-row.ts'

/** A row as it presents itself while nothing can be verified. */
export interface LockedRow {
  readonly name: string
  readonly unverified: SecretMetadata | undefined
}

/** Tells what a scope says that it holds, rows that are lost too, in the order of their names. */
export async function readLocked(store: EmbeddedStore, scope: SecretScope): Promise<LockedRow[]> {
  const range = scopeRange(scope)
  const rows = new Map<string, LockedRow>()
  for (const name of await namesInHead(store, scope)) {
    rows.set(name, { name, unverified: undefined })
  }
  for (const [key, row] of await findAll(store, range)) {
    const name = key.slice(range.gt.length)
    rows.set(name, { name, unverified: readMetadata(jsonOf(row)) })
  }
  return [...rows.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}
