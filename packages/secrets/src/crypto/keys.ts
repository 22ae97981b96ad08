import {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { openBox, sealBox } from './aead.ts'
import { encodeFields } from './fields.ts'

/** Bytes of every key. */
export const KEY_BYTES = 32

/** Makes a key of random bytes. */
export function randomKey(): KeyObject {
  return keyOf(randomBytes(KEY_BYTES))
}

/** Takes bytes over as a key, and wipes them: a `KeyObject` keeps its own outside the JavaScript heap. */
export function keyOf(bytes: Uint8Array): KeyObject {
  try {
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

/** Derives a key for one purpose (HKDF-SHA-256, RFC 5869), so that no key is ever used for two. */
export function deriveKey(parent: KeyObject, salt: string, purpose: string): KeyObject {
  return keyOf(new Uint8Array(hkdfSync('sha256', parent, salt, `@agentic/secrets ${purpose}`, KEY_BYTES)))
}

/** Seals a key under another. */
export function wrapKey(wrapping: KeyObject, key: KeyObject, associated: Uint8Array): Buffer {
  const bytes = key.export()
  try {
    return sealBox(wrapping, bytes, associated)
  } finally {
    bytes.fill(0)
  }
}

/** Opens a wrapped key; `undefined` for what was not wrapped under this key and for this place. */
export function unwrapKey(wrapping: KeyObject, box: Uint8Array, associated: Uint8Array): KeyObject | undefined {
  const bytes = openBox(wrapping, box, associated)
  return bytes?.length === KEY_BYTES ? keyOf(bytes) : undefined
}

/** HMAC-SHA-256 over fields with a key; without one, SHA-256, which shows damage and no tampering. In base64. */
export function digestOf(key: KeyObject | undefined, fields: readonly (string | number | Uint8Array)[]): string {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  return hash.update(encodeFields(fields)).digest('base64')
}

/** Compares two digests in time that does not depend on where they differ. */
export function sameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
