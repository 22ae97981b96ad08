import type { AgentStore } from '@agentic/agents'
import type { Cortex } from '@agentic/cortex'
import { type EmbeddedStore, key } from '@agentic/embedded-store'
import type { AgentLifecycle } from '../ports.ts'

export interface AgentLifecycleOptions {
  readonly store: EmbeddedStore
  readonly agents: AgentStore
  readonly cortex: Cortex
  /** Takes away everything of an agent that could start something for it. */
  readonly silence: (agentId: string) => Promise<void>
  /** Takes away everything else of an agent. Both may be called again after a crash. */
  readonly erase: (agentId: string) => Promise<void>
}

export interface RecoveringLifecycle extends AgentLifecycle {
  /** Ends deletions that a killed process left half done. */
  recover(): Promise<void>
}

/**
 * Keeps an agent's stores in step. Making something for an agent and deleting the agent take turns, so that nothing is
 * made for one that is gone. A deletion that was begun is ended, by the next start if need be.
 */
export function createAgentLifecycle({
  store,
  agents,
  cortex,
  silence,
  erase,
}: AgentLifecycleOptions): RecoveringLifecycle {
  const inTurn = <Result>(agentId: string, work: () => Promise<Result>): Promise<Result> =>
    store.exclusive(key('agent-turn', agentId), work)

  async function endDeletion(agentId: string): Promise<void> {
    cortex.forget(agentId)
    await silence(agentId)
    await inTurn(agentId, async () => {
      await erase(agentId)
      await agents.endDelete(agentId)
    })
  }

  return {
    withAgent: (agentId, work) =>
      inTurn(agentId, async () => {
        const agent = await agents.get(agentId)
        return agent === undefined ? undefined : work(agent)
      }),
    async deleteAgent(agentId) {
      if (!(await inTurn(agentId, () => agents.beginDelete(agentId)))) return false
      await endDeletion(agentId)
      return true
    },
    agentChanged: (agent) => cortex.setMode(agent.id, agent.mode),
    async recover() {
      for (const agentId of await agents.deleting()) await endDeletion(agentId)
    },
  }
}
