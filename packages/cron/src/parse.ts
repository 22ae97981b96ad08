import { CronError } from './errors.ts'
import {
  type CronExpression,
  type DayRule,
  FIRST_YEAR,
  LAST_YEAR,
  type SpecialDays,
  type StepRange,
} from './expression.ts'

type FieldName = 'second' | 'minute' | 'hour' | 'day-of-month' | 'month' | 'day-of-week' | 'year'

interface FieldRule {
  readonly name: FieldName
  readonly min: number
  readonly max: number
  /** Most that a step may be: how many values the field has. */
  readonly size: number
  readonly names: readonly string[]
}

/** A part of the expression with the place where it begins, counted from 0. */
interface Token {
  readonly text: string
  readonly at: number
}

const MONTHS = ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const SECOND: FieldRule = { name: 'second', min: 0, max: 59, size: 60, names: [] }
const MINUTE: FieldRule = { name: 'minute', min: 0, max: 59, size: 60, names: [] }
const HOUR: FieldRule = { name: 'hour', min: 0, max: 23, size: 24, names: [] }
const DAY: FieldRule = { name: 'day-of-month', min: 1, max: 31, size: 31, names: [] }
const MONTH: FieldRule = { name: 'month', min: 1, max: 12, size: 12, names: MONTHS }
const WEEKDAY: FieldRule = { name: 'day-of-week', min: 0, max: 7, size: 7, names: WEEKDAYS }
const YEAR: FieldRule = { name: 'year', min: FIRST_YEAR, max: LAST_YEAR, size: LAST_YEAR, names: [] }

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])

/** No sensible expression is longer; what is longer is not worth reading. */
const MAX_LENGTH = 1000

const ZERO: Token = { text: '0', at: 0 }
const ANY: Token = { text: '*', at: 0 }

/**
 * Reads a cron expression: Open Cron Pattern Specification 1.0 to 1.4 (five fields, six with seconds, seven with year
 * too) and `L-n`. Throws CRON_INVALID_EXPRESSION naming the field and the position.
 */
export function parseCron(expression: string): CronExpression {
  const [second, minute, hour, day, month, weekday, year] = fieldsOf(expression)
  const special = {
    beforeLast: 0,
    nearestWeekday: 0,
    lastWeekday: false,
    nthWeekdays: [0, 0, 0, 0, 0],
    lastWeekdays: 0,
  }
  const isBoth = weekday.text.startsWith('+')
  const seconds = rangesOf(SECOND, second)
  const minutes = rangesOf(MINUTE, minute)
  const weekdays = lowBits(
    weekdayRangesOf(isBoth ? { text: weekday.text.slice(1), at: weekday.at + 1 } : weekday, special),
  )
  return {
    source: expression,
    isFixedTime: ![second, minute, hour].some(({ text }) => text.includes('*')),
    secondsLow: lowBits(seconds),
    secondsHigh: highBits(seconds),
    minutesLow: lowBits(minutes),
    minutesHigh: highBits(minutes),
    hours: lowBits(rangesOf(HOUR, hour)),
    days: lowBits(dayRangesOf(day, special)) >>> 1,
    months: lowBits(rangesOf(MONTH, month)),
    // 7 is Sunday as 0 is.
    weekdays: (weekdays | (weekdays >> 7)) & 0x7f,
    dayRule: dayRuleOf(isAny(day.text), isAny(weekday.text.replace('+', '')), isBoth),
    ...(hasSpecial(special) && { special }),
    ...(year.text !== '*' && { years: rangesOf(YEAR, year) }),
  }
}

type Seven<Item> = [Item, Item, Item, Item, Item, Item, Item]

function fieldsOf(expression: string): Seven<Token> {
  if (typeof expression !== 'string')
    throw new CronError('CRON_INVALID_EXPRESSION', 'a cron expression must be a string')
  if (expression.length > MAX_LENGTH) {
    throw new CronError(
      'CRON_INVALID_EXPRESSION',
      `a cron expression has at most ${MAX_LENGTH} characters, not ${expression.length}`,
    )
  }
  const tokens = tokensOf(expression)
  const [first] = tokens
  if (first?.text.startsWith('@') === true) return fieldsOf(longFormOf(tokens))
  switch (tokens.length) {
    case 5:
      return [ZERO, ...tokens, ANY] as Seven<Token>
    case 6:
      return [...tokens, ANY] as Seven<Token>
    case 7:
      return tokens as Seven<Token>
    default:
      throw new CronError(
        'CRON_INVALID_EXPRESSION',
        `${quoted(expression)} has ${tokens.length} fields: write minute hour day-of-month month day-of-week, with a second before and a year after if wanted`,
      )
  }
}

function tokensOf(expression: string): Token[] {
  return [...expression.matchAll(/[^ \t]+/g)].map((match) => ({ text: match[0], at: match.index }))
}

function longFormOf(tokens: readonly Token[]): string {
  const [{ text: nickname }] = tokens as [Token]
  const longForm = tokens.length === 1 ? NICKNAMES.get(nickname.toLowerCase()) : undefined
  if (longForm !== undefined) return longForm
  if (nickname.toLowerCase() === '@reboot') {
    throw new CronError('CRON_INVALID_EXPRESSION', '@reboot names a start, not a time: no schedule can hold it', {
      position: 1,
    })
  }
  throw new CronError(
    'CRON_INVALID_EXPRESSION',
    `a nickname stands alone and is one of ${[...NICKNAMES.keys()].join(', ')}`,
    { position: 1 },
  )
}

function rangesOf(rule: FieldRule, field: Token): StepRange[] {
  return itemsOf(field).map((item) => rangeOf(rule, item))
}

/** Ranges of the day of month; what depends on the month goes to `special`. */
function dayRangesOf(field: Token, special: Mutable<SpecialDays>): StepRange[] {
  const ranges: StepRange[] = []
  for (const item of itemsOf(field)) {
    const text = item.text.toUpperCase()
    const before = /^L(?:-(\d+))?$/.exec(text)
    const nearest = /^(\d+)W$/.exec(text)
    if (text === 'LW') special.lastWeekday = true
    else if (before !== null) special.beforeLast |= 1 << boundedNumber(DAY, before[1] ?? '0', item, 0, 30)
    else if (nearest !== null) special.nearestWeekday |= 1 << boundedNumber(DAY, nearest[1] ?? '', item, 1, 31)
    else ranges.push(rangeOf(DAY, item))
  }
  return ranges
}

/** Ranges of the day of week; what depends on the month goes to `special`. */
function weekdayRangesOf(field: Token, special: Mutable<SpecialDays>): StepRange[] {
  const ranges: StepRange[] = []
  for (const item of itemsOf(field)) {
    const match = /^([A-Z]{3}|\d)(-(?:[A-Z]{3}|\d))?(?:#(\d+|L)|(L))$/i.exec(item.text)
    if (match === null) {
      ranges.push(rangeOf(WEEKDAY, item))
      continue
    }
    const bits = lowBits([rangeOf(WEEKDAY, { text: `${match[1]}${match[2] ?? ''}`, at: item.at })])
    const folded = (bits | (bits >> 7)) & 0x7f
    const nth = (match[3] ?? 'L').toUpperCase()
    if (nth === 'L') special.lastWeekdays |= folded
    else special.nthWeekdays[boundedNumber(WEEKDAY, nth, item, 1, 5) - 1]! |= folded
  }
  return ranges
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] extends readonly number[] ? number[] : Type[Key] }

function itemsOf(field: Token): Token[] {
  let at = field.at
  return field.text.split(',').map((text) => {
    const item = { text, at }
    at += text.length + 1
    return item
  })
}

function rangeOf(rule: FieldRule, item: Token): StepRange {
  const match = /^(\*|\?|[A-Za-z]+|\d+)(?:-([A-Za-z]+|\d+))?(?:\/(\d+))?$/.exec(item.text)
  if (match === null) throw invalid(rule, item, item.text === '' ? 'is empty' : `does not know ${quoted(item.text)}`)
  const [, start = '', end, step] = match
  const isWildcard = start === '*' || start === '?'
  if (start === '?' && !isDayField(rule)) throw invalid(rule, item, 'takes no ?: write *')
  if (isWildcard && end !== undefined) throw invalid(rule, item, `cannot have a range from ${start}`)
  if (!isWildcard && end === undefined && step !== undefined) {
    throw invalid(rule, item, `needs a range before a step: write */${step} or ${start}-${rule.max}/${step}`)
  }
  const from = isWildcard ? rule.min : valueOf(rule, start, item)
  const to = isWildcard ? wildcardEnd(rule) : end === undefined ? from : endOf(rule, end, item)
  if (from > to)
    throw invalid(rule, item, `has a range that ends before it begins: write ${start}-${rule.max},${rule.min}-${end}`)
  return { from, to, step: step === undefined ? 1 : boundedNumber(rule, step, item, 1, rule.size) }
}

/** 7 is a second name of Sunday, not an eighth day. */
function wildcardEnd(rule: FieldRule): number {
  return rule === WEEKDAY ? 6 : rule.max
}

/** Sunday ends a week as well as beginning it: FRI-SUN is 5-7. */
function endOf(rule: FieldRule, text: string, item: Token): number {
  return rule === WEEKDAY && text.toUpperCase() === 'SUN' ? 7 : valueOf(rule, text, item)
}

function valueOf(rule: FieldRule, text: string, item: Token): number {
  if (/^\d/.test(text)) return boundedNumber(rule, text, item, rule.min, rule.max)
  const index = rule.names.indexOf(text.toUpperCase())
  if (index < 0) throw invalid(rule, item, `does not know the name ${quoted(text)}`)
  return index
}

function boundedNumber(rule: FieldRule, text: string, item: Token, min: number, max: number): number {
  const value = Number(text)
  if (value >= min && value <= max) return value
  throw invalid(rule, item, `takes ${min} to ${max} here, not ${text.slice(0, 20)}`)
}

function invalid(rule: FieldRule, item: Token, problem: string): CronError {
  const position = item.at + 1
  return new CronError('CRON_INVALID_EXPRESSION', `the ${rule.name} field ${problem} (at position ${position})`, {
    field: rule.name,
    position,
  })
}

function isDayField(rule: FieldRule): boolean {
  return rule === DAY || rule === WEEKDAY
}

function isAny(text: string): boolean {
  return text === '*' || text === '?'
}

function dayRuleOf(isAnyDay: boolean, isAnyWeekday: boolean, isBoth: boolean): DayRule {
  if (isAnyDay && isAnyWeekday) return 'every-day'
  if (isAnyDay) return 'weekdays'
  if (isAnyWeekday) return 'days'
  return isBoth ? 'both' : 'either'
}

function hasSpecial(special: SpecialDays): boolean {
  const { beforeLast, nearestWeekday, lastWeekday, nthWeekdays, lastWeekdays } = special
  return lastWeekday || (beforeLast | nearestWeekday | lastWeekdays) !== 0 || nthWeekdays.some((bits) => bits !== 0)
}

function lowBits(ranges: readonly StepRange[]): number {
  return bitsFrom(ranges, 0)
}

function highBits(ranges: readonly StepRange[]): number {
  return bitsFrom(ranges, 32)
}

/** The 32 values from `base` on, as bits. */
function bitsFrom(ranges: readonly StepRange[], base: number): number {
  let bits = 0
  for (const { from, to, step } of ranges) {
    for (let value = from; value <= to; value += step) {
      if (value >= base && value < base + 32) bits |= 1 << (value - base)
    }
  }
  return bits
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text)
}
