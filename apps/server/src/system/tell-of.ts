import { type BreakerChange, RunInterruptedError } from '@agentic/cortex'
import type { Scheduler } from '@agentic/cron'
import type { EventLog, NewEvent } from '@agentic/events'
import type { WakeManager } from '@agentic/wake'
import type { Logger } from 'pino'
import type { AgentLifecycle } from '../ports.ts'
import type { Background } from './background.ts'
import { eventOfBreaker, eventOfDeadWake, eventOfFiring } from './tell-events.ts'

export interface TellOptions {
  readonly events: Pick<EventLog, 'append'>
  readonly background: Background
  readonly withAgent: AgentLifecycle['withAgent']
  readonly log: Logger
}

/** Tells, in the log of events and in that of the process, what no change of a task tells. */
export interface Tell {
  ofFirings(scheduler: Scheduler): void
  ofWakes(wakes: WakeManager): void
  ofBreaker(change: BreakerChange): void
}

export function createTell({ events, background, withAgent, log }: TellOptions): Tell {
  /** Nothing is told of an agent that is gone. */
  function tell(what: string, agentId: string, event: NewEvent): void {
    background.run(`telling of ${what}`, () => withAgent(agentId, () => events.append([event])))
  }

  return {
    ofFirings(scheduler) {
      for (const type of ['firing-started', 'firing-finished', 'firing-skipped'] as const) {
        scheduler.events.on(type, (firing) => tell('a firing', firing.agentId, eventOfFiring(type, firing)))
      }
      scheduler.events.on('scheduler-failed', (error) =>
        log.warn({ err: error }, 'the scheduler had a failure and goes on'),
      )
      scheduler.events.on('firing-start-failed', (firing, error) =>
        log.warn({ err: error, firingId: firing.id }, 'a firing could not be started; it is tried again'),
      )
    },
    ofWakes(wakes) {
      wakes.events.on('wake-failed', ({ error }) => {
        // A wake that a stop cut short is kept for the next start; there is nothing wrong.
        if (!(error instanceof RunInterruptedError)) log.warn({ err: error }, 'a wake failed; it is tried again')
      })
      wakes.events.on('wake-dead', ({ wake, error }) => {
        const { agentId } = wake
        log.error({ err: error, agentId }, 'a wake failed for the last time; revive it once its cause is gone')
        tell('a dead wake', agentId, eventOfDeadWake(wake))
      })
    },
    ofBreaker(change) {
      const { type, agentId, state } = change
      if (type === 'breaker-opened')
        log.warn({ agentId, ...state }, 'an agent is held back: its runs fail again and again')
      tell('a breaker', agentId, eventOfBreaker(change))
    },
  }
}
