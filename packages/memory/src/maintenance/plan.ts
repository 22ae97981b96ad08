import { currentImportance } from '../decay.ts'
import type { Memory } from '../memory.ts'
import { findMerges } from './merge.ts'
import { type MaintenanceOptions, type MaintenanceRules, parseMaintenanceOptions } from './options.ts'

/** A memory as it was when the plan was made: changed since, it is left alone. */
export interface PlannedMemory {
  readonly memoryId: string
  readonly version: number
}

/** One change of a maintenance. */
export type MaintenanceChange =
  /** Delete softly what has decayed; not when it was used since. */
  | ({ readonly type: 'prune'; readonly lastAccessedAt: number } & PlannedMemory)
  /** Make one memory of several that say nearly the same. */
  | {
      readonly type: 'merge'
      readonly into: PlannedMemory
      readonly from: readonly PlannedMemory[]
      readonly content: string
    }
  /** Remove what has been gone for long. */
  | ({ readonly type: 'purge' } & PlannedMemory)

/**
 * Plans the maintenance of one agent's memories, there and gone, at an instant. It depends on nothing else and not on
 * their order, and it is done in one go: planning again after all of it was made finds nothing to do. Decay needs no
 * change, since it follows from what is stored.
 */
export function planMaintenance(
  memories: readonly Memory[],
  now: number,
  options: MaintenanceOptions = {},
): MaintenanceChange[] {
  const steps = planInSteps(memories, now, parseMaintenanceOptions(options))
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** The same, resting now and then for whoever has something else to do. */
export function* planInSteps(
  memories: readonly Memory[],
  now: number,
  rules: MaintenanceRules,
): Generator<void, MaintenanceChange[]> {
  const there = memories.filter(({ deletion }) => deletion === undefined)
  const decayed = there.filter((memory) => hasDecayed(memory, now, rules))
  const old = memories.filter(({ deletion }) => deletion !== undefined && now - deletion.at >= rules.purgeAfterMs)
  const pruned = new Set(decayed)
  const groups = yield* findMerges(
    there.filter((memory) => !pruned.has(memory)),
    rules.mergeFrom,
  )
  return [
    ...decayed.toSorted(byId).map((memory) => ({
      type: 'prune' as const,
      ...planned(memory),
      lastAccessedAt: memory.lastAccessedAt,
    })),
    ...groups
      .toSorted((one, other) => byId(one.into, other.into))
      .map(({ into, from, content }) => ({
        type: 'merge' as const,
        into: planned(into),
        from: from.toSorted(byId).map(planned),
        content,
      })),
    ...old.toSorted(byId).map((memory) => ({ type: 'purge' as const, ...planned(memory) })),
  ]
}

function hasDecayed(memory: Memory, now: number, { pruneBelow, pruneAfterMs, halfLives }: MaintenanceRules): boolean {
  if (memory.isPinned || memory.kind === 'identity') return false
  return now - memory.lastAccessedAt >= pruneAfterMs && currentImportance(memory, now, halfLives) < pruneBelow
}

function planned({ id, version }: Memory): PlannedMemory {
  return { memoryId: id, version }
}

function byId(one: Memory, other: Memory): number {
  return one.id < other.id ? -1 : 1
}
