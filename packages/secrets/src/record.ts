import * as v from 'valibot'
import type { SecretInfo } from './secret-store.ts'
import type { SecretScope } from './secret-scope.ts'

/** The form that rows are written in. A row of another form is unreadable to this version. */
export const RECORD_FORMAT = 1

const instant = v.pipe(v.string(), v.isoTimestamp())

const recordSchema = v.strictObject({
  format: v.literal(RECORD_FORMAT),
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  category: v.picklist(['system', 'tool']),
  createdAt: instant,
  updatedAt: instant,
  /** Somebody said that this name is meant, see `PutOptions.allowUnsafeName`. */
  unsafeNameAllowed: v.optional(v.literal(true)),
  value: v.string(),
})

/** A secret as it is stored. Value and all that is told about it are one row, so that they cannot disagree. */
export type SecretRecord = v.InferOutput<typeof recordSchema>

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
