import { checkPage, pageOf, unverifiedInfo } from '../../list-page.ts'
import { readLocked } from '../../locked-rows.ts'
import { expired, notATool, unreadable } from '../../read-errors.ts'
import { isExpired, previousOf } from '../../record.ts'
import { scopeRange } from '../../row-keys.ts'
import type { ScopeState } from '../../scopes.ts'
import { checkName } from '../../secret-name.ts'
import { agentScope, checkScope, INSTANCE_SHARED, type SecretScope } from '../../secret-scope.ts'
import type { SecretInfo, SecretStore } from '../../secret-store.ts'
import type { Entrance, StoreParts } from './entrance.ts'

/** Reads single secrets, and tells about them. */
export function createReading(
  { store, scopes, gate, life, lastUsed, now }: StoreParts,
  { atOnce, locked, readable, tellOf }: Entrance,
): Pick<SecretStore, 'info' | 'list' | 'reveal' | 'previous' | 'resolve'> {
  function use<Result>(scope: SecretScope, name: string, result: Result): Result {
    lastUsed.note(scope, [name])
    return result
  }

  /** What is told of uses must not be gone after a crash; where the disk takes no more, it is told all the same. */
  const keepUses = (): Promise<void> => lastUsed.flush().catch(() => undefined)

  async function unverifiedInfoOf(scope: SecretScope, name: string): Promise<SecretInfo | undefined> {
    const row = (await readLocked(store, scope)).find((each) => each.name === name)
    const info = row && unverifiedInfo(scope, name, row.unverified)
    if (row !== undefined && info === undefined) throw unreadable()
    return info
  }

  /** Names on disk and names that should be there, after a name, in order. */
  async function namesAfter(scope: SecretScope, state: ScopeState, after: string | undefined, limit: number) {
    const { gt, lt } = scopeRange(scope)
    const keys = await store.keys({ gt: gt + (after ?? ''), lt, limit })
    const names = new Set(keys.map((key) => key.slice(gt.length)))
    if (state.type === 'sound') {
      for (const name of state.head.entries.keys()) if (after === undefined || name > after) names.add(name)
    }
    return [...names].toSorted().slice(0, limit)
  }

  return {
    info: (scope, name) =>
      gate.enter(async () => {
        checkName(name)
        const checked = checkScope(scope)
        if (life.state() === 'locked') return unverifiedInfoOf(checked, name)
        await keepUses()
        return locked(checked, async (_, state) => {
          const record = readable({ scope: checked, state }, name)
          return record === undefined ? undefined : tellOf(checked, name, record)
        })
      }),

    list: (scope, page = {}) =>
      gate.enter(async () => {
        const checked = checkScope(scope)
        const { limit, after } = checkPage(page)
        if (life.state() === 'locked') {
          const rows = (await readLocked(store, checked)).filter(({ name }) => after === undefined || name > after)
          return pageOf(
            rows.map(({ name, unverified }) => ({ name, info: unverifiedInfo(checked, name, unverified) })),
            limit,
          )
        }
        await keepUses()
        return locked(checked, async (_, state) => {
          const names = await namesAfter(checked, state, after, limit + 1)
          const told = names.map((name) => {
            const row = scopes.readOneSync(checked, state, name)
            return { name, info: row?.record && tellOf(checked, name, row.record) }
          })
          return pageOf(told, limit)
        })
      }),

    reveal: (scope, name) =>
      atOnce([scope], ([place]) => {
        checkName(name)
        const record = readable(place!, name)
        return record === undefined ? undefined : use(place!.scope, name, record.value)
      }),

    previous: (scope, name) =>
      atOnce([scope], ([place]) => {
        checkName(name)
        const record = readable(place!, name)
        return record === undefined ? undefined : previousOf(record, now())
      }),

    resolve: (agentId, name, { allowSystem = false } = {}) =>
      // Always the agent's lock first, then the shared one: nobody takes them in the other order.
      atOnce([agentScope(agentId), INSTANCE_SHARED], ([agent, shared]) => {
        checkName(name)
        const own = readable(agent!, name)
        const found = own ?? readable(shared!, name)
        if (found === undefined) return undefined
        if (found.category === 'system' && !allowSystem) throw notATool()
        if (isExpired(found, now())) throw expired()
        return use((own === undefined ? shared! : agent!).scope, name, found.value)
      }),
  }
}
