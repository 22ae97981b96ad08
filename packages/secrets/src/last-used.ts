import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { usedKey } from './row-keys.ts'
import { findJsonSync, jsonOf } from './rows.ts'
import type { SecretScope } from './secret-scope.ts'

/** Remembers on which day each secret was last used; a hint for people, which nothing depends on. */
export interface LastUsed {
  /** These secrets of one scope were used now. */
  note(scope: SecretScope, names: readonly string[]): void
  /** The day, as `2026-05-01`. */
  dayOf(scope: SecretScope, name: string): string | undefined
  /** Writes what was noted since the last time. */
  flush(): Promise<void>
  /** Forgets a name that goes. What has to be written for that belongs in the batch in which it goes. */
  drop(scope: SecretScope, name: string): Operation[]
  /** Forgets a scope whose row is gone. */
  dropScope(scope: SecretScope): void
}

/** Days are noted in memory, and written with those of so many scopes, when somebody asks, or at the end: never a write for a use. */
const MOST_NOTED = 500

/** Of the secrets of a scope, by name. */
type Days = Map<string, string>

export function createLastUsed(store: EmbeddedStore, now: () => string): LastUsed {
  /** By key of the scope's row. */
  let noted = new Map<string, Days>()
  /** What is being written: it is to be told as well. */
  let leaving = new Map<string, Days>()
  /** What was written lately, so that many runs of a day cause one write. */
  const written = new Map<string, Days>()
  let flushing: Promise<void> = Promise.resolve()

  /** One after another, since each goes on from what is on the disk. */
  function flush(): Promise<void> {
    flushing = flushing.then(writeNoted, writeNoted)
    return flushing
  }

  async function writeNoted(): Promise<void> {
    if (noted.size === 0) return
    const batch = noted
    noted = new Map()
    leaving = batch
    await store.write([...batch].flatMap(([key, days]) => addTo(key, days)))
    leaving = new Map()
    if (written.size > 2 * MOST_NOTED) written.clear()
    for (const [key, days] of batch) written.set(key, new Map([...(written.get(key) ?? []), ...days]))
  }

  /** Nothing, where the same is there since another time today. */
  function addTo(key: string, days: Days): Operation[] {
    const all = stored(key)
    const isNew = [...days].some(([name, day]) => all.get(name) !== day)
    return isNew ? [rowOf(key, new Map([...all, ...days]))] : []
  }

  function stored(key: string): Days {
    return daysIn(jsonOf(findJsonSync(store, key)))
  }

  return {
    note(scope, names) {
      if (names.length === 0) return
      const key = usedKey(scope)
      const day = now().slice(0, 10)
      const known = written.get(key)
      for (const name of names) {
        if (known?.get(name) === day) continue
        const days = noted.get(key)
        if (days === undefined) noted.set(key, new Map([[name, day]]))
        else days.set(name, day)
      }
      // Lost when it fails, as when the process is killed: it is a hint.
      if (noted.size >= MOST_NOTED) flush().catch(() => undefined)
    },
    dayOf(scope, name) {
      const key = usedKey(scope)
      return noted.get(key)?.get(name) ?? leaving.get(key)?.get(name) ?? stored(key).get(name)
    },
    flush,
    drop(scope, name) {
      const key = usedKey(scope)
      noted.get(key)?.delete(name)
      leaving.get(key)?.delete(name)
      written.delete(key)
      const days = stored(key)
      return days.delete(name) ? [rowOf(key, days)] : []
    },
    dropScope(scope) {
      noted.delete(usedKey(scope))
      leaving.delete(usedKey(scope))
      written.delete(usedKey(scope))
    },
  }
}

function rowOf(key: string, days: Days): Operation {
  return { type: 'put', key, value: [...days] }
}

/** Whatever else is there tells nothing. */
function daysIn(json: unknown): Days {
  const days: Days = new Map()
  for (const entry of Array.isArray(json) ? (json as unknown[]) : []) {
    if (!Array.isArray(entry)) continue
    const [name, day] = entry as unknown[]
    if (typeof name === 'string' && typeof day === 'string' && /^\d{4}-\d\d-\d\d$/u.test(day)) days.set(name, day)
  }
  return days
}
