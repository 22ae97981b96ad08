import { envSize, MAX_ENV_BYTES } from './env-size.ts'
import { SecretsError } from './errors.ts'

/**
 * Keeps a scope from outgrowing an environment, by the sizes of what is there. What both scopes are together is seen only
 * when one is made.
 */
export function checkRoom(
  entries: ReadonlyMap<string, { readonly size?: number | undefined }>,
  name: string,
  value: string,
): void {
  let others = 0
  for (const [other, { size = 0 }] of entries) if (other !== name) others += size
  if (others + envSize(name, value) <= MAX_ENV_BYTES) return
  throw new SecretsError(
    'SECRETS_TOO_LARGE',
    `value: with it the tool secrets of this scope would be larger than ${MAX_ENV_BYTES} bytes, which is all that an environment holds: delete some first`,
    'value',
  )
}
