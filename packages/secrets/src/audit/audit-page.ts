import type { EmbeddedStore } from '@agentic/embedded-store'
import * as v from 'valibot'
import { SecretsError } from '../errors.ts'
import { auditKey, auditRange } from '../row-keys.ts'
import { findAll, jsonOf } from '../rows.ts'
import type { AuditEntry, StoredEntry } from './ledger.ts'

const scope = v.variant('type', [
  v.strictObject({ type: v.literal('instance-shared') }),
  v.strictObject({ type: v.literal('agent'), agentId: v.string() }),
])

const entrySchema: v.GenericSchema<unknown, StoredEntry> = v.strictObject({
  sequence: v.pipe(v.number(), v.safeInteger()),
  at: v.string(),
  actor: v.string(),
  action: v.picklist([
    'put',
    'delete',
    'delete-agent',
    'export',
    'import',
    'migrate',
    'enable',
    'enabled',
    'rotate',
    'rotated',
    'rotate-scope',
    'repair',
  ]),
  scope: v.optional(scope),
  name: v.optional(v.string()),
  scopeVersion: v.optional(v.number()),
  whileLocked: v.optional(v.literal(true)),
  previous: v.string(),
  hash: v.string(),
})

/** Reads a stored entry; `undefined` if it is none. */
export function readEntry(json: unknown): StoredEntry | undefined {
  const parsed = v.safeParse(entrySchema, json)
  return parsed.success ? parsed.output : undefined
}

/** Reads a page of the trail, the newest first. Entries that cannot be read are left out: `verify` tells of them. */
export async function readAuditPage(
  store: EmbeddedStore,
  { limit = 100, before }: { readonly limit?: number | undefined; readonly before?: number | undefined },
): Promise<{ readonly entries: readonly AuditEntry[]; readonly next?: number | undefined }> {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
    throw new SecretsError('SECRETS_INVALID', 'limit must be a whole number from 1 to 1000', 'limit')
  }
  if (before !== undefined && !(Number.isSafeInteger(before) && before >= 1)) {
    throw new SecretsError('SECRETS_INVALID', 'before must be the number of an entry', 'before')
  }
  const range = { ...auditRange(), ...(before === undefined ? {} : { lt: auditKey(before) }) }
  const rows = await findAll(store, { ...range, reverse: true, limit: limit + 1 })
  const entries = [...rows.values()].slice(0, limit).flatMap((row) => readEntry(jsonOf(row)) ?? [])
  const oldest = entries.at(-1)
  return {
    entries: entries.map(({ previous: _previous, hash: _hash, ...entry }) => entry),
    ...(rows.size > limit && oldest !== undefined ? { next: oldest.sequence } : {}),
  }
}
