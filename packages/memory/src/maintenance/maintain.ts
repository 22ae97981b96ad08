import { setImmediate } from 'node:timers/promises'
import { readMemories } from '../changed-memories.ts'
import type { MaintenanceCounts, MemoryStore } from '../memory-store.ts'
import { type MaintenanceOptions, parseMaintenanceOptions } from './options.ts'
import { planInSteps } from './plan.ts'

/** What a maintenance of one agent did. */
export interface MaintenanceReport extends MaintenanceCounts {
  /** How many memories were looked at, there and gone. */
  readonly examined: number
  /** The knowledge version before and after: equal when no knowledge changed. */
  readonly versionBefore: number
  readonly versionAfter: number
}

export interface MaintainOptions extends MaintenanceOptions {
  /**
   * The time now, in milliseconds since the epoch.
   * @default Date.now
   */
  readonly clock?: (() => number) | undefined
  /** Stops it between two batches; it rejects with `signal.reason`, and what was done stays done. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Tends one agent's memories: prunes what has decayed, merges what says the same, purges what has been gone for long. It
 * calls no model, needs no place to go on from (cut short, it is just called again) and does nothing the second time.
 */
export async function maintainAgent(
  store: MemoryStore,
  agentId: string,
  { clock = () => Date.now(), signal, ...options }: MaintainOptions = {},
): Promise<MaintenanceReport> {
  const rules = parseMaintenanceOptions(options)
  const versionBefore = await store.version(agentId)
  const memories = await readMemories(store, agentId, signal)
  const changes = await withRests(planInSteps(memories, clock(), rules), signal)
  const counts = await store.applyMaintenance(agentId, changes, { signal })
  return { ...counts, examined: memories.length, versionBefore, versionAfter: await store.version(agentId) }
}

/** Goes through steps and lets everything else run in between, so that thinking about one agent holds up no other. */
async function withRests<Result>(steps: Generator<void, Result>, signal: AbortSignal | undefined): Promise<Result> {
  for (;;) {
    signal?.throwIfAborted()
    const step = steps.next()
    if (step.done === true) return step.value
    await setImmediate()
  }
}
