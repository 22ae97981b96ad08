import { Cron } from 'croner'
import { expect, test } from 'vitest'
import { nextTime } from './next-time.ts'

/*
 * Every zone that this runtime knows, at clock changes of its own: for each zone up to four changes between 2000 and 2036,
 * spread over the years, and for each change jobs around it. Zones whose clocks went alike are taken once. croner 11 with
 * `fixedTimeRule: 'no-wildcard'` holds to the same rule of cron(8), but for two things: what a change of over three hours
 * means it does not say (the oracle does), and a fixed time in a gap that ends a day it loses.
 */

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MOST_CHANGES = 4
const RUNS = 16
const EXPRESSIONS = ['30 2 * * *', '0,30 0-3 * * *', '15 * * * *', '*/20 1-3 * * *', '59 23 * * *']

interface Change {
  readonly at: number
  readonly movedMs: number
}

function offsets(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
    const [, sign = '+', hours = '0', minutes = '0', seconds = '0'] =
      /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  }
}

/** Changes of a zone's clocks, found between two looks 30 days apart. */
function changesOf(timeZone: string): Change[] {
  const offsetAt = offsets(timeZone)
  const changes: Change[] = []
  let before = offsetAt(Date.UTC(2000, 0, 1))
  for (let at = Date.UTC(2000, 0, 1); at < Date.UTC(2036, 0, 1); at += 30 * DAY_MS) {
    const after = offsetAt(at + 30 * DAY_MS)
    if (after !== before) changes.push({ at: instantOf(offsetAt, at, at + 30 * DAY_MS), movedMs: after - before })
    before = after
  }
  const step = Math.max(1, Math.floor(changes.length / MOST_CHANGES))
  return changes.filter((_, index) => index % step === 0).slice(0, MOST_CHANGES)
}

function instantOf(offsetAt: (at: number) => number, from: number, to: number): number {
  const before = offsetAt(from)
  let [low, high] = [from, to]
  while (high - low > 60_000) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle) === before) low = middle
    else high = middle
  }
  return high
}

/** The zones, with their changes; of those whose clocks went alike the first. */
function zonesWithChanges(): Map<string, readonly Change[]> {
  const seen = new Set<string>()
  const found = new Map<string, readonly Change[]>()
  for (const timeZone of Intl.supportedValuesOf('timeZone')) {
    const changes = changesOf(timeZone)
    const alike = JSON.stringify([offsets(timeZone)(0), changes])
    if (!seen.has(alike)) found.set(timeZone, changes)
    seen.add(alike)
  }
  return found
}

test('P16 N4 agrees with croner around the clock changes of every zone there is', () => {
  const differences: object[] = []
  let compared = 0
  for (const [timeZone, changes] of zonesWithChanges()) {
    for (const { at, movedMs } of changes) {
      if (Math.abs(movedMs) > 3 * HOUR_MS) continue
      for (const expression of EXPRESSIONS) {
        const from = at - 4 * HOUR_MS
        const theirs = new Cron(expression, { timezone: timeZone, fixedTimeRule: 'no-wildcard' })
          .nextRuns(RUNS, new Date(from))
          .map((date) => date.getTime())
        const ours: number[] = []
        for (let due: number | undefined = from; due !== undefined && ours.length < theirs.length;) {
          due = nextTime({ type: 'cron', expression, timeZone }, due)
          if (due !== undefined) ours.push(due)
        }
        compared += 1
        const first = ours.findIndex((due, index) => due !== theirs[index])
        const isLostByCroner = expression === '59 23 * * *' && Math.abs((ours[first] ?? 0) - at) < 60_000
        if (isLostByCroner) continue
        if (first >= 0)
          differences.push({
            timeZone,
            expression,
            ours: iso(ours[first]),
            theirs: iso(theirs[first]),
            change: iso(at),
            movedMs,
          })
      }
    }
  }
  expect(differences).toEqual([])
  expect(compared).toBeGreaterThan(1000)
})

function iso(at: number | undefined): string {
  return at === undefined ? 'never' : new Date(at).toISOString()
}
