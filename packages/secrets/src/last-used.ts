import type { EmbeddedStore } from '@agentic/embedded-store'
import { usedKey } from './row-keys.ts'
import { findJson, jsonOf } from './rows.ts'
import type { SecretScope } from './secret-scope.ts'

/** Remembers on which day each secret was last used; a hint for people, which nothing depends on. */
export interface LastUsed {
  note(scope: SecretScope, name: string): void
  /** The day, as `2026-05-01`. */
  dayOf(scope: SecretScope, name: string): Promise<string | undefined>
  /** Writes what was noted since the last time. */
  flush(): Promise<void>
  /** Forgets what was noted and not written, of names that are gone. */
  drop(scope: SecretScope, names: readonly string[]): void
}

/** A day is noted in memory, and written with others at this number, or at the end: never a write for a read. */
const MOST_NOTED = 500

export function createLastUsed(store: EmbeddedStore, now: () => string): LastUsed {
  const noted = new Map<string, string>()
  /** What was written lately, so that many runs of a day cause one write. */
  const written = new Map<string, string>()

  async function flush(): Promise<void> {
    if (noted.size === 0) return
    const days = [...noted]
    noted.clear()
    await store.write(days.map(([key, day]) => ({ type: 'put', key, value: day })))
    if (written.size > 10 * MOST_NOTED) written.clear()
    for (const [key, day] of days) written.set(key, day)
  }

  return {
    note(scope, name) {
      const [key, day] = [usedKey(scope, name), now().slice(0, 10)]
      if (written.get(key) === day) return
      noted.set(key, day)
      // Lost when it fails, as when the process is killed: it is a hint.
      if (noted.size >= MOST_NOTED) flush().catch(() => undefined)
    },
    async dayOf(scope, name) {
      const key = usedKey(scope, name)
      const day = noted.get(key) ?? jsonOf(await findJson(store, key))
      return typeof day === 'string' && /^\d{4}-\d\d-\d\d$/u.test(day) ? day : undefined
    },
    flush,
    drop(scope, names) {
      for (const name of names) {
        noted.delete(usedKey(scope, name))
        written.delete(usedKey(scope, name))
      }
    },
  }
}
