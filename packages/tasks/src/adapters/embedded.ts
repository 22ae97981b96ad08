import type { Alongside, EmbeddedStore, Entry, Operation } from '@agentic/embedded-store'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { exponentialBackoffMs } from '../backoff.ts'
import { TaskError } from '../errors.ts'
import { createIds } from '../ids.ts'
import { type AcceptedTask, fingerprintOf, parseNewTask } from '../new-task.ts'
import { parseAgentId, parseLease, parseResolution, parseSettlement, parseText } from '../requests.ts'
import type { Settlement, TaskChange, TaskStore, TransitionResult } from '../task-store.ts'
import type { Claim, Run, Task } from '../task.ts'
import { type TaskEvent, taskTransitions } from '../transitions.ts'
import { countsIn } from './counts.ts'
import { createRecordLoader } from './load.ts'
import { ANSWERABLE, createQuestions } from './questions.ts'
import { createQueue } from './queue.ts'
import type { QueueState } from './queue-state.ts'
import { createTaskReader } from './reader.ts'
import { createRetention } from './retention.ts'
import {
  cancellingRecord,
  cancelRecord,
  claimRecord,
  createRecord,
  openRecord,
  promoteRecord,
  settleRecord,
  type TaskRecord,
} from './record.ts'
import { keyOf, lastPart, operationsOf, rangeOf, type RecordChange, runRemoval } from './rows.ts'

/** How many rows are handled at a time where there can be many. */
const PAGE = 256

const RUN_LOST: WorkerOutcome = {
  type: 'failed',
  code: 'RUN_LOST',
  message: 'the run ended without an outcome: its process stopped, or its lease was not extended in time',
  retryable: true,
}

interface Ended {
  readonly task: Task
  readonly run: Run
}

export interface EmbeddedTaskStoreOptions {
  /**
   * The time now, in milliseconds since the epoch.
   * @default Date.now
   */
  readonly clock?: (() => number) | undefined
  /**
   * More to write in the same batch as these changes: an event, a wake. Called right before that batch is handed to the
   * store, in the order of the batches; when it throws, nothing is written.
   * @default nothing
   */
  readonly alongside?: ((changes: readonly TaskChange[]) => Alongside) | undefined
  /**
   * How long a failed task waits before its next attempt, in milliseconds, after so many attempts.
   * @default 5 s, doubled with each attempt, at most 1 h
   */
  readonly backoffMs?: ((attempts: number) => number) | undefined
  /**
   * A task that was blocked by a rate limit which said when to come back is tried again by itself after that time, once,
   * if the time is at most this, in milliseconds. The next one waits for a person.
   * @default 0: each waits for a person
   */
  readonly rateLimitMaxWaitMs?: number | undefined
}

/**
 * Makes a {@link TaskStore} on an embedded store, in memory or on disk. It holds no state of its own: what the rows say
 * is all there is, so it may be made again at any time over the same store. One process at a time.
 */
export function createEmbeddedTaskStore(store: EmbeddedStore, options: EmbeddedTaskStoreOptions = {}): TaskStore {
  const { clock = () => Date.now(), alongside, backoffMs = exponentialBackoffMs, rateLimitMaxWaitMs = 0 } = options
  const now = (): number => Math.floor(clock())
  const newId = createIds(now)
  const queue = createQueue(store)
  const counts = countsIn(store)
  const { load, loadIndexed, loadOpenRun } = createRecordLoader(store)

  /** Every read-decide-write of an agent's tasks takes its turn here; dependencies never cross agents. */
  const inTurn = <Result>(agentId: string, work: () => Promise<Result>): Promise<Result> =>
    store.exclusive(`tasks:${agentId}`, work)

  /** Writes changes of one agent's tasks, and all that belongs to them, in one batch. */
  async function commit(
    agentId: string,
    changes: readonly RecordChange[],
    { further = [], state }: { readonly further?: readonly Operation[]; readonly state?: QueueState } = {},
  ): Promise<void> {
    const inQueue = await queue.operationsOf(agentId, changes, state)
    await counts.load()
    const told = changes.flatMap(changesToTell)
    // No waiting from here to the write: what counts its calls, such as a log of events, is on disk in that order.
    const more = told.length > 0 ? alongside?.(told) : undefined
    const own = [...changes.flatMap(operationsOf), ...inQueue, ...further]
    await counts.counting(changes, (counted) => store.write([...own, ...counted, ...(more?.operations ?? [])]))
    more?.onWritten?.()
  }

  async function hasOpen(taskIds: readonly string[]): Promise<boolean> {
    const records = await Promise.all(taskIds.map(load))
    // One that was removed after its time is no longer waited for.
    return records.some((record) => record !== undefined && isOpen(record))
  }

  /** The task made earlier with the same key. */
  async function findEarlier(accepted: AcceptedTask): Promise<Task | undefined> {
    const { agentId, idempotencyKey } = accepted
    if (idempotencyKey === undefined) return undefined
    const taskId = await store.get<string>(keyOf.idempotency(agentId, idempotencyKey))
    if (taskId === undefined) return undefined
    const { task, idempotency } = await loadIndexed(taskId)
    if (idempotency?.fingerprint === fingerprintOf(accepted)) return task
    throw new TaskError(
      'TASK_IDEMPOTENCY_MISMATCH',
      `idempotencyKey: ${task.id} was made with this key and other content; repeat that content, or take another key`,
    )
  }

  /** Of its own agent, and made before it: so there is no way to make a circle. */
  async function loadDependencies({ agentId, dependsOn }: AcceptedTask): Promise<TaskRecord[]> {
    const records = await Promise.all(dependsOn.map(load))
    const own = records.filter((record) => record?.task.agentId === agentId)
    if (own.length === records.length) return own as TaskRecord[]
    const wrong = records.findIndex((record) => record?.task.agentId !== agentId)
    const problem = `${dependsOn[wrong]} is no task of this agent; name only tasks that the agent has`
    throw new TaskError('TASK_INVALID', `dependsOn.${wrong}: ${problem}`, { field: `dependsOn.${wrong}` })
  }

  /** The task to claim next, after those whose instant has come were put where claims look. */
  async function nextTask(agentId: string, at: number) {
    for (;;) {
      const { due, head, state } = await queue.look(agentId, at)
      if (due.length === 0) return head === undefined ? undefined : { taskId: head, state }
      const records = await Promise.all(due.map(loadIndexed))
      const promotions = records.map((before) => ({ before, after: promoteRecord(before) }))
      await commit(agentId, promotions)
    }
  }

  /** The record of a claim that still holds: its run is open and no later claim was made. */
  async function held(claim: Claim): Promise<TaskRecord | undefined> {
    const record = await load(claim.task.id)
    const holds =
      record?.task.status === 'in-progress' && record.task.runId === claim.run.id && record.runs === claim.fence
    return holds ? record : undefined
  }

  async function end(record: TaskRecord, settlement: Settlement): Promise<Ended> {
    const at = now()
    const openRun = await loadOpenRun(record)
    const { after, run } = settleRecord(record, openRun, { settlement, at, policy: { backoffMs, rateLimitMaxWaitMs } })
    const released = after.task.status === 'done' ? await releasedBy(after, at) : []
    await commit(after.task.agentId, [{ before: record, after, run }, ...released])
    return { task: after.task, run }
  }

  /** The tasks that waited for this one alone. */
  async function releasedBy({ task, hasDependents }: TaskRecord, at: number): Promise<RecordChange[]> {
    if (!hasDependents) return []
    const changes: RecordChange[] = []
    for (const rowKey of await store.keys(rangeOf.dependents(task.id))) {
      const before = await loadIndexed(lastPart(rowKey))
      const others = before.task.dependsOn.filter((other) => other !== task.id)
      if (before.task.status !== 'backlog' || (await hasOpen(others))) continue
      changes.push({ before, after: openRecord(before, 'release', { at, hasOpenDependencies: false }) })
    }
    return changes
  }

  async function reapOne(row: Entry<string>, endedBy: number): Promise<Ended | undefined> {
    return inTurn(row.value, async () => {
      const record = await load(lastPart(row.key))
      const isOver = record?.leaseUntil !== undefined && record.leaseUntil <= endedBy
      return isOver ? end(record, { outcome: RUN_LOST }) : undefined
    })
  }

  async function changeBy(
    taskId: string,
    /** What happens to it, or what that depends on; `undefined` is nothing that can be. */
    event: TaskEvent | ((task: Task) => TaskEvent | undefined),
    next: (record: TaskRecord, at: number) => TaskRecord | Promise<TaskRecord>,
    /** What is kept of the wish while the task is being worked on. */
    whileRunning?: (record: TaskRecord, at: number) => TaskRecord,
  ): Promise<TransitionResult> {
    const found = await load(taskId)
    if (found === undefined) return { type: 'not-found' }
    return inTurn(found.task.agentId, async () => {
      const before = await load(taskId)
      if (before === undefined) return { type: 'not-found' }
      const at = now()
      const refusal = refusalOf(before.task, typeof event === 'function' ? event(before.task) : event)
      if (refusal?.type === 'running' && whileRunning !== undefined && !before.task.isCancelling) {
        const after = whileRunning(before, at)
        await commit(after.task.agentId, [{ before, after }])
        return { ...refusal, task: after.task }
      }
      if (refusal !== undefined) return refusal
      const after = await next(before, at)
      await commit(after.task.agentId, [{ before, after }])
      return { type: 'changed', task: after.task }
    })
  }

  async function reopen(record: TaskRecord, event: OpeningEvent, at: number, given: Partial<Task> = {}) {
    const hasOpenDependencies = await hasOpen(record.task.dependsOn)
    const fields = event === 'approve' ? undefined : { attempts: 0, note: undefined, ...given }
    return openRecord(record, event, { at, hasOpenDependencies, fields })
  }

  async function remove(agentId: string, taskIds: readonly string[]): Promise<void> {
    const changes = await Promise.all(taskIds.map(async (taskId) => ({ before: await loadIndexed(taskId) })))
    const runs = await Promise.all(taskIds.map((taskId) => store.list<string>(rangeOf.taskRuns(taskId))))
    const runRemovals = taskIds.map((taskId, index) => runRemoval(taskId, runs[index]?.map(({ value }) => value) ?? []))
    await commit(agentId, changes, { further: runRemovals.flat() })
  }

  return {
    ...createTaskReader(store),
    ...createQuestions({ inTurn, held, commit, changeBy, reopen, now }),
    ...createRetention({ store, inTurn, load, remove }),

    async create(input) {
      const accepted = parseNewTask(input)
      return inTurn(accepted.agentId, async () => {
        const earlier = await findEarlier(accepted)
        if (earlier !== undefined) return { task: earlier, created: false }
        const dependencies = await loadDependencies(accepted)
        const hasOpenDependencies = dependencies.some(isOpen)
        const after = createRecord(accepted, { id: newId('task'), at: now(), hasOpenDependencies })
        await commit(after.task.agentId, [...dependencies.flatMap(marking), { after }])
        return { task: after.task, created: true }
      })
    },

    async claimNextReady(agentId, lease) {
      const agent = parseAgentId(agentId)
      const leaseMs = parseLease(lease)
      return inTurn(agent, async () => {
        const at = now()
        const next = await nextTask(agent, at)
        if (next === undefined) return undefined
        const before = await loadIndexed(next.taskId)
        const { after, run } = claimRecord(before, { runId: newId('run'), at, leaseMs })
        await commit(agent, [{ before, after, run }], { state: next.state })
        return { task: after.task, run, fence: after.runs, leaseUntil: at + leaseMs }
      })
    },

    async heartbeat(claim, lease) {
      const leaseMs = parseLease(lease)
      return inTurn(claim.task.agentId, async () => {
        const before = await held(claim)
        if (before === undefined) return false
        const at = now()
        const leaseUntil = Math.max(before.leaseUntil ?? 0, at + leaseMs)
        await commit(before.task.agentId, [{ before, after: { ...before, leaseUntil } }])
        return true
      })
    },

    async settle(claim, settlement) {
      const accepted = parseSettlement(settlement)
      return inTurn(claim.task.agentId, async () => {
        const record = await held(claim)
        return record === undefined ? { type: 'lost' } : { type: 'settled', ...(await end(record, accepted)) }
      })
    },

    async nextReadyAt(agentId) {
      return queue.nextReadyAt(parseAgentId(agentId))
    },

    readyAgents: () => queue.agents(),

    async reap({ all = false } = {}) {
      const endedBy = all ? Number.MAX_SAFE_INTEGER : now()
      const range = all ? rangeOf.leases() : rangeOf.leasesUntil(endedBy)
      const results: PromiseSettledResult<Ended | undefined>[] = []
      let rows = await store.list<string>({ ...range, limit: PAGE })
      while (rows.length > 0) {
        // One damaged task must not keep the others' runs open.
        results.push(...(await Promise.allSettled(rows.map((row) => reapOne(row, endedBy)))))
        const gt = rows.at(-1)?.key
        rows = await store.list<string>({ ...range, gt, limit: PAGE })
      }
      return endedOf(results)
    },

    approve: (taskId) => changeBy(taskId, 'approve', (record, at) => reopen(record, 'approve', at)),

    async cancel(taskId, reason) {
      const note = parseText('reason', reason)
      const cancel = (record: TaskRecord, at: number): TaskRecord => cancelRecord(record, 'cancel', at, note)
      return changeBy(taskId, 'cancel', cancel, (record, at) => cancellingRecord(record, at, note))
    },

    retry: (taskId) => changeBy(taskId, 'retry', (record, at) => reopen(record, 'retry', at)),

    async resolve(taskId, resolution) {
      const { action, note } = parseResolution(resolution)
      return action === 'retry'
        ? changeBy(taskId, 'resolve-retry', (record, at) => reopen(record, 'resolve-retry', at, { note }))
        : changeBy(taskId, 'resolve-abandon', (record, at) => cancelRecord(record, 'resolve-abandon', at, note))
    },

    async deleteAgent(agentId) {
      const agent = parseAgentId(agentId)
      return inTurn(agent, async () => {
        const range = rangeOf.agentTasks(agent)
        // Newest first: what depends on a task is gone before it.
        const page = (lt: string) => store.keys({ ...range, lt, reverse: true, limit: PAGE })
        let count = 0
        for (let keys = await page(range.lt); keys.length > 0; keys = await page(keys.at(-1) ?? range.gt)) {
          await remove(agent, keys.map(lastPart))
          count += keys.length
        }
        return count
      })
    },
  }
}

type OpeningEvent = 'approve' | 'retry' | 'resolve-retry' | 'answer-blocked'

function endedOf(results: readonly PromiseSettledResult<Ended | undefined>[]): Ended[] {
  const failures = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason as unknown)
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} runs could not be ended`)
  return results.flatMap((result) => (result.status === 'fulfilled' ? (result.value ?? []) : []))
}

function isOpen({ task }: TaskRecord): boolean {
  return task.status !== 'done'
}

/** Notes on a task that another one was made to wait for it. */
function marking(before: TaskRecord): RecordChange[] {
  return before.hasDependents ? [] : [{ before, after: { ...before, hasDependents: true } }]
}

function changesToTell({ before, after, run }: RecordChange): TaskChange[] {
  if (after === undefined) return []
  const { task } = after
  const told: TaskChange[] = []
  if (run !== undefined) told.push({ type: run.status === 'running' ? 'run-started' : 'run-ended', task, run })
  if (before === undefined) told.push({ type: 'task-created', task })
  else if (before.task.revision !== task.revision) {
    told.push({ type: 'task-updated', task, previous: before.task.status })
  }
  return told
}

/** Why an event may not move a task; without an event there was a question to answer, and it does not wait. */
function refusalOf(task: Task, event: TaskEvent | undefined): TransitionResult | undefined {
  if (event === undefined) return { type: 'wrong-status', task, allowed: ANSWERABLE }
  const { from: allowed } = taskTransitions[event]
  if (allowed.includes(task.status)) return undefined
  if (event === 'cancel' && task.status === 'in-progress' && task.runId !== undefined) {
    return { type: 'running', task, runId: task.runId }
  }
  return { type: 'wrong-status', task, allowed }
}
