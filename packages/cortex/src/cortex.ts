import { createActiveAgents } from './active-agents.ts'
import { RunInterruptedError } from './errors.ts'
import { type CortexClock, type RingAgent, type RunTask, systemClock, type TaskClaim, type TaskQueue } from './ports.ts'
import { runClaim } from './run-claim.ts'

/** `active`: the agent's loops run. `dormant`: nothing runs; only wakes move it. */
export type CortexMode = 'active' | 'dormant'

export interface CortexOptions<Claim extends TaskClaim> {
  readonly tasks: TaskQueue<Claim>
  readonly run: RunTask<Claim>
  readonly ring: RingAgent
  /**
   * Most tasks an agent works on in one wake. With more it rings itself and queues up again behind the others.
   * @default 16
   */
  readonly tasksPerWake?: number | undefined
  /**
   * How long a claim holds without a sign of life, in milliseconds.
   * @default 60_000
   */
  readonly leaseMs?: number | undefined
  /**
   * Time between two looks of an active agent at its ready tasks, in milliseconds.
   * @default 30_000
   */
  readonly tickMs?: number | undefined
  readonly clock?: CortexClock | undefined
}

/** What agents do when awake. */
export interface Cortex extends AsyncDisposable {
  /**
   * Handles a wake: works on the agent's ready tasks, one after another, until none is left or the budget is used, and
   * settles each. Tasks that are ready later ring the agent then. When `signal` aborts, the run at hand is interrupted.
   * Rejects with {@link RunInterruptedError} when it stops before it is through, so that the wake is kept for the next start.
   */
  handleWake(agentId: string, options: { readonly signal: AbortSignal }): Promise<void>
  /** Stops a run; it settles as `cancelled` with the reason. False when no such run is being worked on here. */
  cancelRun(runId: string, reason: string): boolean
  /** Stops a run so that its task goes on later, as when the process stops. False when it is not being worked on here. */
  interruptRun(runId: string): boolean
  /** Starts or stops the agent's loops, at once. Dormant agents have none. */
  setMode(agentId: string, mode: CortexMode): void
  /** The agent is gone: its loops stop, its run is cancelled. */
  forget(agentId: string): void
  stats(): { readonly activeAgents: number; readonly runs: number }
  /** Stops all loops, and has wakes that run claim no more tasks; they are their caller's to wait for or to stop. */
  close(): Promise<void>
}

const DEFAULTS = { tasksPerWake: 16, leaseMs: 60_000, tickMs: 30_000 } as const

export function createCortex<Claim extends TaskClaim>(options: CortexOptions<Claim>): Cortex {
  const { tasks, run, ring } = options
  const clock = options.clock ?? systemClock
  const tasksPerWake = options.tasksPerWake ?? DEFAULTS.tasksPerWake
  const leaseMs = options.leaseMs ?? DEFAULTS.leaseMs
  const runs = new Map<string, { readonly agentId: string; readonly stop: AbortController }>()
  const active = createActiveAgents({ tickMs: options.tickMs ?? DEFAULTS.tickMs, clock, tick: lookForReadyTasks })

  let isClosing = false

  /** A wake that ended here as if it were dealt with would leave ready tasks without one. */
  function assertGoingOn(signal: AbortSignal): void {
    if (isClosing || signal.aborted) throw new RunInterruptedError()
  }

  async function lookForReadyTasks(agentId: string): Promise<void> {
    const readyAt = await tasks.nextReadyAt(agentId)
    if (readyAt !== undefined && readyAt <= clock.now()) await ring(agentId, 'ready-poll')
  }

  /** Rings for what is left: at once for what the budget left over, later for what is not ready yet. */
  async function ringForTheRest(agentId: string): Promise<void> {
    const readyAt = await tasks.nextReadyAt(agentId)
    if (readyAt === undefined) return
    await ring(agentId, 'task-ready', { notBefore: readyAt > clock.now() ? readyAt : undefined })
  }

  async function work(claim: Claim, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const interrupt = (): void => stop.abort(new RunInterruptedError())
    signal.addEventListener('abort', interrupt)
    if (signal.aborted) interrupt()
    runs.set(claim.run.id, { agentId: claim.task.agentId, stop })
    try {
      await runClaim(claim, { tasks, run, leaseMs, clock, signal: stop.signal })
    } finally {
      runs.delete(claim.run.id)
      signal.removeEventListener('abort', interrupt)
    }
  }

  const cortex: Cortex = {
    async handleWake(agentId, { signal }) {
      for (let done = 0; done < tasksPerWake; done++) {
        assertGoingOn(signal)
        const claim = await tasks.claimNextReady(agentId, { leaseMs })
        if (claim === undefined) break
        await work(claim, signal)
      }
      assertGoingOn(signal)
      await ringForTheRest(agentId)
    },
    cancelRun(runId, reason) {
      const found = runs.get(runId)
      found?.stop.abort(reason)
      return found !== undefined
    },
    interruptRun(runId) {
      const found = runs.get(runId)
      found?.stop.abort(new RunInterruptedError())
      return found !== undefined
    },
    setMode(agentId, mode) {
      if (mode === 'active') active.add(agentId)
      else active.delete(agentId)
    },
    forget(agentId) {
      active.delete(agentId)
      for (const found of runs.values()) {
        if (found.agentId === agentId) found.stop.abort('the agent was deleted')
      }
    },
    stats: () => ({ activeAgents: active.size, runs: runs.size }),
    close() {
      isClosing = true
      return active.close()
    },
    [Symbol.asyncDispose]: () => cortex.close(),
  }
  return cortex
}
