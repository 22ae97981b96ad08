import { agentScope, createScrubber, INSTANCE_SHARED, type SecretStore, SecretsError } from '@agentic/secrets'
import type { TaskStore } from '@agentic/tasks'
import type { AgentOptions, GuardedFetch } from '@agentic/worker'
import { trace } from '@opentelemetry/api'
import type { Config } from '../config.ts'
import type { AgentLifecycle } from '../ports.ts'

export interface AgentRunsOptions {
  readonly config: Pick<Config, 'models' | 'defaultModel' | 'budget'>
  readonly secrets: Pick<SecretStore, 'info' | 'reveal' | 'put'>
  readonly tasks: Pick<TaskStore, 'create' | 'get'>
  readonly lifecycle: Pick<AgentLifecycle, 'withAgent'>
  readonly guardedFetch: GuardedFetch
  readonly ask: AgentOptions['ask']
  readonly openTools: AgentOptions['openTools']
}

/** Through how many tasks an agent may go on making tasks for itself. */
const MAX_HOPS = 8

/** What runs of language models need of this server. */
export function createAgentRuns(options: AgentRunsOptions): AgentOptions {
  const { config, secrets, tasks, lifecycle, guardedFetch, ask, openTools } = options
  const { models, defaultModel, budget } = config
  return {
    createScrubber,
    models,
    defaultModel,
    budget,
    ask,
    openTools,
    mcp: { fetch: (input, init) => guardedFetch(input instanceof Request ? input.url : input, init) },
    // Without a provider of traces in this process, it makes none.
    telemetry: { tracer: trace.getTracer('agentic') },
    resolveSystemSecret: (name) => systemSecret(secrets, name),
    async keepSecret({ name, value }, { agentId, runId }) {
      const put = () => secrets.put(agentScope(agentId), name, value, { category: 'tool', actor: `run:${runId}` })
      const done = await lifecycle.withAgent(agentId, put)
      if (done === undefined) throw new Error('the agent was deleted')
      return done.created ? 'created' : 'replaced'
    },
    async createTask({ title, prompt, notBefore }, { agentId, taskId }) {
      const parent = await tasks.get(taskId)
      const hops = (parent?.lineage?.hops ?? 0) + 1
      if (hops > MAX_HOPS) throw new Error(`work was handed on ${MAX_HOPS} times already: do it in this task`)
      const make = () =>
        tasks.create({
          agentId,
          title,
          worker: { type: 'agent', prompt },
          notBefore: readInstant(notBefore),
          lineage: { parentId: taskId, hops, source: `agent:${agentId}` },
        })
      const made = await lifecycle.withAgent(agentId, make)
      if (made === undefined) throw new Error('the agent was deleted')
      return { id: made.task.id, status: made.task.status }
    },
  }
}

/** The value of a secret for the host alone; rejects when there is none that is good. */
export async function systemSecret(secrets: AgentRunsOptions['secrets'], name: string): Promise<string> {
  const info = await secrets.info(INSTANCE_SHARED, name)
  if (info?.expiresAt !== undefined && Date.parse(info.expiresAt) <= Date.now()) {
    throw new SecretsError('SECRETS_EXPIRED', `the shared secret ${name} has expired: put a new value`, 'name')
  }
  const value = await secrets.reveal(INSTANCE_SHARED, name)
  if (value !== undefined) return value
  throw new SecretsError('SECRETS_INVALID', `there is no shared secret ${name}: PUT /api/secrets/${name}`, 'name')
}

function readInstant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new Error('notBefore must be an instant such as 2026-07-01T09:00:00Z')
  return at
}
