import { untilAborted } from '../time-limit.ts'

/** What makes vectors of texts. Give one to a recall, and it ranks by meaning too. */
export interface Embedder {
  /** Name of the model, 1 to 200 characters: vectors of another one are made anew. */
  readonly model: string
  /** One vector for each text, in order, all of one length. May reject; it is stopped by the signal. */
  embed(
    texts: readonly string[],
    options: { readonly signal: AbortSignal },
  ): Promise<readonly (readonly number[] | Float32Array)[]>
}

/** Asks an embedder and checks its answer; vectors come back with length 1, so that their product is their cosine. */
export async function embedTexts(
  embedder: Embedder,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const answer = await untilAborted(signal, () => embedder.embed(texts, { signal }))
  const vectors = answer.map((values) => normalise(values))
  const whole = vectors.filter((vector) => vector !== undefined && vector.length === vectors[0]?.length)
  if (whole.length === texts.length) return whole as Float32Array[]
  throw new TypeError(
    'the embedder must answer one vector of finite numbers, not all 0, for each text, all of one length',
  )
}

/** The vector of the same direction with length 1; nothing of one without a direction. */
export function normalise(values: readonly number[] | Float32Array): Float32Array | undefined {
  const length = Math.hypot(...values)
  return length > 0 && Number.isFinite(length) ? Float32Array.from(values, (value) => value / length) : undefined
}

/** How alike two vectors of length 1 are: their cosine, from -1 to 1; 0 when they are of different lengths. */
export function cosineOf(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return 0
  let sum = 0
  for (let index = 0; index < one.length; index += 1) sum += (one[index] as number) * (other[index] as number)
  return sum
}
