export { type AgentChange, createEmbeddedAgentStore, type EmbeddedAgentStoreOptions } from './adapters/embedded.ts'
export {
  type Agent,
  agentIdSchema,
  type AgentMode,
  agentModeSchema,
  type AgentSettings,
  agentSettingsEntries,
  agentSettingsSchema,
} from './agent.ts'
export type { AgentPatch, AgentStore, CreateAgentResult, NewAgent } from './agent-store.ts'
export { AgentError, type AgentErrorCode } from './errors.ts'
