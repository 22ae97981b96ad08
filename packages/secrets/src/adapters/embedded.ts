import type { EmbeddedStore } from '@agentic/embedded-store'
import type { RollbackAnchor } from '../audit/anchor.ts'
import { createLedger } from '../audit/ledger.ts'
import { openCarriedStores } from '../carry.ts'
import { settleDue } from '../compaction-due.ts'
import { createGate } from '../gate.ts'
import type { KeySource } from '../key-source.ts'
import { createLastUsed } from '../last-used.ts'
import { createLifeCycle, mustBeUnlocked } from '../life-cycle.ts'
import { adoptAgentStore, joinReports, moveBareRows, refuseBareRows } from '../migration.ts'
import { openKeyring } from '../open-keyring.ts'
import { createScopes } from '../scopes.ts'
import { checkAgentId } from '../secret-scope.ts'
import type { MigrationReport, SecretStore } from '../secret-store.ts'
import { readHeader, type StoreHeader } from '../store-header.ts'
import { createCare } from './embedded/care.ts'
import { createChanging } from './embedded/changing.ts'
import { createEntrance, type StoreParts } from './embedded/entrance.ts'
import { createEnvironments } from './embedded/environments.ts'
import { createReading } from './embedded/reading.ts'

export interface SecretStoreOptions {
  /** @default () => new Date() */
  readonly clock?: (() => Date) | undefined
  /**
   * Unlocks a store that is encrypted. One that is not is refused with SECRETS_WRONG_STATE: whoever can write to the disk
   * could have put it there in place of an encrypted one.
   * @default leaves the store locked if it is encrypted
   */
  readonly key?: KeySource | undefined
  /**
   * Shows that all of the store was put back to what it once was: opening, or unlocking, then rejects with
   * SECRETS_ROLLED_BACK. Each change waits for it, and rejects when it does, though it is on disk by then.
   * @default nothing inside the store can tell
   */
  readonly anchor?: RollbackAnchor | undefined
  /**
   * Stores of the time when each agent had its own. What they hold is moved to that agent's scope, and nowhere else. An
   * encrypted store needs its `key` for this. One that is encrypted itself is carried over sealed, and opened with its
   * own `key`, if it is given here.
   * @default none
   */
  readonly legacyAgentStores?:
    | readonly { readonly agentId: string; readonly store: EmbeddedStore; readonly key?: KeySource | undefined }[]
    | undefined
}

/**
 * Keeps secrets in an embedded store, `createMemoryStore()` or one on disk, which must be for secrets alone: bare keys
 * in it are taken for secrets of the legacy layout and moved to the shared scope. Closing the store is the caller's.
 */
export async function createSecretStore(store: EmbeddedStore, options: SecretStoreOptions = {}): Promise<SecretStore> {
  const clock = options.clock ?? (() => new Date())
  const now = (): string => clock().toISOString()
  const legacyStores = options.legacyAgentStores ?? []
  const legacyHeaders = await checkLegacy(legacyStores)
  const keyring = await openKeyring(store)
  const { storeId } = keyring.header
  await settleDue(store)
  const gate = createGate()
  const ledger = await createLedger(store, storeId, now, options.anchor)
  const scopes = createScopes({ store, storeId, ledger, root: () => keyring.root })
  const lastUsed = createLastUsed(store, now)
  // A hint that cannot be written is lost: neither closing nor locking may fail for it.
  const flushHints = (): Promise<void> => lastUsed.flush().catch(() => undefined)
  const life = createLifeCycle({ store, keyring, ledger, scopes, gate, beforeLock: flushHints })
  if (options.key !== undefined) await life.unlock(options.key)
  const migration = await migrate()

  const parts: StoreParts = { store, keyring, scopes, ledger, gate, life, lastUsed, now }
  const entrance = createEntrance(parts)
  const close = (): Promise<void> => gate.close(flushHints)
  return {
    migration,
    state: () => life.state(),
    ...createReading(parts, entrance),
    ...createEnvironments(parts, entrance),
    ...createChanging(parts, entrance, flushHints),
    ...createCare(parts, entrance),
    close,
    [Symbol.asyncDispose]: close,
  }

  async function migrate(): Promise<MigrationReport> {
    if (life.state() === 'locked' && legacyStores.length > 0) throw mustBeUnlocked('locked')
    if (life.state() !== 'unencrypted') {
      return joinReports([await refuseBareRows(store), ...(await adoptAll())])
    }
    await ledger.resume()
    return joinReports([await moveBareRows(store, scopes, now()), ...(await adoptAll())])
  }

  async function adoptAll(): Promise<MigrationReport[]> {
    const reports: MigrationReport[] = []
    for (const [index, legacy] of legacyStores.entries()) {
      reports.push(await adoptAgentStore(store, scopes, legacy, legacyHeaders[index], now()))
      const { agentId, key: source } = legacy
      const carried = { store, scopes, now }
      if (source !== undefined) reports.push(await openCarriedStores(carried, agentId, source, { actor: 'migration' }))
    }
    return reports
  }
}

/** All is checked before anything is touched. */
async function checkLegacy(
  stores: readonly { readonly agentId: string; readonly store: EmbeddedStore }[],
): Promise<(StoreHeader | undefined)[]> {
  const headers: (StoreHeader | undefined)[] = []
  for (const { agentId, store } of stores) {
    checkAgentId(agentId)
    headers.push((await readHeader(store))?.header)
  }
  return headers
}
