import type { Memory, MemoryKind } from './memory.ts'

const DAY_MS = 86_400_000

/** After how many milliseconds half of a memory's importance is left, by kind. */
export type HalfLives = Readonly<Record<MemoryKind, number>>

/** What is momentary fades soon, what somebody is never. */
export const DEFAULT_HALF_LIVES: HalfLives = {
  identity: Number.POSITIVE_INFINITY,
  fact: 180 * DAY_MS,
  preference: 180 * DAY_MS,
  decision: 90 * DAY_MS,
  goal: 90 * DAY_MS,
  todo: 30 * DAY_MS,
  event: 30 * DAY_MS,
  observation: 14 * DAY_MS,
}

/**
 * What is left of a memory's importance at an instant: half after each half-life since it was last said or recalled. It
 * follows from what is stored and the instant alone, so that looking often changes nothing. Identities and pinned
 * memories do not decay, nor does anything from a future instant.
 */
export function currentImportance(
  memory: Pick<Memory, 'kind' | 'importance' | 'isPinned' | 'lastAccessedAt'>,
  now: number,
  halfLives: HalfLives = DEFAULT_HALF_LIVES,
): number {
  if (memory.isPinned) return memory.importance
  const ageMs = Math.max(0, now - memory.lastAccessedAt)
  return memory.importance * 2 ** (-ageMs / halfLives[memory.kind])
}
