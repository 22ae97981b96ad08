import * as v from 'valibot'
import { autoCategory } from './auto-category.ts'
import type { SecretRecord } from './record.ts'
import type { SecretScope } from './secret-scope.ts'

const instant = v.fallback(v.optional(v.pipe(v.string(), v.isoTimestamp())), undefined)

const legacySchema = v.union([
  v.pipe(
    v.string(),
    v.transform((value) => ({ value, category: undefined, createdAt: undefined, updatedAt: undefined })),
  ),
  v.strictObject({
    value: v.string(),
    category: v.optional(v.picklist(['system', 'tool'])),
    createdAt: instant,
    updatedAt: instant,
  }),
])

/** Reads a bare-name row as the record that it becomes: the secret itself, or an object with it as `value`. */
export function readLegacyRow(scope: SecretScope, name: string, json: unknown, now: string): SecretRecord | undefined {
  const parsed = v.safeParse(legacySchema, json)
  if (!parsed.success) return undefined
  const { value, category = autoCategory(scope, name), createdAt = now, updatedAt = createdAt } = parsed.output
  return { version: 1, category, createdAt, updatedAt, value }
}
