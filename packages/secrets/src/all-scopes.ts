import type { EmbeddedStore } from '@agentic/embedded-store'
import { AGENT_RANGES } from './row-keys.ts'
import { agentScope, INSTANCE_SHARED, isAgentId, type SecretScope } from './secret-scope.ts'

/**
 * Walks the shared scope and those of all agents that have anything, by id, holding one at a time; or those of them that
 * come after one.
 */
export async function* allScopes(store: EmbeddedStore, from?: SecretScope): AsyncGenerator<SecretScope> {
  if (from === undefined) yield INSTANCE_SHARED
  let after = from?.type === 'agent' ? from.agentId : undefined
  for (;;) {
    const next = await nextAgent(store, after)
    if (next === undefined) return
    if (isAgentId(next)) yield agentScope(next)
    after = next
  }
}

async function nextAgent(store: EmbeddedStore, after: string | undefined): Promise<string | undefined> {
  const firsts = await Promise.all(
    AGENT_RANGES.map(async ({ range, at }) => {
      // Past all keys of the agent before: the one that is its id, and those that go on with NUL.
      const gte = after === undefined ? range.gt : `${range.gt}${after}\u0001`
      const [first] = await store.keys({ gte, lt: range.lt, limit: 1 })
      return first?.split('\0')[at]
    }),
  )
  return firsts.filter((id) => id !== undefined).toSorted()[0]
}
