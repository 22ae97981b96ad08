import { tokensOf } from './tokens.ts'

export type Features = ReadonlySet<string>

/**
 * What a text is compared by: its pairs of neighbouring words, its ends included, so that the order of words counts. A
 * text without words stands for itself.
 */
export function wordPairsOf(content: string): Features {
  const tokens = tokensOf(content)
  if (tokens.length === 0) return new Set([content.trim()])
  const bounded = ['', ...tokens, '']
  return new Set(bounded.slice(1).map((token, index) => `${bounded[index]} ${token}`))
}

/** The share of common features among all: 1 for equal ones, 0 for those that share nothing. */
export function similarityOf(one: Features, other: Features): number {
  const [smaller, larger] = one.size < other.size ? [one, other] : [other, one]
  let common = 0
  for (const feature of smaller) if (larger.has(feature)) common += 1
  return common === 0 ? 0 : common / (one.size + other.size - common)
}

export interface SimilarText {
  readonly name: string
  readonly similarity: number
}

/** Finds what is similar among many without comparing each with each. */
export interface SimilarityIndex {
  /** Adds features under a name, or replaces those that the name had. */
  put(name: string, features: Features): void
  /** All that are at least as similar as the threshold, in the order in which their names were first put. */
  similarTo(features: Features): readonly SimilarText[]
}

/** Most that one search compares with: so many texts alike that none of them is missed for it. */
const MOST_COMPARED = 200

/**
 * Makes an index that finds every pair at or above a threshold: such a pair must share one of the rarest features of
 * both, so only those are looked up (prefix filtering). `known` are the features from which rarity is counted. Where very
 * many share a feature, a search compares with `mostCompared` of them, first with those that share the rarest.
 */
export function createSimilarityIndex(
  threshold: number,
  known: Iterable<Features>,
  mostCompared: number = MOST_COMPARED,
): SimilarityIndex {
  const frequencies = countFeatures(known)
  const featuresByName = new Map<string, Features>()
  const namesByFeature = new Map<string, Set<string>>()
  const places = new Map<string, number>()

  function rarest(features: Features): string[] {
    const frequency = (feature: string): number => frequencies.get(feature) ?? 0
    const byRarity = [...features].toSorted(
      (one, other) => frequency(one) - frequency(other) || (one < other ? -1 : Number(one > other)),
    )
    // A hair less, so that 0.9 * 30 is not rounded up to 28.
    return byRarity.slice(0, features.size - Math.ceil(threshold * features.size - 1e-9) + 1)
  }

  function candidates(features: Features): string[] {
    const names = new Set<string>()
    for (const feature of rarest(features)) {
      for (const name of namesByFeature.get(feature) ?? []) {
        if (names.size === mostCompared) return [...names]
        names.add(name)
      }
    }
    return [...names]
  }

  return {
    put(name, features) {
      featuresByName.set(name, features)
      if (!places.has(name)) places.set(name, places.size)
      for (const feature of rarest(features)) {
        const names = namesByFeature.get(feature)
        if (names === undefined) namesByFeature.set(feature, new Set([name]))
        else names.add(name)
      }
    },
    similarTo(features) {
      return candidates(features)
        .map((name) => ({ name, similarity: similarityOf(features, featuresByName.get(name) ?? new Set()) }))
        .filter(({ similarity }) => similarity >= threshold)
        .toSorted((one, other) => (places.get(one.name) ?? 0) - (places.get(other.name) ?? 0))
    },
  }
}

function countFeatures(known: Iterable<Features>): ReadonlyMap<string, number> {
  const frequencies = new Map<string, number>()
  for (const features of known) {
    for (const feature of features) frequencies.set(feature, (frequencies.get(feature) ?? 0) + 1)
  }
  return frequencies
}
