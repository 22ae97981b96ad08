import type { CronJob, Firing } from '@agentic/cron'
import type { Task, TaskStatus } from '@agentic/tasks'
import { describe, expect, test } from 'vitest'
import { firingIdOf, firingKey, resultOfTask, taskOfFiring } from './firing-tasks.ts'

const firing = { id: 'job@1', agentId: 'a', timeoutMs: 90_000 } as Firing
const job = { task: { title: 'Work', worker: { type: 'function', name: 'x' }, input: { n: 1 } } } as unknown as CronJob

const task = (fields: Partial<Task>): Task => ({ id: 't', agentId: 'a', ...fields }) as Task

describe('the task of a firing', () => {
  test('is the job’s, with the firing’s timeout as its wall clock', () => {
    expect(taskOfFiring(firing, job)).toEqual({
      title: 'Work',
      worker: { type: 'function', name: 'x' },
      input: { n: 1 },
      maxAttempts: 1,
      agentId: 'a',
      wallClockMs: 90_000,
      lineage: { hops: 0, source: 'cron:job@1' },
      idempotencyKey: 'firing job@1',
    })
  })

  test('is tried as often as the job says', () => {
    expect(taskOfFiring(firing, { ...job, task: { ...(job.task as object), maxAttempts: 3 } }).maxAttempts).toBe(3)
  })

  test('is found back by its source, and has a key that no caller can send', () => {
    expect(firingIdOf(task({ lineage: { hops: 0, source: 'cron:job@1' } }))).toBe('job@1')
    for (const lineage of [undefined, { hops: 0 }, { hops: 0, source: 'http' }, { hops: 0, source: 'xcron:job@1' }])
      expect(firingIdOf(task(lineage === undefined ? {} : { lineage }))).toBeUndefined()
    expect(firingKey('job@1')).not.toMatch(/^[\x21-\x7e]+$/)
  })
})

describe('P17 a firing ends', () => {
  const timeout = { type: 'timeout', elapsedMs: 1, limit: 'wall-clock', segments: 0 } as const
  test.for<[TaskStatus, Partial<Task>, unknown]>([
    ['done', {}, { type: 'succeeded' }],
    ['failed', { outcome: timeout }, { type: 'failed', reason: 'timeout' }],
    ['failed', {}, { type: 'failed', reason: 'failed' }],
    ['blocked', {}, { type: 'failed', reason: 'blocked' }],
    ['blocked', { waiting: { id: 'q', type: 'question', text: 'Red?', askedAt: 1, runId: 'r' } }, undefined],
    ['cancelled', { note: 'enough' }, { type: 'cancelled', reason: 'enough' }],
    ['cancelled', {}, { type: 'cancelled', reason: 'its task was cancelled' }],
    ['pending-approval', {}, undefined],
    ['backlog', {}, undefined],
    ['ready', {}, undefined],
    ['in-progress', {}, undefined],
  ])('with its task: %s', ([status, fields, result]) => {
    expect(resultOfTask(task({ status, ...fields }))).toEqual(result)
  })
})
