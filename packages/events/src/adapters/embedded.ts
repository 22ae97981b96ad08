import {
  type Alongside,
  type EmbeddedStore,
  key,
  numberPart,
  type Operation,
  parts,
  under,
} from '@agentic/embedded-store'
import type { Event, EventFilter, EventLog, EventPage, NewEvent } from '../event-log.ts'

export interface EmbeddedEventLogOptions {
  /** @default Date.now */
  readonly clock?: (() => number) | undefined
  /**
   * How many events are kept; older ones are dropped now and then.
   * @default 100_000
   */
  readonly keep?: number | undefined
}

export interface EmbeddedEventLog extends EventLog {
  /**
   * Prepares an append that is written in the batch of what it tells of. The operations must be given to the store's
   * `write` in the same turn, so that places on disk keep the order in which they were given out.
   */
  prepareAppend(events: readonly NewEvent[]): Alongside & { readonly events: readonly Event[] }
}

const PAGE_SIZE = 100

/** Upkeep is done once in so many events. */
const UPKEEP_EVERY = 1024

/** Most rows dropped in one batch. */
const UPKEEP_BATCH = 2048

// Rows: `event\0<seq>` holds the event; `event-of\0<agent>\0<seq>` holds nothing but its place among the agent's.
const eventKey = (seq: number): string => key('event', seq)
const agentKey = (agentId: string, seq: number): string => key('event-of', agentId, seq)

/** How far the log had come when an agent's events were dropped: a reader has seen their places, so none is given again. */
const DROPPED_UNTIL = key('event-dropped-until')

/** Keeps the log in an embedded store: `createMemoryStore()` or `openLevelStore()`. */
export async function openEmbeddedEventLog(
  store: EmbeddedStore,
  options: EmbeddedEventLogOptions = {},
): Promise<EmbeddedEventLog> {
  const clock = options.clock ?? Date.now
  const keep = options.keep ?? 100_000
  const listeners = new Set<() => void>()
  let last = Math.max(await edge(store, true), (await store.get<number>(DROPPED_UNTIL)) ?? 0)
  let first = await edge(store, false)
  let upkeep: Promise<void> = Promise.resolve()

  function prepareAppend(news: readonly NewEvent[]): Alongside & { readonly events: readonly Event[] } {
    const at = clock()
    const events = news.map((event): Event => ({ ...event, at, seq: (last += 1) }))
    if (first === 0) first = events[0]?.seq ?? 0
    return { events, operations: events.flatMap(rowsOf), onWritten: () => written(events) }
  }

  function written(events: readonly Event[]): void {
    for (const listener of listeners) listener()
    if (events.some(({ seq }) => seq % UPKEEP_EVERY === 0)) upkeep = upkeep.then(dropOld)
  }

  /** Drops what is over the limit. A failure is left to the next time: the events are only old, not in the way. */
  async function dropOld(): Promise<void> {
    try {
      while (last - first >= keep) {
        const old = await store.list<Event>({ ...under('event'), lt: eventKey(last - keep + 1), limit: UPKEEP_BATCH })
        const newest = old.at(-1)
        if (newest === undefined) return
        // Raised before the rows go, so that no reader finds them gone and the log still beginning there. What a failed
        // write leaves behind goes with the next drop, which begins at the oldest row.
        first = newest.value.seq + 1
        await store.write(old.flatMap(({ value }) => dropOf(value)))
      }
    } catch {
      return
    }
  }

  async function read(
    after: number,
    filter: EventFilter & { readonly limit?: number | undefined } = {},
  ): Promise<EventPage> {
    const events = await keptAfter(after, filter)
    // Judged after reading: what was dropped meanwhile is told, not skipped.
    if (after + 1 < first) return { type: 'resync', after: first - 1 }
    return { type: 'events', events }
  }

  async function keptAfter(
    after: number,
    { agentId, limit = PAGE_SIZE }: EventFilter & { readonly limit?: number | undefined },
  ): Promise<Event[]> {
    if (agentId === undefined) {
      const rows = await store.list<Event>({ ...under('event'), gt: eventKey(after), limit })
      return rows.map(({ value }) => value)
    }
    const keys = await store.keys({ ...under('event-of', agentId), gt: agentKey(agentId, after), limit })
    const events = await Promise.all(keys.map((text) => store.get<Event>(eventKey(numberPart(parts(text)[2] ?? '')))))
    return events.filter((event) => event !== undefined)
  }

  async function* follow(
    after: number,
    filter: EventFilter & { readonly signal: AbortSignal },
  ): ReturnType<EventLog['follow']> {
    const { signal } = filter
    let seen = after
    let news = Promise.withResolvers<void>()
    const ring = (): void => news.resolve()
    const undo = log.subscribe(ring)
    signal.addEventListener('abort', ring)
    try {
      while (!signal.aborted) {
        // Renewed before reading, so that what arrives while reading rings again.
        news = Promise.withResolvers<void>()
        const page = await read(seen, filter)
        if (page.type === 'resync') {
          seen = page.after
          yield page
          continue
        }
        for (const event of page.events) {
          if (signal.aborted) return
          seen = event.seq
          yield event
        }
        if (page.events.length === 0 && !signal.aborted) await news.promise
      }
    } finally {
      undo()
      signal.removeEventListener('abort', ring)
    }
  }

  const log: EmbeddedEventLog = {
    prepareAppend,
    async append(news) {
      const { events, operations, onWritten } = prepareAppend(news)
      await store.write(operations)
      onWritten?.()
      return events
    },
    read,
    last: () => last,
    follow,
    subscribe(listener) {
      const own = (): void => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
    async deleteAgent(agentId) {
      for (;;) {
        const keys = await store.keys({ ...under('event-of', agentId), limit: UPKEEP_BATCH })
        if (keys.length === 0) return
        const seqs = keys.map((text) => numberPart(parts(text)[2] ?? ''))
        const mark: Operation = { type: 'put', key: DROPPED_UNTIL, value: last }
        await store.write([...seqs.flatMap((seq) => dropOf({ seq, agentId })), mark])
      }
    },
    async close() {
      await upkeep
    },
    [Symbol.asyncDispose]: () => log.close(),
  }
  return log
}

/** The place of the newest or the oldest event; 0 without any. */
async function edge(store: EmbeddedStore, reverse: boolean): Promise<number> {
  const [text] = await store.keys({ ...under('event'), reverse, limit: 1 })
  return text === undefined ? 0 : numberPart(parts(text)[1] ?? '')
}

function rowsOf(event: Event): Operation[] {
  const row: Operation = { type: 'put', key: eventKey(event.seq), value: event }
  if (event.agentId === undefined) return [row]
  return [row, { type: 'put', key: agentKey(event.agentId, event.seq), value: 0 }]
}

function dropOf(event: Pick<Event, 'seq' | 'agentId'>): Operation[] {
  const row: Operation = { type: 'delete', key: eventKey(event.seq) }
  return event.agentId === undefined ? [row] : [row, { type: 'delete', key: agentKey(event.agentId, event.seq) }]
}
