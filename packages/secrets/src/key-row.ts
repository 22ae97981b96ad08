import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import type { DataKey, WrappedKey } from './root-key.ts'
import { dataKeyKey, headKey } from './row-keys.ts'
import { findJson, jsonOf } from './rows.ts'
import { type StoredHead, unverifiedNames } from './scope-head.ts'
import type { SecretScope } from './secret-scope.ts'

// In an encrypted store the row of a scope's data key has its head too, so that one read tells what is to be known of a
// scope. A row of format 2 has the key alone: the head is in a row of its own then, as in a store that is not encrypted.

/** Reads the wrapped key out of a row; `undefined` for a row of any other form. */
export function wrappedKeyIn(json: unknown): WrappedKey | undefined {
  if (typeof json !== 'object' || json === null) return undefined
  // What it says is authenticated with the key: it is enough that it is of its types.
  const { format, rootVersion, version, box } = json as { readonly [member: string]: unknown }
  if ((format !== 2 && format !== 3) || typeof rootVersion !== 'number' || typeof box !== 'string') return undefined
  if (!Number.isSafeInteger(version) || (version as number) < 1) return undefined
  return { rootVersion, version: version as number, box }
}

/** Whether a row of a data key has the head too. */
export function hasHead(json: unknown): boolean {
  return typeof json === 'object' && json !== null && (json as { readonly format?: unknown }).format === 3
}

/** Writes the head of a scope, with its data key if it has one. */
export function putHead(scope: SecretScope, head: StoredHead, dataKey: DataKey | undefined): Operation {
  return dataKey === undefined
    ? { type: 'put', key: headKey(scope), value: head }
    : { type: 'put', key: dataKeyKey(scope), value: { ...dataKey.wrapped, ...head } }
}

/** Writes a data key whose scope has no head. */
export function putKeyAlone(scope: SecretScope, { wrapped }: DataKey): Operation {
  return { type: 'put', key: dataKeyKey(scope), value: { format: 2, ...wrapped } }
}

/** The row of a data key with another wrapping of it; all else in it stays. */
export function rewrapped(json: unknown, { wrapped }: DataKey): unknown {
  return { ...(json as object), ...wrapped }
}

/** The names that the head of a scope tells, of its row of the data key and that of the head: nobody has verified them. */
export function namesToldBy(keyRow: unknown, headRow: unknown): string[] {
  return unverifiedNames(hasHead(keyRow) ? keyRow : headRow)
}

/** The same, read from a store. */
export async function namesInHead(store: EmbeddedStore, scope: SecretScope): Promise<string[]> {
  const [keyRow, headRow] = [await findJson(store, dataKeyKey(scope)), await findJson(store, headKey(scope))]
  return namesToldBy(jsonOf(keyRow), jsonOf(headRow))
}
