import * as v from 'valibot'
import { autoCategory } from './auto-category.ts'
import { SecretsError } from './errors.ts'
import { previousOf, type PreviousValue, type SecretRecord } from './record.ts'
import type { SecretCategory, SecretScope } from './secret-scope.ts'
import type { PutOptions } from './secret-store.ts'

/** What is at the place of a put: its version, which the head knows of rows that cannot be read too, and its record. */
export interface PlaceTaken {
  readonly version: number
  readonly record: SecretRecord | undefined
}

export const DEFAULT_GRACE_MS: number = 24 * 60 * 60 * 1000

/** Works out the record that a put writes. */
export function recordToPut(
  value: string,
  category: SecretCategory,
  there: PlaceTaken | undefined,
  options: PutOptions,
  now: string,
): SecretRecord {
  const before = there?.record
  return {
    version: (there?.version ?? 0) + 1,
    category,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    ...(options.expiresAt === undefined ? {} : { expiresAt: checkInstant(options.expiresAt, 'expiresAt') }),
    ...(options.allowUnsafeName === true ? { unsafeNameAllowed: true } : {}),
    value,
    ...kept(before, value, checkGrace(options.graceMs), now),
  }
}

/** The category of a put: said, kept, or by name. */
export function categoryFor(
  scope: SecretScope,
  name: string,
  wanted: SecretCategory | undefined,
  before: SecretRecord | undefined,
): SecretCategory {
  if (wanted !== undefined && wanted !== 'system' && wanted !== 'tool') {
    throw new SecretsError('SECRETS_INVALID', 'category must be "system" or "tool"', 'category')
  }
  const category = wanted ?? before?.category ?? autoCategory(scope, name)
  if (category === 'system' && scope.type === 'agent') {
    const why = wanted === undefined ? 'a secret of this name is "system" unless said otherwise; ' : ''
    throw new SecretsError(
      'SECRETS_SYSTEM_IS_SHARED',
      `category: ${why}"system" secrets are instance-shared: put it there, or say "tool" to give it to the agent's workers`,
      'category',
    )
  }
  return category
}

/** Rejects a put that was meant for another version than is there. */
export function checkVersion(wanted: number | undefined, there: PlaceTaken | undefined): void {
  if (wanted === undefined) return
  if (!Number.isSafeInteger(wanted) || wanted < 0) {
    throw new SecretsError('SECRETS_INVALID', 'ifVersion must be a whole number, 0 for "not there"', 'ifVersion')
  }
  const version = there?.version ?? 0
  if (wanted === version && (wanted > 0 || there === undefined)) return
  throw new SecretsError(
    'SECRETS_CONFLICT',
    `ifVersion: the secret is ${there === undefined ? 'not there' : `of version ${version}`}: read it again and decide anew`,
    'ifVersion',
  )
}

const instant = v.pipe(v.string(), v.isoTimestamp())

export function checkInstant(text: unknown, field: string): string {
  if (v.is(instant, text) && !Number.isNaN(Date.parse(text))) return text
  throw new SecretsError('SECRETS_INVALID', `${field} must be a time as RFC 3339 has it, 2026-05-01T00:00:00Z`, field)
}

function checkGrace(graceMs: number = DEFAULT_GRACE_MS): number {
  if (Number.isSafeInteger(graceMs) && graceMs >= 0) return graceMs
  throw new SecretsError('SECRETS_INVALID', 'graceMs must be a whole number of milliseconds from 0', 'graceMs')
}

/** A value that was put again keeps what it replaced. */
function kept(
  before: SecretRecord | undefined,
  value: string,
  graceMs: number,
  now: string,
): { readonly previous?: PreviousValue } {
  if (before === undefined || graceMs === 0) return {}
  if (before.value === value) {
    const previous = previousOf(before, now)
    return previous === undefined ? {} : { previous }
  }
  const keptUntil = new Date(Date.parse(now) + graceMs)
  if (Number.isNaN(keptUntil.getTime())) return {}
  return { previous: { value: before.value, version: before.version, keptUntil: keptUntil.toISOString() } }
}
