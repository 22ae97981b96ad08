import type { CronJob, Firing, Page, PageOptions } from './job.ts'

/** A job with its firings that have not ended, in the order in which they were made. */
export interface JobState {
  readonly job: CronJob
  readonly open: readonly Firing[]
}

/** What a decision makes of a job: the job as it is to be, and firings to add or to replace by their id. */
export interface JobChange {
  readonly job: CronJob
  readonly firings: readonly Firing[]
}

/** Names what was asked for, so that asking again makes nothing twice. Keys are apart for each agent. */
export interface Idempotency {
  readonly key: string
  /** The same for the same content. */
  readonly fingerprint: string
}

/** Something to act on: a job at its `nextAt`, or a pending firing at its `startAt`. */
export type DueEntry =
  | { readonly type: 'job'; readonly at: number; readonly jobId: string }
  | { readonly type: 'firing'; readonly at: number; readonly jobId: string; readonly firingId: string }

/**
 * Keeps jobs, their firings, and what is due when. What a method resolved to is on disk; a method that rejects has
 * changed nothing that is not told, or all of it.
 */
export interface CronStore {
  /**
   * Adds a job. With a key that the agent has used already it answers with the job of then, as it is now; for other
   * content it rejects with CRON_IDEMPOTENCY_MISMATCH. A key lives as long as its job. Rejects with CRON_JOB_EXISTS when
   * the id is taken.
   */
  insert(job: CronJob, idempotency?: Idempotency): Promise<{ readonly job: CronJob; readonly created: boolean }>

  /** The agent's job that was made with this key; rejects with CRON_IDEMPOTENCY_MISMATCH when its content was another. */
  getByKey(agentId: string, idempotency: Idempotency): Promise<CronJob | undefined>

  /** Reads a job with its open firings; `undefined` when there is no such job. */
  get(jobId: string): Promise<JobState | undefined>

  /** Lists an agent's jobs, by their id. */
  list(agentId: string, page?: PageOptions): Promise<Page<CronJob>>

  /**
   * Reads a job, lets `decide` say what becomes of it, and writes that, as one atomic step: no other change of the same
   * job comes between. `decide` must be pure, may be called again, and changes nothing by answering `undefined`.
   * Resolves to the state after it; `undefined` when there is no such job.
   */
  change(jobId: string, decide: (state: JobState) => JobChange | undefined): Promise<JobState | undefined>

  /** Removes a job with its firings; false when there was none. */
  delete(jobId: string): Promise<boolean>

  /** Removes all jobs of an agent with their firings; the number of jobs. */
  deleteAgent(agentId: string): Promise<number>

  /**
   * The first `limit` things due at or before `until`, soonest first; with `after`, those behind that one, which may be
   * gone by now. Costs by what it answers, not by the number of jobs.
   */
  due(until: number, limit: number, after?: DueEntry): Promise<readonly DueEntry[]>

  /** Reads a firing; `undefined` when there is none, or it is no longer kept. */
  getFiring(firingId: string): Promise<Firing | undefined>

  /** Lists a job's firings, newest first. Of those that ended, only so many of the newest are kept. */
  listFirings(jobId: string, page?: PageOptions): Promise<Page<Firing>>

  /** Walks the firings that are running. Costs by their number. */
  running(): AsyncIterable<Firing>
}
