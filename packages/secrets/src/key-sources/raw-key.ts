import { randomBytes } from 'node:crypto'
import { KEY_BYTES } from '../crypto/keys.ts'
import { SecretsError } from '../errors.ts'
import type { KeyDescription, KeySource } from '../key-source.ts'

/** Makes a new root key as text, base64url. Keep it safe before it is used: nothing can give it back. */
export function generateRootKey(): string {
  const bytes = randomBytes(KEY_BYTES)
  const text = bytes.toString('base64url')
  bytes.fill(0)
  return text
}

/** Takes the root key from text: 32 bytes in base64url, base64 or hex. */
export function keyFromText(text: string): KeySource {
  parseKey(text).fill(0)
  return rawSource(() => Promise.resolve(text))
}

/** Makes a source of something that gives the key as text each time. */
export function rawSource(read: () => Promise<string>): KeySource {
  return {
    async rootKey(description) {
      requireType(description, 'raw')
      return { key: parseKey(await read()), description: { type: 'raw' } }
    },
  }
}

/** Rejects the description of a store whose key comes from another type of source. */
export function requireType(description: KeyDescription | undefined, type: KeyDescription['type']): void {
  if (description === undefined || description.type === type) return
  throw new SecretsError(
    'SECRETS_WRONG_KEY',
    `source: the root key of this store comes from a source of type "${description.type}", not "${type}"`,
    'source',
  )
}

function parseKey(text: string): Uint8Array {
  const trimmed = typeof text === 'string' ? text.trim() : ''
  if (/^[0-9a-f]{64}$/iu.test(trimmed)) return Buffer.from(trimmed, 'hex')
  const bytes = Buffer.from(trimmed, 'base64url')
  if (/^[\w+/-]{43}=?$/u.test(trimmed) && bytes.length === KEY_BYTES) return bytes
  throw new SecretsError(
    'SECRETS_KEY_SOURCE',
    `source: a root key is ${KEY_BYTES} bytes in base64url, base64 or hex; generateRootKey() makes one`,
    'source',
  )
}
