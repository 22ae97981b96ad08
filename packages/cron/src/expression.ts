/** Every `step`-th value from `from` to `to`, both included. */
export interface StepRange {
  readonly from: number
  readonly to: number
  readonly step: number
}

/** How day of month and day of week go together: one of them alone, either (the default), or both (`+`). */
export type DayRule = 'every-day' | 'days' | 'weekdays' | 'either' | 'both'

/** Days that depend on the month: `L`, `L-n`, `LW`, `nW`, `d#n`, `dL`. All are bit sets. */
export interface SpecialDays {
  /** Bit n: the n-th day before the last. */
  readonly beforeLast: number
  /** Bit n: the weekday (Monday to Friday) nearest to day n. */
  readonly nearestWeekday: number
  /** The last Monday to Friday of the month. */
  readonly lastWeekday: boolean
  /** At index n - 1, bit d: the n-th weekday d of the month, Sunday being 0. */
  readonly nthWeekdays: readonly number[]
  /** Bit d: the last weekday d of the month. */
  readonly lastWeekdays: number
}

/** A parsed cron expression: small bit sets, made by `parseCron`. Plain data, meant to be read by this package alone. */
export interface CronExpression {
  /** The expression as it was given. */
  readonly source: string
  /** No wildcard in seconds, minutes or hours: such jobs are neither lost nor doubled by a daylight-saving change. */
  readonly isFixedTime: boolean
  /** Bits 0 to 31 of the seconds. */
  readonly secondsLow: number
  /** Bits 32 to 59 of the seconds, from bit 0. */
  readonly secondsHigh: number
  readonly minutesLow: number
  readonly minutesHigh: number
  readonly hours: number
  /** Bit 0 is the 1st. */
  readonly days: number
  /** Bit 1 is January. */
  readonly months: number
  /** Bit 0 is Sunday. */
  readonly weekdays: number
  readonly dayRule: DayRule
  readonly special?: SpecialDays | undefined
  /** Absent when every year will do. */
  readonly years?: readonly StepRange[] | undefined
}

/** First and last year that expressions know, as OCPS 1.4 recommends. */
export const FIRST_YEAR = 1
export const LAST_YEAR = 9999
