import * as v from 'valibot'

/**
 * What a store keeps, in clear, to have its root key again from the same source: nothing of it helps without the
 * source.
 */
export type KeyDescription =
  | { readonly type: 'raw' }
  | {
      readonly type: 'passphrase'
      readonly algorithm: 'argon2id'
      readonly memoryKib: number
      readonly passes: number
      readonly parallelism: number
      /** Base64. */
      readonly salt: string
    }
  | {
      readonly type: 'wrapped'
      /** Which key of the service wrapped it. */
      readonly keyId: string
      /** Base64. */
      readonly wrapped: string
    }

/** Where a root key comes from. Every call fetches it anew, so a source may be used any number of times. */
export interface KeySource {
  /**
   * Gives 32 bytes, which the caller wipes. With the description that a store kept, the key of that store; without, a
   * key to begin with, and what to keep. Rejects with SECRETS_KEY_SOURCE when it cannot be had, and with
   * SECRETS_WRONG_KEY when this source cannot have made the key described.
   */
  rootKey(description?: KeyDescription): Promise<{ readonly key: Uint8Array; readonly description: KeyDescription }>
}

const smallNumber = (most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(most))

/** The most that a description can say at all; a source may take less. */
export const PASSPHRASE_LIMITS: { readonly memoryKib: number; readonly passes: number; readonly parallelism: number } =
  {
    memoryKib: 4 * 1024 * 1024 - 1,
    passes: 64,
    parallelism: 64,
  }

/** The limits keep whoever can write to the store from making the host work, or hold memory, without end. */
export const keyDescriptionSchema: v.GenericSchema<unknown, KeyDescription> = v.variant('type', [
  v.strictObject({ type: v.literal('raw') }),
  v.strictObject({
    type: v.literal('passphrase'),
    algorithm: v.literal('argon2id'),
    memoryKib: smallNumber(PASSPHRASE_LIMITS.memoryKib),
    passes: smallNumber(PASSPHRASE_LIMITS.passes),
    parallelism: smallNumber(PASSPHRASE_LIMITS.parallelism),
    salt: v.pipe(v.string(), v.base64(), v.minLength(20), v.maxLength(88)),
  }),
  v.strictObject({ type: v.literal('wrapped'), keyId: v.string(), wrapped: v.pipe(v.string(), v.base64()) }),
])
