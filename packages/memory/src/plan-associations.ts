import * as v from 'valibot'
import { type Association, type Memory, orderedAssociation } from './memory.ts'
import { createSimilarityIndex } from './similarity.ts'
import { tokensOf } from './tokens.ts'
import { numberField, objectMessage, parse, wholeNumber } from './validation.ts'

export interface AssociationOptions {
  /**
   * How many of their words two memories must share to be related; from 0.1 to 1 (all).
   * @default 0.5
   */
  readonly relatedFrom?: number | undefined
  /**
   * Most edges to plan.
   * @default 100
   */
  readonly most?: number | undefined
  /** Most edges of one of the memories that changed. @default 10 */
  readonly mostOfOne?: number | undefined
}

const schema = v.strictObject(
  {
    relatedFrom: v.optional(numberField(0.1, 1), 0.5),
    most: v.optional(wholeNumber(1, 10_000), 100),
    mostOfOne: v.optional(wholeNumber(1, 50), 10),
  },
  objectMessage,
)

/**
 * Plans `related-to` edges from memories that changed to those whose words are much the same, strongest first. `changed`
 * are ids, as `changes` after the version of the last time tells them: what only decayed or was recalled is not among
 * them. Depends on nothing else, and not on the order of the memories.
 */
export function planAssociations(
  memories: readonly Memory[],
  changed: ReadonlySet<string>,
  options: AssociationOptions = {},
): Association[] {
  const { relatedFrom, most, mostOfOne } = parse(schema, options, 'options')
  const there = memories
    .filter(({ deletion }) => deletion === undefined)
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const words = new Map(there.map(({ id, content }) => [id, new Set(tokensOf(content))]))
  const index = createSimilarityIndex(relatedFrom, words.values())
  for (const [id, features] of words) if (features.size > 0) index.put(id, features)

  const edges = new Map<string, Association>()
  for (const [id, features] of words) {
    if (!changed.has(id)) continue
    const related = index
      .similarTo(features)
      .filter(({ name }) => name !== id)
      .map(({ name, similarity }) => relation(id, name, weightOf(similarity, relatedFrom)))
      .toSorted(byStrength)
    for (const edge of related.slice(0, mostOfOne)) edges.set(`${edge.from} ${edge.to}`, edge)
  }
  return [...edges.values()].toSorted(byStrength).slice(0, most)
}

/** From 0.5 at the threshold to 1 for the same words. */
function weightOf(similarity: number, threshold: number): number {
  return threshold >= 1 ? 1 : 0.5 + (0.5 * (similarity - threshold)) / (1 - threshold)
}

function relation(from: string, to: string, weight: number): Association {
  return orderedAssociation({ from, to, kind: 'related-to', weight })
}

function byStrength(one: Association, other: Association): number {
  return other.weight - one.weight || (one.from + one.to < other.from + other.to ? -1 : 1)
}
