import { type DeadWake, TRIGGER_TYPES, type Trigger } from '@agentic/wake'
import * as v from 'valibot'
import { instant, toInstant } from './time.ts'

const triggerView = v.object({
  type: v.picklist(TRIGGER_TYPES),
  reason: v.optional(v.string()),
  payload: v.optional(v.unknown()),
  at: instant,
})

export const deadWakeView = v.pipe(
  v.object({
    id: v.string(),
    agentId: v.string(),
    triggers: v.array(triggerView),
    more: v.pipe(v.number(), v.description('How many more rang than the triggers that are kept')),
    attempts: v.number(),
    error: v.pipe(v.string(), v.description('What the last attempt failed with')),
    diedAt: instant,
  }),
  v.metadata({ ref: 'DeadWake', description: 'A wake that failed until its attempts were used up' }),
)

export function viewDeadWake(wake: DeadWake): v.InferOutput<typeof deadWakeView> {
  const { id, agentId, more, attempt, error, diedAt } = wake
  return {
    id,
    agentId,
    triggers: wake.triggers.map(viewTrigger),
    more,
    attempts: attempt,
    error,
    diedAt: toInstant(diedAt),
  }
}

export function viewTrigger({ at, ...trigger }: Trigger): v.InferOutput<typeof triggerView> {
  return { ...trigger, at: toInstant(at) }
}
