/** Something that happened, as a log of events keeps it; `Event` of @agentic/events is one. */
export interface LoggedEvent {
  /** Its place in the log: rises with every event. */
  readonly seq: number
  readonly type: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly agentId?: string | undefined
  readonly data: unknown
}

/** What is read of a log of events; `EventLog` of @agentic/events is one. */
export interface EventSource {
  /** Reads up to `limit` events after a place, in order; `resync` when some after it are gone. */
  read(
    after: number,
    options: { readonly agentId?: string | undefined; readonly limit: number },
  ): Promise<
    | { readonly type: 'events'; readonly events: readonly LoggedEvent[] }
    | { readonly type: 'resync'; readonly after: number }
  >
  /** The place of the newest event. */
  last(): number
  /** Calls after each durable append; the answer ends it. */
  subscribe(listener: () => void): () => void
}

/** Keeps the signing secrets, by the ids of their webhooks. All but `usable` may reject while they are locked away. */
export interface WebhookSecrets {
  /** Keeps a secret; it is durable when this resolves. */
  put(id: string, secret: string): Promise<void>
  /** Gives the secrets to sign with: more than one where an older one still counts for a while, none where there is none. */
  read(id: string): Promise<readonly string[]>
  /** Deletes what is kept under an id, if anything. */
  delete(id: string): Promise<void>
  /**
   * Resolves once secrets can be read and deleted; rejects with the signal's reason.
   * @default they always can
   */
  usable?(options: { readonly signal: AbortSignal }): Promise<void>
}

export interface WebhookClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `run` once, `delayMs` from now; the answer takes it back. */
  setTimer(run: () => void, delayMs: number): () => void
}

export const systemClock: WebhookClock = {
  now: () => Date.now(),
  setTimer(run, delayMs) {
    const timer = setTimeout(() => run(), delayMs)
    return () => clearTimeout(timer)
  },
}
