import { type EmbeddedStore, EmbeddedStoreError, type KeyRange } from '@agentic/embedded-store'
import { readRecord, type SecretRecord } from './record.ts'

/** A row that is there. Without a record, it cannot be read. */
export interface FoundRow {
  readonly record: SecretRecord | undefined
}

export interface NamedRow extends FoundRow {
  readonly name: string
}

/** Reads one row; absent is `undefined`, which a row that cannot be read is not. */
export async function findRow(store: EmbeddedStore, key: string): Promise<FoundRow | undefined> {
  const found = await findJson(store, key)
  if (found === undefined) return undefined
  return { record: found.isReadable ? readRecord(found.json) : undefined }
}

/** Reads the rows of a stretch, readable or not, in the order of their names. */
export async function readRows(
  store: EmbeddedStore,
  range: KeyRange & { readonly gt: string },
  prefix: string = range.gt,
): Promise<NamedRow[]> {
  try {
    const entries = await store.list(range)
    return entries.map(({ key, value }) => ({ name: key.slice(prefix.length), record: readRecord(value) }))
  } catch (error) {
    if (!isCorrupt(error)) throw error
  }
  // One damaged row fails the reading of the whole stretch; the others must not suffer for it.
  const rows: NamedRow[] = []
  for (const key of await store.keys(range)) {
    const found = await findRow(store, key)
    if (found !== undefined) rows.push({ name: key.slice(prefix.length), ...found })
  }
  return rows
}

/** JSON that is there, or a row that is there and is not JSON. */
type FoundJson = { readonly isReadable: true; readonly json: unknown } | { readonly isReadable: false }

export async function findJson(store: EmbeddedStore, key: string): Promise<FoundJson | undefined> {
  try {
    const json = await store.get<unknown>(key)
    return json === undefined ? undefined : { isReadable: true, json }
  } catch (error) {
    // Not passed on, not even as a cause: the parser's message quotes the row.
    if (isCorrupt(error)) return { isReadable: false }
    throw error
  }
}

function isCorrupt(error: unknown): boolean {
  return error instanceof EmbeddedStoreError && error.code === 'STORE_CORRUPT'
}
