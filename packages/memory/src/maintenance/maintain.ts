import { readMemories } from '../changed-memories.ts'
import type { MaintenanceCounts, MemoryStore } from '../memory-store.ts'
import { type MaintenanceOptions, parseMaintenanceOptions } from './options.ts'
import { planMaintenance } from './plan.ts'

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
  parseMaintenanceOptions(options)
  const versionBefore = await store.version(agentId)
  const memories = await readMemories(store, agentId, signal)
  const counts = await store.applyMaintenance(agentId, planMaintenance(memories, clock(), options), { signal })
  return { ...counts, examined: memories.length, versionBefore, versionAfter: await store.version(agentId) }
}
