import type { Agent } from '@agentic/agents'
import type { Firing } from '@agentic/cron'
import type { Run, Task, TaskChange } from '@agentic/tasks'
import { describe, expect, test } from 'vitest'
import { ringOfTaskChange } from './ring-for-tasks.ts'
import { eventOfAgentChange, eventOfFiring, eventsOfTaskChanges } from './tell-events.ts'

const agent: Agent = { id: 'a', mode: 'dormant', settings: {}, createdAt: 0, updatedAt: 1_000 }

const task = (fields: Partial<Task> = {}): Task => ({
  id: 'task_1',
  agentId: 'a',
  title: 'Work',
  worker: { type: 'function', name: 'x' },
  status: 'ready',
  priority: 0,
  attempts: 0,
  maxAttempts: 3,
  dependsOn: [],
  revision: 7,
  createdAt: 0,
  updatedAt: 0,
  ...fields,
})

const run = (fields: Partial<Run> = {}): Run => ({
  id: 'run_1',
  taskId: 'task_1',
  agentId: 'a',
  number: 1,
  status: 'running',
  startedAt: 0,
  ...fields,
})

const blocked = {
  type: 'blocked',
  block: { type: 'login-wall' },
  url: 'https://shop.example/',
  evidence: { signals: ['a login form'] },
} as const

const typesOf = (changes: readonly TaskChange[]): string[] => eventsOfTaskChanges(changes).map(({ type }) => type)

describe('an event', () => {
  test('of an agent shows it as the API does', () => {
    expect(eventOfAgentChange({ type: 'agent-created', agent })).toEqual({
      type: 'agent-created',
      agentId: 'a',
      data: { agent: { ...agent, createdAt: '1970-01-01T00:00:00.000Z', updatedAt: '1970-01-01T00:00:01.000Z' } },
    })
  })

  test('P6 of a deleted agent is the instance’s', () => {
    expect(eventOfAgentChange({ type: 'agent-deleted', agentId: 'a' })).toEqual({
      type: 'agent-deleted',
      data: { agentId: 'a' },
    })
  })

  test('of a firing is its agent’s', () => {
    const firing = {
      id: 'job@0',
      jobId: 'job',
      agentId: 'a',
      dueAt: 0,
      status: 'running',
      timeoutMs: 90_000,
      timeoutSource: 'job',
      trigger: 'schedule',
      failedStarts: 0,
    } satisfies Firing
    expect(eventOfFiring('firing-started', firing)).toMatchObject({
      type: 'firing-started',
      agentId: 'a',
      data: { firing: { id: 'job@0', dueAt: '1970-01-01T00:00:00.000Z', timeoutSecs: 90 } },
    })
  })
})

describe('changes of tasks', () => {
  test('are told as they are, without what the store keeps for itself', () => {
    const [event] = eventsOfTaskChanges([{ type: 'task-created', task: task() }])
    expect(event).toMatchObject({
      type: 'task-created',
      agentId: 'a',
      data: { task: { id: 'task_1', status: 'ready' } },
    })
    expect(event?.data).not.toHaveProperty('task.revision')
    expect(typesOf([{ type: 'task-updated', task: task(), previous: 'backlog' }])).toEqual(['task-updated'])
  })

  test('that belong to a run are told once, by the run', () => {
    const started = task({ status: 'in-progress', runId: 'run_1' })
    expect(
      eventsOfTaskChanges([
        { type: 'run-started', task: started, run: run() },
        { type: 'task-updated', task: started, previous: 'ready' },
      ]),
    ).toMatchObject([{ type: 'run-started', data: { run: { id: 'run_1' }, taskStatus: 'in-progress' } }])
  })

  test('of other tasks in the same write are told too', () => {
    const done = task({ status: 'done' })
    expect(
      typesOf([
        { type: 'run-ended', task: done, run: run({ status: 'ended' }) },
        { type: 'task-updated', task: done, previous: 'in-progress' },
        { type: 'task-updated', task: task({ id: 'task_2' }), previous: 'backlog' },
      ]),
    ).toEqual(['run-ended', 'task-updated'])
  })

  test('P11 of a block open an escalation, and of its end resolve it', () => {
    const stuck = task({ status: 'blocked', outcome: blocked })
    const ended = run({ status: 'ended', outcome: blocked })
    expect(
      eventsOfTaskChanges([
        { type: 'run-ended', task: stuck, run: ended },
        { type: 'task-updated', task: stuck, previous: 'in-progress' },
      ]),
    ).toMatchObject([
      { type: 'run-ended' },
      { type: 'escalation-opened', data: { taskId: 'task_1', runId: 'run_1', block: { type: 'login-wall' } } },
    ])
    for (const status of ['ready', 'cancelled', 'backlog'] as const)
      expect(typesOf([{ type: 'task-updated', task: task({ status }), previous: 'blocked' }])).toEqual([
        'task-updated',
        'escalation-resolved',
      ])
  })
})

describe('an agent is rung', () => {
  test('by a task that becomes ready, for when it may be claimed', () => {
    const ready = task({ readyAt: 500 })
    expect(ringOfTaskChange({ type: 'task-created', task: ready }, 100)).toEqual({
      agentId: 'a',
      trigger: { type: 'task', reason: 'task-created', payload: { taskId: 'task_1' }, at: 100 },
      dueAt: 500,
    })
    for (const previous of ['pending-approval', 'backlog', 'in-progress', 'blocked', 'failed'] as const)
      expect(ringOfTaskChange({ type: 'task-updated', task: ready, previous }, 100)?.dueAt).toBe(500)
  })

  test.for([
    ['message', 'agent:b'],
    ['task', 'agent:a'],
    ['cron', 'cron:firing_1'],
    ['task', 'http'],
  ] as const)('as a %s by a task that %s made', ([type, source]) => {
    const made = task({ lineage: { hops: 0, source } })
    expect(ringOfTaskChange({ type: 'task-created', task: made }, 100)?.trigger.type).toBe(type)
  })

  test('as an answer by a task that goes on with one', () => {
    const question = { id: 'q', runId: 'run_1', type: 'question', text: '?', askedAt: 1 } as const
    const answered = task({ answer: { question, value: 'yes', answeredAt: 2 } })
    const change = { type: 'task-updated', task: answered, previous: 'blocked' } as const
    expect(ringOfTaskChange(change, 100)?.trigger.type).toBe('answer')
  })

  test('by nothing else', () => {
    const done = task({ status: 'done' })
    const changes = [
      { type: 'task-created', task: task({ status: 'backlog' }) },
      { type: 'task-updated', task: task(), previous: 'ready' },
      { type: 'task-updated', task: done, previous: 'in-progress' },
      { type: 'run-started', task: task({ status: 'in-progress' }), run: run() },
      { type: 'run-ended', task: done, run: run({ status: 'ended' }) },
    ] satisfies TaskChange[]
    expect(changes.map((change) => ringOfTaskChange(change, 100))).toEqual(changes.map(() => undefined))
  })
})
