import { failedOutcome, type WorkerOutcome } from '@agentic/worker-outcome'
import { type ActiveLoop, createActiveAgents, type LoopFailure } from './active-agents.ts'
import { RunInterruptedError } from './errors.ts'
import {
  type CortexClock,
  type RingAgent,
  type RunReport,
  type RunTask,
  systemClock,
  type TaskClaim,
  type TaskQueue,
} from './ports.ts'
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
   * Time between two ticks, in milliseconds: at each, active agents look for ready tasks, and have a turn in the loops
   * that are due.
   * @default 30_000
   */
  readonly tickMs?: number | undefined
  /**
   * What else is done again and again for active agents.
   * @default []
   */
  readonly loops?: readonly ActiveLoop[] | undefined
  /**
   * Longest that one turn of a loop keeps the others waiting, in milliseconds.
   * @default 60_000
   */
  readonly turnLimitMs?: number | undefined
  /** Is told of a turn that failed; it is tried again when it is due again. */
  readonly onLoopFailed?: ((failure: LoopFailure) => void) | undefined
  /** Keeps agents whose runs fail again and again from beginning more; `createBreaker` makes one. */
  readonly breaker?:
    | {
        heldUntil(agentId: string): Promise<number | undefined>
        note(agentId: string, outcome: WorkerOutcome): Promise<void>
      }
    | undefined
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

const DEFAULTS = { tasksPerWake: 16, leaseMs: 60_000, tickMs: 30_000, turnLimitMs: 60_000 } as const

export function createCortex<Claim extends TaskClaim>(options: CortexOptions<Claim>): Cortex {
  const { tasks, ring, breaker } = options
  const clock = options.clock ?? systemClock
  const tasksPerWake = options.tasksPerWake ?? DEFAULTS.tasksPerWake
  const leaseMs = options.leaseMs ?? DEFAULTS.leaseMs
  const runs = new Map<string, { readonly agentId: string; readonly stop: AbortController }>()
  const tickMs = options.tickMs ?? DEFAULTS.tickMs
  const active = createActiveAgents({
    tickMs,
    turnLimitMs: options.turnLimitMs ?? DEFAULTS.turnLimitMs,
    loops: [{ name: 'ready-poll', everyMs: tickMs, turn: lookForReadyTasks }, ...(options.loops ?? [])],
    clock,
    onLoopFailed: options.onLoopFailed ?? (() => undefined),
  })

  let isClosing = false

  /** A wake that ended here as if it were dealt with would leave ready tasks without one. */
  function assertGoingOn(signal: AbortSignal): void {
    if (isClosing || signal.aborted) throw new RunInterruptedError()
  }

  async function lookForReadyTasks(agentId: string): Promise<void> {
    const readyAt = await tasks.nextReadyAt(agentId)
    if (readyAt === undefined || readyAt > clock.now()) return
    // One that is held rang for the end of that when it was last awake.
    if ((await breaker?.heldUntil(agentId)) === undefined) await ring(agentId, 'ready-poll')
  }

  /** Rings for what is left: at once for what the budget left over, later for what is not ready yet. */
  async function ringForTheRest(agentId: string): Promise<void> {
    const readyAt = await tasks.nextReadyAt(agentId)
    if (readyAt === undefined) return
    await ring(agentId, 'task-ready', { notBefore: readyAt > clock.now() ? readyAt : undefined })
  }

  /** What the breaker is to know of a run is there before the next task is claimed. */
  async function run(claim: Claim, given: { readonly signal: AbortSignal }): Promise<RunReport> {
    const report = await options.run(claim, given).catch((error: unknown) => ({ outcome: failedOutcome(error) }))
    // How the run ended is what counts, whether it can be counted or not.
    await breaker?.note(claim.task.agentId, report.outcome).catch(() => undefined)
    return report
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
        const heldUntil = await breaker?.heldUntil(agentId)
        if (heldUntil !== undefined) {
          await ring(agentId, 'breaker-half-open', { notBefore: heldUntil })
          return
        }
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
