import type { EmbeddedStore } from '@agentic/embedded-store'
import { allScopes } from './all-scopes.ts'
import type { Keyring } from './life-cycle.ts'
import { headerOperations, newHeader, readHeader, isSealed, STORE_FORMAT, type StoreHeader } from './store-header.ts'
import { upgradeScope } from './upgrade-scope.ts'

/** So many scopes are upgraded in one batch. */
const CHUNK = 64

/**
 * Reads what the store is, and brings one that is new, or of an older format and not encrypted, into the present one. Of
 * one that is encrypted nothing is written before its key is at hand: unlocking does the rest.
 */
export async function openKeyring(store: EmbeddedStore): Promise<Keyring> {
  const found = await readHeader(store)
  const header = found?.header ?? newHeader()
  if (found !== undefined && isSealed(header)) return { ...found, root: undefined }
  // Before any row of this format is written: an older version must not touch them.
  if (found?.format !== STORE_FORMAT) await store.write(headerOperations(header, []))
  if (header.state !== 'upgrading') return { header, format: STORE_FORMAT, macs: [], root: undefined }
  await upgradeAll(store, header.storeId)
  const upgraded: StoreHeader = { storeId: header.storeId, state: 'unencrypted' }
  await store.write(headerOperations(upgraded, []))
  return { header: upgraded, format: STORE_FORMAT, macs: [], root: undefined }
}

/** Interrupted, it goes on where it was: a scope that has a head is done. */
async function upgradeAll(store: EmbeddedStore, storeId: string): Promise<void> {
  let operations: Parameters<EmbeddedStore['write']>[0] = []
  let scopes = 0
  for await (const scope of allScopes(store)) {
    operations = [...operations, ...(await upgradeScope(store, { storeId, scope }))]
    scopes += 1
    if (scopes % CHUNK !== 0) continue
    await store.write(operations)
    operations = []
  }
  await store.write(operations)
}
