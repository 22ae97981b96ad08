import type { EmbeddedStore } from '@agentic/embedded-store'
import type { Ledger } from '../../audit/ledger.ts'
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
  readonly ledger: Ledger
  readonly gate: Gate
  readonly life: LifeCycle
  readonly lastUsed: LastUsed
  readonly now: () => string
}

/** A scope that was checked, and in which state it is. */
export interface Place {
  readonly scope: SecretScope
  readonly state: ScopeState
}

export type ScopeWork<Result> = (scope: SecretScope, state: ScopeState) => Promise<Result>

/** How work gets to a scope of an open store. */
export interface Entrance {
  assertUnlocked(): void
  /** Runs alone among all that reads or changes a scope: what its head says must be what its rows are. */
  withScope<Result>(scope: SecretScope, work: ScopeWork<Result>): Promise<Result>
  /** The same for work that is inside the gate already, on a scope that was checked. */
  locked<Result>(scope: SecretScope, work: ScopeWork<Result>): Promise<Result>
  /**
   * The same for work on several scopes, in the order in which their locks are taken, that ends in the turn in which it
   * begins. As long as nobody else works there, that is this turn, and no lock is needed.
   */
  atOnce<Result>(scopes: readonly SecretScope[], work: (places: readonly Place[]) => Result): Promise<Result>
  /** The record of a row that is there; what is there and cannot be read is never taken for absent. */
  readable(place: Place, name: string): SecretRecord | undefined
  tellOf(scope: SecretScope, name: string, record: SecretRecord): SecretInfo
}

export function createEntrance({ store, scopes, gate, life, lastUsed }: StoreParts): Entrance {
  function assertUnlocked(): void {
    if (life.state() === 'locked') throw mustBeUnlocked('locked')
  }

  function locked<Result>(scope: SecretScope, work: ScopeWork<Result>): Promise<Result> {
    return store.exclusive(lockOf(scope), async () => work(scope, await scopes.load(scope)))
  }

  function lockedAll<Result>(
    [first, ...rest]: readonly SecretScope[],
    work: (places: readonly Place[]) => Result,
    places: readonly Place[] = [],
  ): Promise<Result> {
    if (first === undefined) return Promise.resolve(work(places))
    return locked(first, async (scope, state) => lockedAll(rest, work, [...places, { scope, state }]))
  }

  /** What is known of scopes in this very turn; `undefined` if somebody works on one of them, or it takes longer. */
  function placesNow(all: readonly SecretScope[]): Place[] | undefined {
    const places: Place[] = []
    for (const scope of all) {
      const state = store.isFree(lockOf(scope)) ? scopes.loadSync(scope) : undefined
      if (state === undefined) return undefined
      places.push({ scope, state })
    }
    return places
  }

  function enterable(all: readonly SecretScope[]): readonly SecretScope[] {
    const checked = all.map(checkScope)
    assertUnlocked()
    return checked
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
    async atOnce(all, work) {
      const places = gate.isClear() ? placesNow(enterable(all)) : undefined
      return places === undefined ? gate.enter(async () => lockedAll(enterable(all), work)) : work(places)
    },
    readable({ scope, state }, name) {
      if (state.type === 'quarantined') throw quarantineError(state.why)
      const row = scopes.readOneSync(scope, state, name)
      if (row !== undefined && row.record === undefined) throw unreadable()
      return row?.record
    },
    tellOf(scope, name, record) {
      const lastUsedOn = lastUsed.dayOf(scope, name)
      return { ...infoOf(scope, name, record), ...(lastUsedOn === undefined ? {} : { lastUsedOn }) }
    },
  }
}
