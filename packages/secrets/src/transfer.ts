import * as v from 'valibot'
import { openBox, sealBox } from './crypto/aead.ts'
import { encodeFields } from './crypto/fields.ts'
import { deriveKey, keyOf } from './crypto/keys.ts'
import { SecretsError } from './errors.ts'
import { type KeyDescription, keyDescriptionSchema, type KeySource } from './key-source.ts'
import { checkInstant } from './put-record.ts'
import { checkName, checkNameFor } from './secret-name.ts'
import { agentScope, checkScope, INSTANCE_SHARED, type SecretCategory, type SecretScope } from './secret-scope.ts'
import type { EncryptedExport, ExportedSecret, SecretsExport } from './secret-store.ts'
import { checkValue } from './secret-value.ts'

/** An entry to import, checked. */
export interface EntryToImport {
  /** Its place in the file. */
  readonly index: number
  readonly scope: SecretScope
  readonly name: string
  readonly value: string
  readonly category: SecretCategory | undefined
  readonly createdAt: string | undefined
  readonly updatedAt: string | undefined
  readonly expiresAt: string | undefined
  readonly allowUnsafeName: boolean
}

const text = v.string()
const category = v.optional(v.picklist(['system', 'tool']))
const entrySchema = v.union([
  v.strictObject({
    scope: v.optional(v.unknown()),
    name: text,
    value: text,
    category,
    createdAt: v.optional(text),
    updatedAt: v.optional(text),
    expiresAt: v.optional(text),
    allowUnsafeName: v.optional(v.boolean()),
  }),
  // Of spacebot.
  v.strictObject({
    scope: v.optional(v.unknown()),
    name: text,
    value: text,
    category,
    created_at: v.optional(text),
    updated_at: v.optional(text),
  }),
])
const fileSchema = v.object({ version: v.literal(1), entries: v.array(v.unknown()) })
const foreignScope = v.variant('kind', [
  v.object({ kind: v.literal('instance_shared') }),
  v.object({ kind: v.literal('agent'), agent_id: v.string() }),
])
const encryptedSchema = v.strictObject({
  version: v.literal(1),
  encrypted: v.literal('aes-256-gcm'),
  key: keyDescriptionSchema,
  box: v.pipe(v.string(), v.base64()),
})

/** Reads an export, of this package or of spacebot, all of it before any of it is used. */
export function readExport(file: unknown): EntryToImport[] {
  const parsed = v.safeParse(fileSchema, file)
  if (!parsed.success) {
    throw invalid('file', 'it must be an export of version 1: {"version": 1, "entries": [...]}')
  }
  const seen = new Set<string>()
  return parsed.output.entries.map((entry, index) => {
    const field = `entries[${index}]`
    const read = named(field, () => readEntry(entry, index, field))
    const place = JSON.stringify([read.scope, read.name])
    if (seen.has(place)) throw invalid(field, 'its scope and name are those of an entry before it')
    seen.add(place)
    return read
  })
}

/** Seals an export under the key of a source. */
export async function sealExport(content: SecretsExport, source: KeySource): Promise<EncryptedExport> {
  const { key, description } = await source.rootKey()
  const box = sealBox(exportKey(key), Buffer.from(JSON.stringify(content)), associated(description))
  return { version: 1, encrypted: 'aes-256-gcm', key: description, box: box.toString('base64') }
}

/** Opens an export that is sealed, and gives one that is not as it is. */
export async function openExport(file: unknown, source: KeySource | undefined): Promise<unknown> {
  const parsed = v.safeParse(encryptedSchema, file)
  if (!parsed.success) return file
  if (source === undefined) throw invalid('key', 'the export is encrypted: give the key that it was made with')
  const description = parsed.output.key
  const { key } = await source.rootKey(description)
  const content = openBox(exportKey(key), Buffer.from(parsed.output.box, 'base64'), associated(description))
  if (content === undefined) {
    throw new SecretsError('SECRETS_WRONG_KEY', 'key: the export was not made with this key, or was changed', 'key')
  }
  return JSON.parse(content.toString()) as unknown
}

function readEntry(entry: unknown, index: number, field: string): EntryToImport {
  const parsed = v.safeParse(entrySchema, entry)
  if (!parsed.success) {
    throw invalid(
      field,
      'it must be {scope?, name, value, category?, createdAt?, updatedAt?, expiresAt?, allowUnsafeName?}',
    )
  }
  const { scope: told, name, value, category: wanted } = parsed.output
  const of = parsed.output as Partial<ExportedSecret> & { created_at?: string; updated_at?: string }
  const scope = readScope(told)
  checkName(name)
  checkValue(value)
  if (wanted !== undefined) checkNameFor(wanted, name, of.allowUnsafeName === true)
  const instant = (at: string | undefined, which: string) => (at === undefined ? undefined : checkInstant(at, which))
  return {
    index,
    scope,
    name,
    value,
    category: wanted,
    createdAt: instant(of.createdAt ?? of.created_at, 'createdAt'),
    updatedAt: instant(of.updatedAt ?? of.updated_at, 'updatedAt'),
    expiresAt: instant(of.expiresAt, 'expiresAt'),
    allowUnsafeName: of.allowUnsafeName === true,
  }
}

function readScope(told: unknown): SecretScope {
  if (told === undefined || told === null) return INSTANCE_SHARED
  const foreign = v.safeParse(foreignScope, told)
  if (!foreign.success) return checkScope(told as SecretScope)
  return foreign.output.kind === 'agent' ? checkScope(agentScope(foreign.output.agent_id)) : INSTANCE_SHARED
}

/** Says of which entry an error is. */
export function named<Result>(entry: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof SecretsError) || error.field?.startsWith('entries') === true) throw error
    const field = error.field === undefined ? entry : `${entry}.${error.field}`
    throw new SecretsError(error.code, `${entry}: ${error.message}; nothing was imported`, field)
  }
}

function exportKey(key: Uint8Array) {
  return deriveKey(keyOf(key), '', 'export')
}

function associated(description: KeyDescription): Buffer {
  return encodeFields(['export', 1, JSON.stringify(description)])
}

function invalid(field: string, why: string): SecretsError {
  return new SecretsError('SECRETS_INVALID', `${field}: ${why}; nothing was imported`, field)
}
