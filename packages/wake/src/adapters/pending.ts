import type { Bundle } from '../bundle.ts'

/** What a run has been shown and has not finished with. */
export interface Shown {
  readonly gen: number
  readonly keys: ReadonlySet<string>
  readonly bundle: Bundle
}

/** What is known of one agent that has rung. */
export interface PendingAgent {
  /** Keys that may be on disk and have not been shown. */
  waiting: Set<string>
  /** Those of them, surely on disk, that hold only a count: the next ring beyond the kept ones takes them over. */
  counted: { readonly key: string; readonly more: number }[]
  shown: Shown | undefined
}

/**
 * Where to look for rings: keys of agents that have rung, and of no others. The disk alone is the truth: `begin` reads
 * each key, so a key too many is a look for nothing, and a key comes in again when its row is written.
 */
export interface PendingAgents {
  get(agentId: string): PendingAgent | undefined
  /** The entry of an agent, made if it is not there. */
  of(agentId: string): PendingAgent
  /** Adds a key, unless it is being shown. */
  add(agentId: string, rowKey: string): void
  /** Forgets the agent if nothing of it is left, and says whether something waits. */
  settle(agentId: string): 'done' | 'rung-again'
  readonly size: number
}

export function createPendingAgents(): PendingAgents {
  const agents = new Map<string, PendingAgent>()

  const of = (agentId: string): PendingAgent => {
    const known = agents.get(agentId)
    if (known !== undefined) return known
    const fresh: PendingAgent = { waiting: new Set(), counted: [], shown: undefined }
    agents.set(agentId, fresh)
    return fresh
  }

  return {
    get: (agentId) => agents.get(agentId),
    of,
    add(agentId, rowKey) {
      const pending = of(agentId)
      if (pending.shown?.keys.has(rowKey) !== true) pending.waiting.add(rowKey)
    },
    settle(agentId) {
      const pending = agents.get(agentId)
      if (pending === undefined) return 'done'
      if (pending.waiting.size > 0) return 'rung-again'
      if (pending.shown === undefined) agents.delete(agentId)
      return 'done'
    },
    get size() {
      return agents.size
    },
  }
}
