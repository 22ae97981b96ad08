// When a schedule is due, without a scheduler: pure functions of @agentic/cron.
// Run it: node --conditions=@agentic/source examples/src/next-times.ts
import { nextTime, type Schedule } from '@agentic/cron'

const schedules: Readonly<Record<string, Schedule>> = {
  'workdays at nine in Berlin': { type: 'cron', expression: '0 9 * * 1-5', timeZone: 'Europe/Berlin' },
  'half past two in New York, on the night the clocks go forward': {
    type: 'cron',
    expression: '30 2 * * *',
    timeZone: 'America/New_York',
  },
  'the last day of the month': { type: 'cron', expression: '0 0 L * *', timeZone: 'UTC' },
}

const from = Date.parse('2026-03-08T00:00:00Z')
for (const [name, schedule] of Object.entries(schedules)) {
  const at = nextTime(schedule, from)
  console.log(name, at === undefined ? 'never' : new Date(at).toISOString())
}
