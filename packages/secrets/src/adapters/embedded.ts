import type { EmbeddedStore } from '@agentic/embedded-store'
import { createLedger } from '../audit/ledger.ts'
import { createGate } from '../gate.ts'
import type { KeySource } from '../key-source.ts'
import { createLastUsed } from '../last-used.ts'
import { createLifeCycle, mustBeUnlocked } from '../life-cycle.ts'
import { adoptAgentStore, joinReports, moveBareRows, refuseBareRows } from '../migration.ts'
import { openKeyring } from '../open-keyring.ts'
import { createScopes } from '../scopes.ts'
import { checkAgentId } from '../secret-scope.ts'
import type { MigrationReport, SecretStore } from '../secret-store.ts'
import { readHeader } from '../store-header.ts'
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
   * Stores of the time when each agent had its own. What they hold is moved to that agent's scope, and nowhere else. An
   * encrypted store needs its `key` for this.
   * @default none
   */
  readonly legacyAgentStores?: readonly { readonly agentId: string; readonly store: EmbeddedStore }[] | undefined
}

/**
 * Keeps secrets in an embedded store, `createMemoryStore()` or one on disk, which must be for secrets alone: bare keys
 * in it are taken for secrets of the legacy layout and moved to the shared scope. Closing the store is the caller's.
 */
export async function createSecretStore(store: EmbeddedStore, options: SecretStoreOptions = {}): Promise<SecretStore> {
  const clock = options.clock ?? (() => new Date())
  const now = (): string => clock().toISOString()
  const legacyStores = options.legacyAgentStores ?? []
  const legacyIds = await checkLegacy(legacyStores)
  const keyring = await openKeyring(store)
  const { storeId } = keyring.header
  const gate = createGate()
  const ledger = await createLedger(store, storeId, now)
  const scopes = createScopes({ store, storeId, ledger, root: () => keyring.root })
  const lastUsed = createLastUsed(store, now)
  // A hint that cannot be written is lost: neither closing nor locking may fail for it.
  const flushHints = (): Promise<void> => lastUsed.flush().catch(() => undefined)
  const life = createLifeCycle({ store, keyring, ledger, scopes, gate, beforeLock: flushHints })
  if (options.key !== undefined) await life.unlock(options.key)
  const migration = await migrate()

  const parts: StoreParts = { store, keyring, scopes, gate, life, lastUsed, now }
  const entrance = createEntrance(parts)
  const close = (): Promise<void> => gate.close(flushHints)
  return {
    migration,
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
      reports.push(await adoptAgentStore(store, scopes, legacy, legacyIds[index], now()))
    }
    return reports
  }
}

/** All is checked before anything is touched. */
async function checkLegacy(
  stores: readonly { readonly agentId: string; readonly store: EmbeddedStore }[],
): Promise<(string | undefined)[]> {
  const ids: (string | undefined)[] = []
  for (const { agentId, store } of stores) {
    checkAgentId(agentId)
    ids.push((await readHeader(store))?.header.storeId)
  }
  return ids
}
