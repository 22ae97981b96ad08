import type { ElementHandle } from 'playwright-core'
import { WorkerError } from '../errors.ts'
import { bounded } from './bounded.ts'
import { unresponsive } from './read-page.ts'
import type { Tab } from './tab.ts'

/**
 * Names elements to the agent, as `3e5`: the number says which snapshot of which documents it is from. Within the same
 * documents an element keeps its name over snapshots; a name of others, or of a tab that is not the current one, is
 * refused and never taken for another element.
 */
export interface References {
  /** What stands before each reference of a snapshot that is being taken. */
  prefixFor(tab: Tab): string
  /** Finds an element. Rejects with REFERENCE_STALE, which says to take another snapshot. */
  find(tab: Tab, reference: string): Promise<ElementHandle>
}

const FIND_MS = 3000

export function createReferences(): References {
  const taken = new WeakMap<Tab, { readonly number: number; readonly documentCount: number }>()
  let count = 0

  return {
    prefixFor(tab) {
      const { documentCount } = tab
      const last = taken.get(tab)
      if (last?.documentCount === documentCount) return String(last.number)
      count += 1
      taken.set(tab, { number: count, documentCount })
      return String(count)
    },
    async find(tab, reference) {
      const [, number, ref = ''] = /^(\d+)((?:f\d+)?e\d+)$/.exec(reference) ?? []
      if (number === undefined || Number(number) !== taken.get(tab)?.number) throw stale(reference)
      const locator = tab.page.getByRef(ref)
      // Asked first, because a locator waits for what is not there.
      const counting = locator.count().catch(() => 0)
      const matches = await bounded(counting, FIND_MS, { onLimit: () => unresponsive(FIND_MS) })
      if (matches !== 1) throw stale(reference)
      const handle = await locator.elementHandle({ timeout: FIND_MS }).catch(() => null)
      if (handle === null) throw stale(reference)
      return handle
    },
  }
}

function stale(reference: string): WorkerError {
  const message = `${reference.slice(0, 40)} is no element of the page as it is now: call browser_snapshot and take a reference of that`
  return new WorkerError('REFERENCE_STALE', message)
}
