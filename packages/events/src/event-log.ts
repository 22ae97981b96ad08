/** Something that happened, as it is kept. */
export interface Event {
  /** Place in the log: rises with every event, with gaps. */
  readonly seq: number
  /** Noun, then fact: `run-ended`. */
  readonly type: string
  /** When, in milliseconds since the epoch. */
  readonly at: number
  /** Whose it is; `undefined` for what concerns the instance. */
  readonly agentId?: string | undefined
  /** What is to be told of it, as JSON. */
  readonly data: unknown
}

export type NewEvent = Omit<Event, 'seq' | 'at'>

/** Which events a reader sees. */
export interface EventFilter {
  /** Only this agent's. @default every event */
  readonly agentId?: string | undefined
}

/** What `read` found: events in order, or that some after `after` are gone. */
export type EventPage =
  | { readonly type: 'events'; readonly events: readonly Event[] }
  /** Older events were dropped: what the reader knows is out of date. It goes on after `after`. */
  | { readonly type: 'resync'; readonly after: number }

/** A durable, ordered log. Readers keep the last `seq` they saw and go on from there, over restarts too. */
export interface EventLog extends AsyncDisposable {
  /** Appends in order; on disk when it resolves. */
  append(events: readonly NewEvent[]): Promise<readonly Event[]>
  /** Reads up to `limit` (default 100) events after a place. */
  read(after: number, options?: EventFilter & { readonly limit?: number | undefined }): Promise<EventPage>
  /** The place of the newest event; 0 before the first. */
  last(): number
  /** Gives every event after a place, then waits for more, until the signal aborts. Holds one page at most, however slow its reader. */
  follow(
    after: number,
    options: EventFilter & { readonly signal: AbortSignal },
  ): AsyncIterable<Event | { readonly type: 'resync'; readonly after: number }>
  /** Calls after each durable append; the answer ends it. For wake-ups: a listener must not throw. */
  subscribe(listener: () => void): () => void
  /** Drops the events of a deleted agent. */
  deleteAgent(agentId: string): Promise<void>
  /** Waits for its own upkeep; the store stays open. */
  close(): Promise<void>
}
