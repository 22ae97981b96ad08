import type { DeadWake, Trigger, Wake } from './wake.ts'

export interface RingOptions {
  /** The ring counts from this instant on, in milliseconds since 1970. @default at once */
  readonly dueAt?: number | undefined
}

/** Whether a ring made a wake, or joined one that waits for its run already. */
export type RingAnswer = 'queued' | 'coalesced'

/** What `begin` shows. `gen` names this beginning, so that only its own end takes away what it showed. */
export interface BegunWake {
  readonly wake: Wake
  readonly gen: number
}

/** How many wakes wait for their instant, and how many are dead; neither is counted beyond {@link COUNT_LIMIT}. */
export interface WakeCounts {
  readonly delayed: number
  readonly dead: number
}

/** Where {@link WakeStore.count} stops counting. */
export const COUNT_LIMIT = 10_000

export interface DeadPage {
  readonly items: readonly DeadWake[]
  readonly nextCursor?: string | undefined
}

export interface DeadPageOptions {
  readonly agentId?: string | undefined
  /** From 1 to 500. @default 50 */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/**
 * Keeps what rang until a run has finished with it. Each method is atomic, and what it resolved to is on disk. It holds
 * wakes that wait, never agents that sleep. The caller begins an agent again only when it will not end the run before:
 * one run of an agent at a time is the manager's promise.
 */
export interface WakeStore {
  /**
   * Adds a ring, in every state of the agent: whatever has been begun, this ring is shown by a later `begin`. Rejects
   * with WAKE_INVALID on bad input. A `dueAt` that is not after the trigger's own instant counts as none.
   */
  ring(agentId: string, trigger: Trigger, options?: RingOptions): Promise<RingAnswer>

  /**
   * Shows what has rung so far, taking nothing away: rings without a `dueAt`, and those that `due` has announced.
   * `undefined` without any. Begun again before its end, it shows the same and what rang since, and the older `gen` is void.
   */
  begin(agentId: string): Promise<BegunWake | undefined>

  /**
   * Takes away what `begin` showed and keeps what rang since, in one write; says which. A void `gen` changes nothing.
   */
  finish(agentId: string, gen: number): Promise<'done' | 'rung-again'>

  /** Keeps what `begin` showed for another attempt, not before `dueAt`. A void `gen` changes nothing. */
  postpone(agentId: string, gen: number, dueAt: number): Promise<'done' | 'rung-again'>

  /** Sets what `begin` showed aside as dead. A void `gen` changes nothing. */
  bury(
    agentId: string,
    gen: number,
    death: { readonly error: string; readonly diedAt: number },
  ): Promise<'done' | 'rung-again'>

  /**
   * Announces the agents with a ring whose `dueAt` is after `after` and not after `until`; without `after` all that wait,
   * rings without a `dueAt` too: the scan of a start. Each agent once, the longest waiting first. Cost by what it announces.
   */
  due(range: { readonly after?: number | undefined; readonly until: number }): AsyncIterable<string>

  /** The earliest `dueAt` after this instant. */
  nextDueAt(after: number): Promise<number | undefined>

  /** Counts, up to {@link COUNT_LIMIT}, the rings due after `now` and the dead wakes. */
  count(now: number): Promise<WakeCounts>

  /** Lists dead wakes: of one agent oldest first, or of all by agent. Rejects with WAKE_INVALID. */
  listDead(options?: DeadPageOptions): Promise<DeadPage>

  /** Rings an agent's dead wakes again, as first attempts; how many there were. */
  revive(agentId: string): Promise<number>

  /** Removes an agent's dead wakes; how many there were. */
  discard(agentId: string): Promise<number>

  /** Removes all that this agent has rung before the call, dead and delayed wakes too; a begun `gen` is void. */
  deleteAgent(agentId: string): Promise<void>
}
