import * as v from 'valibot'
import { expect, test } from 'vitest'
import { scheduleInputOf, scheduleSchema } from './schedule-schema.ts'

test.for([
  [{ cron: '0 9 * * 1-5' }, { type: 'cron', expression: '0 9 * * 1-5', timeZone: 'UTC' }],
  [
    { cron: '@daily', timeZone: 'Europe/Berlin' },
    { type: 'cron', expression: '@daily', timeZone: 'Europe/Berlin' },
  ],
  [{ everySecs: 1.5 }, { type: 'interval', everyMs: 1500 }],
  [{ at: '2026-07-01T09:00:00+02:00' }, { type: 'once', atMs: Date.parse('2026-07-01T07:00:00Z') }],
  [{ at: '2026-07-01t07:00:00.250z' }, { type: 'once', atMs: Date.parse('2026-07-01T07:00:00.250Z') }],
] as const)('reads %j', ([input, schedule]) => {
  expect(v.parse(scheduleSchema, input)).toEqual(schedule)
})

test.for([
  [{ cron: '0 25 * * *' }, 'cron', 'the hour field takes 0 to 23'],
  [{ cron: 5 }, 'cron', 'Expected string'],
  [{ cron: '0 9 * * *', timeZone: 'Mars/Olympus' }, 'timeZone', 'no time zone is called "Mars/Olympus"'],
  [{ cron: '0 9 * * *', everySecs: 60 }, 'everySecs', 'Expected never'],
  [{ cron: '0 9 * * *', timezone: 'UTC' }, 'timezone', 'Expected never'],
  [{ everySecs: 0.5 }, 'everySecs', 'at least 1 second'],
  [{ everySecs: '60' }, 'everySecs', 'Expected number'],
  [{ everySecs: Number.POSITIVE_INFINITY }, 'everySecs', 'at most'],
  [{ at: 'tomorrow' }, 'at', 'RFC 3339'],
  [{ at: '2026-07-01T09:00:00' }, 'at', 'RFC 3339'],
  [{ at: '2026-02-30T09:00:00Z' }, 'at', 'RFC 3339'],
  [{ at: '2026-13-01T09:00:00Z' }, 'at', 'RFC 3339'],
  [{}, null, 'one of cron, everySecs or at'],
  ['@daily', null, 'one of cron, everySecs or at'],
] as const)('P20: refuses %j, naming the field', ([input, field, message]) => {
  const result = v.safeParse(scheduleSchema, input)
  expect(result.success).toBe(false)
  const [issue] = result.issues ?? []
  expect(issue === undefined ? undefined : v.getDotPath(issue)).toBe(field)
  expect(issue?.message).toContain(message)
})

test.for([{ cron: '0 9 * * *', timeZone: 'Asia/Tokyo' }, { everySecs: 90 }, { at: '2026-07-01T07:00:00.000Z' }])(
  'writes %j as it was read',
  (input) => {
    expect(scheduleInputOf(v.parse(scheduleSchema, input))).toEqual(input)
  },
)
