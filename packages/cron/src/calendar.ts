import { type CronExpression, FIRST_YEAR, LAST_YEAR, type SpecialDays } from './expression.ts'

const DAY_SECS = 86_400

/** Days from 0000-03-01, where the counting of civil days below begins, to 1970-01-01. */
const EPOCH_DAYS = 719_468

/** The calendar repeats after so many years: 400 Gregorian years are a whole number of weeks. */
const CYCLE_YEARS = 400

const FIRST_LOCAL = dayNumber(FIRST_YEAR, 1) * DAY_SECS
const LAST_DAY = dayNumber(LAST_YEAR + 1, 1) - 1
const ALL_DAYS = 0x7fff_ffff
const ALL_MONTHS = 0b1_1111_1111_1110
const MONDAY_TO_FRIDAY = 0b011_1110

/**
 * Finds the first wall-clock second, at or after `from`, that the expression names; `undefined` when there is none up to
 * the year 9999. Wall clocks are counted as if they were UTC: seconds since 1970-01-01T00:00:00 on the wall.
 */
export function nextLocal(expression: CronExpression, from: number): number | undefined {
  const start = from < FIRST_LOCAL ? FIRST_LOCAL : from
  const day = Math.floor(start / DAY_SECS)
  const firstDay = nextDay(expression, day)
  if (firstDay === day) {
    const second = nextSecondOfDay(expression, start - day * DAY_SECS)
    if (second >= 0) return day * DAY_SECS + second
  }
  const nextOne = firstDay === day ? nextDay(expression, day + 1) : firstDay
  if (nextOne === undefined) return undefined
  return nextOne * DAY_SECS + nextSecondOfDay(expression, 0)
}

/** The first second of the day at or after `second` that the expression names, or -1. */
function nextSecondOfDay(expression: CronExpression, second: number): number {
  const { hours, minutesLow, minutesHigh, secondsLow, secondsHigh } = expression
  const hour = (second / 3600) | 0
  if ((hours >>> hour) & 1) {
    const minute = ((second - hour * 3600) / 60) | 0
    const here = nextOf60(minutesLow, minutesHigh, minute)
    if (here === minute) {
      const found = nextOf60(secondsLow, secondsHigh, second - hour * 3600 - minute * 60)
      if (found >= 0) return hour * 3600 + minute * 60 + found
    }
    const later = here === minute ? nextOf60(minutesLow, minutesHigh, minute + 1) : here
    if (later >= 0) return hour * 3600 + later * 60 + nextOf60(secondsLow, secondsHigh, 0)
  }
  const laterHours = hours & (-2 << hour)
  if (laterHours === 0) return -1
  return lowestBit(laterHours) * 3600 + nextOf60(minutesLow, minutesHigh, 0) * 60 + nextOf60(secondsLow, secondsHigh, 0)
}

/** The first value at or after `from` of a set of 0 to 59, or -1. */
function nextOf60(low: number, high: number, from: number): number {
  if (from < 32) {
    const bits = low & (-1 << from)
    if (bits !== 0) return lowestBit(bits)
    return high === 0 ? -1 : 32 + lowestBit(high)
  }
  const bits = high & (-1 << (from - 32))
  return bits === 0 ? -1 : 32 + lowestBit(bits)
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits)
}

/** The first day at or after `from` that the expression names, counted from 1970-01-01. */
function nextDay(expression: CronExpression, from: number): number | undefined {
  if (from > LAST_DAY) return undefined
  if (expression.dayRule === 'every-day' && expression.months === ALL_MONTHS && expression.years === undefined)
    return from

  // The civil date of a day number: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  const shifted = from + EPOCH_DAYS
  const era = (shifted / 146_097) | 0
  const dayOfEra = shifted - era * 146_097
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0
  const dayOfYear = dayOfEra - (365 * yearOfEra + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0))
  const shiftedMonth = ((5 * dayOfYear + 2) / 153) | 0
  const day = dayOfYear - (((153 * shiftedMonth + 2) / 5) | 0)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)

  if (isMonthNamed(expression, year, month)) {
    const first = from - day
    const days = daysNamed(expression, year, month, first) & (-1 << day)
    if (days !== 0) return first + lowestBit(days)
  }
  return nextDayFromMonth(expression, month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1)
}

function nextDayFromMonth(expression: CronExpression, startYear: number, startMonth: number): number | undefined {
  const lastYear = expression.years === undefined ? Math.min(LAST_YEAR, startYear + CYCLE_YEARS) : LAST_YEAR
  let year = nextYear(expression, startYear)
  let month = year === startYear ? startMonth : 1
  while (year <= lastYear) {
    const months = month > 12 ? 0 : expression.months & (-1 << month)
    if (months === 0) {
      year = nextYear(expression, year + 1)
      month = 1
      continue
    }
    month = lowestBit(months)
    const first = dayNumber(year, month)
    const days = daysNamed(expression, year, month, first)
    if (days !== 0) return first + lowestBit(days)
    month++
  }
  return undefined
}

function isMonthNamed(expression: CronExpression, year: number, month: number): boolean {
  if (((expression.months >>> month) & 1) === 0) return false
  return expression.years === undefined || nextYear(expression, year) === year
}

/** The first year at or after `from` that the expression names; past the last year when there is none. */
function nextYear(expression: CronExpression, from: number): number {
  if (expression.years === undefined) return from
  let found = LAST_YEAR + 1
  for (const { from: first, to, step } of expression.years) {
    const year = from <= first ? first : first + Math.ceil((from - first) / step) * step
    if (year <= to && year < found) found = year
  }
  return found
}

/** The days of a month that the expression names, bit 0 being the 1st. `first` is the day number of the 1st. */
function daysNamed(expression: CronExpression, year: number, month: number, first: number): number {
  const length = monthLength(year, month)
  const inMonth = ALL_DAYS >>> (31 - length)
  if (expression.dayRule === 'every-day') return inMonth
  const firstWeekday = weekdayOf(first)
  let days = expression.days
  let weekdays = spreadWeekdays(expression.weekdays, firstWeekday)
  if (expression.special !== undefined) {
    days |= specialDays(expression.special, length, firstWeekday)
    weekdays |= specialWeekdays(expression.special, length, firstWeekday)
  }
  switch (expression.dayRule) {
    case 'days':
      return days & inMonth
    case 'weekdays':
      return weekdays & inMonth
    case 'either':
      return (days | weekdays) & inMonth
    case 'both':
      return days & weekdays & inMonth
    default:
      return expression.dayRule satisfies never
  }
}

/** Repeats a set of weekdays over a month that begins on `firstWeekday`. */
function spreadWeekdays(weekdays: number, firstWeekday: number): number {
  const week = ((weekdays >>> firstWeekday) | (weekdays << (7 - firstWeekday))) & 0x7f
  return week | (week << 7) | (week << 14) | (week << 21) | (week << 28)
}

function specialDays(special: SpecialDays, length: number, firstWeekday: number): number {
  let days = 0
  for (let before = 0; before < length; before++) {
    if ((special.beforeLast >>> before) & 1) days |= 1 << (length - 1 - before)
  }
  if (special.lastWeekday)
    days |= highestBitOf(spreadWeekdays(MONDAY_TO_FRIDAY, firstWeekday) & (ALL_DAYS >>> (31 - length)))
  for (let day = 1; day <= length; day++) {
    if ((special.nearestWeekday >>> day) & 1) days |= 1 << (nearestWeekday(day, length, firstWeekday) - 1)
  }
  return days
}

/** The Monday to Friday nearest to a day, without leaving the month. */
function nearestWeekday(day: number, length: number, firstWeekday: number): number {
  const weekday = (firstWeekday + day - 1) % 7
  if (weekday === 6) return day === 1 ? 3 : day - 1
  if (weekday === 0) return day === length ? day - 2 : day + 1
  return day
}

function specialWeekdays(special: SpecialDays, length: number, firstWeekday: number): number {
  let days = spreadWeekdays(special.lastWeekdays, firstWeekday) & (0x7f << (length - 7))
  for (const [index, weekdays] of special.nthWeekdays.entries()) {
    days |= spreadWeekdays(weekdays, firstWeekday) & (0x7f << (index * 7))
  }
  return days
}

function highestBitOf(bits: number): number {
  return 1 << (31 - Math.clz32(bits))
}

/** Days from 1970-01-01 to the 1st of a month. */
function dayNumber(year: number, month: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year
  const era = (shiftedYear / 400) | 0
  const yearOfEra = shiftedYear - era * 400
  const shiftedMonth = month <= 2 ? month + 9 : month - 3
  const dayOfYear = ((153 * shiftedMonth + 2) / 5) | 0
  return era * 146_097 + yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear - EPOCH_DAYS
}

function monthLength(year: number, month: number): number {
  if (month !== 2) return 30 + ((month + (month >> 3)) & 1)
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

/** Sunday is 0; 1970-01-01 was a Thursday. The added weeks keep days before 1970 positive. */
function weekdayOf(day: number): number {
  return (day + 4 + 7_000_000) % 7
}
