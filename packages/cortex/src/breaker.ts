import type { WorkerOutcome } from '@agentic/worker-outcome'
import { assertWholeNumber } from './options.ts'

/** What is kept of an agent whose runs fail; nothing is kept of any other. */
export interface BreakerState {
  /** Runs that failed or timed out, one after another. */
  readonly failures: number
  /** How often it opened since a run succeeded. */
  readonly openings: number
  /** Until then no task of the agent is begun; after it, one is tried. In milliseconds since the epoch. */
  readonly openUntil?: number | undefined
}

/** Keeps the states of breakers. What a method resolved to is on disk. */
export interface BreakerStore {
  get(agentId: string): Promise<BreakerState | undefined>
  put(agentId: string, state: BreakerState): Promise<void>
  /** False when there was none. */
  delete(agentId: string): Promise<boolean>
}

export interface BreakerOptions {
  readonly store: BreakerStore
  /**
   * So many failures in a row open it.
   * @default 20
   */
  readonly threshold?: number | undefined
  /**
   * How long it is open the first time, in milliseconds; twice as long each further time, at most a day.
   * @default 900_000
   */
  readonly coolDownMs?: number | undefined
  /** @default Date.now */
  readonly clock?: (() => number) | undefined
  /** Is told when one opens, and when one closes again, by a run that succeeded or by an operator. */
  readonly onChange?: ((change: BreakerChange) => void) | undefined
}

export interface BreakerChange {
  readonly type: 'breaker-opened' | 'breaker-closed'
  readonly agentId: string
  readonly state: BreakerState
}

/** A breaker as an operator sees it. */
export interface BreakerView extends BreakerState {
  readonly status: 'closed' | 'open' | 'half-open'
}

/**
 * Stops an agent whose runs fail again and again from using up its attempts, the machine and its customer's money. One
 * for each agent; an agent whose runs succeed has nothing here.
 */
export interface Breaker {
  /** Until when the agent begins no task; `undefined` when it may. */
  heldUntil(agentId: string): Promise<number | undefined>
  /** Counts how a run ended. Only failures and timeouts count; a success, whole or partial, closes it. */
  note(agentId: string, outcome: WorkerOutcome): Promise<void>
  look(agentId: string): Promise<BreakerView>
  /** Closes it, as an operator says that the cause is gone; false when it was closed and had counted nothing. */
  reset(agentId: string): Promise<boolean>
  /** The agent is gone. */
  deleteAgent(agentId: string): Promise<void>
}

const CLOSED: BreakerState = { failures: 0, openings: 0 }
const MAX_COOL_DOWN_MS = 86_400_000

/** How runs end that the process itself cut short; they say nothing of the agent. */
const OURS: ReadonlySet<string> = new Set(['RUN_LOST', 'RUN_INTERRUPTED'])

export function createBreaker(options: BreakerOptions): Breaker {
  const { store, threshold = 20, coolDownMs = 900_000, clock = Date.now, onChange } = options
  assertWholeNumber('threshold', threshold, 1)
  assertWholeNumber('coolDownMs', coolDownMs, 1)

  async function close(agentId: string, state: BreakerState): Promise<void> {
    await store.delete(agentId)
    if (state.openUntil !== undefined) onChange?.({ type: 'breaker-closed', agentId, state: CLOSED })
  }

  return {
    async heldUntil(agentId) {
      const { openUntil } = (await store.get(agentId)) ?? CLOSED
      return openUntil !== undefined && openUntil > clock() ? openUntil : undefined
    },
    async note(agentId, outcome) {
      const effect = effectOf(outcome)
      if (effect === 'none') return
      const state = await store.get(agentId)
      if (effect === 'success') return state === undefined ? undefined : close(agentId, state)
      const next = afterFailure(state ?? CLOSED, { threshold, coolDownMs, now: clock() })
      await store.put(agentId, next)
      if (next.openings > (state?.openings ?? 0)) onChange?.({ type: 'breaker-opened', agentId, state: next })
    },
    async look(agentId) {
      const state = (await store.get(agentId)) ?? CLOSED
      return { ...state, status: statusOf(state, clock()) }
    },
    async reset(agentId) {
      const state = await store.get(agentId)
      if (state === undefined) return false
      await close(agentId, state)
      return true
    },
    async deleteAgent(agentId) {
      await store.delete(agentId)
    },
  }
}

function effectOf(outcome: WorkerOutcome): 'success' | 'failure' | 'none' {
  switch (outcome.type) {
    case 'success':
    case 'partial':
      return 'success'
    case 'timeout':
      return 'failure'
    case 'failed':
      return OURS.has(outcome.code) ? 'none' : 'failure'
    // A person decided, or is asked: neither says that the next run would fail.
    case 'blocked':
    case 'cancelled':
      return 'none'
    default:
      return outcome satisfies never
  }
}

/** One that was open before opens again with the first failure: the run was its trial. */
function afterFailure(
  state: BreakerState,
  { threshold, coolDownMs, now }: { readonly threshold: number; readonly coolDownMs: number; readonly now: number },
): BreakerState {
  const failures = state.failures + 1
  if (failures < threshold && state.openUntil === undefined) return { ...state, failures }
  const openMs = Math.min(MAX_COOL_DOWN_MS, coolDownMs * 2 ** state.openings)
  return { failures, openings: state.openings + 1, openUntil: now + openMs }
}

function statusOf({ openUntil }: BreakerState, now: number): BreakerView['status'] {
  if (openUntil === undefined) return 'closed'
  return openUntil > now ? 'open' : 'half-open'
}
