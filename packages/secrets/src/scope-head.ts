import * as v from 'valibot'

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

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

export interface StoredHead {
  readonly format: 2
  readonly version: number
  readonly seals: number
  readonly entries: [name: string, version: number, tag: string][]
  readonly mac: string
}

const storedHeadSchema: v.GenericSchema<unknown, StoredHead> = v.strictObject({
  format: v.literal(2),
  version: count,
  seals: count,
  entries: v.array(v.tuple([v.string(), count, v.string()])),
  mac: v.string(),
})

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
  const parsed = v.safeParse(storedHeadSchema, json)
  if (!parsed.success) return undefined
  const { version, seals, entries, mac } = parsed.output
  const head = { version, seals, entries: new Map(entries.map(([name, row, tag]) => [name, { version: row, tag }])) }
  return isRight(fieldsOf(head, entries), mac) ? head : undefined
}

/** The names in a stored head, whose code cannot be looked at: while the store is locked. */
export function unverifiedNames(json: unknown): string[] {
  const parsed = v.safeParse(storedHeadSchema, json)
  return parsed.success ? parsed.output.entries.map(([name]) => name) : []
}

function fieldsOf(
  { version, seals }: { readonly version: number; readonly seals: number },
  entries: readonly (readonly [string, number, string])[],
): readonly (string | number)[] {
  return [version, seals, ...entries.flat()]
}
