import type { Json, WorkerOutcome } from '@agentic/worker-outcome'
import type { Claim, Escalation, Run, Task, TaskLineage, TaskStatus } from './task.ts'

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

export interface PageOptions {
  /**
   * From 1 to 500.
   * @default 50
   */
  readonly limit?: number | undefined
  /** Where the last page ended, as it said in `nextCursor`. */
  readonly cursor?: string | undefined
}

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
  /** A person's answer to an escalation: `blocked` -> as {@link retry} says, or `cancelled` (abandon). */
  resolve(
    taskId: string,
    resolution: { readonly action: 'retry' | 'abandon'; readonly note?: string | undefined },
  ): Promise<TransitionResult>

  getRun(runId: string): Promise<Run | undefined>
  /** Lists a task's runs, newest first. */
  listRuns(taskId: string, options?: PageOptions): Promise<Page<Run>>
  /** Lists what waits for a person, longest waiting first; of one agent, or of all. */
  listEscalations(options?: PageOptions & { readonly agentId?: string | undefined }): Promise<Page<Escalation>>

  /**
   * Removes the agent's tasks, runs, escalations and idempotency keys; the number of tasks. Open claims of it are lost.
   * Each task goes as a whole; when many do and the process dies between, calling it again removes the rest.
   */
  deleteAgent(agentId: string): Promise<number>
}
