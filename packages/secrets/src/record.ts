import type { SecretInfo } from './secret-store.ts'
import type { SecretCategory, SecretScope } from './secret-scope.ts'

/** What is stored about a secret in clear, so that it can be told while the store is locked. */
export interface SecretMetadata {
  readonly version: number
  readonly category: SecretCategory
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt?: string | undefined
  /** Somebody said that this name is meant, see `PutOptions.allowUnsafeName`. */
  readonly unsafeNameAllowed?: true | undefined
}

/** A value that was replaced and is still honoured somewhere. */
export interface PreviousValue {
  readonly value: string
  readonly version: number
  /** RFC 3339: until when. */
  readonly keptUntil: string
}

/** A secret as the store works with it. All of it is one row, so that no part can disagree with another. */
export interface SecretRecord extends SecretMetadata {
  readonly value: string
  readonly previous?: PreviousValue | undefined
}

export function infoOf(
  scope: SecretScope,
  name: string,
  { category, version, createdAt, updatedAt, expiresAt }: SecretMetadata,
): SecretInfo {
  return { scope, name, category, version, createdAt, updatedAt, ...(expiresAt === undefined ? {} : { expiresAt }) }
}

/** The value that was replaced, while its time lasts. */
export function previousOf(record: SecretRecord, now: string): PreviousValue | undefined {
  const { previous } = record
  return previous !== undefined && isBefore(now, previous.keptUntil) ? previous : undefined
}

export function isExpired({ expiresAt }: SecretMetadata, now: string): boolean {
  return expiresAt !== undefined && !isBefore(now, expiresAt)
}

/** Compares instants, which may be written with different offsets and precision. */
function isBefore(one: string, other: string): boolean {
  return Date.parse(one) < Date.parse(other)
}
