import { routeOutcome, type WorkerOutcome } from '@agentic/worker-outcome'
import { TaskError } from '../errors.ts'
import { type AcceptedTask, fingerprintOf } from '../new-task.ts'
import { present } from '../present.ts'
import type { Settlement } from '../task-store.ts'
import type { Answer, Question, Run, Task, TaskStatus } from '../task.ts'
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
  /** Since when it waits for a person: when `blocked`, and when its run asked. */
  readonly escalatedAt?: number | undefined
  /** It was tried again by itself after a rate limit, since it was created or a person last opened it. */
  readonly isRateLimitRetried?: true | undefined
}

/** What the store was told about trying again. */
export interface RetryPolicy {
  readonly backoffMs: (attempts: number) => number
  /** The longest wait that a rate limit may ask for and be waited out by itself, once. */
  readonly rateLimitMaxWaitMs: number
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

/** Ends the open run with its outcome and moves the task where the outcome's routing, and what was asked, say. */
export function settleRecord(
  record: TaskRecord,
  run: Run,
  end: { readonly settlement: Settlement; readonly at: number; readonly policy: RetryPolicy },
): { readonly after: TaskRecord; readonly run: Run } {
  const { settlement, at, policy } = end
  const { outcome, usage, transcript } = settlement
  const ended = present<Run>({ ...run, status: 'ended', outcome, usage, transcript, endedAt: at })
  return { after: afterOutcome(record, outcome, at, policy), run: ended }
}

function afterOutcome(record: TaskRecord, outcome: WorkerOutcome, at: number, policy: RetryPolicy): TaskRecord {
  const { task } = record
  if (!task.isCancelling) {
    const isInterrupted = outcome.type === 'failed' && outcome.retryable
    if (isInterrupted && task.waiting !== undefined) return stillWaiting(record, task.waiting, outcome, at)
    // What a person gave this very run is not to be waited with, nor counted against the task; once, so that it ends.
    if (isInterrupted && task.answer?.question.runId === task.runId) {
      return queued(moved(record, 'settle', 'ready', at, { outcome, attempts: 0 }), at, at)
    }
    const waitMs = rateLimitWaitMs(record, outcome, policy)
    if (waitMs !== undefined) {
      const after = { ...moved(record, 'settle', 'ready', at, { outcome }), isRateLimitRetried: true as const }
      return queued(after, at + waitMs, at)
    }
  }
  const status = statusAfter(outcome, task)
  const after = moved(record, 'settle', status, at, { outcome })
  if (status === 'blocked') return { ...after, escalatedAt: at }
  if (status !== 'ready') return after
  return queued(after, at + Math.max(0, Math.ceil(policy.backoffMs(task.attempts))), at)
}

/** The run is lost and its question is not: the task waits on, under the same escalation. */
function stillWaiting(record: TaskRecord, waiting: Question, outcome: WorkerOutcome, at: number): TaskRecord {
  const after = moved(record, 'settle', 'blocked', at, { outcome, waiting })
  return { ...after, escalatedAt: record.escalatedAt ?? at }
}

/** How long a rate limit is to be waited out by itself; not at all unless the policy says so, and once. */
function rateLimitWaitMs(record: TaskRecord, outcome: WorkerOutcome, policy: RetryPolicy): number | undefined {
  if (record.isRateLimitRetried || outcome.type !== 'blocked' || outcome.block.type !== 'rate-limit') return undefined
  const { retryAfterSecs } = outcome.block
  if (retryAfterSecs === undefined) return undefined
  const waitMs = Math.ceil(retryAfterSecs * 1000)
  return waitMs <= policy.rateLimitMaxWaitMs ? waitMs : undefined
}

/** A task that was cancelled meanwhile is neither tried again nor left to a person. */
function statusAfter(outcome: WorkerOutcome, task: Task): TaskStatus {
  const { status } = routeOutcome(outcome, task)
  return task.isCancelling && (status === 'ready' || status === 'blocked') ? 'cancelled' : status
}

/** Notes that the open run has asked a person. */
export function askRecord(record: TaskRecord, waiting: Question): TaskRecord {
  return { ...kept(record, 'ask', waiting.askedAt, { waiting }), escalatedAt: waiting.askedAt }
}

/** Notes what a person answered while the run that asked is open. */
export function answerRecord(record: TaskRecord, answer: Answer): TaskRecord {
  const { escalatedAt: _escalatedAt, ...after } = kept(record, 'answer', answer.answeredAt, {
    waiting: undefined,
    answer,
  })
  return after
}

/** Takes away what a run has taken. */
export function takeAnswerRecord(record: TaskRecord, at: number): TaskRecord {
  return kept(record, 'take-answer', at, { answer: undefined })
}

/** Keeps the wish that a task in progress be cancelled; the run goes on until it is stopped. */
export function cancellingRecord(record: TaskRecord, at: number, note: string | undefined): TaskRecord {
  return changed(record, at, { isCancelling: true, note: note ?? record.task.note })
}

/** Lets a task be claimed, or wait for its dependencies. */
export function openRecord(
  record: TaskRecord,
  event: 'approve' | 'release' | 'retry' | 'resolve-retry' | 'answer-blocked',
  opening: { readonly at: number; readonly hasOpenDependencies: boolean; readonly fields?: Partial<Task> | undefined },
): TaskRecord {
  const { at, hasOpenDependencies, fields } = opening
  const status = waitingStatus(hasOpenDependencies)
  const { isRateLimitRetried: _isRateLimitRetried, ...after } = moved(record, event, status, at, fields)
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
  { task, runs, hasDependents, idempotency, isRateLimitRetried }: TaskRecord,
  event: TaskEvent,
  status: TaskStatus,
  at: number,
  fields: Partial<Task> = {},
): TaskRecord {
  assertAllowed(event, task, status)
  const isOver = status === 'done' || status === 'cancelled'
  const fallen = {
    readyAt: undefined,
    isCancelling: undefined,
    waiting: undefined,
    ...(isOver && { answer: undefined }),
  }
  const record = { task, runs, hasDependents, idempotency, isRateLimitRetried }
  return present(changed(record, at, { ...fallen, ...fields, status }))
}

/** Changes something of a task that stays where it is. */
function kept(record: TaskRecord, event: TaskEvent, at: number, fields: Partial<Task>): TaskRecord {
  assertAllowed(event, record.task, record.task.status)
  return changed(record, at, fields)
}

function changed(record: TaskRecord, at: number, fields: Partial<Task>): TaskRecord {
  const { task } = record
  return { ...record, task: present<Task>({ ...task, ...fields, revision: task.revision + 1, updatedAt: at }) }
}

function assertAllowed(event: TaskEvent, task: Task, to: TaskStatus): void {
  if (isTransitionAllowed(event, task.status, to)) return
  throw new TaskError(
    'TASK_STORE_DAMAGED',
    `task ${task.id} is ${task.status}, from where ${event} cannot make it ${to}: restore the store from a backup`,
  )
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
