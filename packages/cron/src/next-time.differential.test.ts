import { CronExpressionParser } from 'cron-parser'
import { Cron } from 'croner'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextTime } from './next-time.ts'

const SEED = 20_261_123
const RUNS = 5

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Pacific/Auckland',
]

const start = fc
  .integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2035, 0, 1) / 1000 })
  .map((seconds) => seconds * 1000)

function values(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max })
  return fc.oneof(
    value.map(String),
    fc.uniqueArray(value, { minLength: 2, maxLength: 4 }).map((list) => list.join(',')),
    fc.tuple(value, value).map(([one, other]) => `${Math.min(one, other)}-${Math.max(one, other)}`),
  )
}

function timeField(max: number): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constant('*'),
    values(0, max),
    fc.integer({ min: 1, max }).map((step) => `*/${step}`),
  )
}

function dayField(min: number, max: number): fc.Arbitrary<string> {
  return fc.oneof({ arbitrary: fc.constant('*'), weight: 3 }, { arbitrary: values(min, max), weight: 2 })
}

function fieldsOf(...fields: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...fields).map((texts) => texts.join(' '))
}

function ours(expression: string, timeZone: string, after: number): string[] {
  const found: string[] = []
  let due = nextTime({ type: 'cron', expression, timeZone }, after)
  while (due !== undefined && found.length < RUNS) {
    found.push(new Date(due).toISOString())
    due = nextTime({ type: 'cron', expression, timeZone }, due)
  }
  return found
}

// croner by itself takes lists for wildcards at daylight-saving changes; told not to, it holds to the same rule. It knows
// no L-n, and takes a stepped range in a time field for a wildcard, so neither is made here.
test('agrees with croner in any zone', () => {
  const weekday = fc.oneof(
    { arbitrary: dayField(0, 6), weight: 3 },
    {
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom('L', '#L', '#1', '#2', '#5'))
        .map(([day, nth]) => `${day}${nth}`),
      weight: 1,
    },
    { arbitrary: values(0, 6).map((days) => `+${days}`), weight: 1 },
  )
  const day = fc.oneof(
    { arbitrary: dayField(1, 28), weight: 3 },
    { arbitrary: fc.constantFrom('L', 'LW', '1W', '15W', '31W', '30,31', '1,L'), weight: 1 },
  )
  const expression = fc.oneof(
    fieldsOf(timeField(59), timeField(23), day, dayField(1, 12), weekday),
    fieldsOf(timeField(59), timeField(59), timeField(23), day, dayField(1, 12), weekday),
    fieldsOf(
      values(0, 59),
      timeField(59),
      timeField(23),
      day,
      fc.constant('*'),
      weekday,
      fc.constantFrom('*', '2020-2040/2', '2024,2028'),
    ),
  )
  fc.assert(
    fc.property(expression, fc.constantFrom(...ZONES), start, (text, timezone, after) => {
      const theirs = new Cron(text, { timezone, fixedTimeRule: 'no-wildcard' }).nextRuns(RUNS, new Date(after))
      expect(ours(text, timezone, after)).toEqual(theirs.map((date) => date.toISOString()))
    }),
    { numRuns: 250, seed: SEED },
  )
})

// cron-parser keeps a missing time's minutes (07:30Z where cron(8) has 07:00Z) and knows no W, + or year: UTC, and the rest.
test('agrees with cron-parser in UTC', () => {
  const weekday = fc.oneof(
    dayField(0, 6),
    fc.tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom('L', '#1', '#3')).map(([day, nth]) => `${day}${nth}`),
  )
  const day = fc.oneof(dayField(1, 28), fc.constant('L'))
  const expression = fc.oneof(
    fieldsOf(timeField(59), timeField(23), day, dayField(1, 12), fc.constant('*')),
    fieldsOf(timeField(59), timeField(23), fc.constant('*'), dayField(1, 12), weekday),
    fieldsOf(timeField(59), timeField(59), timeField(23), values(1, 28), fc.constant('*'), values(0, 6)),
  )
  fc.assert(
    fc.property(expression, start, (text, after) => {
      const theirs = CronExpressionParser.parse(text, { tz: 'UTC', currentDate: new Date(after) }).take(RUNS)
      expect(ours(text, 'UTC', after)).toEqual(theirs.map((date) => date.toISOString()))
    }),
    { numRuns: 200, seed: SEED },
  )
})
