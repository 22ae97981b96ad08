import type { CortexClock } from './ports.ts'
import { withinLimit } from './within-limit.ts'

/** Something that is done again and again for each active agent. It must never call a language model. */
export interface ActiveLoop {
  readonly name: string
  /** Time between two turns of an agent, in milliseconds, counted in whole ticks; the first is at the next tick. */
  readonly everyMs: number
  /** A failure is left to the next turn. `signal` aborts when the agent is not active any more, or the turn takes too long. */
  readonly turn: (agentId: string, options: { readonly signal: AbortSignal }) => Promise<void>
}

export interface ActiveAgentsOptions {
  readonly tickMs: number
  /** Longest that one turn keeps the others waiting, in milliseconds. */
  readonly turnLimitMs: number
  readonly loops: readonly ActiveLoop[]
  readonly clock: CortexClock
  readonly onLoopFailed: (failure: LoopFailure) => void
}

export interface LoopFailure {
  readonly loop: string
  readonly agentId: string
  readonly error: unknown
}

/** The agents whose loops run, on one timer for all of them. Without active agents there is no timer. */
export interface ActiveAgents {
  add(agentId: string): void
  delete(agentId: string): void
  readonly size: number
  /** Stops the timer and waits for the turn that runs, for 5 s at most once it was told to stop. */
  close(): Promise<void>
}

interface Active {
  /** When each loop has its next turn, in the order of the loops. */
  readonly dueAt: number[]
  readonly stop: AbortController
}

export function createActiveAgents({
  tickMs,
  turnLimitMs,
  loops,
  clock,
  onLoopFailed,
}: ActiveAgentsOptions): ActiveAgents {
  const agents = new Map<string, Active>()
  let takeBackTimer: (() => void) | undefined
  let ticking: Promise<void> | undefined

  function arm(): void {
    if (agents.size === 0 || ticking !== undefined) return
    takeBackTimer ??= clock.setTimer(() => {
      takeBackTimer = undefined
      ticking = tickAll()
    }, tickMs)
  }

  function disarm(): void {
    takeBackTimer?.()
    takeBackTimer = undefined
  }

  async function tickAll(): Promise<void> {
    // Over a copy: an agent that goes and comes back meanwhile has its turn in the next tick, not again in this one.
    for (const [agentId, active] of Array.from(agents)) {
      for (const [place, loop] of loops.entries()) {
        if (agents.get(agentId) !== active) break
        if (active.dueAt[place]! > clock.now()) continue
        active.dueAt[place] = clock.now() + loop.everyMs
        await takeTurn(loop, agentId, active)
      }
    }
    ticking = undefined
    arm()
  }

  async function takeTurn({ name, turn }: ActiveLoop, agentId: string, active: Active): Promise<void> {
    try {
      const limits = { what: 'the turn', clock, limitMs: turnLimitMs, stop: active.stop.signal }
      await withinLimit((signal) => turn(agentId, { signal }), limits)
    } catch (error) {
      if (!active.stop.signal.aborted) onLoopFailed({ loop: name, agentId, error })
    }
  }

  return {
    add(agentId) {
      if (!agents.has(agentId)) agents.set(agentId, { dueAt: loops.map(() => 0), stop: new AbortController() })
      arm()
    },
    delete(agentId) {
      agents.get(agentId)?.stop.abort()
      agents.delete(agentId)
      if (agents.size === 0) disarm()
    },
    get size() {
      return agents.size
    },
    async close() {
      for (const { stop } of agents.values()) stop.abort()
      agents.clear()
      disarm()
      await ticking
    },
  }
}
