import { makeAgentEnv } from '../../agent-env.ts'
import { decideEnv, type EnvDecision, type ScopeRows } from '../../decide-env.ts'
import { mustBeUnlocked } from '../../life-cycle.ts'
import { unverifiedInfo } from '../../list-page.ts'
import { readLocked } from '../../locked-rows.ts'
import { quarantineError, type ScopeState } from '../../scopes.ts'
import { agentScope, checkScope, INSTANCE_SHARED, type SecretScope } from '../../secret-scope.ts'
import type { EffectiveSecret, SecretStore } from '../../secret-store.ts'
import type { Entrance, StoreParts } from './entrance.ts'

/** Works out what an agent's workers get. */
export function createEnvironments(
  { store, scopes, gate, life, lastUsed, now }: StoreParts,
  { locked, tellOf }: Entrance,
): Pick<SecretStore, 'effective' | 'names' | 'envFor'> {
  function decisionsFor(agentId: string, whenQuarantined: 'throw' | 'tell'): Promise<EnvDecision[]> {
    return gate.enter(async () => {
      const scope = checkScope(agentScope(agentId))
      if (life.state() === 'locked') {
        if (whenQuarantined === 'throw') throw mustBeUnlocked('locked')
        const rows = await Promise.all([scope, INSTANCE_SHARED].map((each) => readLocked(store, each)))
        return decideEnv(agentId, { rows: rows[0]!, state: 'locked' }, { rows: rows[1]!, state: 'locked' }, now())
      }
      return locked(scope, async (_, state) => {
        if (state.type === 'quarantined' && whenQuarantined === 'throw') throw quarantineError(state.why)
        const own = await rowsOf(scope, state)
        // Always the agent's lock first, then the shared one: nobody takes them in the other order.
        return locked(INSTANCE_SHARED, async (_shared, sharedState) =>
          decideEnv(agentId, own, await rowsOf(INSTANCE_SHARED, sharedState), now()),
        )
      })
    })
  }

  async function rowsOf(scope: SecretScope, state: ScopeState): Promise<ScopeRows> {
    return { rows: await scopes.readAll(scope, state), state: state.type === 'quarantined' ? 'quarantined' : 'sound' }
  }

  async function effectiveOf({ scope, name, record, unverified, why }: EnvDecision): Promise<EffectiveSecret> {
    const info = record === undefined ? unverifiedInfo(scope, name, unverified) : await tellOf(scope, name, record)
    return {
      scope,
      name,
      available: why === undefined,
      ...(why === undefined ? {} : { why }),
      ...(info === undefined ? {} : { info }),
    }
  }

  async function effective(agentId: string): Promise<EffectiveSecret[]> {
    return Promise.all((await decisionsFor(agentId, 'tell')).map(effectiveOf))
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
      for (const { scope, name, why } of decisions) if (why === undefined) lastUsed.note(scope, name)
      return makeAgentEnv(decisions, now())
    },
  }
}
