import * as v from 'valibot'
import type { SecretInfo } from './secret-store.ts'
import type { SecretCategory, SecretScope } from './secret-scope.ts'

/** The form that rows are written in. A row of another form is unreadable to this version. */
export const RECORD_FORMAT = 1

const instant = v.pipe(v.string(), v.isoTimestamp())

/** A secret as it is stored. Value and all that is told about it are one row, so that they cannot disagree. */
export interface SecretRecord {
  readonly format: typeof RECORD_FORMAT
  readonly version: number
  readonly category: SecretCategory
  readonly createdAt: string
  readonly updatedAt: string
  /** Somebody said that this name is meant, see `PutOptions.allowUnsafeName`. */
  readonly unsafeNameAllowed?: true | undefined
  readonly value: string
}

const recordSchema: v.GenericSchema<unknown, SecretRecord> = v.strictObject({
  format: v.literal(RECORD_FORMAT),
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  category: v.picklist(['system', 'tool']),
  createdAt: instant,
  updatedAt: instant,
  unsafeNameAllowed: v.optional(v.literal(true)),
  value: v.string(),
})

/** Reads a stored row; `undefined` if it is not what was written. What was wrong is not told: it may be the secret. */
export function readRecord(row: unknown): SecretRecord | undefined {
  const parsed = v.safeParse(recordSchema, row)
  return parsed.success ? parsed.output : undefined
}

export function infoOf(
  scope: SecretScope,
  name: string,
  { category, version, createdAt, updatedAt }: SecretRecord,
): SecretInfo {
  return { scope, name, category, version, createdAt, updatedAt }
}
