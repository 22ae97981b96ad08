import { type Breaker, type BreakerOptions, type BreakerState, createBreaker } from '@agentic/cortex'
import { type EmbeddedStore, key } from '@agentic/embedded-store'

/** The breakers of agents, kept in the store; only agents whose runs fail have a row. */
export function createAgentBreakers(store: EmbeddedStore, options: Omit<BreakerOptions, 'store'>): Breaker {
  const rowOf = (agentId: string): string => key('breaker', agentId)
  return createBreaker({
    ...options,
    store: {
      get: (agentId) => store.get<BreakerState>(rowOf(agentId)),
      put: (agentId, state) => store.write([{ type: 'put', key: rowOf(agentId), value: state }]),
      async delete(agentId) {
        if ((await store.get(rowOf(agentId))) === undefined) return false
        await store.write([{ type: 'delete', key: rowOf(agentId) }])
        return true
      },
    },
  })
}
