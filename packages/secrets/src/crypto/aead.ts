import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * How often one key may seal with random nonces: NIST SP 800-38D, 8.3 allows 2^32 times; a tenth less, as OpenBao's
 * barrier does, leaves time to change the key.
 */
export const MOST_SEALS: number = 3_865_470_566

/** Encrypts so that it opens only with the same key and the same associated bytes: nonce, ciphertext, tag in one. */
export function sealBox(key: KeyObject, plaintext: Uint8Array, associated: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(associated)
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** Decrypts; `undefined` for what was not sealed with this key and these associated bytes, or was changed since. */
export function openBox(key: KeyObject, box: Uint8Array, associated: Uint8Array): Buffer | undefined {
  if (box.length < NONCE_BYTES + TAG_BYTES) return undefined
  const decipher = createDecipheriv(ALGORITHM, key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(associated)
  decipher.setAuthTag(box.subarray(-TAG_BYTES))
  try {
    const plaintext = decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES))
    // Throws if the tag is wrong. It gives no more bytes: this cipher has no last block.
    decipher.final()
    return plaintext
  } catch {
    return undefined
  }
}

/** The tag at the end of a box, which depends on all of it, in base64. */
export function tagOf(box: Buffer): string {
  return box.toString('base64', Math.max(0, box.length - TAG_BYTES))
}
