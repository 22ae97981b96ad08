import { randomBytes } from 'node:crypto'
import { KEY_BYTES } from '../crypto/keys.ts'
import { SecretsError } from '../errors.ts'
import type { KeySource } from '../key-source.ts'
import { requireType } from './raw-key.ts'

/** A service that encrypts small texts under a key that never leaves it, such as a KMS or an HSM. */
export interface KeyService {
  /** Names the key in use, for people. */
  readonly keyId: string
  wrap(key: Uint8Array): Promise<Uint8Array>
  /** Opens what {@link wrap} gave, also under an older key of the service. */
  unwrap(wrapped: Uint8Array, keyId: string): Promise<Uint8Array>
}

/** Makes a random root key and lets a service wrap it; the store keeps the wrapped key. */
export function keyFromService(service: KeyService): KeySource {
  return {
    async rootKey(stored) {
      requireType(stored, 'wrapped')
      if (stored?.type === 'wrapped') {
        const key = await asked(() => service.unwrap(Buffer.from(stored.wrapped, 'base64'), stored.keyId))
        return { key: checked(key), description: stored }
      }
      const key = randomBytes(KEY_BYTES)
      const wrapped = Buffer.from(await asked(() => service.wrap(Buffer.from(key))))
      if (wrapped.includes(key)) throw unusable('the key service gave the key back unwrapped')
      return { key, description: { type: 'wrapped', keyId: service.keyId, wrapped: wrapped.toString('base64') } }
    },
  }
}

async function asked<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    throw unusable(`the key service refused or failed (${error instanceof Error ? error.name : 'unknown'})`)
  }
}

function checked(key: Uint8Array): Uint8Array {
  if (key.length === KEY_BYTES) return Buffer.from(key)
  throw unusable(`the key service gave ${key.length} bytes, not ${KEY_BYTES}`)
}

function unusable(why: string): SecretsError {
  return new SecretsError('SECRETS_KEY_SOURCE', `source: ${why}`, 'source')
}
