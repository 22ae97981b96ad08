import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideMissed, type MissedDecision, type MissedOptions, type MissedPolicy } from './missed.ts'
import { nextTime } from './next-time.ts'
import type { Schedule } from './schedule.ts'

const HOUR_MS = 3_600_000
const HOURLY: Schedule = { type: 'interval', everyMs: HOUR_MS }

/** Decides about an hourly job that was last seen to before 0:00, in hours. */
function decide(policy: MissedPolicy, nowHours: number, options: Partial<MissedOptions> = {}): MissedDecision {
  const decision = decideMissed(HOURLY, {
    policy,
    firstDueAt: 0,
    now: nowHours * HOUR_MS,
    catchUpWindowMs: 24 * HOUR_MS,
    ...options,
  })
  return {
    run: decision.run.map(({ dueAt, isMissed }) => ({ dueAt: dueAt / HOUR_MS, isMissed })),
    skipped: decision.skipped.map(({ from, until, reason }) => ({
      from: from / HOUR_MS,
      ...(until !== undefined && { until: until / HOUR_MS }),
      reason,
    })),
  }
}

test.for(['once', 'skip', 'all'] as const)(
  'runs what is due now under %s, even with no window to catch up',
  (policy) => {
    expect(decide(policy, 0.01, { catchUpWindowMs: 0 })).toEqual({ run: [{ dueAt: 0, isMissed: false }], skipped: [] })
  },
)

test('once: runs the newest for all that were missed, and records the rest', () => {
  expect(decide('once', 3.5)).toEqual({
    run: [{ dueAt: 3, isMissed: true }],
    skipped: [{ from: 0, until: 3, reason: 'superseded' }],
  })
})

test('skip: runs none that was missed, and records them', () => {
  expect(decide('skip', 0.5)).toEqual({ run: [], skipped: [{ from: 0, reason: 'missed' }] })
  expect(decide('skip', 3)).toEqual({
    run: [{ dueAt: 3, isMissed: false }],
    skipped: [{ from: 0, until: 3, reason: 'missed' }],
  })
})

test('all: runs each that was missed, oldest first, up to the bound', () => {
  expect(decide('all', 2.5).run.map(({ dueAt }) => dueAt)).toEqual([0, 1, 2])
  expect(decide('all', 9.5, { limit: 2 })).toEqual({
    run: [
      { dueAt: 8, isMissed: true },
      { dueAt: 9, isMissed: true },
    ],
    skipped: [{ from: 0, until: 8, reason: 'over-catch-up-limit' }],
  })
})

test('catches up with nothing older than the window', () => {
  expect(decide('all', 30.5, { catchUpWindowMs: 2 * HOUR_MS })).toEqual({
    run: [
      { dueAt: 29, isMissed: true },
      { dueAt: 30, isMissed: true },
    ],
    skipped: [{ from: 0, until: 29, reason: 'outside-catch-up-window' }],
  })
})

test('N9 a single instant outside the window is skipped and recorded, not moved', () => {
  const decision = decideMissed(
    { type: 'once', atMs: 0 },
    { policy: 'once', firstDueAt: 0, now: 48 * HOUR_MS, catchUpWindowMs: 24 * HOUR_MS },
  )
  expect(decision).toEqual({ run: [], skipped: [{ from: 0, reason: 'outside-catch-up-window' }] })
})

test('N9 a single instant inside the window runs late', () => {
  const decision = decideMissed(
    { type: 'once', atMs: 0 },
    { policy: 'once', firstDueAt: 0, now: 5 * HOUR_MS, catchUpWindowMs: 24 * HOUR_MS },
  )
  expect(decision).toEqual({ run: [{ dueAt: 0, isMissed: true }], skipped: [] })
})

test('a job of every second that was away for ten years is decided about at once', () => {
  const schedule: Schedule = { type: 'cron', expression: '* * * * * *', timeZone: 'Europe/Berlin' }
  const now = Date.parse('2036-01-01T00:00:00Z')
  const decision = decideMissed(schedule, {
    policy: 'all',
    firstDueAt: Date.parse('2026-01-01T00:00:00Z'),
    now,
    catchUpWindowMs: 24 * HOUR_MS,
  })
  expect(decision.run).toHaveLength(100)
  expect(decision.run.at(-1)?.dueAt).toBe(now)
  expect(decision.skipped.map(({ reason }) => reason)).toEqual(['outside-catch-up-window', 'over-catch-up-limit'])
})

test('P16: every due time is either run or in exactly one recorded stretch', () => {
  const schedules = fc.constantFrom<Schedule>(
    HOURLY,
    { type: 'interval', everyMs: 7 * 60_000 },
    { type: 'cron', expression: '0 9 * * 1-5', timeZone: 'America/New_York' },
    { type: 'cron', expression: '*/5 2 * * *', timeZone: 'Europe/Berlin' },
  )
  const options = fc.record({
    policy: fc.constantFrom<MissedPolicy>('once', 'skip', 'all'),
    away: fc.integer({ min: 0, max: 20 * 24 * HOUR_MS }),
    catchUpWindowMs: fc.integer({ min: 0, max: 10 * 24 * HOUR_MS }),
    limit: fc.integer({ min: 1, max: 20 }),
  })
  fc.assert(
    fc.property(schedules, options, (schedule, { away, ...rest }) => {
      const firstDueAt = nextTime(schedule, Date.parse('2026-03-20T00:00:00Z')) ?? 0
      const now = firstDueAt + away
      const { run, skipped } = decideMissed(schedule, { ...rest, firstDueAt, now })
      for (let due: number | undefined = firstDueAt; due !== undefined && due <= now; due = nextTime(schedule, due)) {
        const at: number = due
        const timesRun = run.filter(({ dueAt }) => dueAt === at).length
        const timesSkipped = skipped.filter(({ from, until = from + 1 }) => at >= from && at < until).length
        expect(timesRun + timesSkipped).toBe(1)
      }
    }),
    { numRuns: 150, seed: 20_261_123 },
  )
})
