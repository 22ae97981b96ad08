import type { Agent, AgentStore } from '@agentic/agents'
import type { Breaker, Janitor } from '@agentic/cortex'
import type { LinkStore } from '@agentic/links'
import type { Scheduler } from '@agentic/cron'
import type { EmbeddedStore } from '@agentic/embedded-store'
import type { EventLog } from '@agentic/events'
import type { SecretStore } from '@agentic/secrets'
import type { TaskStore } from '@agentic/tasks'
import type { WakeManager } from '@agentic/wake'
import type { Webhooks } from '@agentic/webhooks'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { HookStore } from './hooks/hook-store.ts'
import type { JanitorSettings } from './schemas/janitor.ts'
import type { AgentMemory } from './system/agent-memory.ts'
import type { SecretKeys } from './system/secret-keys.ts'
import type { SendMessage } from './system/send-message.ts'
import type { RunProgress } from './system/run-progress.ts'
import type { UsageStore } from './system/usage.ts'
import type { Transcripts } from './system/transcripts.ts'
import type { TokenStore } from './tokens/token-store.ts'

/** Whether one part of the server can do its work, and if not, why. */
export interface Readiness {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
}

/** What the routes stand on. Tests give the same parts in memory. */
export interface AppPorts {
  readonly agents: AgentStore
  readonly tasks: TaskStore
  readonly secrets: SecretStore
  readonly secretKeys: SecretKeys
  readonly wakes: WakeManager
  readonly scheduler: Scheduler
  readonly events: EventLog
  readonly memory: Pick<AgentMemory, 'store' | 'bulletins' | 'search' | 'openAgents'>
  readonly tokens: TokenStore
  readonly hooks: HookStore
  readonly webhooks: Pick<Webhooks, 'create' | 'list' | 'delete'>
  /** Where answers to repeated requests are kept. */
  readonly store: EmbeddedStore
  readonly lifecycle: AgentLifecycle
  readonly links: LinkStore
  readonly sendMessage: SendMessage
  readonly breaker: Pick<Breaker, 'look' | 'reset'>
  readonly janitor: Pick<Janitor, 'run' | 'status'> & { readonly settings: JanitorSettings }
  /** What an agent's runs used up, in all. */
  readonly usage: UsageStore['total']
  /** Stops a run that is being worked on; false when it is not. */
  readonly cancelRun: (runId: string, reason: string) => boolean
  /** What runs that are going on do. */
  readonly progress: Pick<RunProgress, 'has' | 'follow'>
  readonly transcript: Transcripts['read']
  readonly screenshot: (agentId: string, runId: string) => Promise<Uint8Array<ArrayBuffer> | undefined>
  readonly readiness: () => Promise<readonly Readiness[]>
  readonly metrics: Registry
  readonly log: Logger
  /** Aborts when the server stops: streams end. */
  readonly stopping: AbortSignal
}

/** What concerns an agent across all stores. */
export interface AgentLifecycle {
  /** Does something for an agent that is there and stays there until it is done; `undefined` without such an agent. */
  withAgent<Result>(agentId: string, work: (agent: Agent) => Promise<Result>): Promise<Result | undefined>
  /** Deletes an agent and all that is its; false without such an agent. */
  deleteAgent(agentId: string): Promise<boolean>
  /** Tells that an agent was changed. */
  agentChanged(agent: Agent): void
}
