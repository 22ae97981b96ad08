import * as v from 'valibot'
import type { SecretMetadata } from './record.ts'

/** The form that rows are written in. A row of another form is unreadable to this version. */
export const ROW_FORMAT = 2

const instant = v.pipe(v.string(), v.isoTimestamp())
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const base64 = v.pipe(v.string(), v.base64())

const metadataEntries = {
  format: v.literal(ROW_FORMAT),
  version: v.pipe(count, v.minValue(1)),
  category: v.picklist(['system', 'tool']),
  createdAt: instant,
  updatedAt: instant,
  expiresAt: v.optional(instant),
  unsafeNameAllowed: v.optional(v.literal(true)),
}

interface RowMetadata {
  readonly format: typeof ROW_FORMAT
  readonly version: number
  readonly category: 'system' | 'tool'
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt?: string | undefined
  readonly unsafeNameAllowed?: true | undefined
}

export interface ClearRow extends RowMetadata {
  readonly seal: 'clear'
  readonly body: string
  readonly checksum: string
}

export interface SealedRow extends RowMetadata {
  readonly seal: 'aes-256-gcm'
  readonly keyVersion: number
  readonly box: string
}

export interface RecordBody {
  readonly value: string
  readonly previous?: { readonly value: string; readonly version: number; readonly keptUntil: string } | undefined
}

/** A secret in clear: `body` is JSON of what is sealed in the other form, `checksum` shows damage. */
const clearRowSchema = v.strictObject({
  ...metadataEntries,
  seal: v.literal('clear'),
  body: v.string(),
  checksum: base64,
})

/** A secret under its scope's data key: all that is told in clear is bound to `box`, which opens with nothing else. */
const sealedRowSchema = v.strictObject({
  ...metadataEntries,
  seal: v.literal('aes-256-gcm'),
  keyVersion: count,
  box: base64,
})

const rowSchema = v.variant('seal', [clearRowSchema, sealedRowSchema])

/**
 * Whether a row has the form of this kind. Its fields are then covered by the checksum or the seal, so that it is enough
 * here that they are of their types: a schema would take more time than opening the row.
 */
export function isClearRow(json: unknown): json is ClearRow {
  return hasMetadata(json, 'clear') && isText(json.body) && isText(json.checksum)
}

export function isSealedRow(json: unknown): json is SealedRow {
  return hasMetadata(json, 'aes-256-gcm') && typeof json.keyVersion === 'number' && isText(json.box)
}

function hasMetadata(json: unknown, seal: string): json is { readonly [member: string]: unknown } {
  if (typeof json !== 'object' || json === null) return false
  const row = json as { readonly [member: string]: unknown }
  return (
    row['format'] === ROW_FORMAT &&
    row['seal'] === seal &&
    typeof row['version'] === 'number' &&
    (row['category'] === 'system' || row['category'] === 'tool') &&
    isText(row['createdAt']) &&
    isText(row['updatedAt']) &&
    (row['expiresAt'] === undefined || isText(row['expiresAt'])) &&
    (row['unsafeNameAllowed'] === undefined || row['unsafeNameAllowed'] === true)
  )
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** What is said in clear of a secret, in either form: not to be trusted before the row was opened. */
export function readMetadata(json: unknown): SecretMetadata | undefined {
  const parsed = v.safeParse(rowSchema, json)
  return parsed.success ? metadataOf(parsed.output) : undefined
}

/** Reads JSON of a body; `undefined` if it is none. As with rows, what it is of has been checked. */
export function readBody(text: string): RecordBody | undefined {
  try {
    const json = JSON.parse(text) as unknown
    return isBody(json) ? json : undefined
  } catch {
    return undefined
  }
}

function isBody(json: unknown): json is RecordBody {
  return hasValue(json) && (json.previous === undefined || isPrevious(json.previous))
}

function isPrevious(json: unknown): boolean {
  return hasValue(json) && typeof json.version === 'number' && isText(json.keptUntil)
}

function hasValue(json: unknown): json is { readonly value: string; readonly [member: string]: unknown } {
  return typeof json === 'object' && json !== null && 'value' in json && isText(json.value)
}

/** Only what is there, so that two of the same secret are equal. */
export function metadataOf(row: SecretMetadata): SecretMetadata {
  const { version, category, createdAt, updatedAt, expiresAt, unsafeNameAllowed } = row
  return {
    version,
    category,
    createdAt,
    updatedAt,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(unsafeNameAllowed === undefined ? {} : { unsafeNameAllowed }),
  }
}
