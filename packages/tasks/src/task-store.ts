import type { Json, WorkerOutcome } from '@agentic/worker-outcome'
import type {
  Answer,
  Claim,
  EndedStatus,
  Escalation,
  Question,
  Run,
  Task,
  TaskCounts,
  TaskLineage,
  TaskStatus,
} from './task.ts'

export interface NewTask {
  /** `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}` */
  readonly agentId: string
  /** 1 to 500 characters. */
  readonly title: string
  /** At most 1 MiB as JSON, as is `input`. */
  readonly worker: Json
  readonly input?: Json | undefined
  /**
   * A whole number from -1,000,000 to 1,000,000.
   * @default 0
   */
  readonly priority?: number | undefined
  readonly notBefore?: number | undefined
  /** Waits in `pending-approval` until {@link TaskStore.approve}. @default false */
  readonly requiresApproval?: boolean | undefined
  /** At least 1,000. */
  readonly wallClockMs?: number | undefined
  /**
   * From 1 to 1,000.
   * @default 3
   */
  readonly maxAttempts?: number | undefined
  /** At most 100 tasks, which the agent has already. */
  readonly dependsOn?: readonly string[] | undefined
  readonly lineage?: TaskLineage | undefined
  /**
   * Asking again with the same key answers with the first task, whatever has become of it; the same key with other
   * content rejects with TASK_IDEMPOTENCY_MISMATCH. Keys are apart for each agent; 1 to 255 characters.
   */
  readonly idempotencyKey?: string | undefined
}

export interface Settlement {
  readonly outcome: WorkerOutcome
  /** What the run cost, in the worker's words. */
  readonly usage?: Json | undefined
  /** Reference of the transcript, resolved by whoever keeps the files. */
  readonly transcript?: string | undefined
}

/** What became of a settlement: done, or too late because the claim was lost. */
export type SettleResult =
  | { readonly type: 'settled'; readonly task: Task; readonly run: Run }
  | { readonly type: 'lost' }

/** What became of a person's or the system's wish: done, no such task, or not from this status. */
export type TransitionResult =
  | { readonly type: 'changed'; readonly task: Task }
  /** The task is being worked on: its worker must be stopped, and settles it. */
  | { readonly type: 'running'; readonly task: Task; readonly runId: string }
  | { readonly type: 'wrong-status'; readonly task: Task; readonly allowed: readonly TaskStatus[] }
  | { readonly type: 'not-found' }

/** What a run asks a person. */
export interface NewQuestion {
  /** Something to be told, or leave to do something. @default 'question' */
  readonly type?: 'question' | 'permission' | undefined
  /** 1 to 10,000 characters. */
  readonly text: string
  /** At most 1 MiB as JSON. */
  readonly details?: Json | undefined
}

/** What became of a question. */
export type AskResult =
  | { readonly type: 'asked'; readonly task: Task; readonly question: Question }
  /** An earlier question still waits: one at a time. */
  | { readonly type: 'waiting'; readonly question: Question }
  /** An answer lies ready that no run has taken: take it first. */
  | { readonly type: 'answered'; readonly answer: Answer }
  | { readonly type: 'lost' }

export type TakeAnswerResult =
  | { readonly type: 'taken'; readonly answer: Answer; readonly task: Task }
  | { readonly type: 'none' }
  | { readonly type: 'lost' }

export interface NewAnswer {
  /** At most 1 MiB as JSON. */
  readonly value: Json
  /** The question that is meant; another one that waits by now is left alone (`wrong-status`). @default the one that waits */
  readonly questionId?: string | undefined
}

export interface PruneOptions {
  /** Tasks that ended before this instant go. */
  readonly endedBefore: number
  /** @default all ends */
  readonly statuses?: readonly EndedStatus[] | undefined
  /**
   * How many tasks are looked at, from 1 to 1,000.
   * @default 256
   */
  readonly limit?: number | undefined
  /** Where the last call ended, as it said in `nextCursor`. */
  readonly cursor?: string | undefined
  /**
   * Asked before each task goes, in its agent's turn, so change no task here: the place to remove what lies
   * elsewhere of its runs. Should the process die after it, it is asked again. False keeps the task for another call.
   * @default all may go
   */
  readonly mayRemove?: ((task: PrunedTask) => Promise<boolean>) | undefined
}

export interface PrunedTask {
  readonly taskId: string
  readonly agentId: string
  readonly runIds: readonly string[]
}

export interface Pruned {
  readonly removed: readonly PrunedTask[]
  /** Absent when there is no more to look at. */
  readonly nextCursor?: string | undefined
}

export interface PageOptions {
  /**
   * From 1 to 500.
   * @default 50
   */
  readonly limit?: number | undefined
  /** Where the last page ended, as it said in `nextCursor`. */
  readonly cursor?: string | undefined
}

/** Where the counts of one agent stop counting. */
export const COUNT_LIMIT = 10_000

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}

/**
 * One change, told to {@link EmbeddedTaskStoreOptions.alongside} so that more can be written in the same batch. What
 * happened to a run comes before what it did to its task. Heartbeats and deletions are not told.
 */
export type TaskChange =
  | { readonly type: 'task-created'; readonly task: Task }
  | { readonly type: 'task-updated'; readonly task: Task; readonly previous: TaskStatus }
  | { readonly type: 'run-started'; readonly task: Task; readonly run: Run }
  | { readonly type: 'run-ended'; readonly task: Task; readonly run: Run }

/**
 * Keeps tasks and their runs. Every method that reads, decides and writes does so as one step that no other caller sees
 * half of; what it resolved to is on disk. Absent things are `undefined`, empty or `not-found`, never errors; what
 * cannot be right, such as a malformed agent id, lease or cursor, rejects with TASK_INVALID and changes nothing.
 */
export interface TaskStore {
  /** Makes a task: `pending-approval`, `backlog` while dependencies are not done, else `ready`. Makes it one time for each key. */
  create(task: NewTask): Promise<{ readonly task: Task; readonly created: boolean }>
  get(taskId: string): Promise<Task | undefined>
  /** The agent's task that was made with this idempotency key. */
  getByIdempotencyKey(agentId: string, idempotencyKey: string): Promise<Task | undefined>
  /** Lists an agent's tasks, newest first; with a `status`, at a cost of those alone. */
  list(agentId: string, options?: PageOptions & { readonly status?: TaskStatus | undefined }): Promise<Page<Task>>

  /**
   * Claims the agent's next ready task: highest priority, then oldest, `notBefore` reached. Opens its run and counts the
   * attempt in the same write. Two callers never get the same task, and the cost is that of one task, however many wait.
   */
  claimNextReady(agentId: string, lease: { readonly leaseMs: number }): Promise<Claim | undefined>
  /** Makes the lease of a claim that still holds last `leaseMs` from now, never less than before; false when it was lost. */
  heartbeat(claim: Claim, lease: { readonly leaseMs: number }): Promise<boolean>
  /**
   * Ends the run with its one outcome, moves the task as the outcome's routing says, and releases what waited for it to
   * be done, in one write. A claim is lost, and changes nothing, when its run has ended, another claim of the task was
   * made, or the agent was deleted. A lease that is over loses nothing by itself: whoever comes first, this or
   * {@link reap}, ends the run.
   */
  settle(claim: Claim, settlement: Settlement): Promise<SettleResult>

  /** When a ready task of the agent may be claimed: an instant, in the past if now; `undefined` without one. */
  nextReadyAt(agentId: string): Promise<number | undefined>
  /** Every agent with a ready task, once, as {@link nextReadyAt} says, for the start of a process. Cost by these agents alone. */
  readyAgents(): AsyncIterable<{ readonly agentId: string; readonly readyAt: number }>
  /**
   * Ends the runs whose lease is over, with `failed` and code RUN_LOST, and routes their tasks as any failure. With
   * `all`, every open run: for the start of the one process that owns the store. Rejects with an AggregateError when
   * some could not be ended, after the others were.
   */
  reap(options?: { readonly all?: boolean | undefined }): Promise<readonly { readonly task: Task; readonly run: Run }[]>

  /** `pending-approval` -> `ready`, or `backlog` while dependencies are not done. */
  approve(taskId: string): Promise<TransitionResult>
  /**
   * Any task not ended -> `cancelled`. One in progress answers `running`: the wish is kept, its worker is to be stopped by
   * the caller, and when its run ends in anything that would be tried again or wait for a person, it is `cancelled`.
   */
  cancel(taskId: string, reason?: string): Promise<TransitionResult>
  /** `failed`, `cancelled` or `done` -> `ready`, or `backlog` while dependencies are not done; its attempts are counted anew. */
  retry(taskId: string): Promise<TransitionResult>
  /** A person's word on an escalation: `blocked` -> as {@link retry} says, or `cancelled` (abandon). */
  resolve(
    taskId: string,
    resolution: { readonly action: 'retry' | 'abandon'; readonly note?: string | undefined },
  ): Promise<TransitionResult>

  /**
   * Asks a person on behalf of a run, which stays open and goes on being kept by heartbeats: an escalation, until it is
   * answered or the run ends. When the run is lost meanwhile, the task is `blocked` with the same escalation.
   */
  ask(claim: Claim, question: NewQuestion): Promise<AskResult>
  /**
   * Answers the question that waits. The answer stays with the task until a run takes it: the one that asked, or, when
   * that one is lost, the next; a task that is `blocked` by then goes on as {@link retry} says. Of a task that is being cancelled nothing is
   * answered any more (`wrong-status`).
   */
  answer(taskId: string, answer: NewAnswer): Promise<TransitionResult>
  /** Takes what was answered, once: for the run that asked and for one that begins. */
  takeAnswer(claim: Claim): Promise<TakeAnswerResult>

  getRun(runId: string): Promise<Run | undefined>
  /** Lists a task's runs, newest first. */
  listRuns(taskId: string, options?: PageOptions): Promise<Page<Run>>
  /** Lists what waits for a person, longest waiting first; of one agent, or of all. */
  listEscalations(options?: PageOptions & { readonly agentId?: string | undefined }): Promise<Page<Escalation>>

  /** Counts all tasks by status, exactly and at no cost by their number; or an agent's, each up to {@link COUNT_LIMIT}. */
  counts(agentId?: string): Promise<TaskCounts>

  /**
   * Removes ended tasks with their runs, escalations and idempotency keys, oldest first, a bounded number at a time: call
   * again with `nextCursor` until there is none. Never removes what waits, is blocked or is being worked on, nor what
   * such a task waits for. What a kept task depends on and is gone is no longer waited for.
   */
  prune(options: PruneOptions): Promise<Pruned>

  /**
   * Removes the agent's tasks, runs, escalations and idempotency keys; the number of tasks. Open claims of it are lost.
   * Each task goes as a whole; when many do and the process dies between, calling it again removes the rest.
   */
  deleteAgent(agentId: string): Promise<number>
}
