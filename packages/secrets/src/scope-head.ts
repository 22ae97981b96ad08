/** What must stand in a row: the version of the secret, and the tag that depends on every bit of the row. */
export interface HeadEntry {
  readonly version: number
  /** Empty for a row that could not be read when it was taken over: it is there, and nothing is ever read from it. */
  readonly tag: string
}

/** Says what a scope holds, so that a row that is lost, put back, moved or planted is seen. */
export interface ScopeHead {
  /** One more at each change of the scope, whatever else changes. */
  readonly version: number
  /** How often the data key in use has sealed something. */
  readonly seals: number
  readonly entries: ReadonlyMap<string, HeadEntry>
}

/** The head of a scope that was never written to. */
export const NEW_HEAD: ScopeHead = { version: 0, seals: 0, entries: new Map() }

export interface StoredHead {
  readonly format: 2
  readonly version: number
  readonly seals: number
  readonly entries: [name: string, version: number, tag: string][]
  readonly mac: string
}

/** Writes a head as it is stored; `macOf` makes its code from the fields that it says. */
export function storeHead(head: ScopeHead, macOf: (fields: readonly (string | number)[]) => string): StoredHead {
  const sorted = [...head.entries].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const entries = sorted.map(([name, { version, tag }]): [string, number, string] => [name, version, tag])
  return { format: 2, version: head.version, seals: head.seals, entries, mac: macOf(fieldsOf(head, entries)) }
}

/** Reads a stored head whose code is right; `undefined` for any other. */
export function readHead(
  json: unknown,
  isRight: (fields: readonly (string | number)[], mac: string) => boolean,
): ScopeHead | undefined {
  if (!isStoredHead(json) || !isRight(fieldsOf(json, json.entries), json.mac)) return undefined
  const entries = new Map<string, HeadEntry>()
  for (const [name, version, tag] of json.entries) entries.set(name, { version, tag })
  return { version: json.version, seals: json.seals, entries }
}

/** The names in a stored head, whose code cannot be looked at: while the store is locked. */
export function unverifiedNames(json: unknown): string[] {
  return isStoredHead(json) ? json.entries.map(([name]) => name) : []
}

/**
 * Whether JSON has the form of a head. What its fields say is then covered by its code, so that it is enough here that
 * they are of their types: a schema would take more time than all the rest of reading a head.
 */
function isStoredHead(json: unknown): json is StoredHead {
  if (typeof json !== 'object' || json === null) return false
  const head = json as { readonly [Member in keyof StoredHead]: unknown }
  return (
    head.format === 2 &&
    Number.isSafeInteger(head.version) &&
    Number.isSafeInteger(head.seals) &&
    typeof head.mac === 'string' &&
    Array.isArray(head.entries) &&
    head.entries.every(isStoredEntry)
  )
}

function isStoredEntry(json: unknown): boolean {
  return (
    Array.isArray(json) &&
    json.length === 3 &&
    typeof json[0] === 'string' &&
    Number.isSafeInteger(json[1]) &&
    typeof json[2] === 'string'
  )
}

function fieldsOf(
  { version, seals }: { readonly version: number; readonly seals: number },
  entries: readonly (readonly [string, number, string])[],
): readonly (string | number)[] {
  return [version, seals, ...entries.flat()]
}
