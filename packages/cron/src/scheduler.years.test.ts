import { under } from '@agentic/embedded-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CronJobInput, Firing } from './job.ts'
import { nextTime } from './next-time.ts'
import { rest, setup, type World } from './scheduler.test-helper.ts'

const DAY_MS = 86_400_000
const START = Date.parse('2026-01-01T00:00:00Z')
const END = Date.parse('2029-01-01T00:00:00Z')

const JOBS = [
  ['30 2 * * 0', 'America/New_York'],
  ['0,30 2 L * *', 'Australia/Lord_Howe'],
  ['15 0 29 2 *', 'UTC'],
  ['0 9 15W * *', 'Asia/Kathmandu'],
  ['45 23 * * FRI#2', 'Europe/Berlin'],
] as const

const cron = ([expression, timeZone]: readonly [string, string], more: Partial<CronJobInput> = {}): CronJobInput => ({
  name: `${expression} ${timeZone}`,
  schedule: { type: 'cron', expression, timeZone },
  task: null,
  ...more,
})

/** All due times of a job after one instant and up to another. */
function dueTimes(job: readonly [string, string], after: number, until: number): number[] {
  const [expression, timeZone] = job
  const found: number[] = []
  const next = (at: number): number | undefined => nextTime({ type: 'cron', expression, timeZone }, at)
  for (let due = next(after); due !== undefined && due <= until; due = next(due)) found.push(due)
  return found
}

async function finishAll(world: World): Promise<void> {
  for (const firing of world.started) await world.scheduler.finish(firing.id, { type: 'succeeded' })
  await rest()
}

async function allFirings(world: World, jobId: string): Promise<Firing[]> {
  const found: Firing[] = []
  let cursor: string | undefined
  do {
    const page = await world.scheduler.firings(jobId, { limit: 500, cursor })
    found.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return found
}

describe('over three simulated years', () => {
  test('P16 N4 each due time in each zone fires once, at its instant', async () => {
    const world = await setup()
    const ids = new Map<string, readonly [string, string]>()
    for (const job of JOBS) ids.set((await world.scheduler.create('agent-1', cron(job))).id, job)
    const instants = JOBS.flatMap((job) => dueTimes(job, START, END)).toSorted((one, other) => one - other)
    const late: number[] = []
    for (const instant of new Set(instants)) {
      const count = world.started.length
      await world.clock.jumpTo(instant)
      late.push(...world.started.slice(count).map(({ dueAt }) => instant - dueAt))
      for (const firing of world.started.slice(count)) await world.scheduler.finish(firing.id, { type: 'succeeded' })
    }
    await world.clock.jumpTo(END)
    expect(new Set(late)).toEqual(new Set([0]))
    for (const [id, job] of ids) {
      const fired = world.started.filter(({ jobId }) => jobId === id).map(({ dueAt }) => dueAt)
      expect(fired).toEqual(dueTimes(job, START, END))
    }
    expect(instants.length).toBeGreaterThan(300)
    await world.scheduler.close()
  })

  test('P16 P19 N9 with stops and downtimes of up to months, each due time is fired once or on record as skipped, by its policy', async () => {
    const stop = fc.record({ runDays: fc.integer({ min: 1, max: 60 }), downDays: fc.integer({ min: 0, max: 150 }) })
    const policies = fc.constantFrom('once' as const, 'skip' as const, 'all' as const)
    const windows = fc.constantFrom(DAY_MS, 30 * DAY_MS, 3650 * DAY_MS)
    await fc.assert(
      fc.asyncProperty(
        fc.array(stop, { minLength: 1, maxLength: 5 }),
        policies,
        windows,
        async (stops, missed, catchUpWindowMs) => {
          let world = await setup()
          const job = JOBS[0]
          const { id } = await world.scheduler.create(
            'agent-1',
            cron(job, { missed, catchUpWindowMs, overlap: 'queue' }),
          )
          for (const { runDays, downDays } of stops) {
            const until = world.clock.now() + runDays * DAY_MS
            for (const due of dueTimes(job, world.clock.now(), until)) {
              await world.clock.jumpTo(due)
              await finishAll(world)
            }
            world = await world.restart(world.clock.now() + downDays * DAY_MS)
            for (let open = -1; open !== world.started.length;) {
              open = world.started.length
              await finishAll(world)
            }
          }
          const end = world.clock.now()
          const due = dueTimes(job, START, end)
          const firings = await allFirings(world, id)
          await world.scheduler.close()

          const times = due.map((at) => ({
            at,
            fired: world.started.filter(({ dueAt }) => dueAt === at).length,
            skips: firings.filter(
              ({ status, dueAt, until }) => status === 'skipped' && at >= dueAt && at < (until ?? dueAt + 1),
            ).length,
          }))
          expect(times.filter(({ fired, skips }) => fired + skips !== 1)).toEqual([])
          expect(world.started.filter(({ dueAt }) => !due.includes(dueAt))).toEqual([])
        },
      ),
      { numRuns: 40, seed: 20_261 },
    )
  })
})

describe('a storm after a long downtime', () => {
  test.for([
    ['once', 1],
    ['skip', 1],
    ['all', 100],
  ] as const)(
    'N9 is bounded by the policy %s: each job starts at most %i firings and leaves a few records',
    async ([missed, most]) => {
      const world = await setup()
      const jobs = 20
      const every = { type: 'interval', everyMs: 60_000 } as const
      for (let index = 0; index < jobs; index += 1) {
        const input = { name: `${index}`, schedule: every, task: null, missed, catchUpWindowMs: 3650 * DAY_MS }
        await world.scheduler.create(`agent-${index}`, { ...input, overlap: 'queue' })
      }
      const later = await world.restart(START + 5 * 365 * DAY_MS + 30_000)
      await rest()
      for (let open = -1; open !== later.started.length;) {
        open = later.started.length
        await finishAll(later)
      }
      const perJob = Map.groupBy(later.started, ({ jobId }) => jobId)
      expect([...perJob.values()].filter((firings) => firings.length > most)).toEqual([])
      const rows = await later.embedded.keys(under('cron', 'firing'))
      expect(rows.length).toBeLessThanOrEqual(jobs * (most + 2))
      await later.scheduler.close()
    },
  )
})
