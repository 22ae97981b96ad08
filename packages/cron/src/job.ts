import type { ActiveHours } from './active-hours.ts'
import type { Breaker } from './breaker.ts'
import type { MissedPolicy, MissedReason } from './missed.ts'
import type { Schedule } from './schedule.ts'
import type { TimeoutSource } from './timeout.ts'

/** What becomes of a due time while an earlier firing is not finished: left out, kept for after it (one), or put in its place. */
export type OverlapPolicy = 'skip' | 'queue' | 'cancel'

/** A timed trigger of an agent. Instants are epoch milliseconds. */
export interface CronJob {
  readonly id: string
  readonly agentId: string
  readonly name: string
  readonly schedule: Schedule
  /** JSON that its owner gives a meaning to. */
  readonly task: unknown
  /** How long a firing may take; absent: what the agent says, else 1,500 s. */
  readonly timeoutMs?: number | undefined
  readonly overlap: OverlapPolicy
  readonly missed: MissedPolicy
  readonly catchUpWindowMs: number
  readonly activeHours?: ActiveHours | undefined
  readonly jitterMs: number
  readonly enabled: boolean
  readonly breaker: Breaker
  /** Up to when due times were decided about. */
  readonly lastDueAt?: number | undefined
  /** The next due time by the schedule; absent when disabled, or when none is left. */
  readonly nextDueAt?: number | undefined
  /** When that due time is acted on: `nextDueAt` and the job's jitter. */
  readonly nextAt?: number | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/** How far a firing has come. `pending` until `start` has taken it, `running` until `finish` ends it. */
export type FiringStatus = 'pending' | 'running' | 'succeeded' | 'failed' | 'skipped' | 'cancelled'

/** Why a due time was skipped. */
export type SkipReason = MissedReason | 'overlap' | 'queue-full' | 'breaker-open'

/** One durable occurrence of a job. Instants are epoch milliseconds. */
export interface Firing {
  /** The same for the same job and due time, so that acting on it twice can be seen. */
  readonly id: string
  readonly jobId: string
  readonly agentId: string
  /** The due time by the schedule, or when it was asked for by hand. */
  readonly dueAt: number
  /** Set on a skip of many due times: those from `dueAt` to before this. */
  readonly until?: number | undefined
  readonly status: FiringStatus
  /** Why it failed, was cancelled or was skipped (then a {@link SkipReason}). */
  readonly reason?: string | undefined
  readonly timeoutMs: number
  readonly timeoutSource: TimeoutSource
  readonly trigger: 'schedule' | 'manual' | 'backfill'
  /** Ids of earlier firings to cancel before it starts. */
  readonly replaces?: readonly string[] | undefined
  /** When starting it is to be tried (again); absent while it waits for an earlier firing, and once it runs. */
  readonly startAt?: number | undefined
  /** How many times starting it has failed. */
  readonly failedStarts: number
  readonly startedAt?: number | undefined
  readonly finishedAt?: number | undefined
}

/** How the work of a firing ended. A timeout is a failure. */
export type FiringResult =
  | { readonly type: 'succeeded' }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'cancelled'; readonly reason: string }

export interface CronJobInput {
  /**
   * Asking again with the same key and content answers with the job that was made first; 1 to 255 characters. Keys are
   * apart for each agent.
   */
  readonly idempotencyKey?: string | undefined
  readonly name: string
  readonly schedule: Schedule
  readonly task: unknown
  readonly timeoutMs?: number | undefined
  /** @default 'skip' */
  readonly overlap?: OverlapPolicy | undefined
  /** @default 'once' */
  readonly missed?: MissedPolicy | undefined
  /** @default 24 hours */
  readonly catchUpWindowMs?: number | undefined
  readonly activeHours?: ActiveHours | undefined
  /** @default 0 */
  readonly jitterMs?: number | undefined
  /** @default true */
  readonly enabled?: boolean | undefined
}

/** What to change; what is left out stays. `null` takes an optional setting away. */
export type CronJobPatch = {
  readonly [Key in Exclude<keyof CronJobInput, 'timeoutMs' | 'activeHours' | 'idempotencyKey'>]?:
    | CronJobInput[Key]
    | undefined
} & {
  readonly timeoutMs?: number | null | undefined
  readonly activeHours?: ActiveHours | null | undefined
}

export interface PageOptions {
  /** 1 to 500. @default 50 */
  readonly limit?: number | undefined
  /** Where the last page ended, as it said in `nextCursor`. */
  readonly cursor?: string | undefined
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}

/** True until the firing has ended. */
export function isOpen(firing: Firing): boolean {
  return firing.status === 'pending' || firing.status === 'running'
}
