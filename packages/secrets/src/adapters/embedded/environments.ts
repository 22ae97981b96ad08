import { makeAgentEnv } from '../../agent-env.ts'
import { decideEnv, type EnvDecision, type ScopeRows } from '../../decide-env.ts'
import { envSize, MAX_ENV_BYTES } from '../../env-size.ts'
import { mustBeUnlocked } from '../../life-cycle.ts'
import { unverifiedInfo } from '../../list-page.ts'
import { readLocked } from '../../locked-rows.ts'
import { lockOf } from '../../row-keys.ts'
import { type NamedRow, quarantineError, type ScopeState } from '../../scopes.ts'
import { agentScope, checkScope, INSTANCE_SHARED } from '../../secret-scope.ts'
import type { EffectiveSecret, SecretStore } from '../../secret-store.ts'
import type { Entrance, StoreParts } from './entrance.ts'

/** More than this of what is shared is read anew each time. */
const MOST_SHARED_BYTES = 4 * MAX_ENV_BYTES

/** Works out what an agent's workers get. */
export function createEnvironments(
  { store, scopes, gate, life, lastUsed, now }: StoreParts,
  { locked, tellOf }: Entrance,
): Pick<SecretStore, 'effective' | 'names' | 'envFor'> {
  const sharedRows = new WeakMap<ScopeState, ScopeRows>()

  function decisionsFor(agentId: string, whenQuarantined: 'throw' | 'tell'): Promise<EnvDecision[]> {
    return gate.enter(async () => {
      const scope = checkScope(agentScope(agentId))
      if (life.state() === 'locked') {
        if (whenQuarantined === 'throw') throw mustBeUnlocked('locked')
        const rows = await Promise.all([scope, INSTANCE_SHARED].map((each) => readLocked(store, each)))
        return decideEnv(agentId, { rows: rows[0]!, state: 'locked' }, { rows: rows[1]!, state: 'locked' }, now())
      }
      return store.exclusive(lockOf(scope), async () => {
        const { state, rows } = await scopes.loadAll(scope)
        if (state.type === 'quarantined' && whenQuarantined === 'throw') throw quarantineError(state.why)
        const own = scopeRowsOf(state, rows)
        // Always the agent's lock first, then the shared one: nobody takes them in the other order.
        return locked(INSTANCE_SHARED, async (_shared, sharedState) =>
          decideEnv(agentId, own, await sharedRowsOf(sharedState), now()),
        )
      })
    })
  }

  /** Every environment needs the shared rows: they are kept as long as what is known of their scope stays true. */
  async function sharedRowsOf(state: ScopeState): Promise<ScopeRows> {
    const known = sharedRows.get(state)
    if (known !== undefined) return known
    const rows = scopeRowsOf(state, await scopes.readAll(INSTANCE_SHARED, state))
    if (sizeOf(rows) <= MOST_SHARED_BYTES) sharedRows.set(state, rows)
    return rows
  }

  function effectiveOf({ scope, name, record, unverified, why }: EnvDecision): EffectiveSecret {
    const info = record === undefined ? unverifiedInfo(scope, name, unverified) : tellOf(scope, name, record)
    return {
      scope,
      name,
      available: why === undefined,
      ...(why === undefined ? {} : { why }),
      ...(info === undefined ? {} : { info }),
    }
  }

  async function effective(agentId: string): Promise<EffectiveSecret[]> {
    return (await decisionsFor(agentId, 'tell')).map(effectiveOf)
  }

  return {
    effective,

    names: async (agentId) =>
      (await effective(agentId)).map(({ scope, name, available, why, info }) => ({
        scope,
        name,
        ...(info === undefined ? {} : { category: info.category }),
        available,
        ...(why === undefined ? {} : { why }),
      })),

    envFor: async (agentId) => {
      const decisions = await decisionsFor(agentId, 'throw')
      const given = decisions.filter(({ why }) => why === undefined)
      for (const scope of [agentScope(agentId), INSTANCE_SHARED]) {
        lastUsed.note(
          scope,
          given.filter((each) => each.scope.type === scope.type).map(({ name }) => name),
        )
      }
      return makeAgentEnv(decisions, now())
    },
  }
}

function scopeRowsOf(state: ScopeState, rows: readonly NamedRow[]): ScopeRows {
  return { rows, state: state.type === 'quarantined' ? 'quarantined' : 'sound' }
}

function sizeOf({ rows }: ScopeRows): number {
  return rows.reduce((total, { name, record }) => total + envSize(name, record?.value ?? ''), 0)
}
