import * as crypto from 'node:crypto'
import { promisify } from 'node:util'
import { KEY_BYTES } from '../crypto/keys.ts'

/** What Argon2id (RFC 9106) is asked for: a key of 32 bytes. */
export interface Argon2Input {
  readonly message: Uint8Array
  readonly salt: Uint8Array
  readonly memoryKib: number
  readonly passes: number
  readonly parallelism: number
}

export type Argon2id = (input: Argon2Input) => Promise<Uint8Array>

/** That of Node.js, off the main thread; `undefined` below 24.7, which has none. */
export function argon2OfNode(): Argon2id | undefined {
  // Looked up when needed: the import of a name that an older Node.js does not have would fail the whole package.
  const argon2 = (crypto as { argon2?: typeof crypto.argon2 }).argon2
  if (argon2 === undefined) return undefined
  return ({ message, salt, memoryKib, passes, parallelism }) =>
    promisify(argon2)('argon2id', {
      message,
      nonce: salt,
      memory: memoryKib,
      passes,
      parallelism,
      tagLength: KEY_BYTES,
    })
}

/** That of hash-wasm, on every Node.js, which holds the main thread meanwhile; it gives the same bytes. */
export const argon2OfWasm: Argon2id = async ({ message, salt, memoryKib, passes, parallelism }) => {
  // Loaded when needed: most stores have no passphrase.
  const { argon2id } = await import('hash-wasm')
  return argon2id({
    password: message,
    salt,
    memorySize: memoryKib,
    iterations: passes,
    parallelism,
    hashLength: KEY_BYTES,
    outputType: 'binary',
  })
}
