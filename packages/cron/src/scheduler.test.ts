import { createMemoryStore } from '@agentic/embedded-store'
import { describe, expect, test, vi } from 'vitest'
import { createEmbeddedCronStore } from './adapters/embedded.ts'
import { CronError } from './errors.ts'
import type { CronJobInput, Firing, FiringResult } from './job.ts'
import { createScheduler } from './scheduler.ts'
import { createManualClock, dueTimesOf, rest, setup } from './scheduler.test-helper.ts'

const HOUR_MS = 3_600_000
const FAILED: FiringResult = { type: 'failed', reason: 'it broke' }

function cron(expression: string, timeZone = 'UTC', more: Partial<CronJobInput> = {}): CronJobInput {
  return { name: 'a job', schedule: { type: 'cron', expression, timeZone }, task: { prompt: 'do it' }, ...more }
}

const HOURLY = cron('0 * * * *')

describe('firing', () => {
  test('P16: fires each due time once, at its time', async () => {
    const { scheduler, clock, started } = await setup()
    await scheduler.create('agent-1', HOURLY)
    for (let hour = 0; hour < 3; hour++) {
      await clock.advance(HOUR_MS)
      await scheduler.finish(started[hour]?.id ?? '', { type: 'succeeded' })
    }
    expect(dueTimesOf(started)).toEqual(['2026-01-01T01:00', '2026-01-01T02:00', '2026-01-01T03:00'])
  })

  test('P16: has the firing on disk, and the next due time, before it starts anything', async () => {
    const seen: unknown[] = []
    const world = await setup({
      start: async (firing) => {
        const state = await world.store.get(firing.jobId)
        seen.push((await world.store.getFiring(firing.id))?.status, state?.job.nextAt)
      },
    })
    await world.scheduler.create('agent-1', HOURLY)
    await world.clock.advance(HOUR_MS)
    expect(seen).toEqual(['pending', Date.parse('2026-01-01T02:00:00Z')])
  })

  test('P16 N4: over daylight-saving changes, no day is lost and none doubled', async () => {
    const { scheduler, clock, started } = await setup({ clock: createManualClock('2026-03-06T12:00:00Z') })
    const { id } = await scheduler.create('agent-1', cron('30 2 * * *', 'America/New_York', { overlap: 'queue' }))
    for (let day = 0; day < 4; day++) {
      await clock.advance(24 * HOUR_MS)
      for (const firing of started) await scheduler.finish(firing.id, { type: 'succeeded' })
    }
    expect(dueTimesOf(started)).toEqual([
      '2026-03-07T07:30',
      '2026-03-08T07:00',
      '2026-03-09T06:30',
      '2026-03-10T06:30',
    ])
    expect(new Set((await scheduler.firings(id)).items.map(({ status }) => status))).toEqual(new Set(['succeeded']))
  })

  test('P16: does not fire a due time again when the clock is set back', async () => {
    const { scheduler, clock, started } = await setup()
    const { id } = await scheduler.create('agent-1', cron('0 * * * *', 'UTC', { overlap: 'queue' }))
    await clock.jumpTo('2026-01-01T01:00:00Z')
    await clock.jumpTo('2026-01-01T00:30:00Z')
    await scheduler.update(id, { schedule: { type: 'cron', expression: '0 */1 * * *', timeZone: 'UTC' } })
    await clock.advance(HOUR_MS)
    expect(dueTimesOf(started)).toEqual(['2026-01-01T01:00'])
  })

  test('waits for a due time months away without firing early', async () => {
    const { scheduler, clock, started } = await setup()
    await scheduler.create('agent-1', cron('0 0 1 12 *'))
    await rest()
    expect(clock.timers.every(({ delayMs }) => delayMs < 2 ** 31)).toBe(true)
    await clock.advance(5 * 60_000)
    expect(started).toEqual([])
    await clock.jumpTo('2026-12-01T00:00:00Z')
    expect(started).toHaveLength(1)
  })

  test('fires a single instant once, and never again', async () => {
    const { scheduler, clock, started } = await setup()
    const { id } = await scheduler.create('agent-1', {
      name: 'once',
      schedule: { type: 'once', atMs: clock.now() + 5000 },
      task: null,
    })
    await clock.advance(HOUR_MS)
    expect(started).toHaveLength(1)
    expect(await scheduler.get(id)).not.toHaveProperty('nextAt')
  })

  test('answers the same key with the same job, also when its instant has passed and after a restart', async () => {
    const world = await setup()
    const schedule = { type: 'once', atMs: world.clock.now() + 5000 } as const
    const input = { name: 'once', schedule, task: { n: 1 }, idempotencyKey: 'k' }
    const { id } = await world.scheduler.create('agent-1', input)
    const { scheduler, started } = await world.restart('2026-02-01T00:00:00Z')
    expect(await scheduler.create('agent-1', input)).toMatchObject({ id })
    await expect(scheduler.create('agent-1', { ...input, name: 'twice' })).rejects.toMatchObject({
      code: 'CRON_IDEMPOTENCY_MISMATCH',
      field: 'idempotencyKey',
    })
    expect((await scheduler.list('agent-1')).items).toHaveLength(1)
    expect(started.length).toBeLessThanOrEqual(1)
  })

  test('N11 a single instant that comes while its job is disabled is kept, and fires late when it is enabled', async () => {
    const { scheduler, clock, started } = await setup()
    const schedule = { type: 'once', atMs: clock.now() + 5000 } as const
    const { id } = await scheduler.create('agent-1', { name: 'once', schedule, task: null })
    await scheduler.update(id, { enabled: false })
    await clock.advance(HOUR_MS)
    expect(started).toEqual([])
    await scheduler.update(id, { enabled: true })
    await rest()
    expect(started.map(({ dueAt }) => dueAt)).toEqual([schedule.atMs])
  })

  test('fires an instant that has just passed at once', async () => {
    const { scheduler, clock, started } = await setup()
    await scheduler.create('agent-1', {
      name: 'once',
      schedule: { type: 'once', atMs: clock.now() - 5000 },
      task: null,
    })
    await rest()
    expect(started).toHaveLength(1)
  })

  test('counts an interval from when it was asked for', async () => {
    const { scheduler, clock, started } = await setup({ clock: createManualClock('2026-01-01T00:00:17Z') })
    await scheduler.create('agent-1', {
      name: 'every minute',
      schedule: { type: 'interval', everyMs: 60_000 },
      task: null,
    })
    await clock.advance(60_000)
    expect(started.map(({ dueAt }) => new Date(dueAt).toISOString())).toEqual(['2026-01-01T00:01:17.000Z'])
  })

  test('keeps to the active hours', async () => {
    const { scheduler } = await setup()
    const job = await scheduler.create(
      'agent-1',
      cron('0 * * * *', 'America/New_York', { activeHours: { from: '22:00', to: '06:00' } }),
    )
    expect(job.nextAt).toBe(Date.parse('2026-01-01T03:00:00Z'))
  })

  test('delays by the jitter, the same every day, and names the firing by its due time', async () => {
    const { scheduler, clock, started } = await setup()
    const job = await scheduler.create('agent-1', cron('0 6 * * *', 'UTC', { jitterMs: HOUR_MS, overlap: 'queue' }))
    const delay = (job.nextAt ?? 0) - (job.nextDueAt ?? 0)
    await clock.jumpTo((job.nextAt ?? 0) - 1)
    expect(started).toEqual([])
    await clock.jumpTo(job.nextAt ?? 0)
    expect(dueTimesOf(started)).toEqual(['2026-01-01T06:00'])
    const next = await scheduler.get(job.id)
    expect(next?.nextAt).toBe(Date.parse('2026-01-02T06:00:00Z') + delay)
  })

  test('P15: one timer and a few reads, however many jobs are armed', async () => {
    const { scheduler, store, clock, restart } = await setup()
    await Promise.all(Array.from({ length: 2000 }, (_, index) => scheduler.create(`agent-${index}`, HOURLY)))
    await rest()
    expect(clock.timers).toHaveLength(1)
    const due = vi.spyOn(store, 'due')
    const get = vi.spyOn(store, 'get')
    await restart()
    expect(clock.timers).toHaveLength(1)
    expect(due.mock.calls.length + get.mock.calls.length).toBeLessThan(10)
  })

  test('fires all of many that are due in the same second, a bounded number at a time', async () => {
    let atOnce = 0
    let most = 0
    const ids = new Set<string>()
    const { scheduler, clock } = await setup({
      maxConcurrent: 8,
      start: async ({ id }) => {
        most = Math.max(most, ++atOnce)
        await Promise.resolve()
        ids.add(id)
        atOnce--
      },
    })
    await Promise.all(Array.from({ length: 300 }, (_, index) => scheduler.create(`agent-${index}`, HOURLY)))
    await clock.jumpTo('2026-01-01T01:00:00Z')
    while (ids.size < 300) await rest()
    expect(most).toBeLessThanOrEqual(8)
  })

  test("fires by the process's own clock when none is given", async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 0 })
    try {
      const started: Firing[] = []
      await using scheduler = createScheduler({
        store: createEmbeddedCronStore(createMemoryStore()),
        start: async (firing) => {
          started.push(firing)
        },
      })
      await scheduler.open()
      await scheduler.create('agent-1', { name: 'soon', schedule: { type: 'interval', everyMs: 2000 }, task: null })
      await rest()
      vi.advanceTimersByTime(2000)
      await rest()
      expect(started).toHaveLength(1)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('what was missed while down', () => {
  async function downForFiveHours(
    missed: CronJobInput['missed'],
    more: Partial<CronJobInput> = {},
  ): Promise<{ started: string[]; records: string[] }> {
    const world = await setup()
    const { id } = await world.scheduler.create('agent-1', cron('0 * * * *', 'UTC', { missed, ...more }))
    const { scheduler, started, clock } = await world.restart('2026-01-01T05:30:00Z')
    for (let index = 0; index < 10; index++) {
      for (const firing of started) await scheduler.finish(firing.id, { type: 'succeeded' })
      await clock.advance(0)
      await rest()
    }
    const { items } = await scheduler.firings(id)
    return {
      started: dueTimesOf(started).map((time) => time.slice(11)),
      records: items.map(({ status, reason, trigger }) => `${trigger} ${status} ${reason ?? ''}`.trim()),
    }
  }

  test('P16 N9: once, by default: one firing for all, and the rest on record', async () => {
    expect(await downForFiveHours(undefined)).toEqual({
      started: ['05:00'],
      records: ['backfill succeeded', 'backfill skipped superseded'],
    })
  })

  test('P16: skip: none, and all on record', async () => {
    expect(await downForFiveHours('skip')).toEqual({ started: [], records: ['backfill skipped missed'] })
  })

  test('P16: all: each of them, one after another, whatever the overlap policy', async () => {
    const { started } = await downForFiveHours('all')
    expect(started).toEqual(['01:00', '02:00', '03:00', '04:00', '05:00'])
  })

  test('P16: all, but not beyond the catch-up window', async () => {
    expect(await downForFiveHours('all', { catchUpWindowMs: 2 * HOUR_MS })).toEqual({
      started: ['04:00', '05:00'],
      records: ['backfill succeeded', 'backfill succeeded', 'backfill skipped outside-catch-up-window'],
    })
  })
})

describe('overlap', () => {
  async function threeHours(
    overlap: CronJobInput['overlap'],
  ): Promise<{ started: string[]; cancelled: number; records: string[] }> {
    const { scheduler, clock, started, cancelled } = await setup()
    const { id } = await scheduler.create('agent-1', cron('0 * * * *', 'UTC', { overlap }))
    await clock.advance(3 * HOUR_MS)
    await scheduler.finish(started[0]?.id ?? '', { type: 'succeeded' })
    await rest()
    const { items } = await scheduler.firings(id)
    return {
      started: dueTimesOf(started).map((time) => time.slice(11)),
      cancelled: cancelled.length,
      records: items.map(({ status, reason }) => `${status} ${reason ?? ''}`.trim()),
    }
  }

  test('skip: leaves out what is due while a firing runs, on record', async () => {
    expect(await threeHours('skip')).toEqual({
      started: ['01:00'],
      cancelled: 0,
      records: ['skipped overlap', 'skipped overlap', 'succeeded'],
    })
  })

  test('queue: keeps one for afterwards', async () => {
    expect(await threeHours('queue')).toEqual({
      started: ['01:00', '02:00'],
      cancelled: 0,
      records: ['skipped queue-full', 'running', 'succeeded'],
    })
  })

  test('cancel: stops the earlier one first', async () => {
    expect(await threeHours('cancel')).toEqual({
      started: ['01:00', '02:00', '03:00'],
      cancelled: 2,
      records: ['running', 'cancelled replaced by a later firing', 'cancelled replaced by a later firing'],
    })
  })

  test('cancel: starts the later one only after the earlier one could be cancelled', async () => {
    const order: string[] = []
    let isDeaf = true
    const { scheduler, clock } = await setup({
      start: async ({ dueAt }) => void order.push(`start ${dueAt / HOUR_MS}`),
      cancel: async ({ dueAt }) => {
        if (isDeaf) throw new Error('no answer')
        order.push(`cancel ${dueAt / HOUR_MS}`)
      },
      clock: createManualClock(0),
    })
    await scheduler.create('agent-1', cron('0 * * * *', 'UTC', { overlap: 'cancel' }))
    await clock.advance(2 * HOUR_MS)
    expect(order).toEqual(['start 1'])
    isDeaf = false
    await clock.advance(2000)
    expect(order).toEqual(['start 1', 'cancel 1', 'start 2'])
  })

  test('P20: cancel needs a way to cancel', async () => {
    const { scheduler } = await setup({ cancel: undefined })
    await expect(scheduler.create('agent-1', cron('* * * * *', 'UTC', { overlap: 'cancel' }))).rejects.toMatchObject({
      code: 'CRON_INVALID_INPUT',
      field: 'overlap',
    })
  })
})

describe('a start that fails', () => {
  test('P12 K15: is tried again with growing pauses, as the same firing, until it succeeds', async () => {
    const tries: (readonly [string, number])[] = []
    const { scheduler, clock } = await setup({
      start: async ({ id }) => {
        tries.push([id, clock.now()])
        if (tries.length < 4) throw new Error('not now')
      },
      clock: createManualClock(0),
    })
    const { id } = await scheduler.create('agent-1', {
      name: 'soon',
      schedule: { type: 'once', atMs: 1000 },
      task: null,
    })
    await clock.advance(HOUR_MS)
    expect(new Set(tries.map(([firing]) => firing)).size).toBe(1)
    expect(tries.map(([, at]) => at)).toEqual([1000, 2000, 4000, 8000])
    expect((await scheduler.firings(id)).items).toMatchObject([{ status: 'running', failedStarts: 3 }])
  })

  test('P19 E15: stays pending over a restart', async () => {
    const failing = await setup({ start: () => Promise.reject(new Error('not now')) })
    await failing.scheduler.create('agent-1', HOURLY)
    await failing.clock.advance(HOUR_MS)
    await failing.scheduler.close()
    const { started } = await setup({ clock: failing.clock, embedded: failing.embedded })
    await failing.clock.advance(2000)
    expect(dueTimesOf(started)).toEqual(['2026-01-01T01:00'])
  })

  test('that hangs holds up its own job alone, and is given up and tried again', async () => {
    const tries: string[] = []
    const { scheduler, clock } = await setup({
      start: ({ agentId }) => {
        tries.push(agentId)
        return agentId === 'deaf' ? new Promise(() => undefined) : Promise.resolve()
      },
    })
    await scheduler.create('deaf', HOURLY)
    await scheduler.create('other', HOURLY)
    await clock.advance(HOUR_MS)
    expect(tries.toSorted()).toEqual(['deaf', 'other'])
    await clock.advance(35_000)
    expect(tries.filter((agent) => agent === 'deaf')).toHaveLength(2)
  })
})

describe('the breaker', () => {
  async function withFailures(count: number) {
    const world = await setup()
    const job = await world.scheduler.create('agent-1', cron('* * * * *'))
    for (let failure = 0; failure < count; failure++) {
      await world.clock.advance(60_000)
      await world.scheduler.finish(world.started.at(-1)?.id ?? '', { type: 'failed', reason: 'timeout' })
    }
    return { ...world, job }
  }

  test('P17 N13 N16: opens at the third failure in a row, a timeout being one, and skips on record', async () => {
    const { scheduler, clock, started, job } = await withFailures(3)
    expect(await scheduler.get(job.id)).toMatchObject({ breaker: { type: 'open' } })
    await clock.advance(4 * 60_000)
    expect(started).toHaveLength(3)
    expect((await scheduler.firings(job.id, { limit: 4 })).items.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 4 }, () => 'breaker-open'),
    )
  })

  test('skips what waited in line when it opens, and lets what a person asked for run', async () => {
    const { scheduler, clock, started } = await setup()
    const { id } = await scheduler.create('agent-1', cron('0 * * * *', 'UTC', { overlap: 'queue' }))
    for (let failure = 0; failure < 3; failure++) {
      await clock.advance(2 * HOUR_MS)
      await scheduler.finish(started[failure]?.id ?? '', FAILED)
      await rest()
    }
    expect(started).toHaveLength(3)
    expect((await scheduler.firings(id)).items).toContainEqual(
      expect.objectContaining({ status: 'skipped', reason: 'breaker-open' }),
    )
    expect(await scheduler.runNow(id)).toMatchObject({ status: 'pending', trigger: 'manual' })
  })

  test('N13 lets one try when it has cooled down, and closes when that succeeds', async () => {
    const { scheduler, clock, started, job } = await withFailures(3)
    await clock.advance(5 * 60_000)
    expect(started).toHaveLength(4)
    await scheduler.finish(started[3]?.id ?? '', { type: 'succeeded' })
    expect(await scheduler.get(job.id)).toMatchObject({ breaker: { type: 'closed', failures: 0 } })
  })

  test('N13 is remembered over a restart', async () => {
    const { restart, job } = await withFailures(2)
    const { scheduler, clock, started } = await restart()
    await clock.advance(60_000)
    await scheduler.finish(started[2]?.id ?? '', FAILED)
    expect(await scheduler.get(job.id)).toMatchObject({ breaker: { type: 'open' } })
  })

  test('N13 says when it opens and when it closes', async () => {
    const { scheduler, clock, started } = await withFailures(2)
    const heard: string[] = []
    scheduler.events.on('breaker-opened', () => heard.push('opened'))
    scheduler.events.on('breaker-closed', () => heard.push('closed'))
    await clock.advance(60_000)
    await scheduler.finish(started[2]?.id ?? '', FAILED)
    await clock.advance(5 * 60_000)
    await scheduler.finish(started[3]?.id ?? '', { type: 'succeeded' })
    expect(heard).toEqual(['opened', 'closed'])
  })
})

describe('finish', () => {
  test('counts once, and does nothing for a firing that is gone', async () => {
    const { scheduler, clock, started } = await setup()
    const { id } = await scheduler.create('agent-1', HOURLY)
    await clock.advance(HOUR_MS)
    const firing = started[0]?.id ?? ''
    await scheduler.finish(firing, FAILED)
    await scheduler.finish(firing, FAILED)
    await scheduler.finish(firing, { type: 'succeeded' })
    await scheduler.finish('nobody@1', FAILED)
    expect(await scheduler.get(id)).toMatchObject({ breaker: { type: 'closed', failures: 1 } })
    expect((await scheduler.firings(id)).items).toMatchObject([{ status: 'failed', reason: 'it broke' }])
  })

  test('may come before start has resolved', async () => {
    const world = await setup({ start: ({ id }) => world.scheduler.finish(id, { type: 'succeeded' }) })
    const { id } = await world.scheduler.create('agent-1', HOURLY)
    await world.clock.advance(HOUR_MS)
    expect((await world.scheduler.firings(id)).items).toMatchObject([{ status: 'succeeded' }])
  })

  test('P19: that was lost in a crash is asked for when the scheduler opens', async () => {
    const world = await setup({ resultOf: async () => ({ type: 'succeeded' }) })
    const { id } = await world.scheduler.create('agent-1', HOURLY)
    await world.clock.advance(HOUR_MS)
    const { scheduler } = await world.restart()
    expect((await scheduler.firings(id)).items).toMatchObject([{ status: 'succeeded' }])
  })

  test('that was lost does not hold back what is due next', async () => {
    const { scheduler, clock, started } = await setup({ resultOf: async () => ({ type: 'succeeded' }) })
    await scheduler.create('agent-1', HOURLY)
    await clock.advance(2 * HOUR_MS)
    expect(started).toHaveLength(2)
  })
})

describe('P17: the timeout of a firing', () => {
  test.for([
    [{ timeoutMs: 5000 }, { timeoutMs: 5000, timeoutSource: 'job' }],
    [{}, { timeoutMs: 7000, timeoutSource: 'agent' }],
  ] as const)('with %j is stored with its source', async ([input, stored]) => {
    const { scheduler, clock, started } = await setup({ agentDefaultTimeoutMs: async () => 7000 })
    await scheduler.create('agent-1', cron('0 * * * *', 'UTC', input))
    await clock.advance(HOUR_MS)
    expect(started).toMatchObject([stored])
  })

  test('is waited for when the agent cannot be asked, and nothing is lost', async () => {
    let isBroken = true
    const { scheduler, clock, started } = await setup({
      agentDefaultTimeoutMs: async () => {
        if (isBroken) throw new Error('no answer')
        return 7000
      },
    })
    await scheduler.create('agent-1', HOURLY)
    await clock.advance(HOUR_MS)
    expect(started).toEqual([])
    isBroken = false
    await clock.advance(10_000)
    expect(started).toMatchObject([{ timeoutMs: 7000, dueAt: Date.parse('2026-01-01T01:00:00Z') }])
  })
})

describe('by hand', () => {
  test('runs a job now, disabled or not, and under its overlap policy', async () => {
    const { scheduler, started } = await setup()
    const { id } = await scheduler.create('agent-1', cron('0 * * * *', 'UTC', { enabled: false }))
    expect(await scheduler.runNow(id)).toMatchObject({ status: 'pending', trigger: 'manual' })
    await rest()
    expect(started).toHaveLength(1)
    expect(await scheduler.runNow(id)).toMatchObject({ status: 'skipped', reason: 'overlap' })
  })

  test('fires past due times that have no firing, each once', async () => {
    const { scheduler, clock, started } = await setup()
    const { id } = await scheduler.create('agent-1', cron('0 * * * *'))
    await clock.advance(HOUR_MS + 1000)
    await scheduler.finish(started[0]?.id ?? '', { type: 'succeeded' })
    const from = Date.parse('2025-12-31T22:00:00Z')
    const made = await scheduler.backfill(id, from, clock.now())
    expect(dueTimesOf(made)).toEqual(['2025-12-31T22:00', '2025-12-31T23:00', '2026-01-01T00:00'])
    expect(await scheduler.backfill(id, from, clock.now())).toEqual([])
    for (let index = 1; index < 4; index++) {
      await rest()
      await scheduler.finish(started[index]?.id ?? '', { type: 'succeeded' })
    }
    expect(dueTimesOf(started)).toEqual([
      '2026-01-01T01:00',
      '2025-12-31T22:00',
      '2025-12-31T23:00',
      '2026-01-01T00:00',
    ])
  })

  test('P20: refuses to fire more past due times than a hundred', async () => {
    const { scheduler } = await setup()
    const { id } = await scheduler.create('agent-1', HOURLY)
    await expect(scheduler.backfill(id, Date.parse('2025-01-01'), Date.parse('2026-01-01'))).rejects.toMatchObject({
      code: 'CRON_INVALID_INPUT',
    })
    expect((await scheduler.firings(id)).items).toEqual([])
  })
})

describe('changing a job', () => {
  test('P16: a new time zone or expression moves its next due time', async () => {
    const { scheduler } = await setup()
    const { id, nextAt } = await scheduler.create('agent-1', cron('0 9 * * *', 'UTC'))
    expect(nextAt).toBe(Date.parse('2026-01-01T09:00:00Z'))
    const moved = await scheduler.update(id, {
      schedule: { type: 'cron', expression: '0 9 * * *', timeZone: 'America/New_York' },
    })
    expect(moved.nextAt).toBe(Date.parse('2026-01-01T14:00:00Z'))
    expect(await scheduler.get(id)).toEqual(moved)
  })

  test('leaves alone what is not said, and takes away what is null', async () => {
    const { scheduler, clock } = await setup()
    const job = await scheduler.create(
      'agent-1',
      cron('0 9 * * *', 'UTC', { timeoutMs: 5000, activeHours: { from: '08:00', to: '10:00' } }),
    )
    await clock.jumpTo('2026-01-01T03:00:00Z')
    const { timeoutMs: _timeoutMs, ...rest_ } = job
    expect(await scheduler.update(job.id, { name: 'new name', timeoutMs: null })).toEqual({
      ...rest_,
      name: 'new name',
      updatedAt: clock.now(),
    })
  })

  test('disabled it is not fired, enabled again it is, from then on and with a closed breaker', async () => {
    const { scheduler, clock, started } = await setup()
    const { id } = await scheduler.create('agent-1', HOURLY)
    expect(await scheduler.update(id, { enabled: false })).not.toHaveProperty('nextAt')
    await clock.advance(5 * HOUR_MS)
    expect(started).toEqual([])
    await scheduler.update(id, { enabled: true })
    await clock.advance(HOUR_MS)
    expect(dueTimesOf(started)).toEqual(['2026-01-01T06:00'])
  })

  test('P16: another jitter does not lose the due time that waits for its jitter', async () => {
    const { scheduler, clock, started } = await setup()
    const job = await scheduler.create('agent-1', cron('0 6 * * *', 'UTC', { jitterMs: HOUR_MS }))
    await clock.jumpTo(job.nextDueAt ?? 0)
    await scheduler.update(job.id, { jitterMs: 0 })
    await rest()
    expect(dueTimesOf(started)).toEqual(['2026-01-01T06:00'])
  })

  test('is decided about first when a due time has come', async () => {
    const world = await setup()
    const { id } = await world.scheduler.create('agent-1', HOURLY)
    await world.scheduler.close()
    const clock = createManualClock('2026-01-01T01:00:30Z')
    const { scheduler } = await setup({ embedded: world.embedded, clock, start: () => new Promise(() => undefined) })
    await scheduler.update(id, { schedule: { type: 'interval', everyMs: 5000 } })
    expect(dueTimesOf((await scheduler.firings(id)).items)).toEqual(['2026-01-01T01:00'])
  })
})

describe('deleting', () => {
  test('a job takes its firings along and leaves others alone', async () => {
    const { scheduler, clock, started } = await setup()
    const { id } = await scheduler.create('agent-1', HOURLY)
    await scheduler.create('agent-1', HOURLY)
    expect(await scheduler.delete(id)).toBe(true)
    expect(await scheduler.delete(id)).toBe(false)
    await clock.advance(HOUR_MS)
    expect(started).toHaveLength(1)
    expect((await scheduler.list('agent-1')).items).toHaveLength(1)
  })

  test('P6: an agent takes its jobs and firings along; one of the same id inherits nothing', async () => {
    const { scheduler, clock, started, embedded } = await setup()
    await scheduler.create('agent-1', HOURLY)
    await scheduler.create('agent-1', HOURLY)
    await clock.advance(HOUR_MS)
    expect(await scheduler.deleteAgent('agent-1')).toBe(2)
    expect(await embedded.list({})).toEqual([])
    await clock.advance(HOUR_MS)
    expect(started).toHaveLength(2)
    expect((await scheduler.list('agent-1')).items).toEqual([])
  })
})

describe('P20: bad input', () => {
  test.for([
    [{ name: ' ' }, 'name'],
    [{ schedule: { type: 'cron', expression: '61 * * * *', timeZone: 'UTC' } }, 'schedule.expression'],
    [{ schedule: { type: 'cron', expression: '* * * * *', timeZone: 'Mars/Olympus' } }, 'schedule.timeZone'],
    [{ schedule: { type: 'interval', everyMs: 10 } }, 'schedule.everyMs'],
    [{ schedule: { type: 'never' } }, 'schedule.type'],
    [{ task: undefined }, 'task'],
    [{ timeoutMs: 0 }, 'timeoutMs'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs'],
    [{ overlap: 'both' }, 'overlap'],
    [{ missed: 'some' }, 'missed'],
    [{ catchUpWindowMs: -1 }, 'catchUpWindowMs'],
    [{ activeHours: { from: '25:00', to: '10:00' } }, 'activeHours.from'],
    [{ activeHours: { from: '09:00' } }, 'activeHours.to'],
    [{ jitterMs: 0.5 }, 'jitterMs'],
    [{ color: 'red' }, 'color'],
  ] as const)('%j is refused by name, and nothing is made', async ([wrong, field]) => {
    const { scheduler, embedded } = await setup()
    const input = { ...HOURLY, ...wrong } as unknown as CronJobInput
    await expect(scheduler.create('agent-1', input)).rejects.toMatchObject({ code: 'CRON_INVALID_INPUT', field })
    expect(await embedded.list({})).toEqual([])
  })

  test.for([
    cron('0 0 31 2 *'),
    cron('0 3 * * *', 'UTC', { activeHours: { from: '09:00', to: '17:00' } }),
    { ...HOURLY, schedule: { type: 'once', atMs: 0 } } satisfies CronJobInput,
  ])('a schedule that never comes is refused: %j', async (input) => {
    const { scheduler } = await setup()
    await expect(scheduler.create('agent-1', input)).rejects.toMatchObject({
      code: 'CRON_NEVER_DUE',
      field: 'schedule',
    })
  })

  test('a patch that is wrong changes nothing', async () => {
    const { scheduler } = await setup()
    const job = await scheduler.create('agent-1', HOURLY)
    await expect(scheduler.update(job.id, { jitterMs: -1 })).rejects.toMatchObject({
      code: 'CRON_INVALID_INPUT',
      field: 'jitterMs',
    })
    await expect(scheduler.update(job.id, cron('0 0 31 2 *'))).rejects.toMatchObject({ code: 'CRON_NEVER_DUE' })
    expect(await scheduler.get(job.id)).toEqual(job)
  })

  test('a task that JSON cannot hold is refused', async () => {
    const { scheduler } = await setup()
    await expect(scheduler.create('agent-1', { ...HOURLY, task: 1n })).rejects.toMatchObject({
      code: 'CRON_INVALID_INPUT',
      field: 'task',
    })
  })

  test('a job that is not there is named', async () => {
    const { scheduler } = await setup()
    await expect(scheduler.update('nobody', {})).rejects.toMatchObject({ code: 'CRON_JOB_NOT_FOUND' })
    await expect(scheduler.runNow('nobody')).rejects.toMatchObject({ code: 'CRON_JOB_NOT_FOUND' })
    await expect(scheduler.create('../agent', HOURLY)).rejects.toMatchObject({
      code: 'CRON_INVALID_INPUT',
      field: 'agentId',
    })
    expect(await scheduler.get('nobody')).toBeUndefined()
  })
})

describe('trouble', () => {
  test('a listener that throws does not stop a firing, and is told of', async () => {
    const { scheduler, clock, started } = await setup()
    const heard: unknown[] = []
    scheduler.events.on('firing-started', () => {
      throw new Error('a mistake')
    })
    scheduler.events.on('scheduler-failed', (error) => heard.push(error))
    await scheduler.create('agent-1', HOURLY)
    await clock.advance(HOUR_MS)
    expect(started).toHaveLength(1)
    expect(heard).toMatchObject([{ message: 'a mistake' }])
  })

  test('P19: a store that fails for a while delays, and loses nothing', async () => {
    const { scheduler, clock, started, embedded } = await setup()
    await scheduler.create('agent-1', HOURLY)
    const write = vi.spyOn(embedded, 'write').mockRejectedValue(new Error('the disk is full'))
    await clock.advance(HOUR_MS + 3000)
    expect(started).toEqual([])
    write.mockRestore()
    await clock.advance(60_000)
    expect(dueTimesOf(started)).toEqual(['2026-01-01T01:00'])
  })

  test('closing stops the timer, waits for what is being started, and refuses what comes after', async () => {
    const starting = Promise.withResolvers<void>()
    const { scheduler, clock } = await setup({ start: () => starting.promise })
    await scheduler.create('agent-1', HOURLY)
    await clock.advance(HOUR_MS)
    const closing = scheduler.close()
    starting.resolve()
    await closing
    await scheduler.close()
    expect(clock.timers).toEqual([])
    await expect(scheduler.create('agent-1', HOURLY)).rejects.toThrow(CronError)
    await expect(scheduler.finish('a@1', FAILED)).rejects.toMatchObject({ code: 'CRON_CLOSED' })
  })
})
