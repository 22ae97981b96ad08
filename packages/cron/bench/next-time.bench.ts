import { createRequire } from 'node:module'
import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'
import { describe, expect, test } from 'vitest'
import type * as nextTimeModule from '../src/next-time.ts'

// Question: what does the next due time of an expression cost, asked from ever new instants?
// Each candidate answers 100 times, from instants two hours and some apart, within the years 2026 to 2028. croner keeps
// its parsed expression; cron-parser takes the instant with the expression, so it parses each time.

// Through Node's own loader: the test runner's puts a getter before every imported function, which costs more than they do.
const { nextTime } = createRequire(import.meta.url)('../src/next-time.ts') as typeof nextTimeModule

const CALLS = 100

const WORKLOADS = [
  ['every quarter of an hour, UTC', '*/15 * * * *', 'UTC'],
  ['workdays at nine, New York', '0 9 * * 1-5', 'America/New_York'],
  ['the first of the month, New York', '0 9 1 * *', 'America/New_York'],
  ['leap day, UTC', '0 0 29 2 *', 'UTC'],
] as const

const START = Date.parse('2026-01-01T00:00:00Z')
const STEP_MS = 2 * 3_600_000 + 7919
const SPAN_MS = 3 * 365 * 86_400_000

function createInstants(): () => number {
  let at = 0
  return () => {
    at = (at + STEP_MS) % SPAN_MS
    return START + at
  }
}

describe.for(WORKLOADS)('%s', ([, expression, timeZone]) => {
  test('100 due times', async ({ bench }) => {
    const schedule = { type: 'cron', expression, timeZone } as const
    const croner = new Cron(expression, { timezone: timeZone })
    const [forOurs, forCroner, forCronParser] = [createInstants(), createInstants(), createInstants()]
    let sum = 0
    await bench.compare(
      bench('@agentic/cron', () => {
        for (let call = 0; call < CALLS; call++) sum += nextTime(schedule, forOurs()) ?? 0
      }),
      bench('croner', () => {
        for (let call = 0; call < CALLS; call++) sum += croner.nextRun(new Date(forCroner()))?.getTime() ?? 0
      }),
      bench('cron-parser', () => {
        for (let call = 0; call < CALLS; call++) {
          sum += CronExpressionParser.parse(expression, { tz: timeZone, currentDate: new Date(forCronParser()) })
            .next()
            .getTime()
        }
      }),
    )
    expect(sum).toBeGreaterThan(0)
  })
})
