import { createEmbeddedJanitorJournal, createJanitor, type Janitor, type JanitorOptions } from '@agentic/cortex'
import type { EmbeddedStore } from '@agentic/embedded-store'
import { maintainAgent, type MemoryStore } from '@agentic/memory'

export interface MemoryJanitorOptions extends Pick<
  JanitorOptions,
  'isScheduled' | 'intervalMs' | 'agentLimitMs' | 'clock' | 'onFailed' | 'onRoundEnded'
> {
  readonly rows: EmbeddedStore
  readonly memories: MemoryStore
}

/** Prunes, merges and purges what agents remember, of all agents, now and then. No model is called. */
export function createMemoryJanitor({ rows, memories, ...options }: MemoryJanitorOptions): Janitor {
  const now = options.clock?.now
  return createJanitor({
    ...options,
    agents: (after) => memories.agents({ after }),
    async tend(agentId, { signal }) {
      const { pruned, merged, purged } = await maintainAgent(memories, agentId, { signal, clock: now })
      return { pruned, merged, purged }
    },
    journal: createEmbeddedJanitorJournal(rows),
  })
}
