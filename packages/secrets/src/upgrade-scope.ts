import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { readFirstFormat } from './first-format.ts'
import { headKey, scopeRange } from './row-keys.ts'
import { findAll, findJson, jsonOf } from './rows.ts'
import { entryOf, type HeadEntry } from './scope-head.ts'
import { createClearSeal, type SealPlace } from './scope-seal.ts'

/** Gives the rows of a scope of the first format their checksums and a head; nothing if there are none, or it has one. */
export async function upgradeScope(store: EmbeddedStore, place: SealPlace): Promise<Operation[]> {
  const range = scopeRange(place.scope)
  const rows = await findAll(store, range)
  if (rows.size === 0 || (await findJson(store, headKey(place.scope))) !== undefined) return []
  const seal = createClearSeal(place)
  const operations: Operation[] = []
  const entries = new Map<string, HeadEntry>()
  for (const [key, row] of rows) {
    const name = key.slice(range.gt.length)
    const record = readFirstFormat(jsonOf(row))
    // What cannot be read stays as it is, and keeps its name taken.
    if (record === undefined) {
      entries.set(name, { version: 0, tag: '' })
    } else {
      const sealed = seal.sealRecord(name, record)
      operations.push({ type: 'put', key, value: sealed.row })
      entries.set(name, entryOf(name, record, sealed.tag))
    }
  }
  const head = seal.sealHead({ version: 1, seals: 0, entries })
  return [...operations, { type: 'put', key: headKey(place.scope), value: head }]
}
