import type { WorkerOutcome } from '@agentic/worker-outcome'
import fc from 'fast-check'
import type { TaskStatus } from '../src/index.ts'

/** Something that happens to a task store. Picks are taken modulo what there is to pick from. */
export type Act =
  | { readonly type: 'pass'; readonly ms: number }
  | {
      readonly type: 'create'
      readonly agentId: string
      readonly priority: number
      readonly delayMs: number
      readonly requiresApproval: boolean
      readonly maxAttempts: number
      readonly dependsOn: readonly number[]
    }
  | { readonly type: 'claim'; readonly agentId: string }
  | { readonly type: 'heartbeat'; readonly pick: number }
  | { readonly type: 'settle'; readonly pick: number; readonly outcome: WorkerOutcome }
  | { readonly type: 'reap'; readonly all: boolean }
  | { readonly type: 'approve' | 'cancel' | 'retry'; readonly pick: number }
  | { readonly type: 'ask' | 'answer' | 'take-answer'; readonly pick: number }
  | { readonly type: 'prune'; readonly ms: number }
  | { readonly type: 'resolve'; readonly pick: number; readonly action: 'retry' | 'abandon' }

const agentId = fc.constantFrom('a', 'a.b')
const pick = fc.nat(30)

const outcome = fc.constantFrom<WorkerOutcome>(
  { type: 'success', result: '' },
  { type: 'partial', result: '', segments: 1, reason: '' },
  { type: 'cancelled', reason: '' },
  { type: 'timeout', elapsedMs: 1, limit: 'wall-clock', segments: 0 },
  { type: 'blocked', block: { type: 'login-wall' }, evidence: { signals: [] } },
  { type: 'failed', code: 'X', message: '', retryable: true },
  { type: 'failed', code: 'X', message: '', retryable: false },
)

/** Acts as they come, the ordinary ones more often. */
export const acts: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('create' as const),
      agentId,
      priority: fc.integer({ min: -1, max: 1 }),
      delayMs: fc.constantFrom(0, 0, 0, 5, 12),
      requiresApproval: fc.constantFrom(false, false, true),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      dependsOn: fc.array(pick, { maxLength: 2 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('claim' as const), agentId }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('settle' as const), pick, outcome }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('heartbeat' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reap' as const), all: fc.constantFrom(false, false, true) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('approve', 'cancel', 'retry'), pick }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constantFrom('ask', 'answer', 'take-answer'), pick }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('prune' as const), ms: fc.nat(6) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('resolve' as const),
      pick,
      action: fc.constantFrom('retry', 'abandon'),
    }),
  },
)

/** Acts that fill and empty queues. */
export const queueActs: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('create' as const),
      agentId: fc.constant('a'),
      priority: fc.integer({ min: -2, max: 2 }),
      delayMs: fc.constantFrom(0, 0, 5, 12),
      requiresApproval: fc.constant(false),
      maxAttempts: fc.constant(1),
      dependsOn: fc.constant([]),
    }),
  },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('claim' as const), agentId: fc.constant('a') }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('cancel' as const), pick: fc.nat(100) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat(6) }) },
)

interface ModelTask {
  readonly agentId: string
  readonly priority: number
  readonly notBefore: number
  readonly maxAttempts: number
  readonly dependsOn: readonly number[]
  status: TaskStatus
  attempts: number
  runs: number
  readyAt: number
  leaseUntil: number
  isCancelling: boolean
  isWaiting: boolean
  /** The run that asked for the answer that lies ready. */
  answerOf: number | undefined
  endedAt: number
  isGone: boolean
}

export interface TaskModel {
  /** Does an act and answers as the store should. */
  perform(act: Act): string
  /** Status and attempts of every task, in the order of creation. */
  tasks(): string[]
}

/** The plainest thing that behaves as a task store should: a list that is searched from its start. */
export function createModel(leaseMs: number): TaskModel {
  let time = 1000
  const tasks: ModelTask[] = []
  const claims: { readonly task: ModelTask; readonly fence: number }[] = []

  const isDone = (index: number): boolean => tasks[index]?.status === 'done' || tasks[index]?.isGone === true
  const chosen = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % items.length]

  function open(task: ModelTask): void {
    task.status = task.dependsOn.every(isDone) ? 'ready' : 'backlog'
    task.readyAt = Math.max(time, task.notBefore)
  }

  function end(task: ModelTask, ended: WorkerOutcome): void {
    const isInterrupted = ended.type === 'failed' && ended.retryable && !task.isCancelling
    if (isInterrupted && task.isWaiting) {
      task.status = 'blocked'
      return
    }
    task.isWaiting = false
    if (isInterrupted && task.answerOf === task.runs) {
      task.attempts = 0
      task.status = 'ready'
      task.readyAt = Math.max(time, task.notBefore)
      return
    }
    const isRetried = ended.type === 'failed' && ended.retryable && task.attempts < task.maxAttempts
    const statuses = { success: 'done', partial: 'done', timeout: 'failed', failed: 'failed' } as const
    const { type } = ended
    task.status = isRetried ? 'ready' : type === 'blocked' || type === 'cancelled' ? type : statuses[type]
    if (task.isCancelling && (task.status === 'ready' || task.status === 'blocked')) task.status = 'cancelled'
    task.isCancelling = false
    task.readyAt = Math.max(time + task.attempts * 7, task.notBefore)
    finish(task)
    if (task.status !== 'done') return
    for (const other of tasks.filter(({ status, dependsOn }) => status === 'backlog' && dependsOn.every(isDone))) {
      open(other)
    }
  }

  /** An answer outlives all but the ends that are good or wanted. */
  function finish(task: ModelTask): void {
    task.endedAt = time
    if (task.status === 'done' || task.status === 'cancelled') task.answerOf = undefined
  }

  function isWaitedFor(index: number): boolean {
    return tasks.some(
      ({ status, dependsOn }) => (status === 'pending-approval' || status === 'backlog') && dependsOn.includes(index),
    )
  }

  function heldBy(pick: number): ModelTask | 'none' | 'lost' {
    const claim = chosen(claims, pick)
    if (claim === undefined) return 'none'
    return claim.task.status === 'in-progress' && claim.task.runs === claim.fence ? claim.task : 'lost'
  }

  function move(index: number, from: readonly TaskStatus[], to: (task: ModelTask) => void): string {
    const task = chosen(tasks, index)
    if (task === undefined || task.isGone) return 'not-found'
    if (!from.includes(task.status)) return 'wrong-status'
    to(task)
    return 'changed'
  }

  const cancel = (task: ModelTask): void => {
    task.status = 'cancelled'
    task.isWaiting = false
    finish(task)
  }
  const reopen = (task: ModelTask): void => {
    task.attempts = 0
    task.isWaiting = false
    open(task)
  }

  function perform(act: Act): string {
    switch (act.type) {
      case 'pass':
        time += act.ms
        return ''
      case 'create': {
        const picked = new Set(act.dependsOn.map((index) => index % tasks.length))
        const dependsOn = [...picked].filter((index) => tasks[index]?.agentId === act.agentId && !tasks[index].isGone)
        const notBefore = act.delayMs === 0 ? 0 : time + act.delayMs
        const { maxAttempts, priority } = act
        const counters = { attempts: 0, runs: 0, readyAt: 0, leaseUntil: 0, isCancelling: false }
        const person = { isWaiting: false, answerOf: undefined, endedAt: 0, isGone: false }
        const fields = { agentId: act.agentId, priority, notBefore, maxAttempts, dependsOn, ...counters, ...person }
        const task: ModelTask = { ...fields, status: 'pending-approval' }
        if (!act.requiresApproval) open(task)
        tasks.push(task)
        return task.status
      }
      case 'claim': {
        const ready = tasks.filter(
          ({ agentId: of, status, readyAt }) => of === act.agentId && status === 'ready' && readyAt <= time,
        )
        const best = Math.max(...ready.map(({ priority }) => priority))
        const task = ready.find(({ priority }) => priority === best)
        if (task === undefined) return 'none'
        task.status = 'in-progress'
        task.attempts += 1
        task.runs += 1
        task.leaseUntil = time + leaseMs
        claims.push({ task, fence: task.runs })
        return String(tasks.indexOf(task))
      }
      case 'heartbeat': {
        const claim = chosen(claims, act.pick)
        if (claim === undefined) return 'none'
        const isHeld = claim.task.status === 'in-progress' && claim.task.runs === claim.fence
        if (isHeld) claim.task.leaseUntil = Math.max(claim.task.leaseUntil, time + leaseMs)
        return String(isHeld)
      }
      case 'settle': {
        const claim = chosen(claims, act.pick)
        if (claim === undefined) return 'none'
        if (claim.task.status !== 'in-progress' || claim.task.runs !== claim.fence) return 'lost'
        end(claim.task, act.outcome)
        return 'settled'
      }
      case 'reap': {
        const over = tasks.filter(
          ({ status, leaseUntil }) => status === 'in-progress' && (act.all || leaseUntil <= time),
        )
        for (const task of over) end(task, { type: 'failed', code: 'RUN_LOST', message: '', retryable: true })
        return over.map((task) => tasks.indexOf(task)).join()
      }
      case 'approve':
        return move(act.pick, ['pending-approval'], open)
      case 'cancel':
        if (chosen(tasks, act.pick)?.status === 'in-progress') {
          move(act.pick, ['in-progress'], (task) => (task.isCancelling = true))
          return 'running'
        }
        return move(act.pick, ['pending-approval', 'backlog', 'ready', 'blocked'], cancel)
      case 'retry':
        return move(act.pick, ['done', 'failed', 'cancelled'], reopen)
      case 'resolve':
        return move(act.pick, ['blocked'], act.action === 'retry' ? reopen : cancel)
      case 'ask': {
        const task = heldBy(act.pick)
        if (typeof task === 'string') return task
        if (task.isWaiting) return 'waiting'
        if (task.answerOf !== undefined) return 'answered'
        task.isWaiting = true
        return 'asked'
      }
      case 'answer': {
        const task = chosen(tasks, act.pick)
        if (task === undefined || task.isGone) return 'not-found'
        if (!task.isWaiting) return 'wrong-status'
        task.answerOf = task.runs
        if (task.status === 'blocked') reopen(task)
        task.isWaiting = false
        return 'changed'
      }
      case 'take-answer': {
        const task = heldBy(act.pick)
        if (typeof task === 'string') return task
        if (task.answerOf === undefined) return 'none'
        task.answerOf = undefined
        return 'taken'
      }
      case 'prune': {
        const over = tasks.filter(
          ({ status, endedAt, isGone }, index) =>
            ['done', 'failed', 'cancelled'].includes(status) &&
            endedAt < time - act.ms &&
            !isGone &&
            !isWaitedFor(index),
        )
        for (const task of over) task.isGone = true
        return over.map((task) => tasks.indexOf(task)).join()
      }
      default:
        return act satisfies never
    }
  }

  return { perform, tasks: () => tasks.map(described) }
}

function described({ status, attempts, isWaiting, answerOf, isGone }: ModelTask): string {
  if (isGone) return 'gone'
  return `${status} ${attempts}${isWaiting ? ' waiting' : ''}${answerOf === undefined ? '' : ' answered'}`
}
