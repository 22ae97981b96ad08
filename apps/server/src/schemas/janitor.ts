import type { JanitorRound, JanitorStatus } from '@agentic/cortex'
import * as v from 'valibot'
import { instant, toInstant } from './time.ts'

const roundView = v.object({
  startedAt: instant,
  endedAt: v.optional(instant),
  agents: v.pipe(v.number(), v.description('Agents that were looked after')),
  failed: v.pipe(v.number(), v.description('Of them, those where it failed or took too long')),
  done: v.pipe(v.record(v.string(), v.number()), v.description('Memories pruned, merged and purged')),
})

export const janitorView = v.pipe(
  v.object({
    enabled: v.pipe(v.boolean(), v.description('Whether rounds begin by themselves')),
    intervalSecs: v.number(),
    agentLimitSecs: v.number(),
    status: v.picklist(['idle', 'running']),
    current: v.optional(roundView),
    last: v.optional(roundView),
    nextAt: v.optional(instant),
  }),
  v.metadata({ ref: 'Janitor', description: 'The upkeep of what all agents remember' }),
)

/** How the janitor is set. */
export interface JanitorSettings {
  readonly enabled: boolean
  readonly intervalSecs: number
  readonly agentLimitSecs: number
}

export function viewJanitor(settings: JanitorSettings, given: JanitorStatus): v.InferOutput<typeof janitorView> {
  const { isRunning, current, last, nextAt } = given
  return {
    ...settings,
    status: isRunning ? 'running' : 'idle',
    current: current && viewRound(current),
    last: last && viewRound(last),
    nextAt: nextAt === undefined ? undefined : toInstant(nextAt),
  }
}

function viewRound({ startedAt, endedAt, agents, failed, done }: JanitorRound): v.InferOutput<typeof roundView> {
  const ended = endedAt === undefined ? {} : { endedAt: toInstant(endedAt) }
  return { startedAt: toInstant(startedAt), ...ended, agents, failed, done }
}
