export interface DispatcherOptions {
  /** How many agents may run at once, from 1. */
  readonly concurrency: number
  /** Does the work of one agent. What it throws or rejects with surfaces as an unhandled rejection: handle it inside. */
  readonly run: (agentId: string) => void | PromiseLike<unknown>
}

/**
 * Decides in memory who runs next: one run of an agent at a time, a bounded number in all, first come first served. It
 * knows the agents that are queued or running; of those that have run it forgets all as soon as nothing is queued or
 * running, and until then all but a bounded number.
 */
export interface Dispatcher {
  /** Queues the agent; one that is running is queued again, at the back, after its run. Runs start in a later microtask. */
  ring(agentId: string): 'queued' | 'coalesced'
  /** Says whether the agent is queued or running. */
  has(agentId: string): boolean
  /** Takes the agent out of the queue and forgets rings during its run; a run that has started goes on. */
  drop(agentId: string): void
  /** Starts no further runs. */
  stop(): void
  /** Resolves when no run is left: at once if there is none. */
  idle(): Promise<void>
  readonly queued: number
  readonly running: number
}

/** What a seat is doing. A seat is a number: its agent, its state and its place in the queue stand in arrays. */
const FREE = 0
const QUEUED = 1
const RUNNING = 2
const RUNNING_AND_RUNG = 3
/** Its agent was dropped; it stays in the queue until its turn comes, and the agent may take another seat meanwhile. */
const DROPPED = 4

const FIRST_SEATS = 1024

/** How many free seats may keep their agent while others are in use. */
const MOST_KEPT = 16_384

/** Makes a {@link Dispatcher}. */
export function createDispatcher({ concurrency, run }: DispatcherOptions): Dispatcher {
  // Taking an agent out of a Map costs more than all else here, so seats that have become free keep their agent until
  // they are many more than those in use, and are then taken out together; at once when nothing is in use.
  let seatOf = new Map<string, number>()
  let agents: string[] = []
  let states = new Uint8Array(FIRST_SEATS)
  let unused: number[] = []
  let inUse = 0
  const queue = createSeatQueue()
  let dropped = 0
  let running = 0
  let isScheduled = false
  let isStopped = false
  let idle: PromiseWithResolvers<void> | undefined

  function ring(agentId: string): 'queued' | 'coalesced' {
    const seat = seatOf.get(agentId)
    if (seat === undefined) return enqueue(takeSeat(agentId))
    const state = states[seat]
    if (state === FREE) {
      inUse += 1
      return enqueue(seat)
    }
    if (state !== RUNNING) return 'coalesced'
    states[seat] = RUNNING_AND_RUNG
    return 'queued'
  }

  function takeSeat(agentId: string): number {
    const seat = unused.pop() ?? agents.length
    if (seat === states.length) states = grown(states)
    agents[seat] = agentId
    seatOf.set(agentId, seat)
    inUse += 1
    return seat
  }

  function enqueue(seat: number): 'queued' {
    states[seat] = QUEUED
    queue.push(seat)
    schedule()
    return 'queued'
  }

  function drop(agentId: string): void {
    const seat = seatOf.get(agentId)
    if (seat === undefined) return
    if (states[seat] === RUNNING_AND_RUNG) states[seat] = RUNNING
    if (states[seat] !== QUEUED) return
    states[seat] = DROPPED
    dropped += 1
    seatOf.delete(agentId)
  }

  /** One microtask for all that is rung in the same turn. */
  function schedule(): void {
    if (isScheduled || isStopped || running >= concurrency) return
    isScheduled = true
    queueMicrotask(startRuns)
  }

  function startRuns(): void {
    isScheduled = false
    while (queue.length > 0 && running < concurrency && !isStopped) {
      const seat = queue.shift()
      if (states[seat] === DROPPED) giveUp(seat)
      else start(seat)
    }
  }

  /** Gives back the seat of a dropped agent, which no name leads to any more. */
  function giveUp(seat: number): void {
    dropped -= 1
    states[seat] = FREE
    agents[seat] = ''
    unused.push(seat)
    inUse -= 1
    tidy()
  }

  function start(seat: number): void {
    states[seat] = RUNNING
    running += 1
    const result = resultOf(agents[seat] as string)
    if (result === undefined) return end(seat)
    const ended = (): void => end(seat)
    void result.then(ended, (error: unknown) => {
      ended()
      throw error
    })
  }

  function resultOf(agentId: string): PromiseLike<unknown> | undefined {
    try {
      return run(agentId) ?? undefined
    } catch (error) {
      return Promise.reject(error)
    }
  }

  function end(seat: number): void {
    running -= 1
    if (states[seat] === RUNNING_AND_RUNG) {
      states[seat] = QUEUED
      queue.push(seat)
    } else {
      states[seat] = FREE
      inUse -= 1
      tidy()
    }
    if (queue.length > 0) schedule()
    if (running > 0) return
    idle?.resolve()
    idle = undefined
  }

  /** Forgets who sits on free seats once these are many more than those in use: all of them when nothing is in use. */
  function tidy(): void {
    if (inUse > 0 && seatOf.size - inUse <= MOST_KEPT + 3 * inUse) return
    seatOf = new Map()
    if (inUse === 0) {
      agents = []
      unused = []
      if (states.length > FIRST_SEATS) states = new Uint8Array(FIRST_SEATS)
      return
    }
    unused = []
    for (let seat = 0; seat < agents.length; seat += 1) {
      if (states[seat] === FREE) {
        agents[seat] = ''
        unused.push(seat)
      } else if (states[seat] !== DROPPED) {
        seatOf.set(agents[seat] as string, seat)
      }
    }
  }

  return {
    ring,
    drop,
    has(agentId) {
      const seat = seatOf.get(agentId)
      return seat !== undefined && states[seat] !== FREE
    },
    stop() {
      isStopped = true
    },
    async idle() {
      while (running > 0) {
        idle ??= Promise.withResolvers()
        await idle.promise
      }
    },
    get queued() {
      return queue.length - dropped
    },
    get running() {
      return running
    },
  }
}

function grown(states: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(states.length * 2)
  larger.set(states)
  return larger
}

interface SeatQueue {
  readonly length: number
  push(seat: number): void
  /** The seat that came first; to be asked only while there is one. */
  shift(): number
}

/** A first-in first-out queue of seats in a ring buffer, whose size is a power of two. */
function createSeatQueue(): SeatQueue {
  let seats = new Int32Array(FIRST_SEATS)
  let head = 0
  let length = 0

  function resize(size: number): void {
    const resized = new Int32Array(size)
    for (let index = 0; index < length; index += 1)
      resized[index] = seats[(head + index) & (seats.length - 1)] as number
    seats = resized
    head = 0
  }

  return {
    get length() {
      return length
    },
    push(seat) {
      if (length === seats.length) resize(seats.length * 2)
      seats[(head + length) & (seats.length - 1)] = seat
      length += 1
    },
    shift() {
      const seat = seats[head] as number
      head = (head + 1) & (seats.length - 1)
      length -= 1
      if (length === 0 && seats.length > FIRST_SEATS) resize(FIRST_SEATS)
      return seat
    },
  }
}
