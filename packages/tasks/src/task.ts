import type { Json, WorkerOutcome } from '@agentic/worker-outcome'

export const TASK_STATUSES = [
  'pending-approval',
  'backlog',
  'ready',
  'in-progress',
  'blocked',
  'done',
  'failed',
  'cancelled',
] as const

/** Where a task stands. `done`, `failed` and `cancelled` are ends; a person or a retry may open them again. */
export type TaskStatus = (typeof TASK_STATUSES)[number]

/** A unit of work for one agent. Instants are milliseconds since the epoch. */
export interface Task {
  readonly id: string
  readonly agentId: string
  readonly title: string
  /** What does the work, and with what; this package carries it without reading it. */
  readonly worker: Json
  readonly input?: Json | undefined
  readonly status: TaskStatus
  /** Higher is claimed first; equal ones in the order of creation. */
  readonly priority: number
  /** Not claimed before this instant. */
  readonly notBefore?: number | undefined
  /** While `ready`: may be claimed from this instant on; after a failure that is when its backoff ends. */
  readonly readyAt?: number | undefined
  /** Not claimed before these tasks, of the same agent, are done. One that ends otherwise keeps it waiting. */
  readonly dependsOn: readonly string[]
  /** Longest a run may take, in milliseconds; the worker's default without it. */
  readonly wallClockMs?: number | undefined
  /** Runs started since the task was created, or since a person opened it again. */
  readonly attempts: number
  readonly maxAttempts: number
  /** The task that this one was made by, and how many hands it has gone through. */
  readonly lineage?: TaskLineage | undefined
  /** Outcome of the last run that ended. */
  readonly outcome?: WorkerOutcome | undefined
  /** The last run, open or ended. */
  readonly runId?: string | undefined
  /** While `in-progress`: it was cancelled, and its run is to be stopped. However the run then ends, it is not tried again. */
  readonly isCancelling?: true | undefined
  /** Its run asked a person and waits; when that run is lost the task is `blocked` and still waits. */
  readonly waiting?: Question | undefined
  /** What a person answered, until a run takes it. */
  readonly answer?: Answer | undefined
  /** What a person said when resolving or cancelling. */
  readonly note?: string | undefined
  /** Rises by one with every change. */
  readonly revision: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** The statuses that a task may be removed in by {@link TaskStore.prune}. */
export const ENDED_STATUSES = ['done', 'failed', 'cancelled'] as const

export type EndedStatus = Extract<TaskStatus, (typeof ENDED_STATUSES)[number]>

/** How many tasks stand where, and how many of them wait for a person. */
export type TaskCounts = Readonly<Record<TaskStatus, number>> & { readonly escalations: number }

export interface TaskLineage {
  readonly parentId?: string | undefined
  readonly hops: number
  /** What made the task, in the owner's words: `http`, `cron:<firing>`, `agent:<id>`. */
  readonly source?: string | undefined
}

/** One attempt at a task. It is open until it has its one outcome. */
export interface Run {
  readonly id: string
  readonly taskId: string
  readonly agentId: string
  /** 1 for the first run of the task. */
  readonly number: number
  readonly status: 'running' | 'ended'
  readonly outcome?: WorkerOutcome | undefined
  readonly usage?: Json | undefined
  /** Reference of the transcript. */
  readonly transcript?: string | undefined
  readonly startedAt: number
  readonly endedAt?: number | undefined
}

/** What a run asks a person: something it wants to know, or leave to do something. */
export interface Question {
  readonly type: 'question' | 'permission'
  /** Names the question, so that an answer cannot be taken for that of another. */
  readonly id: string
  readonly text: string
  /** What the person is to choose from, or decide about, in the worker's words. */
  readonly details?: Json | undefined
  /** The run that asked. */
  readonly runId: string
  readonly askedAt: number
}

/** A person's answer to a question. */
export interface Answer {
  readonly question: Question
  readonly value: Json
  readonly answeredAt: number
}

/** A task that waits for a person: it met a block, or its run asked something. */
export type Escalation = {
  readonly taskId: string
  readonly agentId: string
  readonly runId: string
  readonly title: string
  readonly createdAt: number
} & (
  | { readonly type: 'blocked'; readonly outcome: Extract<WorkerOutcome, { readonly type: 'blocked' }> }
  | { readonly type: 'question' | 'permission'; readonly question: Question }
)

/** The right to work on a task: valid until its run ends, be it by the reaper once the lease is over. */
export interface Claim {
  readonly task: Task
  readonly run: Run
  /** Rises with every claim of the task; a write with an older one is refused. Its size says nothing else. */
  readonly fence: number
  readonly leaseUntil: number
}
