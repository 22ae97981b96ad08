import { routeOutcome, type WorkerOutcome } from '@agentic/worker-outcome'
import { TaskError } from '../errors.ts'
import { type AcceptedTask, fingerprintOf } from '../new-task.ts'
import { present } from '../present.ts'
import type { Settlement } from '../task-store.ts'
import type { Run, Task, TaskStatus } from '../task.ts'
import { isTransitionAllowed, type TaskEvent } from '../transitions.ts'

/** A task as it is kept: the task and what the store alone needs to know. Each status has its own instant. */
export interface TaskRecord {
  readonly task: Task
  /** Runs started so far: the number of the last one, and the fence of its claim. */
  readonly runs: number
  /** Some task was made to wait for this one. Spares every other settlement the search for dependents. */
  readonly hasDependents?: boolean | undefined
  readonly idempotency?: { readonly key: string; readonly fingerprint: string } | undefined
  /** When `ready`: stands where its instant is waited for, not yet where claims look. */
  readonly isDelayed?: boolean | undefined
  /** When `in-progress`: the end of the claim's lease. */
  readonly leaseUntil?: number | undefined
  /** When `blocked`: since when it waits for a person. */
  readonly escalatedAt?: number | undefined
}

export interface Birth {
  readonly id: string
  readonly at: number
  readonly hasOpenDependencies: boolean
}

export function createRecord(accepted: AcceptedTask, { id, at, hasOpenDependencies }: Birth): TaskRecord {
  const { idempotencyKey, requiresApproval, ...fields } = accepted
  const status = requiresApproval ? 'pending-approval' : waitingStatus(hasOpenDependencies)
  const task: Task = { ...fields, id, status, attempts: 0, revision: 1, createdAt: at, updatedAt: at }
  const unqueued: TaskRecord = { task, runs: 0 }
  const record = status === 'ready' ? queued(unqueued, at, at) : unqueued
  if (idempotencyKey === undefined) return record
  return { ...record, idempotency: { key: idempotencyKey, fingerprint: fingerprintOf(accepted) } }
}

/** Opens the next run: the record of the task and the run itself. */
export function claimRecord(
  record: TaskRecord,
  claim: { readonly runId: string; readonly at: number; readonly leaseMs: number },
): { readonly after: TaskRecord; readonly run: Run } {
  const { runId, at, leaseMs } = claim
  const runs = record.runs + 1
  const after = moved(record, 'claim', 'in-progress', at, { runId, attempts: record.task.attempts + 1 })
  const { id: taskId, agentId } = record.task
  const run: Run = { id: runId, taskId, agentId, number: runs, status: 'running', startedAt: at }
  return { after: { ...after, runs, leaseUntil: at + leaseMs }, run }
}

/** Ends the open run with its outcome and moves the task where the outcome's routing says. */
export function settleRecord(
  record: TaskRecord,
  run: Run,
  end: { readonly settlement: Settlement; readonly at: number; readonly backoffMs: (attempts: number) => number },
): { readonly after: TaskRecord; readonly run: Run } {
  const { settlement, at, backoffMs } = end
  const { outcome, usage, transcript } = settlement
  const status = statusAfter(outcome, record.task)
  const after = moved(record, 'settle', status, at, { outcome })
  const ended = present<Run>({ ...run, status: 'ended', outcome, usage, transcript, endedAt: at })
  if (status === 'blocked') return { after: { ...after, escalatedAt: at }, run: ended }
  if (status !== 'ready') return { after, run: ended }
  const waitMs = Math.max(0, Math.ceil(backoffMs(record.task.attempts)))
  return { after: queued(after, at + waitMs, at), run: ended }
}

/** A task that was cancelled meanwhile is neither tried again nor left to a person. */
function statusAfter(outcome: WorkerOutcome, task: Task): TaskStatus {
  const { status } = routeOutcome(outcome, task)
  return task.isCancelling && (status === 'ready' || status === 'blocked') ? 'cancelled' : status
}

/** Keeps the wish that a task in progress be cancelled; the run goes on until it is stopped. */
export function cancellingRecord(record: TaskRecord, at: number, note: string | undefined): TaskRecord {
  const { task } = record
  const wish = { isCancelling: true, note: note ?? task.note } as const
  return { ...record, task: present<Task>({ ...task, ...wish, revision: task.revision + 1, updatedAt: at }) }
}

/** Lets a task be claimed, or wait for its dependencies. */
export function openRecord(
  record: TaskRecord,
  event: 'approve' | 'release' | 'retry' | 'resolve-retry',
  opening: { readonly at: number; readonly hasOpenDependencies: boolean; readonly fields?: Partial<Task> | undefined },
): TaskRecord {
  const { at, hasOpenDependencies, fields } = opening
  const status = waitingStatus(hasOpenDependencies)
  const after = moved(record, event, status, at, fields)
  return status === 'ready' ? queued(after, at, at) : after
}

/** Puts a delayed task where claims look. The task itself does not change by it. */
export function promoteRecord({ isDelayed: _isDelayed, ...record }: TaskRecord): TaskRecord {
  return record
}

export function cancelRecord(
  record: TaskRecord,
  event: 'cancel' | 'resolve-abandon',
  at: number,
  note: string | undefined,
): TaskRecord {
  return moved(record, event, 'cancelled', at, { note })
}

/** Moves a task to a status; what belonged to the old status alone falls away. */
function moved(
  { task, runs, hasDependents, idempotency }: TaskRecord,
  event: TaskEvent,
  status: TaskStatus,
  at: number,
  fields: Partial<Task> = {},
): TaskRecord {
  if (!isTransitionAllowed(event, task.status, status)) {
    throw new TaskError(
      'TASK_STORE_DAMAGED',
      `task ${task.id} is ${task.status}, from where ${event} cannot make it ${status}: restore the store from a backup`,
    )
  }
  const next = present<Task>({
    ...task,
    readyAt: undefined,
    isCancelling: undefined,
    ...fields,
    status,
    revision: task.revision + 1,
    updatedAt: at,
  })
  return present({ task: next, runs, hasDependents, idempotency })
}

function waitingStatus(hasOpenDependencies: boolean): 'backlog' | 'ready' {
  return hasOpenDependencies ? 'backlog' : 'ready'
}

/** The record with a place in the queue: not before the task's own instant, nor before `earliest`. */
function queued(record: TaskRecord, earliest: number, at: number): TaskRecord {
  const readyAt = Math.max(record.task.notBefore ?? 0, earliest)
  const task: Task = { ...record.task, readyAt }
  return readyAt > at ? { ...record, task, isDelayed: true } : { ...record, task }
}
