import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { expect, test } from 'vitest'
import { createEmbeddedCronStore } from './adapters/embedded.ts'
import { createScheduler, type Scheduler } from './scheduler.ts'
import { createManualClock, type ManualClock, rest } from './scheduler.test-helper.ts'

/** What outlives a crash: the disk, the work that was begun, and time. */
interface Outside {
  readonly disk: EmbeddedStore
  readonly clock: ManualClock
  readonly works: Map<string, number>
}

/** A process that dies at the n-th place where it waits for something: from then on nothing it does has an effect. */
function createProcess(
  outside: Outside,
  diesAt: number,
): { readonly scheduler: Scheduler; readonly isDead: () => boolean; readonly places: () => number } {
  let places = 0
  const place = (): void => {
    places++
    if (places >= diesAt) throw new Error('killed')
  }
  const dying = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    place()
    const result = await work()
    place()
    return result
  }
  const store: EmbeddedStore = {
    ...outside.disk,
    get: (key) => dying(() => outside.disk.get(key)),
    write: (operations) => dying(() => outside.disk.write(operations)),
  }
  const scheduler = createScheduler({
    store: createEmbeddedCronStore(store),
    clock: outside.clock,
    start: ({ id, dueAt }) => dying(async () => void outside.works.set(id, dueAt)),
    resultOf: async ({ id }) => (outside.works.has(id) ? { type: 'succeeded' } : undefined),
  })
  return { scheduler, isDead: () => places >= diesAt, places: () => places }
}

const START = '2026-03-06T12:00:00Z'

/** New York's clocks go forward on the 8th, and Lord Howe's back on 4 April. */
const JOBS = [
  {
    expression: '30 2 * * *',
    timeZone: 'America/New_York',
    due: ['2026-03-07T07:30:00Z', '2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z'],
  },
  {
    expression: '0 9 7-9 3 *',
    timeZone: 'Asia/Kathmandu',
    due: ['2026-03-07T03:15:00Z', '2026-03-08T03:15:00Z', '2026-03-09T03:15:00Z'],
  },
] as const

const MOMENTS = JOBS.flatMap(({ due }) => due)
  .map((time) => Date.parse(time))
  .toSorted((one, other) => one - other)

async function liveThrough(diesAt: number): Promise<{ works: number[]; statuses: string[]; places: number }> {
  const outside: Outside = { disk: createMemoryStore(), clock: createManualClock(START), works: new Map() }
  const setter = createProcess(outside, Number.POSITIVE_INFINITY).scheduler
  const ids: string[] = []
  for (const { expression, timeZone } of JOBS) {
    ids.push(
      (await setter.create('agent-1', { name: 'a job', schedule: { type: 'cron', expression, timeZone }, task: null }))
        .id,
    )
  }
  await setter.close()

  let process = createProcess(outside, diesAt)
  const { places } = process
  await process.scheduler.open().catch(() => undefined)
  for (const moment of MOMENTS) {
    await outside.clock.jumpTo(moment)
    await rest()
    if (process.isDead()) {
      // A process that was killed has no timers and no say any more.
      void process.scheduler.close()
      process = createProcess(outside, Number.POSITIVE_INFINITY)
      await process.scheduler.open()
      await rest()
    }
    for (const id of outside.works.keys())
      await process.scheduler.finish(id, { type: 'succeeded' }).catch(() => undefined)
  }
  await rest()
  const last = createProcess(outside, Number.POSITIVE_INFINITY)
  await last.scheduler.open()
  await outside.clock.jumpTo(outside.clock.now() + 60_000)
  const firings = await Promise.all(ids.map(async (id) => (await last.scheduler.firings(id)).items))
  await last.scheduler.close()
  return {
    works: [...outside.works.values()].toSorted((one, other) => one - other),
    statuses: firings.flat().map(({ status }) => status),
    places: places(),
  }
}

test('P16, P19: killed at any place where it waits, it fires each due time exactly once', async () => {
  const undisturbed = await liveThrough(Number.POSITIVE_INFINITY)
  expect(undisturbed.works).toEqual(MOMENTS)
  expect(undisturbed.places).toBeGreaterThan(100)
  for (let diesAt = 1; diesAt <= undisturbed.places; diesAt++) {
    const { works, statuses } = await liveThrough(diesAt)
    expect({ diesAt, works }).toEqual({ diesAt, works: MOMENTS })
    expect({ diesAt, statuses }).toEqual({ diesAt, statuses: MOMENTS.map(() => 'succeeded') })
  }
})
