import { type EmbeddedStore, key } from '@agentic/embedded-store'
import type { BreakerState, BreakerStore } from '../breaker.ts'
import type { JanitorJournal, JanitorState } from '../janitor.ts'

/** Keeps the states of breakers in an embedded store: a row for each agent whose runs fail, none for any other. */
export function createEmbeddedBreakerStore(store: EmbeddedStore): BreakerStore {
  const rowOf = (agentId: string): string => key('breaker', agentId)
  return {
    get: (agentId) => store.get<BreakerState>(rowOf(agentId)),
    put: (agentId, state) => store.write([{ type: 'put', key: rowOf(agentId), value: state }]),
    delete: (agentId) =>
      store.exclusive(rowOf(agentId), async () => {
        if ((await store.get(rowOf(agentId))) === undefined) return false
        await store.write([{ type: 'delete', key: rowOf(agentId) }])
        return true
      }),
  }
}

/** Keeps the state of the janitor in one row of an embedded store. */
export function createEmbeddedJanitorJournal(store: EmbeddedStore): JanitorJournal {
  const row = key('janitor')
  return {
    read: () => store.get<JanitorState>(row),
    write: (state) => store.write([{ type: 'put', key: row, value: state }]),
  }
}
