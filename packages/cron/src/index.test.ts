import { expect, test } from 'vitest'
import * as cron from './index.ts'

test('exports this and nothing else at run time', () => {
  expect(Object.keys(cron).toSorted()).toEqual([
    'CLOSED_BREAKER',
    'CronError',
    'DEFAULT_CATCH_UP_WINDOW_MS',
    'DEFAULT_TIMEOUT_MS',
    'activeHoursSchema',
    'createEmbeddedCronStore',
    'createScheduler',
    'decideMissed',
    'isActive',
    'jitterOf',
    'nextBreaker',
    'nextTime',
    'parseCron',
    'scheduleInputOf',
    'scheduleSchema',
    'timeoutOf',
  ])
})
