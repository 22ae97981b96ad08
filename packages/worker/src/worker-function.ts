import type { Block, Json } from '@agentic/worker-outcome'

/** What a function knows of its run. Everything here is safe to call after the run has ended: late calls change nothing. */
export interface FunctionContext {
  readonly agentId: string
  readonly taskId: string
  readonly runId: string
  readonly title: string
  /** The task's input, not checked. */
  readonly input: Json | undefined
  /** What a person says about an earlier attempt at the task, when this is another. */
  readonly note: string | undefined
  /** Asks the function to stop now; it has the grace to do so. */
  readonly signal: AbortSignal
  /** The grace is over: destroy what the run holds. */
  readonly killSignal: AbortSignal
  /** The agent's own and the shared `tool` secrets, and nothing else. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute path of the agent's folder; it may not exist yet. */
  readonly workspace: string
  /** Takes the secrets out of a text. Outcomes are scrubbed anyway; scrub what you cut, before you cut it. */
  scrub(text: string): string
  /** Says that something moved, so that the run is not taken for stalled. */
  progress(): void
  /** Tells who watches what the run is at; that is a sign of progress too. */
  setStatus(status: string): void
  /** Keeps what there is so far, for an end before the end. */
  setPartialResult(text: string): void
  /** Reports a block: the first one decides the run, which is stopped at once. */
  reportBlock(block: Block): void
  /** Waits for a person; the run's time stands still meanwhile. */
  waitForInput<Result>(input: Promise<Result>): Promise<Result>
}

/**
 * Work that an embedding backend registers under a name. It may answer a {@link WorkerOutcome}; a text, which is then
 * the result; any JSON, which is then result and data; or nothing. What it throws is a `failed` outcome with the error's own
 * `code` and `retryable`.
 */
export type WorkerFunction = (context: FunctionContext) => Promise<unknown>
