import { buildAutomaton } from './automaton.ts'
import { type ByteScan, createByteScan } from './byte-scan.ts'
import { isUnscrubbable, needlesOf } from './needles.ts'
import { scrubValue } from './scrub-value.ts'
import { createStartFilter } from './start-filter.ts'

/** Redacts a stream chunk by chunk. What may be the beginning of a secret is held back until the next chunk or the end. */
export interface ScrubStream<Chunk> {
  /** Takes a chunk; gives back what can be told, which may be more or less than the chunk. */
  write(chunk: Chunk): Chunk
  /** Gives back what was held. The stream can then be used for another text. */
  end(): Chunk
}

/**
 * Redacts a fixed set of secret values, as they are and in common encodings, wherever they appear. All occurrences
 * count, also those that overlap; each stretch that they cover becomes one marker.
 */
export interface Scrubber {
  scrub(text: string): string
  /** Redacts every string and number in a JSON value, names of members included. What is not JSON comes out as JSON. */
  scrubValue<Value>(value: Value): Value
  /** Starts a stream of bytes. Give every output its own: standard output one, standard error another. */
  stream(): ScrubStream<Uint8Array>
  /** Starts a stream of text. */
  textStream(): ScrubStream<string>
  /** Names of the secrets that are too short (below 6 bytes) to be redacted without ruining every text. */
  readonly unscrubbable: readonly string[]
}

export interface ScrubberOptions {
  /**
   * What stands for a secret: `plain` is `[REDACTED]`, `named` is `[REDACTED:NAME]`. Plain is the default because a
   * marker is read by whoever reads the text, and which secret was used where is nobody's business by default.
   * @default 'plain'
   */
  readonly marker?: 'plain' | 'named' | undefined
}

/** Makes a scrubber of these secrets. It keeps redacting them, whatever becomes of the store that they came from. */
export function createScrubber(
  secrets: readonly { readonly name: string; readonly value: string }[],
  options: ScrubberOptions = {},
): Scrubber {
  const frozen = secrets.map(({ name, value }) => ({ name, value }))
  const createScan = lazily(() => scansOf(frozen, options.marker ?? 'plain'))

  function scrub(text: string): string {
    const scan = createScan()()
    const bytes = Buffer.from(text)
    const scrubbed = Buffer.concat([scan.write(bytes), scan.end()])
    // Untouched text is given back itself: what is not Unicode in it then survives.
    return scrubbed.equals(bytes) ? text : scrubbed.toString()
  }

  return Object.freeze({
    scrub,
    scrubValue: <Value>(value: Value) => scrubValue(value, scrub),
    stream: () => createScan()(),
    textStream: () => textStream(createScan()()),
    unscrubbable: Object.freeze(frozen.filter(({ value }) => isUnscrubbable(value)).map(({ name }) => name)),
  })
}

/** Building takes milliseconds, which a run that prints nothing need not spend. */
function scansOf(secrets: readonly { name: string; value: string }[], marker: 'plain' | 'named'): () => ByteScan {
  const needles = needlesOf(secrets)
  const texts = needles.map(({ bytes }) => bytes)
  const tables = {
    automaton: buildAutomaton(texts),
    lengths: texts.map(({ length }) => length),
    starts: createStartFilter(texts),
  }
  const plain = Buffer.from('[REDACTED]')
  const markerOf = (needle: number): Uint8Array =>
    marker === 'plain' ? plain : Buffer.from(`[REDACTED:${needles[needle]!.name}]`)
  return () => createByteScan(tables, markerOf)
}

function textStream(scan: ByteScan): ScrubStream<string> {
  let decoder = lenientDecoder()
  /** The first half of a character that the cut between two chunks went through. */
  let half = ''
  return {
    write(chunk) {
      const text = half + chunk
      half = /[\uD800-\uDBFF]$/u.exec(text)?.[0] ?? ''
      return decoder.decode(scan.write(Buffer.from(text.slice(0, text.length - half.length))), { stream: true })
    },
    end() {
      const rest = decoder.decode(scan.write(Buffer.from(half)), { stream: true }) + decoder.decode(scan.end())
      decoder = lenientDecoder()
      half = ''
      return rest
    },
  }
}

function lenientDecoder() {
  return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
}

function lazily<Result>(make: () => Result): () => Result {
  let made: { readonly result: Result } | undefined
  return () => {
    made ??= { result: make() }
    return made.result
  }
}
