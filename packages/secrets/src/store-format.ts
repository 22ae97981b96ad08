import type { EmbeddedStore } from '@agentic/embedded-store'
import { SecretsError } from './errors.ts'
import { FORMAT_KEY } from './row-keys.ts'
import { findJson } from './rows.ts'

/** The form of the store as a whole. It rises when an older version must not touch the store. */
const STORE_FORMAT = 1

/** Rejects a store that this version must not touch, before anything in it is. */
export async function checkFormat(store: EmbeddedStore): Promise<void> {
  const found = await findJson(store, FORMAT_KEY)
  if (found === undefined) return
  const format = found.isReadable ? formatIn(found.json) : undefined
  if (format === STORE_FORMAT) return
  if (format !== undefined && format > STORE_FORMAT) {
    throw new SecretsError(
      'SECRETS_FORMAT_NEWER',
      `the store is of format ${format} and this version knows ${STORE_FORMAT}: use the version that wrote it, or a later one; nothing was changed`,
    )
  }
  throw new SecretsError(
    'SECRETS_UNREADABLE',
    'the row that says which format the store is of cannot be read: restore the store from a backup; nothing was changed',
  )
}

export async function writeFormat(store: EmbeddedStore): Promise<void> {
  if ((await store.get(FORMAT_KEY)) !== undefined) return
  await store.write([{ type: 'put', key: FORMAT_KEY, value: { format: STORE_FORMAT } }])
}

function formatIn(json: unknown): number | undefined {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined
  return typeof format === 'number' && Number.isSafeInteger(format) ? format : undefined
}
