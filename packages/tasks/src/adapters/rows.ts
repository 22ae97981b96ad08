import { key, type Operation, parts, under } from '@agentic/embedded-store'
import { PRIORITY_LIMIT } from '../new-task.ts'
import { firstIdFrom } from '../ids.ts'
import type { Run, TaskStatus } from '../task.ts'
import type { TaskRecord } from './record.ts'

/*
 * The layout, all under `tasks`. A row without a value written here holds null.
 *
 *   task <task>                                 TaskRecord
 *   run <run>                                   Run
 *   task-run <task> <number>                    id of that run
 *   agent <agent> <task>                        every task of the agent
 *   status <agent> <status> <task>              the same, by status
 *   queue <agent>                               QueueState, while the agent has `ready` tasks
 *   ready <agent> <rank> <task>                 instant; `ready` tasks in the order of claiming
 *   delayed <agent> <instant> <task>            instant; `ready` tasks whose instant has not come
 *   lease <instant> <task>                      agent; `in-progress` tasks by the end of their lease
 *   escalation <instant> <task>                 tasks that wait for a person, longest waiting first
 *   agent-escalation <agent> <instant> <task>   the same, of one agent
 *   dependent <task> <dependent>                `pending-approval` and `backlog` tasks that wait for a task
 *   idempotency <agent> <key>                   id of the task made with this key
 *   counts                                      how many tasks stand where
 */
const ROOT = 'tasks'

/** Divides rank and task in a place of the ready tasks. */
const DIVIDER = '~'

export interface Row {
  readonly key: string
  readonly value: unknown
}

export interface Range {
  readonly gt: string
  readonly lt: string
}

export const keyOf = {
  task: (taskId: string): string => key(ROOT, 'task', taskId),
  /** Sorts after every task that was made before the instant, and before every other. */
  firstTaskFrom: (at: number): string => key(ROOT, 'task', firstIdFrom('task', at)),
  run: (runId: string): string => key(ROOT, 'run', runId),
  taskRun: (taskId: string, number: number): string => key(ROOT, 'task-run', taskId, number),
  idempotency: (agentId: string, idempotencyKey: string): string => key(ROOT, 'idempotency', agentId, idempotencyKey),
  queue: (agentId: string): string => key(ROOT, 'queue', agentId),
  counts: (): string => key(ROOT, 'counts'),
  ready: (agentId: string, place: string): string => key(ROOT, 'ready', agentId, ...place.split(DIVIDER)),
  delayed: (agentId: string, instant: number, taskId: string): string => key(ROOT, 'delayed', agentId, instant, taskId),
} as const

export const rangeOf = {
  tasks: (): Range => under(ROOT, 'task'),
  queues: (): Range => under(ROOT, 'queue'),
  ready: (agentId: string): Range => under(ROOT, 'ready', agentId),
  /** The delayed tasks whose instant is at least `from` and less than `to`. */
  delayedBetween: (agentId: string, from: number, to: number): Range => ({
    gt: key(ROOT, 'delayed', agentId, from),
    lt: key(ROOT, 'delayed', agentId, to),
  }),
  leases: (): Range => under(ROOT, 'lease'),
  /** The leases that end up to an instant. */
  leasesUntil: (at: number): Range => ({ ...under(ROOT, 'lease'), lt: key(ROOT, 'lease', at + 1) }),
  dependents: (taskId: string): Range => under(ROOT, 'dependent', taskId),
  agentTasks: (agentId: string): Range => under(ROOT, 'agent', agentId),
  taskRuns: (taskId: string): Range => under(ROOT, 'task-run', taskId),
} as const

/** Beginnings of the keys of the lists that callers page through. */
export const prefixOf = {
  agentTasks: (agentId: string): readonly string[] => [ROOT, 'agent', agentId],
  statusTasks: (agentId: string, status: string): readonly string[] => [ROOT, 'status', agentId, status],
  taskRuns: (taskId: string): readonly string[] => [ROOT, 'task-run', taskId],
  escalations: (): readonly string[] => [ROOT, 'escalation'],
  agentEscalations: (agentId: string): readonly string[] => [ROOT, 'agent-escalation', agentId],
} as const

/** The last part of a key: the task in every index of tasks, the agent in the queues. */
export function lastPart(rowKey: string): string {
  return rowKey.slice(rowKey.lastIndexOf('\0') + 1)
}

/** The status in a key of the index by status. */
export function statusInKey(rowKey: string): TaskStatus {
  return parts(rowKey)[3] as TaskStatus
}

/** Where a task stands among the ready ones of its agent: places sort in the order of claiming. */
export function placeOf({ id, priority }: { readonly id: string; readonly priority: number }): string {
  return key(PRIORITY_LIMIT - priority) + DIVIDER + id
}

export function placeInKey(readyKey: string): string {
  return parts(readyKey).slice(3).join(DIVIDER)
}

export function taskInPlace(place: string): string {
  return place.slice(place.indexOf(DIVIDER) + 1)
}

export interface RecordChange {
  /** Nothing when the task is made. */
  readonly before?: TaskRecord | undefined
  /** Nothing when the task is removed. */
  readonly after?: TaskRecord | undefined
  /** The run that began or ended with this change. */
  readonly run?: Run | undefined
}

/** What a change writes. The rows of a task follow from its record alone, so that no index can be forgotten. */
export function operationsOf({ before, after, run }: RecordChange): Operation[] {
  const old = before === undefined ? [] : indexRows(before)
  const next = after === undefined ? [] : indexRows(after)
  const oldKeys = new Set(old.map((row) => row.key))
  const nextKeys = new Set(next.map((row) => row.key))
  return [
    ...old.filter((row) => !nextKeys.has(row.key)).map((row) => deletion(row.key)),
    ...next.filter((row) => !oldKeys.has(row.key)).map(putting),
    ...(after === undefined ? [] : [putting({ key: keyOf.task(after.task.id), value: after })]),
    ...(before === undefined || after !== undefined ? [] : [deletion(keyOf.task(before.task.id))]),
    ...(run === undefined ? [] : runRows(run).map(putting)),
  ]
}

/** Deletes the runs of a task, given in their order. */
export function runRemoval(taskId: string, runIds: readonly string[]): Operation[] {
  return runIds.flatMap((runId, index) => [deletion(keyOf.run(runId)), deletion(keyOf.taskRun(taskId, index + 1))])
}

/** The rows that lead to a record. Those of equal keys have equal values. */
function indexRows({ task, idempotency, isDelayed, leaseUntil, escalatedAt }: TaskRecord): Row[] {
  const { id, agentId, status, dependsOn, readyAt } = task
  const rows: Row[] = [
    { key: key(ROOT, 'agent', agentId, id), value: null },
    { key: key(ROOT, 'status', agentId, status, id), value: null },
  ]
  if (idempotency !== undefined) rows.push({ key: keyOf.idempotency(agentId, idempotency.key), value: id })
  if (readyAt !== undefined) {
    const place = isDelayed ? keyOf.delayed(agentId, readyAt, id) : keyOf.ready(agentId, placeOf(task))
    rows.push({ key: place, value: readyAt })
  }
  if (leaseUntil !== undefined) rows.push({ key: key(ROOT, 'lease', leaseUntil, id), value: agentId })
  if (escalatedAt !== undefined) {
    rows.push(
      { key: key(ROOT, 'escalation', escalatedAt, id), value: null },
      { key: key(ROOT, 'agent-escalation', agentId, escalatedAt, id), value: null },
    )
  }
  if (status === 'pending-approval' || status === 'backlog') {
    rows.push(...dependsOn.map((dependency) => ({ key: key(ROOT, 'dependent', dependency, id), value: null })))
  }
  return rows
}

function runRows(run: Run): Row[] {
  const row: Row = { key: keyOf.run(run.id), value: run }
  return run.status === 'ended' ? [row] : [row, { key: keyOf.taskRun(run.taskId, run.number), value: run.id }]
}

function deletion(rowKey: string): Operation {
  return { type: 'delete', key: rowKey }
}

function putting(row: Row): Operation {
  return { type: 'put', ...row }
}
