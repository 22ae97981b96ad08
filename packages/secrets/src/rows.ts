import { type EmbeddedStore, EmbeddedStoreError, type KeyRange } from '@agentic/embedded-store'

/** JSON that is there, or a row that is there and is not JSON. */
export type FoundJson = { readonly isReadable: true; readonly json: unknown } | { readonly isReadable: false }

/** Reads one row; absent is `undefined`, which a row that cannot be read is not. */
export async function findJson(store: EmbeddedStore, key: string): Promise<FoundJson | undefined> {
  try {
    return foundOf(await store.get<unknown>(key))
  } catch (error) {
    return unreadableOf(error)
  }
}

/** The same in this very turn, see {@link EmbeddedStore.getSync}. */
export function findJsonSync(store: EmbeddedStore, key: string): FoundJson | undefined {
  try {
    return foundOf(store.getSync<unknown>(key))
  } catch (error) {
    return unreadableOf(error)
  }
}

function foundOf(json: unknown): FoundJson | undefined {
  return json === undefined ? undefined : { isReadable: true, json }
}

/** Not passed on, not even as a cause: the parser's message quotes the row. */
function unreadableOf(error: unknown): FoundJson {
  if (isCorrupt(error)) return { isReadable: false }
  throw error
}

/** Reads the rows of a stretch, readable or not, in the order of their keys. */
export async function findAll(store: EmbeddedStore, range: KeyRange): Promise<Map<string, FoundJson>> {
  try {
    const entries = await store.list<unknown>(range)
    return new Map(entries.map(({ key, value }) => [key, { isReadable: true, json: value }]))
  } catch (error) {
    if (!isCorrupt(error)) throw error
  }
  // One damaged row fails the reading of the whole stretch; the others must not suffer for it.
  const rows = new Map<string, FoundJson>()
  for (const key of await store.keys(range)) {
    const found = await findJson(store, key)
    if (found !== undefined) rows.set(key, found)
  }
  return rows
}

/** What is there as JSON, else `undefined`: for rows of which nothing but what was written is of use. */
export function jsonOf(found: FoundJson | undefined): unknown {
  return found?.isReadable === true ? found.json : undefined
}

function isCorrupt(error: unknown): boolean {
  return error instanceof EmbeddedStoreError && error.code === 'STORE_CORRUPT'
}
