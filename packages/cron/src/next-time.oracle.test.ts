import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextTime } from './next-time.ts'

// The oracle walks through time a minute (or a day) at a time and asks a predicate that never saw an expression's text.

const SEED = 20_261_123
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** A field as text and as what it means. */
interface Part {
  readonly text: string
  readonly has: (value: number) => boolean
}

const anyPart: fc.Arbitrary<Part> = fc.constant({ text: '*', has: () => true })

function fixedPart(min: number, max: number): fc.Arbitrary<Part> {
  const value = fc.integer({ min, max })
  return fc.oneof(
    value.map((only) => ({ text: `${only}`, has: (asked: number) => asked === only })),
    fc
      .uniqueArray(value, { minLength: 2, maxLength: 4 })
      .map((list) => ({ text: list.join(','), has: (asked: number) => list.includes(asked) })),
    fc.tuple(value, value, fc.integer({ min: 1, max: 5 })).map(([one, other, step]) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)]
      return {
        text: `${from}-${to}/${step}`,
        has: (asked: number) => asked >= from && asked <= to && (asked - from) % step === 0,
      }
    }),
  )
}

function steppedPart(min: number, max: number): fc.Arbitrary<Part> {
  return fc
    .integer({ min: 2, max: max - min })
    .map((step) => ({ text: `*/${step}`, has: (asked: number) => (asked - min) % step === 0 }))
}

/** The transition's UTC day, and what it does. */
const TRANSITIONS = [
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['Australia/Lord_Howe', '2026-04-04'],
  ['Australia/Lord_Howe', '2026-10-03'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2018-02-18'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kathmandu', '1985-12-31'],
  ['Asia/Pyongyang', '2018-05-04'],
  ['America/Caracas', '2016-05-01'],
  ['Pacific/Kwajalein', '1993-08-21'],
  ['UTC', '2026-06-30'],
] as const

interface WallMinute {
  readonly at: number
  /** The wall clock, as if it were UTC. */
  readonly wall: number
}

/** What the wall shows at every minute of six days around a transition. */
function wallMinutes(timeZone: string, day: string): WallMinute[] {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  const start = Date.parse(`${day}T00:00:00Z`) - 2 * DAY_MS
  return Array.from({ length: (4 * DAY_MS) / MINUTE_MS }, (_, index) => {
    const at = start + index * MINUTE_MS
    return { at, wall: Date.parse(`${format.format(at).replace(', ', 'T')}:00Z`) }
  })
}

/** The due times by the rule of cron(8), stated minute by minute. */
function oracle(minutes: readonly WallMinute[], isFixed: boolean, hour: Part, minute: Part): number[] {
  const isNamed = (wall: number): boolean =>
    hour.has(new Date(wall).getUTCHours()) && minute.has(new Date(wall).getUTCMinutes())
  const due: number[] = []
  let shownUntil = Number.NEGATIVE_INFINITY
  let before: WallMinute | undefined
  for (const now of minutes) {
    const moved = before === undefined ? 0 : (now.wall - before.wall - MINUTE_MS) / MINUTE_MS
    if (Math.abs(moved) > 180) shownUntil = Number.NEGATIVE_INFINITY
    const missing: number[] = []
    for (let wall = now.wall - moved * MINUTE_MS; moved > 0 && moved <= 180 && wall < now.wall; wall += MINUTE_MS)
      missing.push(wall)
    const isFixedDue = (now.wall > shownUntil && isNamed(now.wall)) || missing.some(isNamed)
    if (isFixed ? isFixedDue : isNamed(now.wall)) due.push(now.at)
    shownUntil = Math.max(shownUntil, now.wall)
    before = now
  }
  return due
}

const clockTimes = fc.oneof(
  fc.tuple(fc.constant(true), fixedPart(0, 3), fixedPart(0, 59)),
  fc.tuple(fc.constant(true), fixedPart(0, 23), fixedPart(0, 59)),
  fc.tuple(fc.constant(false), fc.oneof(anyPart, steppedPart(0, 23)), fc.oneof(fixedPart(0, 59), anyPart)),
  fc.tuple(fc.constant(false), fixedPart(0, 23), fc.oneof(anyPart, steppedPart(0, 59))),
)

test.for(TRANSITIONS)('P16 N4 E24: agrees with a walk minute by minute around %s %s', ([timeZone, day]) => {
  const minutes = wallMinutes(timeZone, day)
  fc.assert(
    fc.property(clockTimes, ([isFixed, hour, minute]) => {
      const expected = oracle(minutes, isFixed, hour, minute)
      const schedule = { type: 'cron', expression: `${minute.text} ${hour.text} * * *`, timeZone } as const
      const found: number[] = []
      const [first, last] = [minutes[0]?.at ?? 0, minutes.at(-1)?.at ?? 0]
      for (let due = nextTime(schedule, first - 1); due !== undefined && due <= last; due = nextTime(schedule, due))
        found.push(due)
      expect(found).toEqual(expected)
    }),
    { numRuns: 60, seed: SEED },
  )
})

/** A rule for days, given the day and the month's length. */
interface DayPart {
  readonly text: string
  readonly has: (date: Date) => boolean
}

function monthLength(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
}

function onDay(date: Date, day: number): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day))
}

function isWorkday(date: Date): boolean {
  return date.getUTCDay() % 6 !== 0
}

/** The workday of the month that is nearest to a day, found by trying the nearest first. */
function nearestWorkday(date: Date, day: number): number | undefined {
  if (day > monthLength(date)) return undefined
  return [day, day - 1, day + 1, day + 2, day - 2].find(
    (near) => near >= 1 && near <= monthLength(date) && isWorkday(onDay(date, near)),
  )
}

const dayOfMonth = fc.integer({ min: 1, max: 31 })
const dayItem: fc.Arbitrary<DayPart> = fc.oneof(
  dayOfMonth.map((day) => ({ text: `${day}`, has: (date: Date) => date.getUTCDate() === day })),
  fc.tuple(dayOfMonth, dayOfMonth).map(([one, other]) => {
    const [from, to] = [Math.min(one, other), Math.max(one, other)]
    return { text: `${from}-${to}`, has: (date: Date) => date.getUTCDate() >= from && date.getUTCDate() <= to }
  }),
  fc.integer({ min: 0, max: 30 }).map((before) => ({
    text: before === 0 ? 'L' : `L-${before}`,
    has: (date: Date) => date.getUTCDate() === monthLength(date) - before,
  })),
  dayOfMonth.map((day) => ({ text: `${day}W`, has: (date: Date) => date.getUTCDate() === nearestWorkday(date, day) })),
  fc.constant({ text: 'LW', has: (date: Date) => date.getUTCDate() === nearestWorkdayBefore(date, monthLength(date)) }),
)

function nearestWorkdayBefore(date: Date, day: number): number {
  return isWorkday(onDay(date, day)) ? day : nearestWorkdayBefore(date, day - 1)
}

const weekday = fc.integer({ min: 0, max: 7 })
const weekdayItem: fc.Arbitrary<DayPart> = fc.oneof(
  weekday.map((day) => ({ text: `${day}`, has: (date: Date) => date.getUTCDay() === day % 7 })),
  fc.tuple(weekday, fc.integer({ min: 1, max: 5 })).map(([day, nth]) => ({
    text: `${day}#${nth}`,
    has: (date: Date) => date.getUTCDay() === day % 7 && Math.ceil(date.getUTCDate() / 7) === nth,
  })),
  weekday.map((day) => ({
    text: `${day}L`,
    has: (date: Date) => date.getUTCDay() === day % 7 && date.getUTCDate() > monthLength(date) - 7,
  })),
)

function listOf(item: fc.Arbitrary<DayPart>): fc.Arbitrary<DayPart> {
  return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => ({
    text: items.map(({ text }) => text).join(','),
    has: (date: Date) => items.some(({ has }) => has(date)),
  }))
}

const dayRules: fc.Arbitrary<DayPart> = fc.oneof(
  listOf(dayItem).map(({ text, has }) => ({ text: `${text} * *`, has })),
  listOf(weekdayItem).map(({ text, has }) => ({ text: `* * ${text}`, has })),
  fc.tuple(listOf(dayItem), listOf(weekdayItem)).map(([day, week]) => ({
    text: `${day.text} * ${week.text}`,
    has: (date: Date) => day.has(date) || week.has(date),
  })),
  fc.tuple(listOf(dayItem), listOf(weekdayItem)).map(([day, week]) => ({
    text: `${day.text} * +${week.text}`,
    has: (date: Date) => day.has(date) && week.has(date),
  })),
  fc.tuple(listOf(dayItem), fixedPart(1, 12)).map(([day, month]) => ({
    text: `${day.text} ${month.text} *`,
    has: (date: Date) => day.has(date) && month.has(date.getUTCMonth() + 1),
  })),
)

test('agrees with a walk day by day over nine years, leap day and century included', () => {
  const start = Date.parse('2096-01-01T00:00:00Z')
  const days = Array.from({ length: 3287 }, (_, index) => new Date(start + index * DAY_MS))
  fc.assert(
    fc.property(dayRules, ({ text, has }) => {
      const schedule = { type: 'cron', expression: `0 0 ${text}`, timeZone: 'UTC' } as const
      const found: number[] = []
      const last = days.at(-1)?.getTime() ?? 0
      for (let due = nextTime(schedule, start - 1); due !== undefined && due <= last; due = nextTime(schedule, due))
        found.push(due)
      expect(found).toEqual(days.filter(has).map((date) => date.getTime()))
    }),
    { numRuns: 200, seed: SEED },
  )
})
