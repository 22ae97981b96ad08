import type { Finding, Notes } from './finding.ts'
import type { Reading } from './reading.ts'

const REFUSALS: ReadonlySet<number> = new Set([401, 403, 405, 406, 451])

/** A refusal whose cause nobody names: the weakest thing that can be said, below the default threshold. An error that a vendor names has a cause. */
export function judgeRefusal({ status, isBare }: Reading, notes: Notes): Finding | undefined {
  if (status === undefined || !REFUSALS.has(status) || notes.vendorErrors.size > 0) return undefined
  if (!isBare) {
    notes.advisories.add(`HTTP status ${status} on a page with content`)
    return undefined
  }
  return {
    reason: { type: 'unknown' },
    confidence: 0.4,
    signals: [`HTTP status ${status}`, 'the page holds next to nothing else'],
  }
}
