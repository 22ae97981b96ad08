import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { allScopes } from './all-scopes.ts'
import type { AuditAction, AuditFact, Ledger } from './audit/ledger.ts'
import { chainPending } from './audit/pending.ts'
import { SecretsError } from './errors.ts'
import type { Gate } from './gate.ts'
import type { KeySource } from './key-source.ts'
import { putHead, putKeyAlone, rewrapped, wrappedKeyIn } from './key-row.ts'
import { addScope, emptyReport, type WritableReport } from './life-cycle-report.ts'
import { reseal } from './reseal.ts'
import {
  checkOf,
  newDataKey,
  openDataKey,
  openRootKey,
  type RootKey,
  rootKeyFrom,
  rootKeyOf,
  wrapDataKey,
  wrapRootKey,
} from './root-key.ts'
import { allDataKeysRange, dataKeyKey, headKey, HEADER_KEY, scopeOfDataKey } from './row-keys.ts'
import { findAll, findJson, jsonOf } from './rows.ts'
import { createKeyedSeal } from './scope-seal.ts'
import type { Scopes } from './scopes.ts'
import type { SecretScope } from './secret-scope.ts'
import type { ActorOption, LifeCycleReport } from './secret-store.ts'
import {
  headerOperations,
  isVouchedFor,
  readHeader,
  type RootRecord,
  STORE_FORMAT,
  type StoreHeader,
  unreadable,
} from './store-header.ts'
import { sameDigest } from './crypto/keys.ts'

/** What the store is at this moment: what is on disk about it, and the root key while it is unlocked. */
export interface Keyring {
  header: StoreHeader
  /** The form in which the store was found. */
  format: number
  macs: readonly string[]
  root: RootKey | undefined
}

export interface LifeCycle {
  readonly state: () => 'unencrypted' | 'unlocked' | 'locked'
  enable(source: KeySource, options?: ActorOption): Promise<LifeCycleReport>
  unlock(source: KeySource, options?: ActorOption): Promise<LifeCycleReport>
  lock(): Promise<void>
  rotate(source: KeySource, options?: ActorOption): Promise<LifeCycleReport>
}

/** So many scopes are converted in one batch. */
const CHUNK = 64
/** So many data keys are wrapped anew in one batch. */
const KEY_PAGE = 256

export function createLifeCycle(parts: {
  readonly store: EmbeddedStore
  readonly keyring: Keyring
  readonly ledger: Ledger
  readonly scopes: Scopes
  readonly gate: Gate
  /** Is called before what is in memory is forgotten. */
  readonly beforeLock: () => Promise<void>
}): LifeCycle {
  const { store, keyring, ledger, scopes, gate } = parts
  const { storeId } = keyring.header

  const state = (): 'unencrypted' | 'unlocked' | 'locked' => {
    if (keyring.header.state === 'unencrypted' || keyring.header.state === 'upgrading') return 'unencrypted'
    return keyring.root === undefined ? 'locked' : 'unlocked'
  }

  async function writeHeader(
    header: StoreHeader,
    roots: readonly RootKey[],
    facts: readonly AuditFact[],
  ): Promise<void> {
    const keys = roots.map((root) => root.header)
    await ledger.commit(headerOperations(header, keys), facts)
    keyring.header = header
  }

  /** Says of a store of an older format that it is of this one, before any row of this one is written. */
  async function upgrade(roots: readonly RootKey[]): Promise<void> {
    if (keyring.format === STORE_FORMAT) return
    await writeHeader(keyring.header, roots, [])
    keyring.format = STORE_FORMAT
  }

  const fact = (action: AuditAction, options: ActorOption): AuditFact => ({ action, actor: options.actor })

  /** Takes what was replaced off the disk. LevelDB may keep what is written out together with what replaced it. */
  async function settle(root: RootKey): Promise<void> {
    await store.compact({})
    const { compactionDue: _, ...header } = keyring.header
    await writeHeader(header, [root], [])
    await store.compact({ gte: HEADER_KEY, lte: HEADER_KEY })
  }

  async function finishEnabling(root: RootKey, options: ActorOption): Promise<LifeCycleReport> {
    const report = emptyReport()
    let operations: Operation[] = []
    let scopesInBatch = 0
    for await (const scope of allScopes(store)) {
      operations.push(...(await sealScope(scope, root, report)))
      scopesInBatch += 1
      if (scopesInBatch < CHUNK) continue
      await store.write(operations)
      operations = []
      scopesInBatch = 0
    }
    await store.write(operations)
    scopes.forget()
    const header: StoreHeader = { ...keyring.header, state: 'encrypted', compactionDue: true }
    await writeHeader(header, [root], [fact('enabled', options)])
    return report
  }

  async function sealScope(scope: SecretScope, root: RootKey, report: WritableReport): Promise<Operation[]> {
    const place = { storeId, scope }
    const keyRow = await findJson(store, dataKeyKey(scope))
    if (keyRow !== undefined) {
      if (openDataKey(root, place, wrappedKeyIn(jsonOf(keyRow))) === undefined)
        report.quarantined.push({ scope, why: 'key-damaged' })
      return []
    }
    const state = await scopes.load(scope)
    const dataKey = newDataKey(root, place, 1)
    const seal = createKeyedSeal(place, dataKey.key, dataKey.version)
    const { operations, entries, seals, rows, unreadable: names } = await reseal(store, place, state, seal)
    if (operations.length === 0 && state.type === 'empty') return []
    addScope(report, scope, rows, names)
    if (state.type === 'quarantined') report.quarantined.push({ scope, why: state.why })
    const version = state.type === 'sound' ? state.head.version + 1 : 1
    // Without its head a scope stays in quarantine; its rows are sealed all the same.
    if (state.type === 'quarantined') return [...operations, putKeyAlone(scope, dataKey)]
    const head = putHead(scope, seal.sealHead({ version, seals, entries }), dataKey)
    return [...operations, { type: 'delete', key: headKey(scope) }, head]
  }

  /** Wraps every data key under `to`. Either key can have wrapped it before: the rotation may have been interrupted. */
  async function rewrap(to: RootKey, from: RootKey): Promise<LifeCycleReport> {
    const report = emptyReport()
    let range: { readonly gt: string; readonly lt: string } = allDataKeysRange()
    for (;;) {
      const rows = await findAll(store, { ...range, limit: KEY_PAGE })
      const operations: Operation[] = []
      for (const [key, row] of rows) {
        const scope = scopeOfDataKey(key)
        if (scope === undefined) continue
        const place = { storeId, scope }
        const wrapped = wrappedKeyIn(jsonOf(row))
        if (openDataKey(to, place, wrapped) !== undefined) continue
        const dataKey = openDataKey(from, place, wrapped)
        if (dataKey === undefined) report.quarantined.push({ scope, why: 'key-damaged' })
        else operations.push({ type: 'put', key, value: rewrapped(jsonOf(row), wrapDataKey(to, place, dataKey)) })
      }
      report.scopes += operations.length
      await store.write(operations)
      const last = [...rows.keys()].at(-1)
      if (last === undefined || rows.size < KEY_PAGE) return report
      range = { ...range, gt: last }
    }
  }

  async function finishRotation(
    to: RootKey,
    toRecord: RootRecord,
    from: RootKey,
    options: ActorOption,
  ): Promise<LifeCycleReport> {
    const report = await rewrap(to, from)
    const { next: _, ...header } = keyring.header
    // The row that holds either key under the other is written out before it is replaced, so that it can be taken away.
    await store.compact({ gte: HEADER_KEY, lte: HEADER_KEY })
    ledger.useKey(to.audit)
    const { version, check, description } = toRecord
    const done: StoreHeader = {
      ...header,
      state: 'encrypted',
      root: { version, check, description },
      compactionDue: true,
    }
    await writeHeader(done, [to], [fact('rotated', options)])
    return report
  }

  /** Finds which of the root keys in use a source gives. */
  async function present(source: KeySource): Promise<{ root: RootKey; record: RootRecord; index: number }> {
    const { root, next } = keyring.header
    let refusal: unknown
    for (const [index, record] of [root, next].entries()) {
      if (record === undefined) continue
      try {
        const { key } = await source.rootKey(record.description)
        const presented = rootKeyOf(key, record.version, storeId)
        if (sameDigest(checkOf(presented, storeId), record.check)) return { root: presented, record, index }
      } catch (error) {
        refusal = error
      }
    }
    throw refusal ?? new SecretsError('SECRETS_WRONG_KEY', 'source: this is not the root key of the store', 'source')
  }

  async function newRoot(source: KeySource, version: number): Promise<{ root: RootKey; record: RootRecord }> {
    const { key, description } = await source.rootKey()
    const root = rootKeyOf(key, version, storeId)
    return { root, record: { version, check: checkOf(root, storeId), description } }
  }

  return {
    state,

    enable: (source, options = {}) =>
      gate.alone(async () => {
        if (state() !== 'unencrypted') throw wrongState('the store is encrypted already: rotate changes its key')
        const { root, record } = await newRoot(source, 1)
        await store.compact({})
        const header: StoreHeader = { storeId, state: 'enabling', root: record }
        ledger.useKey(root.audit)
        try {
          await writeHeader(header, [root], [fact('enable', options)])
        } catch (error) {
          ledger.useKey(undefined)
          throw error
        }
        keyring.macs = []
        const report = await finishEnabling(root, options)
        keyring.root = root
        await settle(root)
        return report
      }),

    unlock: (source, options = {}) =>
      gate.alone(async () => {
        if (state() === 'unencrypted') throw wrongState('the store is not encrypted: there is nothing to unlock')
        const { root, record, index } = await present(source)
        if (keyring.root !== undefined) return emptyReport()
        await rereadHeader(store, keyring)
        const { header, macs, format } = keyring
        if (!isVouchedFor(header, macs[index] ?? '', root.header, format)) throw unreadable()
        const report = await resume(root, record, index, options)
        await chainPending(store, ledger)
        keyring.root = root
        scopes.forget()
        if (keyring.header.compactionDue === true) await settle(root)
        return report
      }),

    lock: () =>
      gate.alone(async () => {
        if (state() === 'unencrypted') throw wrongState('the store is not encrypted: enable encrypts it')
        if (keyring.root === undefined) return
        await parts.beforeLock()
        keyring.root = undefined
        ledger.useKey(undefined)
        scopes.forget()
      }),

    rotate: (source, options = {}) =>
      gate.alone(async () => {
        const current = keyring.root
        const { root: currentRecord } = keyring.header
        if (current === undefined || currentRecord === undefined) throw mustBeUnlocked(state())
        const { root: next, record } = await newRoot(source, current.version + 1)
        const sameKey = rootKeyFrom(next.key, current.version, storeId)
        if (sameDigest(checkOf(sameKey, storeId), currentRecord.check)) {
          throw new SecretsError('SECRETS_INVALID', 'source: it gives the root key that is in use', 'source')
        }
        await store.compact({})
        const bridge = {
          underCurrent: wrapRootKey(current, next, storeId),
          currentUnderNext: wrapRootKey(next, current, storeId),
        }
        const header: StoreHeader = { storeId, state: 'rotating', root: currentRecord, next: { ...record, ...bridge } }
        await writeHeader(header, [current, next], [fact('rotate', options)])
        // From here on the store is locked if this fails: which key a scope is under is then known from the disk alone.
        keyring.root = undefined
        scopes.forget()
        const report = await finishRotation(next, record, current, options)
        keyring.root = next
        await settle(next)
        return report
      }),
  }

  async function resume(
    root: RootKey,
    record: RootRecord,
    index: number,
    options: ActorOption,
  ): Promise<LifeCycleReport> {
    const { header } = keyring
    if (header.state === 'enabling') {
      ledger.useKey(root.audit)
      await ledger.resume()
      await upgrade([root])
      return finishEnabling(root, options)
    }
    if (header.state === 'rotating') {
      // Towards the key that was presented: it is the one that is known to be kept.
      const { root: current, next } = header
      const box = index === 0 ? next!.underCurrent : next!.currentUnderNext
      const other = openRootKey(root, box, index === 0 ? next!.version : current!.version, storeId)
      if (other === undefined) throw unreadable()
      ledger.useKey(index === 0 ? root.audit : other.audit)
      await ledger.resume()
      await upgrade(index === 0 ? [root, other] : [other, root])
      return finishRotation(root, record, other, options)
    }
    ledger.useKey(root.audit)
    await ledger.resume()
    await upgrade([root])
    return emptyReport()
  }
}

async function rereadHeader(store: EmbeddedStore, keyring: Keyring): Promise<void> {
  const found = await readHeader(store)
  if (found === undefined || found.header.storeId !== keyring.header.storeId) throw unreadable()
  keyring.header = found.header
  keyring.format = found.format
  keyring.macs = found.macs
}

export function mustBeUnlocked(state: 'unencrypted' | 'locked' | 'unlocked'): SecretsError {
  if (state === 'locked') return new SecretsError('SECRETS_LOCKED', 'the secret store is locked: unlock it first')
  return wrongState('the store is not encrypted: enable encrypts it')
}

function wrongState(message: string): SecretsError {
  return new SecretsError('SECRETS_WRONG_STATE', message)
}
