import type { KeyObject } from 'node:crypto'
import type { EmbeddedStore } from '@agentic/embedded-store'
import { allScopes } from './all-scopes.ts'
import { type AuditReport, verifyAudit } from './audit/verify-audit.ts'
import { keptRange, scopeId } from './row-keys.ts'
import { findAll } from './rows.ts'
import type { RowDamage, Scopes, ScopeState } from './scopes.ts'
import { STORE_FORMAT } from './store-header.ts'
import type { SecretScope } from './secret-scope.ts'
import type { ScopeReport, VerifyReport } from './secret-store.ts'

/** Reads all of a store, which nobody changes meanwhile, and tells what is not as it was written. */
export async function verifyStore(parts: {
  readonly store: EmbeddedStore
  readonly storeId: string
  readonly scopes: Scopes
  readonly auditKey: KeyObject | undefined
  readonly state: VerifyReport['state']
}): Promise<VerifyReport> {
  const { store, storeId, scopes, auditKey, state } = parts
  const { report: audit, lastVersions } = await verifyAudit(store, storeId, auditKey)
  const damaged: ScopeReport[] = []
  const counts = { scopes: 0, rows: 0 }
  for await (const scope of allScopes(store)) {
    const looked = await lookAt(store, scopes, scope, lastVersions)
    lastVersions.delete(scopeId(scope))
    counts.scopes += 1
    counts.rows += looked.rows
    if (looked.report !== undefined) damaged.push(looked.report)
  }
  // A scope that was written to and of which nothing at all is left.
  for (const { scope, version } of lastVersions.values()) {
    if (version > 0) damaged.push({ scope, rolledBack: true, ...NO_ROWS })
  }
  return {
    isSound: damaged.length === 0 && audit.breaks.length === 0,
    state,
    format: STORE_FORMAT,
    ...counts,
    damaged,
    audit,
  }
}

type LastVersions = AuditReport['lastVersions']

const NO_ROWS = { damagedRows: [], vanishedRows: [], plantedRows: [], staleRows: [], unreadableLegacyRows: [] } as const

async function lookAt(
  store: EmbeddedStore,
  scopes: Scopes,
  scope: SecretScope,
  lastVersions: LastVersions,
): Promise<{ readonly rows: number; readonly report: ScopeReport | undefined }> {
  // What is remembered was right when it was read: what is on the disk now is the question.
  scopes.forget(scope)
  const state = await scopes.load(scope)
  const rows = await scopes.readAll(scope, state)
  const named = (damage: RowDamage) => rows.filter((row) => row.damage === damage).map(({ name }) => name)
  const last = lastVersions.get(scopeId(scope))
  const version = state.type === 'sound' ? state.head.version : undefined
  const isRolledBack = last !== undefined && version !== undefined && (last.version === 0 || version < last.version)
  const report: ScopeReport = {
    scope,
    ...(state.type === 'quarantined' ? { quarantined: state.why } : {}),
    ...(isRolledBack || (last !== undefined && last.version > 0 && state.type === 'empty') ? { rolledBack: true } : {}),
    damagedRows: state.type === 'quarantined' ? [] : named('damaged'),
    vanishedRows: named('vanished'),
    plantedRows: named('planted'),
    staleRows: named('stale'),
    unreadableLegacyRows: await unreadableKept(store, scope, state),
  }
  const isFine =
    report.quarantined === undefined &&
    report.rolledBack === undefined &&
    rows.every(({ damage }) => damage === undefined) &&
    report.unreadableLegacyRows.length === 0
  return { rows: rows.length, report: isFine ? undefined : report }
}

async function unreadableKept(store: EmbeddedStore, scope: SecretScope, state: ScopeState): Promise<string[]> {
  const kept = await findAll(store, keptRange(scope))
  if (state.type !== 'sound') return []
  return [...kept].flatMap(([key, row]) =>
    row.isReadable && state.seal.openKept(key, row.json) !== undefined ? [] : [key],
  )
}
