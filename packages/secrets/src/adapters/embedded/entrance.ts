import type { EmbeddedStore } from '@agentic/embedded-store'
import type { Gate } from '../../gate.ts'
import type { LastUsed } from '../../last-used.ts'
import { type Keyring, type LifeCycle, mustBeUnlocked } from '../../life-cycle.ts'
import { unreadable } from '../../read-errors.ts'
import { infoOf, type SecretRecord } from '../../record.ts'
import { lockOf } from '../../row-keys.ts'
import { quarantineError, type Scopes, type ScopeState } from '../../scopes.ts'
import { checkScope, type SecretScope } from '../../secret-scope.ts'
import type { SecretInfo } from '../../secret-store.ts'

/** What the store is made of; all that works on it shares these. */
export interface StoreParts {
  readonly store: EmbeddedStore
  readonly keyring: Keyring
  readonly scopes: Scopes
  readonly gate: Gate
  readonly life: LifeCycle
  readonly lastUsed: LastUsed
  readonly now: () => string
}

export type ScopeWork<Result> = (scope: SecretScope, state: ScopeState) => Promise<Result>

/** How work gets to a scope of an open store. */
export interface Entrance {
  assertUnlocked(): void
  /** Runs alone among all that reads or changes a scope: what its head says must be what its rows are. */
  withScope<Result>(scope: SecretScope, work: ScopeWork<Result>): Promise<Result>
  /** The same for work that is inside the gate already, on a scope that was checked. */
  locked<Result>(scope: SecretScope, work: ScopeWork<Result>): Promise<Result>
  /** The record of a row that is there; what is there and cannot be read is never taken for absent. */
  readable(scope: SecretScope, state: ScopeState, name: string): Promise<SecretRecord | undefined>
  tellOf(scope: SecretScope, name: string, record: SecretRecord): Promise<SecretInfo>
}

export function createEntrance({ store, scopes, gate, life, lastUsed }: StoreParts): Entrance {
  function assertUnlocked(): void {
    if (life.state() === 'locked') throw mustBeUnlocked('locked')
  }

  function locked<Result>(scope: SecretScope, work: ScopeWork<Result>): Promise<Result> {
    return store.exclusive(lockOf(scope), async () => work(scope, await scopes.load(scope)))
  }

  return {
    assertUnlocked,
    locked,
    withScope: (scope, work) =>
      gate.enter(async () => {
        const checked = checkScope(scope)
        assertUnlocked()
        return locked(checked, work)
      }),
    async readable(scope, state, name) {
      if (state.type === 'quarantined') throw quarantineError(state.why)
      const row = await scopes.readOne(scope, state, name)
      if (row !== undefined && row.record === undefined) throw unreadable()
      return row?.record
    },
    async tellOf(scope, name, record) {
      const lastUsedOn = await lastUsed.dayOf(scope, name)
      return { ...infoOf(scope, name, record), ...(lastUsedOn === undefined ? {} : { lastUsedOn }) }
    },
  }
}
