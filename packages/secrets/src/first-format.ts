import * as v from 'valibot'
import type { SecretRecord } from './record.ts'

const instant = v.pipe(v.string(), v.isoTimestamp())

const firstFormatSchema = v.strictObject({
  format: v.literal(1),
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  category: v.picklist(['system', 'tool']),
  createdAt: instant,
  updatedAt: instant,
  unsafeNameAllowed: v.optional(v.literal(true)),
  value: v.string(),
})

/** Reads a row of the first format, which had no checksum; `undefined` if it is not what was written. */
export function readFirstFormat(row: unknown): SecretRecord | undefined {
  const parsed = v.safeParse(firstFormatSchema, row)
  if (!parsed.success) return undefined
  const { format: _, ...record } = parsed.output
  return record
}
