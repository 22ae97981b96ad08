import assert from 'node:assert/strict'
import { type EmbeddedStore, key, parts, under } from '@agentic/embedded-store'
import type { Run } from '../src/index.ts'
import type { QueueState } from '../src/adapters/queue-state.ts'
import type { TaskRecord } from '../src/adapters/record.ts'

const COUNTS = key('tasks', 'counts')

/**
 * Walks all rows and checks that they are those that the tasks and runs ask for: each task in the indexes of its status
 * and in no other, each run of each task there once, and open only while its task is being worked on.
 */
export async function assertConsistent(store: EmbeddedStore): Promise<void> {
  const rows = new Map<string, unknown>()
  for await (const row of store.walk(under('tasks'))) rows.set(row.key, row.value)

  const expected = new Set<string>()
  const queues = new Map<string, { readonly ready: string[]; readonly delayed: number[] }>()
  for (const [rowKey, value] of rows) {
    if (parts(rowKey)[1] !== 'task') continue
    expected.add(rowKey)
    const record = value as TaskRecord
    for (const indexKey of indexKeys(record, rows)) expected.add(indexKey)
    for (const runKey of runKeys(record, rows)) expected.add(runKey)
    if (record.task.readyAt === undefined) continue
    const queueKey = key('tasks', 'queue', record.task.agentId)
    expected.add(queueKey)
    const queue = queues.get(queueKey) ?? { ready: [], delayed: [] }
    queues.set(queueKey, queue)
    if (record.isDelayed === true) queue.delayed.push(record.task.readyAt)
    else queue.ready.push(`${key(1_000_000 - record.task.priority)}~${record.task.id}`)
  }
  for (const [queueKey, { ready, delayed }] of queues) {
    const state = rows.get(queueKey) as QueueState
    const earliest = Math.min(...delayed)
    assert.deepEqual([state.ready, state.delayed], [ready.length, delayed.length])
    assert.deepEqual(state.heads, ready.toSorted().slice(0, state.heads.length))
    assert.ok(state.heads.length > 0 || ready.length === 0, 'a claim finds what is ready')
    assert.ok(state.delayedFrom <= earliest, 'a claim finds what is due')
  }
  if (rows.has(COUNTS)) expected.add(COUNTS)
  assert.deepEqual([...rows.keys()].toSorted(), [...expected].toSorted())
  assertCounted(rows)
}

/** The row of counts says what there is. */
function assertCounted(rows: ReadonlyMap<string, unknown>): void {
  const counted: Record<string, number> = {}
  const count = (name: string): void => void (counted[name] = (counted[name] ?? 0) + 1)
  for (const rowKey of rows.keys()) {
    const [, index, , status] = parts(rowKey)
    if (index === 'status' && status !== undefined) count(status)
    if (index === 'escalation') count('escalations')
  }
  const kept = Object.entries((rows.get(COUNTS) ?? {}) as Record<string, number>).filter(([, value]) => value !== 0)
  assert.deepEqual(Object.fromEntries(kept), counted)
}

function indexKeys({ task, idempotency, isDelayed, leaseUntil, escalatedAt }: TaskRecord, rows: Map<string, unknown>) {
  const { id, agentId, status, readyAt } = task
  const keys = [key('tasks', 'agent', agentId, id), key('tasks', 'status', agentId, status, id)]
  if (idempotency !== undefined) {
    const idempotencyKey = key('tasks', 'idempotency', agentId, idempotency.key)
    assert.equal(rows.get(idempotencyKey), id, 'a key made one task')
    keys.push(idempotencyKey)
  }

  assert.equal(readyAt !== undefined, status === 'ready')
  assert.equal(leaseUntil !== undefined, status === 'in-progress')
  assert.equal(escalatedAt !== undefined, status === 'blocked' || task.waiting !== undefined)
  assert.ok(task.waiting === undefined || status === 'blocked' || status === 'in-progress')
  if (readyAt !== undefined) {
    const readyKey = key('tasks', 'ready', agentId, 1_000_000 - task.priority, id)
    keys.push(isDelayed === true ? key('tasks', 'delayed', agentId, readyAt, id) : readyKey)
  }
  if (leaseUntil !== undefined) keys.push(key('tasks', 'lease', leaseUntil, id))
  if (escalatedAt !== undefined) {
    keys.push(key('tasks', 'escalation', escalatedAt, id), key('tasks', 'agent-escalation', agentId, escalatedAt, id))
  }
  if (status === 'backlog' || status === 'pending-approval') {
    keys.push(...task.dependsOn.map((dependency) => key('tasks', 'dependent', dependency, id)))
  }
  if (status === 'backlog') {
    const dependencies = task.dependsOn.map((dependency) => rows.get(key('tasks', 'task', dependency)) as TaskRecord)
    assert.ok(
      dependencies.some((dependency) => dependency.task.status !== 'done'),
      `${id} waits for something`,
    )
  }
  return keys
}

function runKeys({ task, runs }: TaskRecord, rows: Map<string, unknown>): string[] {
  const keys: string[] = []
  for (let number = 1; number <= runs; number += 1) {
    const indexKey = key('tasks', 'task-run', task.id, number)
    const run = rows.get(key('tasks', 'run', rows.get(indexKey) as string)) as Run
    const isOpen = task.status === 'in-progress' && number === runs
    assert.equal(run.number, number)
    assert.equal(run.status, isOpen ? 'running' : 'ended')
    assert.equal(run.outcome === undefined, isOpen)
    assert.equal(run.endedAt === undefined, isOpen)
    if (number === runs) assert.equal(task.runId, run.id)
    keys.push(indexKey, key('tasks', 'run', run.id))
  }
  return keys
}
