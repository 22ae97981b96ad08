import { expect, test } from 'vitest'
import { CronError } from './errors.ts'
import { parseCron } from './parse.ts'

test.for([
  '15 10 * * *',
  '30 8 * jan Mon',
  '5-59/15 9 * * *',
  '0 12 1-31 * MON',
  '  0\t12  * * *  ',
  '0 0 * * 7',
  '0 0 * * FRI-SUN',
  '0 0 * JAN-MAR/2,DEC *',
  '*/60 * * * *',
  '30 15 10 * * *',
  '0 0 0 1 1 * 1970-2199/2',
  '0 0 L,15,L-3,LW,1W * *',
  '0 0 * * 5L,FRI#L,fril,2#3,MON-FRI#1',
  '0 12 1 * +MON',
  '0 0 ? * ?',
  '* * 31 2 *',
  '@hourly',
  '@Daily',
])('reads %j', (expression) => {
  expect(parseCron(expression).source).toBe(expression)
})

test('reads a nickname as what it stands for', () => {
  expect({ ...parseCron('@weekly'), source: '' }).toEqual({ ...parseCron('0 0 * * 0'), source: '' })
})

test.for([
  ['60 0 * * *', 'minute', 1],
  ['0 24 * * *', 'hour', 3],
  ['0 0 32 * *', 'day-of-month', 5],
  ['0 0 0 * *', 'day-of-month', 5],
  ['0 0 * 13 *', 'month', 7],
  ['0 0 * * 8', 'day-of-week', 9],
  ['0 0 1,15,40 * *', 'day-of-month', 10],
  ['0 0 10-5 * *', 'day-of-month', 5],
  ['0 0 * * SAT-MON', 'day-of-week', 9],
  ['0 0 /30 * *', 'day-of-month', 5],
  ['5/15 * * * *', 'minute', 1],
  ['*/0 * * * *', 'minute', 1],
  ['*/61 * * * *', 'minute', 1],
  ['0 0 * * */8', 'day-of-week', 9],
  ['0,,1 * * * *', 'minute', 3],
  ['0 12 1-15W * *', 'day-of-month', 6],
  ['0 0 32W * *', 'day-of-month', 5],
  ['0 0 L-31 * *', 'day-of-month', 5],
  ['0 0 * * 1#6', 'day-of-week', 9],
  ['0 0 * * L', 'day-of-week', 9],
  ['0 12 +1 * MON', 'day-of-month', 6],
  ['0 12 * * MON,+TUE', 'day-of-week', 14],
  ['? 12 * * *', 'minute', 1],
  ['0 12 * FOO *', 'month', 8],
  ['0 12 * * FUN', 'day-of-week', 10],
  ['0 0 0 1 1 * 10000', 'year', 13],
  ['1.5 * * * *', 'minute', 1],
  ['-1 * * * *', 'minute', 1],
] as const)('P20: refuses %j, naming the field and the position', ([expression, field]) => {
  const error = errorOf(expression)
  expect(error).toMatchObject({ code: 'CRON_INVALID_EXPRESSION', field })
  expect(error.message).toContain(`the ${field} field`)
  expect(expression.slice((error.position ?? 0) - 1)).not.toBe('')
})

test('P20: says where in the expression the wrong part begins', () => {
  expect(errorOf('0 0 1,15,40 * *').position).toBe(10)
  expect(errorOf('0  0 * * MON,FUN').position).toBe(14)
})

test.for([
  '',
  '* * * *',
  '* * * * * * * *',
  '@daily 0 0 * * *',
  '@fortnightly',
  '@reboot',
  '0 0 * *\n*',
  'x'.repeat(100_000),
])('P20: refuses %j, which has no field to name', (expression) => {
  expect(errorOf(expression).code).toBe('CRON_INVALID_EXPRESSION')
})

test('P20: refuses what is not a string', () => {
  expect(errorOf(undefined as unknown as string).code).toBe('CRON_INVALID_EXPRESSION')
})

function errorOf(expression: string): CronError {
  try {
    parseCron(expression)
  } catch (error) {
    if (error instanceof CronError) return error
    throw error
  }
  throw new Error(`${expression} was read`)
}
