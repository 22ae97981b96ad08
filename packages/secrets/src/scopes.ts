import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import type { AuditFact, Ledger } from './audit/ledger.ts'
import { MOST_SEALS } from './crypto/aead.ts'
import { SecretsError } from './errors.ts'
import type { SecretRecord } from './record.ts'
import { hasHead, putHead, wrappedKeyIn } from './key-row.ts'
import { createRememberedScopes } from './remembered-scopes.ts'
import { type DataKey, newDataKey, openDataKey, type RootKey } from './root-key.ts'
import { dataKeyKey, headKey, scopeRange, secretKey } from './row-keys.ts'
import { findAll, findJsonSync, type FoundJson, jsonOf } from './rows.ts'
import { entryOf, type HeadEntry, NEW_HEAD, type ScopeHead } from './scope-head.ts'
import { createClearSeal, createKeyedSeal, type ScopeSeal } from './scope-seal.ts'
import type { SecretScope } from './secret-scope.ts'

/**
 * What is wrong with a row: it is not what was written; the head knows it and it is gone; the head does not know it; or
 * it is an older one that was put back.
 */
export type RowDamage = 'damaged' | 'vanished' | 'planted' | 'stale'

/**
 * Why nothing of a scope is believed: its head, or its data key, is lost or not what was written; or it has a data key
 * in a store that says that it is not encrypted.
 */
export type QuarantineReason = 'head-missing' | 'head-damaged' | 'key-missing' | 'key-damaged' | 'key-unexpected'

/** A row that is there, or should be. Without a record, nothing can be read from it. */
export interface NamedRow {
  readonly name: string
  readonly record?: SecretRecord | undefined
  readonly damage?: RowDamage | undefined
}

/** A scope whose head vouches for its rows. */
export interface SoundScope {
  readonly type: 'sound'
  readonly seal: ScopeSeal
  readonly head: ScopeHead
  /** In an encrypted store. */
  readonly dataKey?: DataKey | undefined
  /** The head is in a row of its own beside that of the data key, as format 2 had it. */
  readonly isHeadApart?: true | undefined
}

export type ScopeState =
  | { readonly type: 'empty' }
  | SoundScope
  | {
      readonly type: 'quarantined'
      readonly why: QuarantineReason
      /** What opens the rows, if that is left, and in an encrypted store the data key that it is of. */
      readonly seal?: ScopeSeal | undefined
      readonly dataKey?: DataKey | undefined
    }

/** One change of a scope. `unreadable` keeps a name taken by a row from which nothing is ever read. */
export type ScopeChange =
  | { readonly type: 'put'; readonly name: string; readonly record: SecretRecord }
  | { readonly type: 'delete'; readonly name: string }
  | { readonly type: 'unreadable'; readonly name: string }

/** Changes of one scope as they are to be written, and what the scope is afterwards. */
export interface ScopePlan {
  readonly scope: SecretScope
  readonly operations: readonly Operation[]
  readonly next: SoundScope
}

export interface Scopes {
  /** Finds out in which state a scope is. Hold its lock from here to the end of what is done about it. */
  load(scope: SecretScope): Promise<ScopeState>
  /** The same in this very turn, for when nobody has its lock; `undefined` if it takes longer. */
  loadSync(scope: SecretScope): ScopeState | undefined
  /** Reads all rows of a scope, those that vanished too, in the order of their names. */
  readAll(scope: SecretScope, state: ScopeState): Promise<NamedRow[]>
  /** Does both, in hardly more time than the longer one takes. */
  loadAll(scope: SecretScope): Promise<{ readonly state: ScopeState; readonly rows: NamedRow[] }>
  /** Reads one row; `undefined` if there is none and should be none. */
  readOne(scope: SecretScope, state: ScopeState, name: string): Promise<NamedRow | undefined>
  /** The same in this very turn. */
  readOneSync(scope: SecretScope, state: ScopeState, name: string): NamedRow | undefined
  /** The same state, whose head tells the sizes of all rows that can be read. */
  measured(scope: SecretScope, state: ScopeState): ScopeState
  /** Works changes out. Rejects with SECRETS_QUARANTINED. */
  plan(scope: SecretScope, state: ScopeState, changes: readonly ScopeChange[]): ScopePlan
  /** Writes plans, other operations and what the audit trail says about them, all or nothing. */
  commit(plans: readonly ScopePlan[], facts: readonly AuditFact[], more?: readonly Operation[]): Promise<void>
  /** Forgets what is known of a scope, or of all. */
  forget(scope?: SecretScope): void
}

/** So many rows of scopes are remembered, with the data keys of these, so that reading a row is reading a row. */
const REMEMBERED_ROWS = 20_000

/** Stands where nothing can be read and the name must stay taken. */
export const UNREADABLE_ROW: { readonly unreadable: true } = { unreadable: true }

export function createScopes(options: {
  readonly store: EmbeddedStore
  readonly storeId: string
  readonly ledger: Ledger
  /** The root key of an unlocked store; `undefined` for a store that is not encrypted. */
  readonly root: () => RootKey | undefined
}): Scopes {
  const { store, storeId, ledger, root } = options
  const remembered = createRememberedScopes(REMEMBERED_ROWS)

  /** Not that there is nothing, since the next look may find what was planted; nor what is about to be mended. */
  function remember(scope: SecretScope, state: ScopeState): ScopeState {
    const isNeededByAll = state.type === 'empty' && scope.type === 'instance-shared'
    if (state.type === 'sound' || isNeededByAll) remembered.set(scope, state)
    return state
  }

  /** `undefined` for a scope without a head and a data key: that it has no rows either remains to be seen. */
  function look(scope: SecretScope): ScopeState | undefined {
    const openRoot = root()
    const keyRow = findJsonSync(store, dataKeyKey(scope))
    const keyJson = jsonOf(keyRow)
    const isHeadApart = !hasHead(keyJson)
    const headRow = isHeadApart ? findJsonSync(store, headKey(scope)) : keyRow
    if (keyRow === undefined && headRow === undefined) return undefined
    if (openRoot === undefined && keyRow !== undefined) return quarantined('key-unexpected')
    if (openRoot !== undefined && keyRow === undefined) return quarantined('key-missing')
    const dataKey = openRoot && openDataKey(openRoot, { storeId, scope }, wrappedKeyIn(keyJson))
    if (openRoot !== undefined && dataKey === undefined) return quarantined('key-damaged')
    const seal = sealOf(scope, dataKey, undefined)!
    if (headRow === undefined) return quarantined('head-missing', seal, dataKey)
    const head = seal.openHead(jsonOf(headRow))
    if (head === undefined) return quarantined('head-damaged', seal, dataKey)
    return { type: 'sound', seal, head, dataKey, ...(isHeadApart && dataKey !== undefined ? { isHeadApart } : {}) }
  }

  /** What a scope without a head and a data key is. */
  function bare(scope: SecretScope, hasRows: boolean): ScopeState {
    const openRoot = root()
    if (!hasRows) return { type: 'empty' }
    return quarantined(openRoot === undefined ? 'head-missing' : 'key-missing', sealOf(scope, undefined, openRoot))
  }

  async function hasRows(scope: SecretScope): Promise<boolean> {
    return (await store.keys({ ...scopeRange(scope), limit: 1 })).length > 0
  }

  function loadSync(scope: SecretScope): ScopeState | undefined {
    const known = remembered.get(scope)
    if (known !== undefined) return known
    const state = look(scope)
    return state && remember(scope, state)
  }

  const load = async (scope: SecretScope): Promise<ScopeState> =>
    loadSync(scope) ?? remember(scope, bare(scope, await hasRows(scope)))

  async function findRows(scope: SecretScope): Promise<Map<string, FoundJson>> {
    const range = scopeRange(scope)
    const found = new Map<string, FoundJson>()
    for (const [key, row] of await findAll(store, range)) found.set(key.slice(range.gt.length), row)
    return found
  }

  const judge = (state: ScopeState, found: ReadonlyMap<string, FoundJson>): NamedRow[] =>
    namesOf(found.keys(), state).map((name) => rowOf(state, name, found.get(name)))

  function readOneSync(scope: SecretScope, state: ScopeState, name: string): NamedRow | undefined {
    const found = findJsonSync(store, secretKey(scope, name))
    if (found === undefined && !(state.type === 'sound' && state.head.entries.has(name))) return undefined
    return rowOf(state, name, found)
  }

  /** No seal for a scope of an encrypted store without its data key. */
  function sealOf(scope: SecretScope, dataKey: DataKey | undefined, openRoot: RootKey | undefined) {
    if (dataKey !== undefined) return createKeyedSeal({ storeId, scope }, dataKey.key, dataKey.version)
    return openRoot === undefined ? createClearSeal({ storeId, scope }) : undefined
  }

  return {
    load,
    loadSync,

    readAll: async (scope, state) => judge(state, await findRows(scope)),

    async loadAll(scope) {
      // The head is read and checked in this turn, while another thread reads the rows.
      const [found, told] = await Promise.all([findRows(scope), (async () => loadSync(scope))()])
      const state = told ?? remember(scope, bare(scope, found.size > 0))
      return { state, rows: judge(state, found) }
    },

    readOne: async (scope, state, name) => readOneSync(scope, state, name),
    readOneSync,

    measured(scope, state) {
      if (state.type !== 'sound') return state
      const entries = new Map(state.head.entries)
      for (const [name, entry] of entries) {
        if (entry.size !== undefined || entry.tag === '') continue
        const record = readOneSync(scope, state, name)?.record
        if (record !== undefined) entries.set(name, entryOf(name, record, entry.tag))
      }
      return { ...state, head: { ...state.head, entries } }
    },

    plan(scope, state, changes) {
      if (state.type === 'quarantined') throw quarantineError(state.why)
      const begun = state.type === 'sound' ? state : begin(scope)
      const { seal, head, dataKey, isHeadApart } = begun
      const operations: Operation[] = []
      const entries = new Map(head.entries)
      let seals = head.seals
      for (const change of changes) {
        const key = secretKey(scope, change.name)
        if (change.type === 'delete') {
          operations.push({ type: 'delete', key })
          entries.delete(change.name)
        } else if (change.type === 'unreadable') {
          operations.push({ type: 'put', key, value: UNREADABLE_ROW })
          entries.set(change.name, { version: 0, tag: '' })
        } else {
          const { row, tag } = seal.sealRecord(change.name, change.record)
          operations.push({ type: 'put', key, value: row })
          entries.set(change.name, entryOf(change.name, change.record, tag))
          seals += 1
        }
      }
      // The head is sealed with the data key too.
      seals += 1
      if (dataKey !== undefined && seals >= MOST_SEALS) throw wornOut()
      const next: SoundScope = { type: 'sound', seal, head: { version: head.version + 1, seals, entries }, dataKey }
      operations.push(putHead(scope, seal.sealHead(next.head), dataKey))
      if (isHeadApart === true) operations.push({ type: 'delete', key: headKey(scope) })
      return { scope, operations, next }
    },

    async commit(plans, facts, more = []) {
      try {
        await ledger.commit([...plans.flatMap(({ operations }) => operations), ...more], facts)
      } catch (error) {
        for (const { scope } of plans) remembered.forget(scope)
        throw error
      }
      for (const { scope, next } of plans) remember(scope, next)
    },

    forget: (scope) => remembered.forget(scope),
  }

  function begin(scope: SecretScope): SoundScope {
    const openRoot = root()
    const dataKey = openRoot && newDataKey(openRoot, { storeId, scope }, 1)
    return { type: 'sound', seal: sealOf(scope, dataKey, undefined)!, head: NEW_HEAD, dataKey }
  }
}

/** Judges one row by what the head says of it. */
export function rowOf(state: ScopeState, name: string, found: FoundJson | undefined): NamedRow {
  if (state.type !== 'sound') return { name, damage: 'damaged' }
  const entry = state.head.entries.get(name)
  if (found === undefined) return { name, damage: 'vanished' }
  if (entry === undefined) return { name, damage: 'planted' }
  return { name, ...openRow(state.seal, name, entry, found) }
}

function openRow(seal: ScopeSeal, name: string, entry: HeadEntry, found: FoundJson): Omit<NamedRow, 'name'> {
  const opened = entry.tag === '' ? undefined : seal.openRecord(name, jsonOf(found))
  if (opened === undefined) return { damage: 'damaged' }
  const isCurrent = opened.tag === entry.tag && opened.record.version === entry.version
  return isCurrent ? { record: opened.record } : { damage: 'stale' }
}

/** Names of the rows that are there and of those that should be, in order. */
function namesOf(found: Iterable<string>, state: ScopeState): string[] {
  const names = new Set(found)
  if (state.type === 'sound') for (const name of state.head.entries.keys()) names.add(name)
  return [...names].toSorted()
}

export function quarantineError(why: QuarantineReason): SecretsError {
  return new SecretsError(
    'SECRETS_QUARANTINED',
    `nothing of this scope is believed (${why}): restore the store from a backup, or repair the scope`,
  )
}

function quarantined(why: QuarantineReason, seal?: ScopeSeal, dataKey?: DataKey): ScopeState {
  return { type: 'quarantined', why, seal, dataKey }
}

function wornOut(): SecretsError {
  return new SecretsError(
    'SECRETS_WRONG_STATE',
    'the data key of this scope has sealed as much as is safe: give the scope another one with rotateScope',
  )
}
