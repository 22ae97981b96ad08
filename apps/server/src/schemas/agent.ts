import { type Agent, agentIdSchema, agentModeSchema, agentSettingsSchema } from '@agentic/agents'
import * as v from 'valibot'
import { instant, toInstant } from './time.ts'

export const agentView = v.pipe(
  v.object({
    id: v.string(),
    mode: agentModeSchema,
    settings: agentSettingsSchema,
    createdAt: instant,
    updatedAt: instant,
  }),
  v.metadata({ ref: 'Agent', description: 'A customer’s long-lived assistant' }),
)

export const newAgentBody = v.pipe(
  v.strictObject({ id: agentIdSchema, mode: v.optional(agentModeSchema), settings: v.optional(agentSettingsSchema) }),
  v.metadata({ ref: 'NewAgent' }),
)

export const agentPatchBody = v.pipe(
  v.strictObject({ mode: v.optional(agentModeSchema), settings: v.optional(agentSettingsSchema) }),
  v.metadata({ ref: 'AgentPatch' }),
)

/** Any text: an id that is not well formed is that of no agent, which is a 404 like every other. */
export const agentParams = v.object({ id: v.string() })

export function viewAgent(agent: Agent): v.InferOutput<typeof agentView> {
  const { id, mode, settings, createdAt, updatedAt } = agent
  return { id, mode, settings, createdAt: toInstant(createdAt), updatedAt: toInstant(updatedAt) }
}
