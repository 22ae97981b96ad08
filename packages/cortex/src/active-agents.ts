import type { CortexClock } from './ports.ts'

export interface ActiveAgentsOptions {
  readonly tickMs: number
  readonly clock: CortexClock
  /** Done for each active agent, tick after tick. A failure is left to the next tick. */
  readonly tick: (agentId: string) => Promise<void>
}

/** The agents whose loops run, on one timer for all of them. Without active agents there is no timer. */
export interface ActiveAgents {
  add(agentId: string): void
  delete(agentId: string): void
  readonly size: number
  /** Stops the timer and waits for the tick that runs. */
  close(): Promise<void>
}

export function createActiveAgents({ tickMs, clock, tick }: ActiveAgentsOptions): ActiveAgents {
  const agentIds = new Set<string>()
  let takeBackTimer: (() => void) | undefined
  let ticking: Promise<void> | undefined

  function arm(): void {
    if (agentIds.size === 0 || ticking !== undefined) return
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
    const turns = Array.from(agentIds)
    for (const agentId of turns) {
      if (agentIds.has(agentId)) await tick(agentId).catch(() => undefined)
    }
    ticking = undefined
    arm()
  }

  return {
    add(agentId) {
      agentIds.add(agentId)
      arm()
    },
    delete(agentId) {
      agentIds.delete(agentId)
      if (agentIds.size === 0) disarm()
    },
    get size() {
      return agentIds.size
    },
    async close() {
      agentIds.clear()
      disarm()
      await ticking
    },
  }
}
