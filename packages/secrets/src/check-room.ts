import { envSize, MAX_ENV_BYTES } from './decide-env.ts'
import { SecretsError } from './errors.ts'
import type { NamedRow } from './scopes.ts'

/** Keeps a scope from outgrowing an environment. What both scopes are together is seen only when one is made. */
export function checkRoom(rows: readonly NamedRow[], name: string, value: string): void {
  const others = rows.reduce((total, row) => {
    const counts = row.name !== name && row.record?.category === 'tool'
    return counts ? total + envSize(row.name, row.record?.value ?? '') : total
  }, 0)
  if (others + envSize(name, value) <= MAX_ENV_BYTES) return
  throw new SecretsError(
    'SECRETS_TOO_LARGE',
    `value: with it the tool secrets of this scope would be larger than ${MAX_ENV_BYTES} bytes, which is all that an environment holds: delete some first`,
    'value',
  )
}
