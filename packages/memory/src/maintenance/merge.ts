import { joinContents, LONGEST_CONTENT, numbersOf, wordsOf } from '../content.ts'
import type { Memory } from '../memory.ts'
import { joinProvenance } from '../provenance.ts'
import { createSimilarityIndex, type Features, wordPairsOf } from '../similarity.ts'

/** How many memories are looked at between two rests. */
const BETWEEN_RESTS = 8

/** How many similar ones are tried before a memory is left as it is: long ones may fit none of very many. */
const MOST_TRIED = 10

/** A memory, those that become part of it, and what it says then. */
export interface MergeGroup {
  readonly into: Memory
  readonly from: readonly Memory[]
  readonly content: string
}

interface Group extends MergeGroup {
  readonly pairs: Features
  readonly words: ReadonlySet<string>
}

/**
 * Finds what says nearly the same within each kind: nearly the same pairs of neighbouring words, where the words of one
 * are all among those of the other. Never across kinds, never with other numbers, never so that text is lost or grows
 * beyond what a memory holds. The more important one, then the older one, stays. Goes on until nothing is left to merge,
 * so that doing it again changes nothing. Yields now and then, for whoever has something else to do.
 */
export function* findMerges(memories: readonly Memory[], threshold: number): Generator<void, MergeGroup[]> {
  const found: MergeGroup[] = []
  for (const partition of yield* partitionsOf(memories)) {
    let groups = partition
    for (;;) {
      const fewer: Group[] = yield* mergeOnce(groups, threshold)
      if (fewer.length === groups.length) break
      groups = fewer
    }
    found.push(...groups.filter(({ from }) => from.length > 0))
  }
  return found
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

/** Those that can be merged at all with one another: of one kind, and with the same numbers. */
function* partitionsOf(memories: readonly Memory[]): Generator<void, Iterable<Group[]>> {
  const partitions = new Map<string, Group[]>()
  for (const [index, memory] of memories.toSorted(byWeight).entries()) {
    if (index % BETWEEN_RESTS === 0) yield
    const group = groupOf({ into: memory, from: [], content: memory.content })
    const name = `${memory.kind} ${numbersOf(group.words)}`
    const partition = partitions.get(name)
    if (partition === undefined) partitions.set(name, [group])
    else partition.push(group)
  }
  return partitions.values()
}

function* mergeOnce(groups: readonly Group[], threshold: number): Generator<void, Group[]> {
  const index = createSimilarityIndex(
    threshold,
    groups.map(({ pairs }) => pairs),
  )
  const kept = new Map<string, Group>()
  for (const [place, group] of groups.entries()) {
    if (place % BETWEEN_RESTS === 0) yield
    const joined = group.into.isPinned ? undefined : firstJoin(kept, group, index.similarTo(group.pairs))
    const next = joined ?? group
    kept.set(next.into.id, next)
    index.put(next.into.id, next.pairs)
  }
  return [...kept.values()]
}

/** The group with the first similar one that it may join. */
function firstJoin(
  kept: ReadonlyMap<string, Group>,
  group: Group,
  similar: readonly { readonly name: string }[],
): Group | undefined {
  const others = similar.flatMap(({ name }) => kept.get(name) ?? [])
  const fitting = others.filter((other) => holds(other.words, group.words))
  for (const other of fitting.slice(0, MOST_TRIED)) {
    const content = joinContents(other.content, group.content)
    if (content.length > LONGEST_CONTENT) continue
    return groupOf({ into: other.into, from: [...other.from, group.into, ...group.from], content })
  }
  return undefined
}

/** Whether one has all the words of the other. */
function holds(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  const [smaller, larger] = one.size < other.size ? [one, other] : [other, one]
  return [...smaller].every((word) => larger.has(word))
}

function groupOf(group: MergeGroup): Group {
  return { ...group, pairs: wordPairsOf(group.content), words: wordsOf(group.content) }
}

function byWeight(one: Memory, other: Memory): number {
  return (
    Number(other.isPinned) - Number(one.isPinned) ||
    other.importance - one.importance ||
    one.createdAt - other.createdAt ||
    (one.id < other.id ? -1 : 1)
  )
}
