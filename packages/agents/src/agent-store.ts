import type { Agent, AgentMode, AgentSettings } from './agent.ts'

export interface NewAgent {
  readonly id: string
  /** @default 'dormant' */
  readonly mode?: AgentMode | undefined
  readonly settings?: AgentSettings | undefined
  /**
   * Names the request: made again with the same key and content it finds the agent that it made. 1 to 255 characters,
   * none of control. It is free again once the agent is deleted.
   */
  readonly idempotencyKey?: string | undefined
}

export interface AgentPatch {
  readonly mode?: AgentMode | undefined
  /** Replaces the settings as a whole. */
  readonly settings?: AgentSettings | undefined
}

export type CreateAgentResult =
  | { readonly type: 'created'; readonly agent: Agent }
  /** The agent that this very request made before, as it is now. */
  | { readonly type: 'repeated'; readonly agent: Agent }
  /** There is such an agent, or one is being deleted. */
  | { readonly type: 'taken' }

/**
 * Keeps the agents of an instance. Every method is one step that no other caller sees half of; what it resolved to is
 * on disk. An agent that is being deleted is absent to all but {@link AgentStore.deleting}.
 */
export interface AgentStore {
  /**
   * Rejects with AGENT_INVALID when id, mode, settings or key are not well formed, and with AGENT_IDEMPOTENCY_MISMATCH
   * when the key made another agent, or this one with other content.
   */
  create(agent: NewAgent): Promise<CreateAgentResult>
  get(agentId: string): Promise<Agent | undefined>
  /** Changes what the patch names; `undefined` without such an agent. Rejects with AGENT_INVALID. */
  update(agentId: string, patch: AgentPatch): Promise<Agent | undefined>
  /** Lists agents by id. `limit` is 50 by default. */
  list(options?: {
    readonly limit?: number | undefined
    readonly cursor?: string | undefined
    readonly mode?: AgentMode | undefined
  }): Promise<{ readonly items: readonly Agent[]; readonly nextCursor?: string | undefined }>

  /** First step of deleting: from now on the agent is absent, its id not yet free. False without such an agent. */
  beginDelete(agentId: string): Promise<boolean>
  /** Last step of deleting, when all that was the agent's is gone: the id is free. */
  endDelete(agentId: string): Promise<void>
  /** The ids of agents whose deletion was begun and not ended, for the start of a process. */
  deleting(): Promise<readonly string[]>
}
