import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { makeAgentEnv } from '../agent-env.ts'
import type { RollbackAnchor } from '../audit/anchor.ts'
import { readAuditPage } from '../audit/audit-page.ts'
import { type AuditFact, createLedger } from '../audit/ledger.ts'
import { checkRoom } from '../check-room.ts'
import { countKeys } from '../count-keys.ts'
import { openCarriedStores } from '../carry.ts'
import { settleDue } from '../compaction-due.ts'
import { deleteAgentSecrets } from '../delete-agent.ts'
import { decideEnv, type EnvDecision, type ScopeRows } from '../decide-env.ts'
import { createGate } from '../gate.ts'
import type { KeySource } from '../key-source.ts'
import { createLastUsed } from '../last-used.ts'
import { emptyReport } from '../life-cycle-report.ts'
import { createLifeCycle, mustBeUnlocked } from '../life-cycle.ts'
import { checkPage, pageOf, unverifiedInfo } from '../list-page.ts'
import { readLocked } from '../locked-rows.ts'
import { adoptAgentStore, joinReports, moveBareRows, refuseBareRows } from '../migration.ts'
import { openKeyring } from '../open-keyring.ts'
import { categoryFor, checkVersion, type PlaceTaken, recordToPut } from '../put-record.ts'
import { infoOf, isExpired, previousOf, type SecretRecord } from '../record.ts'
import { allAgentsRange, lockOf, scopeRange, usedKey } from '../row-keys.ts'
import { expired, notATool, unreadable } from '../read-errors.ts'
import { giveNewDataKey, repairScope, rotateOneScope } from '../scope-care.ts'
import { createScopes, quarantineError, type ScopeState } from '../scopes.ts'
import { checkActor } from '../actor.ts'
import { checkName, checkNameFor } from '../secret-name.ts'
import { agentScope, checkAgentId, checkScope, INSTANCE_SHARED, type SecretScope } from '../secret-scope.ts'
import type {
  ActorOption,
  EffectiveSecret,
  EncryptedExport,
  ExportOptions,
  MigrationReport,
  SecretInfo,
  SecretsExport,
  SecretStore,
} from '../secret-store.ts'
import { checkValue } from '../secret-value.ts'
import { isRotatingScopes, rotateAllScopes } from '../rotate-scopes.ts'
import { importEntries, readSecrets } from '../transfer-store.ts'
import { openExport, readExport, sealExport } from '../transfer.ts'
import { verifyStore } from '../verify.ts'
import type { RootKey } from '../root-key.ts'
import { readHeader, type StoreHeader } from '../store-header.ts'

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
      const parts = { store, scopes, now }
      if (source !== undefined) reports.push(await openCarriedStores(parts, agentId, source, { actor: 'migration' }))
    }
    return reports
  }

  function rootAtHand(): RootKey {
    if (keyring.root === undefined) throw mustBeUnlocked(life.state())
    return keyring.root
  }

  function assertUnlocked(): void {
    if (life.state() === 'locked') throw mustBeUnlocked('locked')
  }

  /** Runs alone among all that reads or changes a scope: what its head says must be what its rows are. */
  function withScope<Result>(
    scope: SecretScope,
    work: (scope: SecretScope, state: ScopeState) => Promise<Result>,
  ): Promise<Result> {
    return gate.enter(async () => {
      const checked = checkScope(scope)
      assertUnlocked()
      return locked(checked, work)
    })
  }

  function locked<Result>(
    scope: SecretScope,
    work: (scope: SecretScope, state: ScopeState) => Promise<Result>,
  ): Promise<Result> {
    return store.exclusive(lockOf(scope), async () => work(scope, await scopes.load(scope)))
  }

  async function commitChange(
    scope: SecretScope,
    state: ScopeState,
    change: Change,
    options: ActorOption,
  ): Promise<void> {
    const plan = scopes.plan(scope, state, [change])
    const { type: action, name } = change
    const fact: AuditFact = {
      action,
      actor: checkActor(options.actor),
      scope,
      name,
      scopeVersion: plan.next.head.version,
    }
    const forget: Operation[] = action === 'delete' ? [{ type: 'delete', key: usedKey(scope, name) }] : []
    await scopes.commit([plan], [fact], forget)
    if (action === 'delete') lastUsed.drop(scope, [name])
  }

  /** The record of a row that is there; what is there and cannot be read is never taken for absent. */
  async function readable(scope: SecretScope, state: ScopeState, name: string): Promise<SecretRecord | undefined> {
    if (state.type === 'quarantined') throw quarantineError(state.why)
    const row = await scopes.readOne(scope, state, name)
    if (row !== undefined && row.record === undefined) throw unreadable()
    return row?.record
  }

  async function tellOf(scope: SecretScope, name: string, record: SecretRecord): Promise<SecretInfo> {
    const lastUsedOn = await lastUsed.dayOf(scope, name)
    return { ...infoOf(scope, name, record), ...(lastUsedOn === undefined ? {} : { lastUsedOn }) }
  }

  function use<Result>(scope: SecretScope, name: string, result: Result): Result {
    lastUsed.note(scope, name)
    return result
  }

  function decisionsFor(agentId: string, whenQuarantined: 'throw' | 'tell'): Promise<EnvDecision[]> {
    return gate.enter(async () => {
      const scope = checkScope(agentScope(agentId))
      if (life.state() === 'locked') {
        if (whenQuarantined === 'throw') throw mustBeUnlocked('locked')
        const rows = await Promise.all([scope, INSTANCE_SHARED].map((each) => readLocked(store, each)))
        return decideEnv(agentId, { rows: rows[0]!, state: 'locked' }, { rows: rows[1]!, state: 'locked' }, now())
      }
      return locked(scope, async (_, state) => {
        if (state.type === 'quarantined' && whenQuarantined === 'throw') throw quarantineError(state.why)
        const own = await rowsOf(scope, state)
        // Always the agent's lock first, then the shared one: nobody takes them in the other order.
        return locked(INSTANCE_SHARED, async (_shared, sharedState) =>
          decideEnv(agentId, own, await rowsOf(INSTANCE_SHARED, sharedState), now()),
        )
      })
    })
  }

  async function rowsOf(scope: SecretScope, state: ScopeState): Promise<ScopeRows> {
    return { rows: await scopes.readAll(scope, state), state: state.type === 'quarantined' ? 'quarantined' : 'sound' }
  }

  async function effectiveOf({ scope, name, record, unverified, why }: EnvDecision): Promise<EffectiveSecret> {
    const info = record === undefined ? unverifiedInfo(scope, name, unverified) : await tellOf(scope, name, record)
    return {
      scope,
      name,
      available: why === undefined,
      ...(why === undefined ? {} : { why }),
      ...(info === undefined ? {} : { info }),
    }
  }

  async function effective(agentId: string): Promise<EffectiveSecret[]> {
    return Promise.all((await decisionsFor(agentId, 'tell')).map(effectiveOf))
  }

  const close = (): Promise<void> => gate.close(flushHints)

  return {
    migration,

    state: () => life.state(),

    put: (scope, name, value, putOptions = {}) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        checkValue(value)
        const there = await takenBy(checked, state, name)
        const category = categoryFor(checked, name, putOptions.category, there?.record)
        checkNameFor(category, name, putOptions.allowUnsafeName === true)
        checkVersion(putOptions.ifVersion, there)
        if (category === 'tool') checkRoom(await scopes.readAll(checked, state), name, value)
        const record = recordToPut(value, category, there, putOptions, now())
        await commitChange(checked, state, { type: 'put', name, record }, putOptions)
        return { secret: await tellOf(checked, name, record), created: there === undefined }
      }),

    info: (scope, name) =>
      gate.enter(async () => {
        checkName(name)
        const checked = checkScope(scope)
        if (life.state() === 'locked') return unverifiedInfoOf(checked, name)
        return locked(checked, async (_, state) => {
          const record = await readable(checked, state, name)
          return record === undefined ? undefined : tellOf(checked, name, record)
        })
      }),

    list: (scope, page = {}) =>
      gate.enter(async () => {
        const checked = checkScope(scope)
        const { limit, after } = checkPage(page)
        if (life.state() === 'locked') {
          const rows = (await readLocked(store, checked)).filter(({ name }) => after === undefined || name > after)
          return pageOf(
            rows.map(({ name, unverified }) => ({ name, info: unverifiedInfo(checked, name, unverified) })),
            limit,
          )
        }
        return locked(checked, async (_, state) => {
          const names = await namesAfter(checked, state, after, limit + 1)
          const told = names.map(async (name) => {
            const row = await scopes.readOne(checked, state, name)
            return { name, info: row?.record && (await tellOf(checked, name, row.record)) }
          })
          return pageOf(await Promise.all(told), limit)
        })
      }),

    delete: (scope, name, deleteOptions = {}) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        if (state.type === 'quarantined') throw quarantineError(state.why)
        if ((await scopes.readOne(checked, state, name)) === undefined) return false
        await commitChange(checked, state, { type: 'delete', name }, deleteOptions)
        return true
      }),

    deleteAgent: (agentId, deleteOptions = {}) =>
      gate.enter(async () => {
        const scope = { type: 'agent', agentId: checkAgentId(agentId) } as const
        const actor = checkActor(deleteOptions.actor)
        return store.exclusive(lockOf(scope), async () => {
          await flushHints()
          const isLocked = life.state() === 'locked'
          return deleteAgentSecrets({ store, scopes, lastUsed, isLocked, now: now() }, scope, actor)
        })
      }),

    reveal: (scope, name) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        const record = await readable(checked, state, name)
        return record === undefined ? undefined : use(checked, name, record.value)
      }),

    previous: (scope, name) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        const record = await readable(checked, state, name)
        return record === undefined ? undefined : previousOf(record, now())
      }),

    resolve: (agentId, name, { allowSystem = false } = {}) =>
      withScope(agentScope(agentId), async (scope, state) => {
        checkName(name)
        const own = await readable(scope, state, name)
        const found = own ?? (await locked(INSTANCE_SHARED, (shared, there) => readable(shared, there, name)))
        if (found === undefined) return undefined
        if (found.category === 'system' && !allowSystem) throw notATool()
        if (isExpired(found, now())) throw expired()
        return use(own === undefined ? INSTANCE_SHARED : scope, name, found.value)
      }),

    effective,

    names: async (agentId) =>
      (await effective(agentId)).map(({ scope, name, available, why, info }) => ({
        scope,
        name,
        ...(info === undefined ? {} : { category: info.category }),
        available,
        ...(why === undefined ? {} : { why }),
      })),

    envFor: async (agentId) => {
      const decisions = await decisionsFor(agentId, 'throw')
      for (const { scope, name, why } of decisions) if (why === undefined) lastUsed.note(scope, name)
      return makeAgentEnv(decisions, now())
    },

    status: () =>
      gate.enter(async () => {
        const shared = await countKeys(store, scopeRange(INSTANCE_SHARED))
        const counts = { shared, agent: await countKeys(store, allAgentsRange()) }
        const unfinished = (await isRotatingScopes(store)) ? 'rotate-scopes' : undefined
        const interrupted = INTERRUPTED[keyring.header.state] ?? unfinished
        return { state: life.state(), counts, ...(interrupted === undefined ? {} : { interrupted }) }
      }),

    enable: async (source, lifeOptions) => life.enable(source, withActor(lifeOptions)),
    unlock: async (source, lifeOptions) => life.unlock(source, withActor(lifeOptions)),
    lock: async () => life.lock(),
    rotate: async (source, lifeOptions) => life.rotate(source, withActor(lifeOptions)),

    openLegacy: (agentId, source, legacyOptions) =>
      withScope(agentScope(agentId), async () =>
        openCarriedStores({ store, scopes, now }, agentId, source, withActor(legacyOptions)),
      ),

    rotateScope: (scope, careOptions) =>
      withScope(scope, async (checked) =>
        rotateOneScope({ store, storeId, scopes }, rootAtHand(), checked, withActor(careOptions)),
      ),

    rotateScopes: async (rotateOptions = {}) => {
      const actor = withActor(rotateOptions)
      const rotate = (each: SecretScope) =>
        withScope(each, async (scope, state) =>
          state.type === 'quarantined'
            ? { ...emptyReport(), quarantined: [{ scope, why: state.why }] }
            : giveNewDataKey({ store, storeId, scopes }, rootAtHand(), scope, actor, []),
        )
      return rotateAllScopes({ store, storeId, enter: gate.enter, root: rootAtHand, rotate }, rotateOptions)
    },

    repair: (scope, careOptions) =>
      withScope(scope, async (checked) =>
        repairScope({ store, storeId, scopes }, keyring.root, checked, withActor(careOptions)),
      ),

    verify: () =>
      gate.alone(async () => {
        assertUnlocked()
        const state = keyring.root === undefined ? 'unencrypted' : 'unlocked'
        return verifyStore({ store, storeId, scopes, auditKey: keyring.root?.audit, state })
      }),

    export: exportAll,

    import: async (file, importOptions = {}) => {
      const entries = readExport(await openExport(file, importOptions.key))
      return gate.alone(async () => {
        assertUnlocked()
        return importEntries(scopes, entries, importOptions, now())
      })
    },

    audit: (page = {}) => gate.enter(() => readAuditPage(store, page)),

    close,
    [Symbol.asyncDispose]: close,
  }

  function exportAll(exportOptions?: ExportOptions): Promise<SecretsExport>
  function exportAll(exportOptions: ExportOptions & { readonly key: KeySource }): Promise<EncryptedExport>
  async function exportAll(
    exportOptions: ExportOptions & { readonly key?: KeySource } = {},
  ): Promise<SecretsExport | EncryptedExport> {
    const content = await gate.alone(async () => {
      assertUnlocked()
      const read = await readSecrets(store, scopes, exportOptions)
      await ledger.commit(
        [],
        [{ action: 'export', actor: checkActor(exportOptions.actor), scope: exportOptions.scope }],
      )
      return read
    })
    return exportOptions.key === undefined ? content : sealExport(content, exportOptions.key)
  }

  /** The place of a put; the head knows the version of a row that cannot be read. */
  async function takenBy(scope: SecretScope, state: ScopeState, name: string): Promise<PlaceTaken | undefined> {
    const row = await scopes.readOne(scope, state, name)
    if (row === undefined) return undefined
    const version = state.type === 'sound' ? (state.head.entries.get(name)?.version ?? 0) : 0
    return { version, record: row.record }
  }

  async function unverifiedInfoOf(scope: SecretScope, name: string): Promise<SecretInfo | undefined> {
    const row = (await readLocked(store, scope)).find((each) => each.name === name)
    const info = row && unverifiedInfo(scope, name, row.unverified)
    if (row !== undefined && info === undefined) throw unreadable()
    return info
  }

  /** Names on disk and names that should be there, after a name, in order. */
  async function namesAfter(scope: SecretScope, state: ScopeState, after: string | undefined, limit: number) {
    const { gt, lt } = scopeRange(scope)
    const keys = await store.keys({ gt: gt + (after ?? ''), lt, limit })
    const names = new Set(keys.map((key) => key.slice(gt.length)))
    if (state.type === 'sound') {
      for (const name of state.head.entries.keys()) if (after === undefined || name > after) names.add(name)
    }
    return [...names].toSorted().slice(0, limit)
  }
}

type Change =
  | { readonly type: 'put'; readonly name: string; readonly record: SecretRecord }
  | { readonly type: 'delete'; readonly name: string }

const INTERRUPTED: Readonly<Record<string, 'enable' | 'rotate' | undefined>> = {
  enabling: 'enable',
  rotating: 'rotate',
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

function withActor(options: ActorOption = {}): ActorOption {
  return { actor: checkActor(options.actor) }
}
