import { type BudgetLimits, DEFAULT_BUDGET, tightestBudget } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { WorkerError } from '../errors.ts'
import { problemsOf } from '../worker-spec.ts'
import type { AgentOptions } from './agent-options.ts'
import {
  type AgentBudget,
  type AgentRunSettings,
  agentRunSettingsSchema,
  type AgentSpec,
  type McpServer,
} from './agent-spec.ts'
import type { ModelSettings } from './model-settings.ts'

/** What a run is to be, after host, agent and task have had their say. */
export interface AgentPlan {
  readonly model: ModelSettings
  readonly system: readonly string[]
  /** Names of the tools it may use; all that are offered, when not said. */
  readonly tools: ReadonlySet<string> | undefined
  readonly budget: BudgetLimits
  readonly mcpServers: Readonly<Record<string, McpServer>>
}

/**
 * Joins what host, agent and task say. A task names a model, it never says where that is nor by which key it is called:
 * whoever may make a task could else have any system secret sent anywhere.
 */
export function planOf(
  spec: AgentSpec,
  agentSettings: unknown,
  host: Pick<AgentOptions, 'models' | 'defaultModel' | 'budget'>,
): AgentPlan {
  const settings = parseAgentSettings(agentSettings)
  const hostModel = modelOf(host.defaultModel, undefined, host, 'defaultModel')
  const agentModel = modelOf(settings.model, hostModel, host, 'agentSettings.model')
  const model = modelOf(spec.model, agentModel, host, 'worker.model')
  if (model === undefined) {
    throw new WorkerError(
      'MODEL_MISSING',
      'worker.model: neither the task nor its agent nor the server names a model: configure one as the default',
    )
  }
  return {
    model,
    system: [settings.system, spec.system].filter((text) => text !== undefined),
    tools: toolsOf(settings.tools, spec.tools),
    budget: tightestBudget(hostBudget(host.budget), settings.budget, spec.budget),
    mcpServers: settings.mcpServers ?? {},
  }
}

export function parseAgentSettings(settings: unknown): AgentRunSettings {
  const parsed = v.safeParse(agentRunSettingsSchema, settings ?? {})
  if (parsed.success) return parsed.output
  throw new WorkerError('AGENT_SETTINGS_INVALID', problemsOf(parsed.issues, 'agentSettings'))
}

function modelOf(
  said: string | ModelSettings | undefined,
  below: ModelSettings | undefined,
  { models = {} }: Pick<AgentOptions, 'models'>,
  field: string,
): ModelSettings | undefined {
  if (said === undefined) return below
  if (typeof said === 'object') return said
  if (Object.hasOwn(models, said)) return models[said]
  // What is known of another model's size and prices is not true of this one.
  if (below !== undefined)
    return { ...below, model: said, contextTokens: undefined, maxOutputTokens: undefined, prices: undefined }
  const names = Object.keys(models).toSorted().join(', ')
  const way = names === '' ? 'none is configured' : `use one of ${names}`
  throw new WorkerError('MODEL_MISSING', `${field}: there is no model "${said.slice(0, 128)}": ${way}`)
}

/** Both lists count, when there are two. */
function toolsOf(
  agent: readonly string[] | undefined,
  task: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (agent === undefined || task === undefined) return agent || task ? new Set(agent ?? task) : undefined
  return new Set(task.filter((name) => agent.includes(name)))
}

function hostBudget(budget: AgentBudget = {}): BudgetLimits {
  const {
    segments = DEFAULT_BUDGET.segments,
    turnsPerSegment = DEFAULT_BUDGET.turnsPerSegment,
    tokens,
    costUsd,
  } = budget
  return { segments, turnsPerSegment, tokens, costUsd }
}
