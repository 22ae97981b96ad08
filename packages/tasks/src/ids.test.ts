import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createIds, isRunId, isTaskId } from './ids.ts'

test('ids sort in the order they were made, whatever the clock does', () => {
  const instants = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2 })
  fc.assert(
    fc.property(instants, (times) => {
      let time = 0
      const newId = createIds(() => time)
      const ids = times.map((instant) => {
        time = instant
        return newId('task')
      })
      expect(ids.toSorted()).toEqual(ids)
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})

test('ids stay in order when one millisecond makes more than its counter holds', () => {
  const newId = createIds(() => 7)
  const ids = Array.from({ length: 70_000 }, () => newId('run'))
  expect(ids.toSorted()).toEqual(ids)
  expect(ids.every(isRunId)).toBe(true)
})

test('an id tells what it is of', () => {
  const newId = createIds(() => 1_700_000_000_000)
  expect(isTaskId(newId('task'))).toBe(true)
  expect(isRunId(newId('task'))).toBe(false)
  expect(isTaskId(`${newId('task')}\n`)).toBe(false)
})
