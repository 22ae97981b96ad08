import { currentImportance } from '../decay.ts'
import type { Association, Memory } from '../memory.ts'

export interface Scored {
  readonly id: string
  readonly score: number
}

/** How far importance moves a score: this much between the least and the most important. */
const IMPORTANCE_SHARE = 0.2
/** How much more something of this moment is worth than something of long ago. */
const RECENCY_SHARE = 0.1
const RECENCY_HALF_LIFE_MS = 30 * 86_400_000

/** How much of a score goes along an association of weight 1; and all that comes in is at most this share of the best. */
const SPREAD_SHARE = 0.3

/** Flattens ranks so that no single ranking decides (reciprocal rank fusion). */
const FUSION_CONSTANT = 60

/** Best first; of equal ones the one saved later, whose id is larger. */
export function sortByScore(scores: readonly Scored[]): Scored[] {
  return scores.toSorted((one, other) => other.score - one.score || (one.id < other.id ? 1 : -1))
}

/** What a score is worth with what is left of its memory's importance and its recency: gently, relevance decides. */
export function weighScores(
  scores: readonly Scored[],
  memories: ReadonlyMap<string, Pick<Memory, 'kind' | 'importance' | 'isPinned' | 'lastAccessedAt'>>,
  now: number,
): Scored[] {
  const weighed = scores.flatMap(({ id, score }) => {
    const memory = memories.get(id)
    if (memory === undefined) return []
    const importance = 1 + IMPORTANCE_SHARE * (currentImportance(memory, now) - 0.5)
    const ageMs = Math.max(0, now - memory.lastAccessedAt)
    const recency = 1 + RECENCY_SHARE * 2 ** (-ageMs / RECENCY_HALF_LIFE_MS)
    return [{ id, score: score * importance * recency }]
  })
  return sortByScore(weighed)
}

/** Makes one ranking of several by the ranks in each, since their scores are not of one measure. */
export function fuseRankings(rankings: readonly (readonly Scored[])[]): Scored[] {
  const scores = new Map<string, number>()
  for (const ranking of rankings) {
    for (const [rank, { id }] of ranking.entries()) {
      scores.set(id, (scores.get(id) ?? 0) + 1 / (FUSION_CONSTANT + rank + 1))
    }
  }
  return sortByScore(Array.from(scores, ([id, score]) => ({ id, score })))
}

/** Gives what hangs together with something found a bit of its score: one step far, and bounded however many edges. */
export function spreadScores(scores: readonly Scored[], associations: Iterable<Association>): Scored[] {
  const found = new Map(scores.map(({ id, score }) => [id, score]))
  const most = SPREAD_SHARE * Math.max(0, ...found.values())
  const received = new Map<string, number>()
  const give = (from: string, to: string, weight: number): void => {
    const part = SPREAD_SHARE * weight * (found.get(from) ?? 0)
    if (part > 0) received.set(to, Math.min(most, (received.get(to) ?? 0) + part))
  }
  for (const { from, to, weight } of unique(associations)) {
    give(from, to, weight)
    give(to, from, weight)
  }
  const ids = new Set([...found.keys(), ...received.keys()])
  return sortByScore(Array.from(ids, (id) => ({ id, score: (found.get(id) ?? 0) + (received.get(id) ?? 0) })))
}

function unique(associations: Iterable<Association>): Iterable<Association> {
  return new Map(Array.from(associations, (edge) => [`${edge.from} ${edge.to} ${edge.kind}`, edge])).values()
}
