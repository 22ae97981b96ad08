import { scopeId } from './row-keys.ts'
import type { ScopeState } from './scopes.ts'
import type { SecretScope } from './secret-scope.ts'

/** What was found out of the scopes that were used last. */
export interface RememberedScopes {
  get(scope: SecretScope): ScopeState | undefined
  set(scope: SecretScope, state: ScopeState): void
  /** Forgets one scope, or all. */
  forget(scope?: SecretScope): void
}

/**
 * Remembers as many scopes as have `most` rows together, each of them counted as one row more: what is remembered of a
 * scope grows with its rows.
 */
export function createRememberedScopes(most: number): RememberedScopes {
  /** By id, the one used last at the end. */
  const states = new Map<string, ScopeState>()
  let weight = 0
  let last: string | undefined

  function drop(id: string): void {
    const state = states.get(id)
    if (state === undefined) return
    states.delete(id)
    weight -= weightOf(state)
  }

  return {
    get(scope) {
      const id = scopeId(scope)
      const state = states.get(id)
      if (state === undefined || id === last) return state
      states.delete(id)
      states.set(id, state)
      last = id
      return state
    },
    set(scope, state) {
      const id = scopeId(scope)
      drop(id)
      states.set(id, state)
      weight += weightOf(state)
      last = id
      while (weight > most && states.size > 1) drop(states.keys().next().value!)
    },
    forget(scope) {
      if (scope !== undefined) return drop(scopeId(scope))
      states.clear()
      weight = 0
    },
  }
}

function weightOf(state: ScopeState): number {
  return state.type === 'sound' ? state.head.entries.size + 1 : 1
}
