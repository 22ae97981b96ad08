import { assertWholeNumber } from './options.ts'
import { type CortexClock, systemClock } from './ports.ts'
import { withinLimit } from './within-limit.ts'

/** What was done for one agent, in numbers by name, as `{ pruned: 3 }`. */
export type Tended = Readonly<Record<string, number>>

/** One walk over all agents. */
export interface JanitorRound {
  /** In milliseconds since the epoch, as all instants here. */
  readonly startedAt: number
  readonly endedAt?: number | undefined
  /** Agents that were looked after. */
  readonly agents: number
  /** Agents that could not be: it failed, or took too long. */
  readonly failed: number
  readonly done: Tended
}

/** What is kept over restarts. */
export interface JanitorState {
  /** The round that goes on, and the agent that it came to. */
  readonly current?: (JanitorRound & { readonly after?: string | undefined }) | undefined
  readonly last?: JanitorRound | undefined
  /** When it was first started with rounds that begin by themselves. */
  readonly since?: number | undefined
}

/** Keeps the state. What `write` resolved to is on disk. */
export interface JanitorJournal {
  read(): Promise<JanitorState | undefined>
  write(state: JanitorState): Promise<void>
}

export interface JanitorOptions {
  /** All agents that may need it, once, in a fixed order; those after one. */
  readonly agents: (after: string | undefined) => AsyncIterable<string>
  /**
   * Looks after one agent. It is done again when the process dies, so doing it twice must be as good as once. Must never
   * call a language model. Stops when told to by the signal.
   */
  readonly tend: (agentId: string, options: { readonly signal: AbortSignal }) => Promise<Tended>
  readonly journal: JanitorJournal
  /**
   * Whether rounds begin by themselves. One that was cut short goes on in any case.
   * @default false
   */
  readonly isScheduled?: boolean | undefined
  /**
   * From the start of one round to that of the next, in milliseconds; at least a minute.
   * @default 86_400_000
   */
  readonly intervalMs?: number | undefined
  /**
   * Longest time for one agent, in milliseconds.
   * @default 600_000
   */
  readonly agentLimitMs?: number | undefined
  readonly clock?: CortexClock | undefined
  /** Is told of an agent that could not be looked after; or, without one, that the agents could not be told. */
  readonly onFailed?:
    | ((failure: { readonly agentId?: string | undefined; readonly error: unknown }) => void)
    | undefined
  readonly onRoundEnded?: ((round: JanitorRound) => void) | undefined
}

export interface JanitorStatus extends JanitorState {
  readonly isRunning: boolean
  /** When the next round begins by itself. */
  readonly nextAt?: number | undefined
}

/**
 * Looks after all agents, one after another, now and then. It rests after each as long as that one took, so that it never
 * takes more than half of the time of whatever it uses. A round that was cut short goes on where it was.
 */
export interface Janitor extends AsyncDisposable {
  /** Goes on with a round that was cut short, and arms the timer of the next. */
  open(): Promise<void>
  /** Begins a round now; false when one is going on. */
  run(): Promise<boolean>
  status(): Promise<JanitorStatus>
  /** Tells the agent at hand to stop, and waits for that for 5 s at most; the next start goes on there. */
  close(): Promise<void>
}

const MIN_INTERVAL_MS = 60_000
/** `setTimeout` takes no longer time. */
const LONGEST_TIMER_MS = 2_147_483_647
const LONGEST_REST_MS = 1_000
/** So many agents, or so much time, may be done again after a death. */
const AGENTS_PER_NOTE = 100
const NOTE_EVERY_MS = 10_000

export function createJanitor(options: JanitorOptions): Janitor {
  const { agents, tend, journal, isScheduled = false, onFailed, onRoundEnded } = options
  const { clock = systemClock, intervalMs = 86_400_000, agentLimitMs = 600_000 } = options
  assertWholeNumber('intervalMs', intervalMs, MIN_INTERVAL_MS)
  assertWholeNumber('agentLimitMs', agentLimitMs, 1)
  const stop = new AbortController()
  let state: JanitorState = {}
  let running: Promise<void> | undefined
  let nextAt: number | undefined
  let takeBackTimer: (() => void) | undefined

  function arm(): void {
    takeBackTimer?.()
    takeBackTimer = undefined
    nextAt = stop.signal.aborted || running !== undefined ? undefined : nextRoundAt()
    if (nextAt !== undefined) waitUntil(nextAt)
  }

  function nextRoundAt(): number | undefined {
    // It could not go on; later perhaps it can.
    if (state.current !== undefined) return clock.now() + MIN_INTERVAL_MS
    if (!isScheduled) return undefined
    return Math.max(clock.now(), (state.last?.startedAt ?? state.since ?? clock.now()) + intervalMs)
  }

  function waitUntil(at: number): void {
    const left = at - clock.now()
    if (left <= 0) return begin(state.current ?? newRound())
    takeBackTimer = clock.setTimer(() => waitUntil(at), Math.min(left, LONGEST_TIMER_MS))
  }

  const newRound = () => ({ startedAt: clock.now(), agents: 0, failed: 0, done: {} })

  function begin(round: NonNullable<JanitorState['current']>): void {
    takeBackTimer?.()
    nextAt = undefined
    running = walk(round)
      .catch((error: unknown) => onFailed?.({ error }))
      .finally(() => {
        running = undefined
        arm()
      })
  }

  async function note(next: JanitorState): Promise<void> {
    state = next
    // A disk that takes no more costs a part of a round, not the janitor.
    await journal.write(next).catch(() => undefined)
  }

  async function walk(begun: NonNullable<JanitorState['current']>): Promise<void> {
    let round = begun
    let sinceNote = { agents: 0, at: clock.now() }
    await note({ ...state, current: round })
    for await (const agentId of agents(round.after)) {
      if (stop.signal.aborted) break
      const startedAt = clock.now()
      const result = await tendOne(agentId)
      // One that was cut short is looked after again by the next start.
      if (result === 'stopped') break
      round = { ...plus(round, result), after: agentId }
      state = { ...state, current: round }
      sinceNote = { ...sinceNote, agents: sinceNote.agents + 1 }
      if (sinceNote.agents >= AGENTS_PER_NOTE || clock.now() - sinceNote.at >= NOTE_EVERY_MS) {
        await note(state)
        sinceNote = { agents: 0, at: clock.now() }
      }
      await rest(Math.min(LONGEST_REST_MS, clock.now() - startedAt))
    }
    if (stop.signal.aborted) return note(state)
    const { startedAt, agents: count, failed, done } = round
    const last = { startedAt, endedAt: clock.now(), agents: count, failed, done }
    await note({ since: state.since, last })
    onRoundEnded?.(last)
  }

  async function tendOne(agentId: string): Promise<Tended | 'failed' | 'stopped'> {
    try {
      const limits = { what: 'it', clock, limitMs: agentLimitMs, stop: stop.signal }
      return await withinLimit((signal) => tend(agentId, { signal }), limits)
    } catch (error) {
      if (stop.signal.aborted) return 'stopped'
      onFailed?.({ agentId, error })
      return 'failed'
    }
  }

  /** Lets everybody else go first, at least for a turn. */
  function rest(restMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const takeBack = clock.setTimer(resolve, restMs)
    const wakeUp = (): void => {
      takeBack()
      resolve()
    }
    stop.signal.addEventListener('abort', wakeUp, { once: true })
    return promise.finally(() => stop.signal.removeEventListener('abort', wakeUp))
  }

  const janitor: Janitor = {
    async open() {
      state = (await journal.read()) ?? {}
      // Counted from the first start on: a process that is restarted every day has its round all the same.
      if (isScheduled && state.since === undefined) await note({ ...state, since: clock.now() })
      if (state.current === undefined) arm()
      else begin(state.current)
    },
    async run() {
      if (running !== undefined || stop.signal.aborted) return false
      begin(newRound())
      return true
    },
    status: async () => ({ ...state, isRunning: running !== undefined, nextAt }),
    async close() {
      stop.abort()
      takeBackTimer?.()
      await running
    },
    [Symbol.asyncDispose]: () => janitor.close(),
  }
  return janitor
}

function plus(round: JanitorRound, result: Tended | 'failed'): JanitorRound {
  if (result === 'failed') return { ...round, agents: round.agents + 1, failed: round.failed + 1 }
  const done: Record<string, number> = { ...round.done }
  for (const [name, count] of Object.entries(result)) done[name] = (done[name] ?? 0) + count
  return { ...round, agents: round.agents + 1, done }
}
