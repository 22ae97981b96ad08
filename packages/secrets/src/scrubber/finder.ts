/** A stretch to redact: from the byte at `start` to before the byte at `end`, counted from the start of the stream. */
export interface Span {
  readonly start: number
  end: number
  /** What it is, for markers that say so. */
  readonly name: string
  /** Of spans that begin at the same byte, the one with the lowest rank gives the name. */
  readonly rank: number
}

/** Finds in a stream what to redact, wherever the stream is cut. */
export interface Finder {
  /** How many bytes before those that may be part of a span it has to see. */
  readonly lookBehind: number
  /** Looks at `bytes` from the index `from` on; the first of them stands at `base` in the stream. */
  scan(bytes: Uint8Array, base: number, from: number): void
  /** The position before which no span can begin any more that is not found yet, when the stream goes on at `end`. */
  openFrom(end: number): number
  /** Decides what is open: the stream ends with these bytes. */
  finish(bytes: Uint8Array, base: number): void
  /** Hands over the spans that begin before `limit`. */
  take(limit: number): Span[]
  /** Stands at the start of a stream again. */
  reset(): void
}
