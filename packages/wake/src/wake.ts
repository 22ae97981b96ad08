/** What can ring. */
export const TRIGGER_TYPES = ['message', 'task', 'cron', 'webhook', 'manual', 'answer'] as const

export type TriggerType = (typeof TRIGGER_TYPES)[number]

/** One ring: what caused it, and when. */
export interface Trigger {
  readonly type: TriggerType
  readonly reason?: string | undefined
  /** Any JSON value; it is kept on disk until the wake is finished. */
  readonly payload?: unknown
  /** When it rang, in milliseconds since 1970. */
  readonly at: number
}

/** How many triggers a wake carries; those that rang later are counted in {@link Wake.more}. */
export const MAX_TRIGGERS = 20

/** All that rang while the agent was not looking, for one run of the handler. */
export interface Wake {
  readonly agentId: string
  /** The first {@link MAX_TRIGGERS} triggers, oldest first. */
  readonly triggers: readonly Trigger[]
  /** How many more rang: at least the right number, see the README on what a crash may count twice. */
  readonly more: number
  /** 1 on the first attempt, one more after each time that the handler failed. */
  readonly attempt: number
}

/** A wake whose attempts are used up: set aside until someone revives or discards it. */
export interface DeadWake extends Wake {
  readonly id: string
  /** What the handler's last failure said. */
  readonly error: string
  /** When it was set aside, in milliseconds since 1970. */
  readonly diedAt: number
}
