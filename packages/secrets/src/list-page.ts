import { SecretsError } from './errors.ts'
import { infoOf, type SecretMetadata } from './record.ts'
import { checkName } from './secret-name.ts'
import type { SecretScope } from './secret-scope.ts'
import type { SecretInfo, SecretPage } from './secret-store.ts'

const LIST_LIMIT = 100
const LONGEST_LIST = 1000

export function checkPage({
  limit = LIST_LIMIT,
  after,
}: {
  readonly limit?: number | undefined
  readonly after?: string | undefined
}): { readonly limit: number; readonly after: string | undefined } {
  if (!Number.isInteger(limit) || limit < 1 || limit > LONGEST_LIST) {
    throw new SecretsError('SECRETS_INVALID', `limit must be a whole number from 1 to ${LONGEST_LIST}`, 'limit')
  }
  if (after !== undefined) checkName(after)
  return { limit, after }
}

export function pageOf(
  rows: readonly { readonly name: string; readonly info: SecretInfo | undefined }[],
  limit: number,
): SecretPage {
  const shown = rows.slice(0, limit)
  return {
    secrets: shown.flatMap(({ info }) => info ?? []),
    unreadable: shown.filter(({ info }) => info === undefined).map(({ name }) => name),
    ...(rows.length > limit ? { next: shown.at(-1)!.name } : {}),
  }
}

export function unverifiedInfo(
  scope: SecretScope,
  name: string,
  unverified: SecretMetadata | undefined,
): SecretInfo | undefined {
  return unverified === undefined ? undefined : { ...infoOf(scope, name, unverified), unverified: true }
}
