import { joinContents, LONGEST_CONTENT, numbersOf } from '../content.ts'
import { MEMORY_KINDS, type Memory } from '../memory.ts'
import { joinProvenance } from '../provenance.ts'
import { createSimilarityIndex, type Features, wordPairsOf } from '../similarity.ts'

/** A memory, those that become part of it, and what it says then. */
export interface MergeGroup {
  readonly into: Memory
  readonly from: readonly Memory[]
  readonly content: string
}

interface Group extends MergeGroup {
  readonly features: Features
  readonly numbers: string
}

/**
 * Finds what says nearly the same within each kind: never across kinds, never with other numbers, never so that text is
 * lost or grows beyond what a memory holds. The more important one, then the older one, stays. Goes on until nothing is
 * left to merge, so that doing it again changes nothing.
 */
export function findMerges(memories: readonly Memory[], threshold: number): MergeGroup[] {
  return MEMORY_KINDS.flatMap((kind) => {
    const ofKind = memories.filter((memory) => memory.kind === kind).toSorted(byWeight)
    let groups = ofKind.map((memory) => groupOf({ into: memory, from: [], content: memory.content }))
    for (;;) {
      const fewer = mergeOnce(groups, threshold)
      if (fewer.length === groups.length) break
      groups = fewer
    }
    return groups.filter(({ from }) => from.length > 0)
  })
}

/** What a memory is after others became part of it. */
export function mergeMemories(into: Memory, from: readonly Memory[], content: string): Memory {
  const all = [into, ...from]
  return {
    ...into,
    content,
    importance: Math.max(...all.map(({ importance }) => importance)),
    provenance: joinProvenance(...all.map(({ provenance }) => provenance)),
    lastAccessedAt: Math.max(...all.map(({ lastAccessedAt }) => lastAccessedAt)),
    accessCount: all.reduce((sum, { accessCount }) => sum + accessCount, 0),
  }
}

function mergeOnce(groups: readonly Group[], threshold: number): Group[] {
  const index = createSimilarityIndex(
    threshold,
    groups.map(({ features }) => features),
  )
  const kept = new Map<string, Group>()
  for (const group of groups) {
    const joined = group.into.isPinned ? undefined : firstJoin(kept, group, index.similarTo(group.features))
    const next = joined ?? group
    kept.set(next.into.id, next)
    index.put(next.into.id, next.features)
  }
  return [...kept.values()]
}

/** The group with the first similar one that it may join. */
function firstJoin(
  kept: ReadonlyMap<string, Group>,
  group: Group,
  similar: readonly { readonly name: string }[],
): Group | undefined {
  for (const { name } of similar) {
    const other = kept.get(name)
    if (other === undefined || other.numbers !== group.numbers) continue
    const content = joinContents(other.content, group.content)
    if (content.length > LONGEST_CONTENT) continue
    return groupOf({ into: other.into, from: [...other.from, group.into, ...group.from], content })
  }
  return undefined
}

function groupOf(group: MergeGroup): Group {
  return { ...group, features: wordPairsOf(group.content), numbers: numbersOf(group.content) }
}

function byWeight(one: Memory, other: Memory): number {
  return (
    Number(other.isPinned) - Number(one.isPinned) ||
    other.importance - one.importance ||
    one.createdAt - other.createdAt ||
    (one.id < other.id ? -1 : 1)
  )
}
