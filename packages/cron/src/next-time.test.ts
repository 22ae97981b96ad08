import { describe, expect, test } from 'vitest'
import { CronError } from './errors.ts'
import { nextTime } from './next-time.ts'
import type { Schedule } from './schedule.ts'

/** The next due times after an instant, in UTC to the second, without the parts that every row of a table shares. */
function dueTimes(schedule: Schedule, after: string, count: number): string[] {
  const found: string[] = []
  let due = nextTime(schedule, new Date(after))
  while (due !== undefined && found.length < count) {
    found.push(new Date(due).toISOString().replace('.000Z', 'Z'))
    due = nextTime(schedule, due)
  }
  return found
}

function cron(expression: string, timeZone = 'UTC'): Schedule {
  return { type: 'cron', expression, timeZone }
}

describe('P16: a daylight-saving change', () => {
  test.for([
    [
      'runs a job of the missing hour at the first instant after it',
      '30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00:00Z',
      ['2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z'],
    ],
    [
      'runs a job with several times in the missing hour once',
      '15,45 2 * * *',
      'America/New_York',
      '2026-03-07T12:00:00Z',
      ['2026-03-08T07:00:00Z', '2026-03-09T06:15:00Z'],
    ],
    [
      'does not double a job that is due at that instant anyway',
      '0 2,3 * * *',
      'America/New_York',
      '2026-03-08T06:00:00Z',
      ['2026-03-08T07:00:00Z', '2026-03-09T06:00:00Z'],
    ],
    [
      'treats a stepped range as fixed times',
      '0-30/10 2 * * *',
      'America/New_York',
      '2026-03-08T06:00:00Z',
      ['2026-03-08T07:00:00Z', '2026-03-09T06:00:00Z'],
    ],
    [
      'runs a job of the repeated hour at its first occurrence alone',
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00:00Z',
      ['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z'],
    ],
    [
      'does not repeat it when asked from within the second occurrence',
      '30 1 * * *',
      'America/New_York',
      '2026-11-01T06:10:00Z',
      ['2026-11-02T06:30:00Z'],
    ],
    [
      'runs an hourly job in both occurrences of the hour',
      '0 * * * *',
      'America/New_York',
      '2026-11-01T04:30:00Z',
      ['2026-11-01T05:00:00Z', '2026-11-01T06:00:00Z', '2026-11-01T07:00:00Z'],
    ],
    [
      'lets no hourly run out in the missing hour',
      '30 * * * *',
      'America/New_York',
      '2026-03-08T06:00:00Z',
      ['2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z'],
    ],
    [
      'leaves out wildcard minutes of the missing hour',
      '*/30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00:00Z',
      ['2026-03-09T06:00:00Z', '2026-03-09T06:30:00Z'],
    ],
    [
      'works east of Greenwich',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z'],
    ],
    [
      'runs once in the repeated hour east of Greenwich',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00:00Z',
      ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z'],
    ],
    [
      'of half an hour moves a missing time',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-02T20:00:00Z',
      ['2026-10-03T15:30:00Z', '2026-10-04T15:15:00Z'],
    ],
    [
      'of half an hour does not repeat a time',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-03T20:00:00Z',
      ['2026-04-04T14:45:00Z', '2026-04-05T15:15:00Z'],
    ],
    [
      'at midnight does not lose the day',
      '0 0 * * *',
      'America/Sao_Paulo',
      '2018-11-02T12:00:00Z',
      ['2018-11-03T03:00:00Z', '2018-11-04T03:00:00Z', '2018-11-05T02:00:00Z'],
    ],
    [
      'of two hours is one too',
      '30 1 * * *',
      'Antarctica/Troll',
      '2026-03-28T12:00:00Z',
      ['2026-03-29T01:00:00Z', '2026-03-29T23:30:00Z'],
    ],
  ] as const)('%s', ([, expression, timeZone, after, expected]) => {
    expect(dueTimes(cron(expression, timeZone), after, expected.length)).toEqual(expected)
  })
})

describe('P16: a time zone', () => {
  test.for([
    [
      'that skips a day has no due times in it',
      '0 12 * * *',
      'Pacific/Apia',
      '2011-12-28T12:00:00Z',
      ['2011-12-28T22:00:00Z', '2011-12-29T22:00:00Z', '2011-12-30T22:00:00Z'],
    ],
    [
      'with odd minutes is met to the minute',
      '0 9 * * *',
      'Asia/Kathmandu',
      '2026-01-01T00:00:00Z',
      ['2026-01-01T03:15:00Z'],
    ],
    [
      'that changed its odd offset is met across the change',
      '0 0 * * *',
      'Asia/Kathmandu',
      '1985-12-30T12:00:00Z',
      ['1985-12-30T18:30:00Z', '1985-12-31T18:30:00Z', '1986-01-01T18:15:00Z'],
    ],
    [
      'with seconds in its offset is met to the second',
      '0 0 * * *',
      'Africa/Monrovia',
      '1970-06-01T12:00:00Z',
      ['1970-06-02T00:44:30Z'],
    ],
    [
      'far in the future keeps its rules',
      '0 0 0 1 7 * 2500',
      'Europe/Berlin',
      '2026-01-01T00:00:00Z',
      ['2500-06-30T22:00:00Z'],
    ],
  ] as const)('%s', ([, expression, timeZone, after, expected]) => {
    expect(dueTimes(cron(expression, timeZone), after, expected.length)).toEqual(expected)
  })

  test('that nobody knows is refused by name', () => {
    expect(() => nextTime(cron('* * * * *', 'Mars/Olympus'), 0)).toThrow(
      expect.objectContaining({ code: 'CRON_INVALID_TIME_ZONE', field: 'timeZone' }),
    )
  })
})

describe('a calendar rule', () => {
  test.for([
    ['0 0 L * *', '2024-01-31T00:00:00Z', ['2024-02-29', '2024-03-31', '2024-04-30']],
    ['0 0 L-3 * *', '2026-11-01T00:00:00Z', ['2026-11-27', '2026-12-28', '2027-01-28', '2027-02-25']],
    ['0 0 L-30 * *', '2026-11-01T00:00:00Z', ['2026-12-01', '2027-01-01', '2027-03-01']],
    ['0 0 LW * *', '2026-11-01T00:00:00Z', ['2026-11-30', '2026-12-31', '2027-01-29', '2027-02-26']],
    [
      '0 0 15W * *',
      '2025-06-01T00:00:00Z',
      ['2025-06-16', '2025-07-15', '2025-08-15', '2025-09-15', '2025-10-15', '2025-11-14'],
    ],
    ['0 0 1W * *', '2025-01-02T00:00:00Z', ['2025-02-03', '2025-03-03', '2025-04-01']],
    ['0 0 31W * *', '2026-11-01T00:00:00Z', ['2026-12-31', '2027-01-29', '2027-03-31', '2027-05-31', '2027-07-30']],
    ['0 0 * * 5L', '2026-11-01T00:00:00Z', ['2026-11-27', '2026-12-25', '2027-01-29']],
    ['0 0 * * FRI#L', '2025-02-01T00:00:00Z', ['2025-02-28', '2025-03-28']],
    ['0 0 * * TUE#3', '2025-06-01T00:00:00Z', ['2025-06-17', '2025-07-15']],
    ['0 0 * * 1#5', '2026-01-01T00:00:00Z', ['2026-03-30', '2026-06-29']],
    ['0 0 * * 7', '2026-11-23T00:00:00Z', ['2026-11-29', '2026-12-06']],
    ['0 0 * * 0L', '2026-11-23T00:00:00Z', ['2026-11-29', '2026-12-27']],
    [
      '0 0 1 * MON',
      '2025-09-01T00:00:00Z',
      ['2025-09-08', '2025-09-15', '2025-09-22', '2025-09-29', '2025-10-01', '2025-10-06'],
    ],
    ['0 0 1 * +MON', '2025-08-01T00:00:00Z', ['2025-09-01', '2025-12-01', '2026-06-01']],
    ['0 0 13 * +FRI', '2026-01-01T00:00:00Z', ['2026-02-13', '2026-03-13', '2026-11-13']],
    ['0 0 29 2 *', '2096-01-01T00:00:00Z', ['2096-02-29', '2104-02-29']],
    ['0 0 29 2 +MON', '2026-01-01T00:00:00Z', ['2044-02-29', '2072-02-29']],
    ['0 0 0 1 1 * 2030-2040/5', '2026-01-01T00:00:00Z', ['2030-01-01', '2035-01-01', '2040-01-01']],
  ] as const)('%s', ([expression, after, expected]) => {
    expect(dueTimes(cron(expression), after, expected.length)).toEqual(expected.map((date) => `${date}T00:00:00Z`))
  })
})

test.for([
  '0 0 31 2 *',
  '0 0 30 2 *',
  '0 0 31 2,4,6,9,11 *',
  '0 0 31W 4 *',
  '0 0 L-30 2 *',
  '0 0 0 29 2 * 2027',
  '0 0 0 1 1 * 1999',
  '0 0 1 * +MON#2',
])('never hangs on %s, which never comes', (expression) => {
  expect(nextTime(cron(expression, 'America/New_York'), Date.parse('2026-01-01T00:00:00Z'))).toBeUndefined()
})

test('ends with the year 9999', () => {
  expect(dueTimes(cron('0 0 1 1 *'), '9998-06-01T00:00:00Z', 5)).toEqual(['9999-01-01T00:00:00Z'])
  expect(nextTime(cron('* * * * *'), 8.64e15)).toBeUndefined()
})

test('is strictly later than the instant it is asked from', () => {
  const at = Date.parse('2026-01-01T09:00:00Z')
  expect(nextTime(cron('0 9 * * *'), at)).toBe(at + 86_400_000)
  expect(nextTime(cron('0 9 * * *'), at - 1)).toBe(at)
  expect(nextTime(cron('* * * * * *'), at + 999)).toBe(at + 1000)
  expect(nextTime({ type: 'once', atMs: at }, at)).toBeUndefined()
  expect(nextTime({ type: 'once', atMs: at }, at - 1)).toBe(at)
})

test('counts an interval from its anchor, before it as well as after', () => {
  const schedule: Schedule = { type: 'interval', everyMs: 90_000, anchorMs: 10_000 }
  expect([-80_001, -80_000, 9999, 10_000, 10_001].map((after) => nextTime(schedule, after))).toEqual([
    -80_000, 10_000, 10_000, 100_000, 100_000,
  ])
})

test('P20: refuses an instant that is none', () => {
  expect(() => nextTime(cron('* * * * *'), new Date('no date'))).toThrow(CronError)
  expect(() => nextTime({ type: 'interval', everyMs: 0 }, 0)).toThrow(expect.objectContaining({ field: 'everyMs' }))
})

describe('active hours', () => {
  test.for([
    ['leave out what is before and after', '0 * * * *', { from: '09:00', to: '11:00' }, ['T09:00', 'T10:00', 'T09:00']],
    ['wrap midnight', '0 */2 * * *', { from: '22:00', to: '03:00' }, ['T00:00', 'T02:00', 'T22:00', 'T00:00']],
    ['are all day when equal', '0 */12 * * *', { from: '09:00', to: '09:00' }, ['T00:00', 'T12:00']],
    [
      'count in their own zone',
      '0 * * * *',
      { from: '09:00', to: '10:00', timeZone: 'Asia/Tokyo' },
      ['T00:00', 'T00:00'],
    ],
  ] as const)('%s', ([, expression, activeHours, expected]) => {
    const found: string[] = []
    let due = nextTime(cron(expression), Date.parse('2025-12-31T23:59:59Z'), { activeHours })
    while (due !== undefined && found.length < expected.length) {
      found.push(new Date(due).toISOString().slice(10, 16))
      due = nextTime(cron(expression), due, { activeHours })
    }
    expect(found).toEqual(expected)
  })

  test('never meet a job of other hours', () => {
    expect(nextTime(cron('0 3 * * *'), 0, { activeHours: { from: '09:00', to: '17:00' } })).toBeUndefined()
  })

  test('let an interval job of seconds sleep the night in one step', () => {
    const due = nextTime({ type: 'interval', everyMs: 1000 }, Date.parse('2026-01-01T17:00:00Z'), {
      activeHours: { from: '09:00', to: '17:00' },
    })
    expect(new Date(due ?? 0).toISOString()).toBe('2026-01-02T09:00:00.000Z')
  })

  test('P20: that are no times of day are refused', () => {
    expect(() => nextTime(cron('* * * * *'), 0, { activeHours: { from: '9', to: '24:00' } })).toThrow(CronError)
  })
})
