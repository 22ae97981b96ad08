/** One change of a {@link EmbeddedStore.write}: put a JSON value under a key, or delete a key. */
export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'delete'; readonly key: string }

/** A stretch of keys in byte order: from `gte` or after `gt`, to before `lt` or up to `lte`. */
export interface KeyRange {
  readonly gt?: string | undefined
  readonly gte?: string | undefined
  readonly lt?: string | undefined
  readonly lte?: string | undefined
  /** At most this many entries. */
  readonly limit?: number | undefined
  /**
   * From the end of the stretch to its start.
   * @default false
   */
  readonly reverse?: boolean | undefined
}

export interface Entry<Value> {
  readonly key: string
  readonly value: Value
}

/**
 * A folder of JSON values under ordered string keys: the ground that this project's `level` and `memory` adapters
 * stand on. One process owns it; {@link exclusive} is how owners inside that process take turns.
 */
export interface EmbeddedStore extends AsyncDisposable {
  /** Reads one value; absent is `undefined`. Rejects with STORE_CORRUPT when the row is not what was written. */
  get<Value>(key: string): Promise<Value | undefined>

  /**
   * Reads one value in this very turn, which several calls then see as one: nothing is written between them. Throws as
   * {@link get} rejects. Needs a store that has answered a call before.
   */
  getSync<Value>(key: string): Value | undefined

  /** Reads a stretch of keys at once, in byte order. Give a `limit` wherever the stretch can be long. */
  list<Value>(range: KeyRange): Promise<Entry<Value>[]>

  /** Reads only the keys of a stretch, in byte order: also those of rows whose value is not what was written. */
  keys(range: KeyRange): Promise<string[]>

  /** Walks a stretch of keys in byte order, a page at a time, so that a walk over much holds little. */
  walk<Value>(range: KeyRange): AsyncIterable<Entry<Value>>

  /**
   * Writes all operations in one atomic batch, on disk when the promise resolves. Calls made at the same time share one
   * synced batch, in the order of the calls (group commit); the values are copied when it is called.
   */
  write(operations: readonly Operation[]): Promise<void>

  /** Runs `work` when no other work of the same `lock` name runs, in the order of the calls. */
  exclusive<Result>(lock: string, work: () => Promise<Result>): Promise<Result>

  /** Whether no work of this `lock` name runs or waits. What then ends in this very turn needs no lock. */
  isFree(lock: string): boolean

  /**
   * Rewrites the files under a stretch of keys, so that what was deleted or replaced leaves the disk. A row that was
   * written and deleted since the last time can stay: compact before deleting as well as after it.
   */
  compact(range: KeyRange): Promise<void>

  /** Waits for what is being written, then closes. Calling it again waits for the same. */
  close(): Promise<void>
}
