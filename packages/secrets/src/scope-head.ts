import { sizeOf } from './env-size.ts'
import type { SecretRecord } from './record.ts'

/** What must stand in a row: the version of the secret, and the tag that depends on every bit of the row. */
export interface HeadEntry {
  readonly version: number
  /** Empty for a row that could not be read when it was taken over: it is there, and nothing is ever read from it. */
  readonly tag: string
  /** Bytes that it takes in an environment, 0 if it is not for one; absent where nobody has looked yet. */
  readonly size?: number | undefined
}

/** What the head says of a record that was sealed with this tag. */
export function entryOf(name: string, record: SecretRecord, tag: string): HeadEntry {
  return { version: record.version, tag, size: sizeOf(name, record) }
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

/** A head as it is stored: what it says is one text, so that its code is of one text too. */
export interface StoredHead {
  readonly format: 3
  readonly head: string
  readonly mac: string
}

/** Whether a code is right for what a head says: for its text, or for its fields where it is of the older form. */
export interface HeadCheck {
  readonly text: (text: string, mac: string) => boolean
  readonly fields: (fields: readonly (string | number)[], mac: string) => boolean
}

type StoredEntry = readonly [name: string, version: number, tag: string, size?: number]
type Told = readonly [version: number, seals: number, entries: readonly StoredEntry[]]

/** Writes a head as it is stored; `macOf` makes the code of its text. */
export function storeHead({ version, seals, entries }: ScopeHead, macOf: (text: string) => string): StoredHead {
  const all: StoredEntry[] = []
  for (const [name, entry] of entries) {
    const { version: of, tag, size } = entry
    all.push(size === undefined ? [name, of, tag] : [name, of, tag, size])
  }
  const head = JSON.stringify([version, seals, all] satisfies Told)
  return { format: 3, head, mac: macOf(head) }
}

/** Reads a stored head whose code is right; `undefined` for any other. */
export function readHead(json: unknown, isRight: HeadCheck): ScopeHead | undefined {
  if (isStoredHead(json)) return isRight.text(json.head, json.mac) ? headOf(toldIn(json.head)) : undefined
  if (!isOlderHead(json)) return undefined
  const { version, seals, entries, mac } = json
  return isRight.fields([version, seals, ...entries.flat()], mac) ? headOf([version, seals, entries]) : undefined
}

/** The names in a stored head, whose code cannot be looked at: while the store is locked. */
export function unverifiedNames(json: unknown): string[] {
  const told = isStoredHead(json) ? toldIn(json.head) : isOlderHead(json) ? ([0, 0, json.entries] as const) : undefined
  return told === undefined ? [] : told[2].map(([name]) => name)
}

function headOf(told: Told | undefined): ScopeHead | undefined {
  if (told === undefined) return undefined
  const [version, seals, all] = told
  const entries = new Map<string, HeadEntry>()
  for (const [name, of, tag, size] of all) entries.set(name, { version: of, tag, size })
  return { version, seals, entries }
}

function isStoredHead(json: unknown): json is StoredHead {
  if (typeof json !== 'object' || json === null) return false
  const stored = json as { readonly [Member in keyof StoredHead]: unknown }
  return stored.format === 3 && typeof stored.head === 'string' && typeof stored.mac === 'string'
}

function toldIn(text: string): Told | undefined {
  try {
    const json = JSON.parse(text) as unknown
    return isTold(json) ? json : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether JSON is what a head says. It is covered by its code, or not believed, so that it is enough here that all is of
 * its type: a schema would take more time than all the rest of reading a head.
 */
function isTold(json: unknown): json is Told {
  if (!Array.isArray(json) || json.length !== 3) return false
  const [version, seals, entries] = json as unknown[]
  return (
    Number.isSafeInteger(version) &&
    Number.isSafeInteger(seals) &&
    Array.isArray(entries) &&
    entries.every(isStoredEntry)
  )
}

function isStoredEntry(json: unknown): boolean {
  return (
    Array.isArray(json) &&
    (json.length === 3 || (json.length === 4 && Number.isSafeInteger(json[3]))) &&
    typeof json[0] === 'string' &&
    Number.isSafeInteger(json[1]) &&
    typeof json[2] === 'string'
  )
}

/** As format 2 of the store has it, in a row of its own. */
interface OlderHead {
  readonly format: 2
  readonly version: number
  readonly seals: number
  readonly entries: [name: string, version: number, tag: string][]
  readonly mac: string
}

function isOlderHead(json: unknown): json is OlderHead {
  if (typeof json !== 'object' || json === null) return false
  const { format, version, seals, entries, mac } = json as { readonly [Member in keyof OlderHead]: unknown }
  return (
    format === 2 &&
    typeof mac === 'string' &&
    isTold([version, seals, entries]) &&
    (entries as unknown[][]).every(({ length }) => length === 3)
  )
}
