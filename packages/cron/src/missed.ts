import type { ActiveHours } from './active-hours.ts'
import { nextTime } from './next-time.ts'
import type { Schedule } from './schedule.ts'

/** What becomes of due times that nobody was there for: one firing for all of them, none, or one each. */
export type MissedPolicy = 'once' | 'skip' | 'all'

/** Why due times were not run. */
export type MissedReason =
  /** The job's policy is `skip`. */
  | 'missed'
  /** The job's policy is `once`, and a later due time runs. */
  | 'superseded'
  /** Longer ago than the job wants to catch up with. */
  | 'outside-catch-up-window'
  /** The job's policy is `all`, and later due times fill the bound. */
  | 'over-catch-up-limit'

/** Due times that are not run: the one at `from`, or with `until` all from there to before `until`. */
export interface MissedStretch {
  readonly from: number
  readonly until?: number | undefined
  readonly reason: MissedReason
}

export interface MissedDecision {
  /** Oldest first. */
  readonly run: readonly { readonly dueAt: number; readonly isMissed: boolean }[]
  /** Oldest first. */
  readonly skipped: readonly MissedStretch[]
}

export interface MissedOptions {
  readonly policy: MissedPolicy
  /** The earliest due time that was not decided about yet; not later than `now`. */
  readonly firstDueAt: number
  /** Epoch milliseconds. */
  readonly now: number
  readonly catchUpWindowMs: number
  readonly activeHours?: ActiveHours | undefined
  /** Most firings that `all` gives; the newest ones. @default 100 */
  readonly limit?: number | undefined
}

/** A due time so long ago is run as if it were now; only what is later counts as missed. */
export const ON_TIME_MS = 60_000

/** How long a job looks back unless it says otherwise: 24 hours. */
export const DEFAULT_CATCH_UP_WINDOW_MS: number = 24 * 3_600_000

export const DEFAULT_CATCH_UP_LIMIT = 100

/** Decides what becomes of every due time up to `now`: which ones run, and which ones are skipped and why. */
export function decideMissed(schedule: Schedule, options: MissedOptions): MissedDecision {
  const { policy, firstDueAt, now, activeHours, limit = DEFAULT_CATCH_UP_LIMIT } = options
  const dueAfter = (after: number): number | undefined => nextTime(schedule, after, { activeHours })
  const windowStart = now - Math.max(options.catchUpWindowMs, ON_TIME_MS)
  // `once` may lie before what `nextTime` would give for it, so the first due time is taken as it is.
  const firstInWindow = firstDueAt >= windowStart ? firstDueAt : dueAfter(windowStart - 1)
  const newest = newestDueTimes(dueAfter, firstInWindow, now, policy === 'all' ? limit : 1)
  const run = newest
    .map((dueAt) => ({ dueAt, isMissed: now - dueAt > ON_TIME_MS }))
    .filter(({ isMissed }) => policy !== 'skip' || !isMissed)

  const stretch = (from: number | undefined, until: number, reason: MissedReason): MissedStretch[] => {
    if (from === undefined || from >= until) return []
    return (dueAfter(from) ?? until) < until ? [{ from, until, reason }] : [{ from, reason }]
  }
  const runFrom = run[0]?.dueAt ?? now + 1
  if (policy === 'skip') return { run, skipped: stretch(firstDueAt, runFrom, 'missed') }
  const tooOldUntil = Math.min(firstInWindow ?? now + 1, now + 1)
  return {
    run,
    skipped: [
      ...stretch(firstDueAt, tooOldUntil, 'outside-catch-up-window'),
      ...stretch(firstInWindow, runFrom, policy === 'all' ? 'over-catch-up-limit' : 'superseded'),
    ],
  }
}

/** Where the search for the newest due times begins; widened until enough are found. */
const FIRST_LOOK_BACK_MS = 2 * 60_000

/** The newest `limit` due times from `first` up to `to`, oldest first, without walking all that came before. */
function newestDueTimes(
  dueAfter: (after: number) => number | undefined,
  first: number | undefined,
  to: number,
  limit: number,
): number[] {
  if (first === undefined || first > to) return []
  for (let lookBackMs = FIRST_LOOK_BACK_MS; ; lookBackMs *= 4) {
    const start = to - lookBackMs
    const found = dueTimesFrom(start > first ? dueAfter(start) : first, to, dueAfter)
    if (found.length >= limit || start <= first) return found.slice(-limit)
  }
}

function dueTimesFrom(
  first: number | undefined,
  to: number,
  dueAfter: (after: number) => number | undefined,
): number[] {
  const found: number[] = []
  for (let due = first; due !== undefined && due <= to; due = dueAfter(due)) found.push(due)
  return found
}
