import type { KeyObject } from 'node:crypto'
import type { EmbeddedStore } from '@agentic/embedded-store'
import { sameDigest } from '../crypto/keys.ts'
import { auditKey, auditRange, scopeId } from '../row-keys.ts'
import { findAll, jsonOf } from '../rows.ts'
import type { SecretScope } from '../secret-scope.ts'
import type { AuditBreak } from '../secret-store.ts'
import { readEntry } from './audit-page.ts'
import { hashOf, readEnd } from './ledger.ts'

const PAGE = 500

/** What the trail says of itself, and of the scopes whose changes it tells. */
export interface AuditReport {
  readonly report: { readonly entries: number; readonly breaks: readonly AuditBreak[] }
  /** The version that each scope had after its last change; 0 once it was deleted. */
  readonly lastVersions: Map<string, { readonly scope: SecretScope; readonly version: number }>
}

/** Walks the trail from its beginning, and tells where it is not what was written. */
export async function verifyAudit(
  store: EmbeddedStore,
  storeId: string,
  key: KeyObject | undefined,
): Promise<AuditReport> {
  const breaks: AuditBreak[] = []
  const lastVersions: AuditReport['lastVersions'] = new Map()
  let entries = 0
  let last = { sequence: 0, hash: '' }
  let range: { readonly gt: string; readonly lt: string } = auditRange()
  for (;;) {
    const rows = await findAll(store, { ...range, limit: PAGE })
    for (const [rowKey, row] of rows) {
      const entry = readEntry(jsonOf(row))
      const sequence = Number.parseInt(rowKey.slice(auditRange().gt.length), 16)
      entries += 1
      if (sequence !== last.sequence + 1) breaks.push({ sequence: last.sequence + 1, why: 'missing' })
      if (
        entry === undefined ||
        auditKey(entry.sequence) !== rowKey ||
        !sameDigest(entry.hash, hashOf(storeId, entry))
      ) {
        breaks.push({ sequence, why: 'altered' })
        last = { sequence, hash: '' }
        continue
      }
      // After a row that could not be read there is nothing to compare with, and the break is told.
      if (last.hash !== entry.previous && (last.hash !== '' || last.sequence === 0))
        breaks.push({ sequence, why: 'unlinked' })
      last = { sequence, hash: entry.hash }
      const version = entry.action === 'delete-agent' ? 0 : entry.scopeVersion
      if (entry.scope !== undefined && version !== undefined) {
        lastVersions.set(scopeId(entry.scope), { scope: entry.scope, version })
      }
    }
    const end = [...rows.keys()].at(-1)
    if (end === undefined || rows.size < PAGE) break
    range = { ...range, gt: end }
  }
  const end = await readEnd(store, storeId, key)
  const isEnd = end === undefined ? entries === 0 : end.sequence === last.sequence && end.hash === last.hash
  if (!isEnd) breaks.push({ sequence: end?.sequence ?? last.sequence, why: 'wrong-end' })
  return { report: { entries, breaks }, lastVersions }
}
