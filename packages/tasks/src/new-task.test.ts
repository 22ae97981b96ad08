import { expect, test } from 'vitest'
import { fingerprintOf, parseNewTask } from './new-task.ts'

const task = { agentId: 'a', title: 't', worker: { type: 'function', name: 'f' } }

test.for([
  ['title', { title: undefined }, 'title: must be text'],
  ['title', { title: '' }, 'title: must not be empty'],
  ['input', { input: Number.POSITIVE_INFINITY }, 'input: must be JSON of plain values'],
  ['input', { input: { at: new Map([[1, 2n]]), n: 1n } }, 'input: must be JSON'],
  ['maxAttempts', { maxAttempts: '3' }, 'maxAttempts: must be a whole number from 1 to 1000'],
  ['dependsOn', { dependsOn: ['x'] }, 'dependsOn.0: must be the id of a task'],
  ['lineage', { lineage: {} }, 'lineage.hops: is required'],
  ['retries', { retries: 3 }, 'retries: is not a known field: remove it or correct its name'],
] as const)('P20 says what is wrong with %s and how to put it right', ([, fields, message]) => {
  expect(() => parseNewTask({ ...task, ...fields })).toThrow(message)
})

test.for([undefined, null, 'task'])('P20 refuses %j as a task', (input) => {
  expect(() => parseNewTask(input)).toThrow('task: must be an object')
})

test('P20 refuses a circle without losing its stack', () => {
  const circle: unknown[] = []
  circle.push(circle)
  expect(() => parseNewTask({ ...task, input: circle })).toThrow(
    'input: must be JSON of plain values, nested at most 100 deep',
  )
})

test('takes a dependency once', () => {
  const id = 'task_000000000000000000000000'
  expect(() => parseNewTask({ ...task, dependsOn: [id, id] })).toThrow('dependsOn: must name each task once')
})

test('fingerprints what is asked for, not how it was written', () => {
  const fingerprint = fingerprintOf(parseNewTask({ ...task, idempotencyKey: 'k' }))
  const reordered = { worker: { name: 'f', type: 'function' }, title: 't', agentId: 'a', priority: 0, dependsOn: [] }
  expect(fingerprintOf(parseNewTask({ ...reordered, notBefore: undefined, idempotencyKey: 'k' }))).toBe(fingerprint)
  expect(fingerprintOf(parseNewTask({ ...task, title: 'T' }))).not.toBe(fingerprint)
  expect(fingerprintOf(parseNewTask({ ...task, input: [1, 2] }))).not.toBe(
    fingerprintOf(parseNewTask({ ...task, input: [2, 1] })),
  )
})
