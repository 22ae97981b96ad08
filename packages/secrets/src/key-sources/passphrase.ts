import * as crypto from 'node:crypto'
import { promisify } from 'node:util'
import { KEY_BYTES } from '../crypto/keys.ts'
import { SecretsError } from '../errors.ts'
import type { KeyDescription, KeySource } from '../key-source.ts'
import { requireType } from './raw-key.ts'

export interface PassphraseOptions {
  /**
   * Memory that one derivation takes, in KiB.
   * @default 65_536
   */
  readonly memoryKib?: number | undefined
  /** @default 3 */
  readonly passes?: number | undefined
  /** @default 1 */
  readonly parallelism?: number | undefined
}

const SALT_BYTES = 16

/**
 * Derives the root key from a passphrase with Argon2id (RFC 9106; the defaults are its second choice, with one lane). It
 * is for what people remember: a generated key needs no such work. Needs Node 24.7 or later.
 */
export function keyFromPassphrase(passphrase: string, options: PassphraseOptions = {}): KeySource {
  if (typeof passphrase !== 'string' || passphrase === '') {
    throw new SecretsError('SECRETS_KEY_SOURCE', 'source: the passphrase is empty', 'source')
  }
  return {
    async rootKey(stored) {
      requireType(stored, 'passphrase')
      const description = stored?.type === 'passphrase' ? stored : newDescription(options)
      return { key: await derive(passphrase, description), description }
    },
  }
}

type PassphraseDescription = Extract<KeyDescription, { type: 'passphrase' }>

function newDescription({ memoryKib = 65_536, passes = 3, parallelism = 1 }: PassphraseOptions): PassphraseDescription {
  const salt = crypto.randomBytes(SALT_BYTES).toString('base64')
  return { type: 'passphrase', algorithm: 'argon2id', memoryKib, passes, parallelism, salt }
}

async function derive(
  passphrase: string,
  { memoryKib, passes, parallelism, salt }: PassphraseDescription,
): Promise<Uint8Array> {
  // Looked up when needed: the import of a name that an older Node.js does not have would fail the whole package.
  const argon2 = (crypto as { argon2?: typeof crypto.argon2 }).argon2
  if (argon2 === undefined) {
    throw new SecretsError(
      'SECRETS_KEY_SOURCE',
      'source: passphrases need Node.js 24.7 or later, which has Argon2: use it, or a generated key',
      'source',
    )
  }
  // Two keyboards can write the same text in different code points.
  const message = Buffer.from(passphrase.normalize('NFC'))
  const nonce = Buffer.from(salt, 'base64')
  const key = promisify(argon2)('argon2id', {
    message,
    nonce,
    parallelism,
    tagLength: KEY_BYTES,
    memory: memoryKib,
    passes,
  })
  try {
    return await key
  } finally {
    message.fill(0)
  }
}
