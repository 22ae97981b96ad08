import { expect, test } from 'vitest'
import type { TaskStatus } from './task.ts'
import { isTransitionAllowed, type TaskEvent, taskTransitions } from './transitions.ts'

const statuses: readonly TaskStatus[] = [
  'pending-approval',
  'backlog',
  'ready',
  'in-progress',
  'blocked',
  'done',
  'failed',
  'cancelled',
]

const table: readonly (readonly [TaskEvent, readonly string[]])[] = [
  ['approve', ['pending-approval -> ready', 'pending-approval -> backlog']],
  ['release', ['backlog -> ready']],
  ['claim', ['ready -> in-progress']],
  ['settle', ['done', 'blocked', 'failed', 'cancelled', 'ready'].map((to) => `in-progress -> ${to}`)],
  ['cancel', ['pending-approval', 'backlog', 'ready', 'blocked'].map((from) => `${from} -> cancelled`)],
  ['retry', ['done', 'failed', 'cancelled'].flatMap((from) => [`${from} -> ready`, `${from} -> backlog`])],
  ['resolve-retry', ['blocked -> ready', 'blocked -> backlog']],
  ['resolve-abandon', ['blocked -> cancelled']],
  ['ask', ['in-progress -> in-progress']],
  ['answer', ['in-progress -> in-progress']],
  ['answer-blocked', ['blocked -> ready', 'blocked -> backlog']],
  ['take-answer', ['in-progress -> in-progress']],
]

test('every event has its ways in this table', () => {
  expect(table.map(([event]) => event).toSorted()).toEqual(Object.keys(taskTransitions).toSorted())
})

test.for(table)('%s moves a task along its ways and along no other', ([event, ways]) => {
  const allowed = statuses.flatMap((from) =>
    statuses.filter((to) => isTransitionAllowed(event, from, to)).map((to) => `${from} -> ${to}`),
  )
  expect(allowed.toSorted()).toEqual(ways.toSorted())
})
