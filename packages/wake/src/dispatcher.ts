export interface DispatcherOptions {
  /** How many agents may run at once, from 1. */
  readonly concurrency: number
  /** Does the work of one agent. What it throws or rejects with surfaces as an unhandled rejection: handle it inside. */
  readonly run: (agentId: string) => void | PromiseLike<unknown>
}

/**
 * Decides in memory who runs next: one run of an agent at a time, a bounded number in all, first come first served. It
 * knows the agents that are queued or running and no others.
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

/** An agent that is queued or running; once it sleeps there is no object of it. */
interface Seat {
  readonly agentId: string
  state: 'queued' | 'running' | 'running-and-rung' | 'dropped'
}

/** Makes a {@link Dispatcher}. */
export function createDispatcher({ concurrency, run }: DispatcherOptions): Dispatcher {
  const seats = new Map<string, Seat>()
  const queue = createQueue<Seat>()
  let dropped = 0
  let running = 0
  let isScheduled = false
  let isStopped = false
  let idle: PromiseWithResolvers<void> | undefined

  function ring(agentId: string): 'queued' | 'coalesced' {
    const seat = seats.get(agentId)
    if (seat === undefined) {
      const fresh: Seat = { agentId, state: 'queued' }
      seats.set(agentId, fresh)
      queue.push(fresh)
      schedule()
      return 'queued'
    }
    if (seat.state !== 'running') return 'coalesced'
    seat.state = 'running-and-rung'
    return 'queued'
  }

  function drop(agentId: string): void {
    const seat = seats.get(agentId)
    if (seat?.state === 'running-and-rung') seat.state = 'running'
    if (seat?.state !== 'queued') return
    // The seat stays in the queue until its turn comes; the agent may take another one meanwhile.
    seat.state = 'dropped'
    dropped += 1
    seats.delete(agentId)
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
      const seat = queue.shift() as Seat
      if (seat.state === 'dropped') dropped -= 1
      else start(seat)
    }
  }

  function start(seat: Seat): void {
    seat.state = 'running'
    running += 1
    const result = resultOf(seat.agentId)
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

  function end(seat: Seat): void {
    running -= 1
    if (seat.state === 'running-and-rung') {
      seat.state = 'queued'
      queue.push(seat)
    } else {
      seats.delete(seat.agentId)
    }
    if (queue.length > 0) schedule()
    if (running > 0) return
    idle?.resolve()
    idle = undefined
  }

  return {
    ring,
    drop,
    has: (agentId) => seats.has(agentId),
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

interface Queue<Item> {
  readonly length: number
  push(item: Item): void
  shift(): Item | undefined
}

/** How many items may have been taken before the array is cut, so that a cut is rare and nothing is held for long. */
const CUT_AFTER = 1024

/** A first-in first-out queue: `Array.shift` would move all that is left. */
function createQueue<Item>(): Queue<Item> {
  let items: (Item | undefined)[] = []
  let head = 0
  return {
    get length() {
      return items.length - head
    },
    push(item) {
      items.push(item)
    },
    shift() {
      const item = items[head]
      items[head] = undefined
      head += 1
      if (head === items.length || (head >= CUT_AFTER && head * 2 >= items.length)) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
  }
}
