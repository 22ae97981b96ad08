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
  { withScope, locked, readable, tellOf }: Entrance,
): Pick<SecretStore, 'info' | 'list' | 'reveal' | 'previous' | 'resolve'> {
  function use<Result>(scope: SecretScope, name: string, result: Result): Result {
    lastUsed.note(scope, name)
    return result
  }

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
        return locked(checked, async (_, state) => {
          const record = await readable(checked, state, name)
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
        return locked(checked, async (_, state) => {
          const names = await namesAfter(checked, state, after, limit + 1)
          const told = names.map(async (name) => {
            const row = await scopes.readOne(checked, state, name)
            return { name, info: row?.record && (await tellOf(checked, name, row.record)) }
          })
          return pageOf(await Promise.all(told), limit)
        })
      }),

    reveal: (scope, name) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        const record = await readable(checked, state, name)
        return record === undefined ? undefined : use(checked, name, record.value)
      }),

    previous: (scope, name) =>
      withScope(scope, async (checked, state) => {
        checkName(name)
        const record = await readable(checked, state, name)
        return record === undefined ? undefined : previousOf(record, now())
      }),

    resolve: (agentId, name, { allowSystem = false } = {}) =>
      withScope(agentScope(agentId), async (scope, state) => {
        checkName(name)
        const own = await readable(scope, state, name)
        const found = own ?? (await locked(INSTANCE_SHARED, (shared, there) => readable(shared, there, name)))
        if (found === undefined) return undefined
        if (found.category === 'system' && !allowSystem) throw notATool()
        if (isExpired(found, now())) throw expired()
        return use(own === undefined ? INSTANCE_SHARED : scope, name, found.value)
      }),
  }
}
