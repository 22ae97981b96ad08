import { checkActor } from '../../actor.ts'
import type { AuditFact } from '../../audit/ledger.ts'
import { checkRoom } from '../../check-room.ts'
import { deleteAgentSecrets } from '../../delete-agent.ts'
import { categoryFor, checkVersion, type PlaceTaken, recordToPut } from '../../put-record.ts'
import type { SecretRecord } from '../../record.ts'
import { lockOf } from '../../row-keys.ts'
import { quarantineError, type ScopeState } from '../../scopes.ts'
import { checkName, checkNameFor } from '../../secret-name.ts'
import { checkAgentId, type SecretScope } from '../../secret-scope.ts'
import type { ActorOption, SecretStore } from '../../secret-store.ts'
import { checkValue } from '../../secret-value.ts'
import type { Entrance, StoreParts } from './entrance.ts'

type Change =
  | { readonly type: 'put'; readonly name: string; readonly record: SecretRecord }
  | { readonly type: 'delete'; readonly name: string }

/** Puts and deletes. */
export function createChanging(
  { store, scopes, gate, life, lastUsed, now }: StoreParts,
  { withScope, tellOf }: Entrance,
  flushHints: () => Promise<void>,
): Pick<SecretStore, 'put' | 'delete' | 'deleteAgent'> {
  async function commitChange(
    scope: SecretScope,
    state: ScopeState,
    change: Change,
    options: ActorOption,
  ): Promise<void> {
    const plan = scopes.plan(scope, state, [change])
    const { type: action, name } = change
    const fact: AuditFact = {
      action,
      actor: checkActor(options.actor),
      scope,
      name,
      scopeVersion: plan.next.head.version,
    }
    await scopes.commit([plan], [fact], action === 'delete' ? lastUsed.drop(scope, name) : [])
  }

  /** The place of a put; the head knows the version of a row that cannot be read. */
  async function takenBy(scope: SecretScope, state: ScopeState, name: string): Promise<PlaceTaken | undefined> {
    const row = await scopes.readOne(scope, state, name)
    if (row === undefined) return undefined
    const version = state.type === 'sound' ? (state.head.entries.get(name)?.version ?? 0) : 0
    return { version, record: row.record }
  }

  return {
    put: (scope, name, value, putOptions = {}) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        checkValue(value)
        const there = await takenBy(checked, state, name)
        const category = categoryFor(checked, name, putOptions.category, there?.record)
        checkNameFor(category, name, putOptions.allowUnsafeName === true)
        checkVersion(putOptions.ifVersion, there)
        const measured = scopes.measured(checked, state)
        if (category === 'tool' && measured.type === 'sound') checkRoom(measured.head.entries, name, value)
        const record = recordToPut(value, category, there, putOptions, now())
        await commitChange(checked, measured, { type: 'put', name, record }, putOptions)
        return { secret: tellOf(checked, name, record), created: there === undefined }
      }),

    delete: (scope, name, deleteOptions = {}) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        if (state.type === 'quarantined') throw quarantineError(state.why)
        if ((await scopes.readOne(checked, state, name)) === undefined) return false
        await commitChange(checked, state, { type: 'delete', name }, deleteOptions)
        return true
      }),

    deleteAgent: (agentId, deleteOptions = {}) =>
      gate.enter(async () => {
        const scope = { type: 'agent', agentId: checkAgentId(agentId) } as const
        const actor = checkActor(deleteOptions.actor)
        return store.exclusive(lockOf(scope), async () => {
          await flushHints()
          const isLocked = life.state() === 'locked'
          return deleteAgentSecrets({ store, scopes, lastUsed, isLocked, now: now() }, scope, actor)
        })
      }),
  }
}
