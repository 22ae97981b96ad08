import { buildAutomaton } from './automaton.ts'
import { type ByteScan, createByteScan } from './byte-scan.ts'
import { createExactFinder } from './exact-finder.ts'
import type { Finder } from './finder.ts'
import { isUnscrubbable, needlesOf } from './needles.ts'
import { createPatternFinder, patternTables } from './pattern-finder.ts'
import { SECRET_PATTERNS, type SecretPattern } from './patterns.ts'
import { scrubValue } from './scrub-value.ts'
import { createStartFilter } from './start-filter.ts'
import { SecretsError } from '../errors.ts'

/** Redacts a stream chunk by chunk. What may be the beginning of a secret is held back until the next chunk or the end. */
export interface ScrubStream<Chunk> {
  /** Takes a chunk; gives back what can be told, which may be more or less than the chunk. */
  write(chunk: Chunk): Chunk
  /** Gives back what was held. The stream can then be used for another text. */
  end(): Chunk
}

/**
 * Redacts a fixed set of secret values, as they are and in common encodings, wherever they appear, and what looks like
 * a secret. All occurrences count, also those that overlap; each stretch that they cover becomes one marker.
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
   * What stands for a secret: `plain` is `[REDACTED]`, `named` is `[REDACTED:NAME]`, with the kind for a name where
   * only the shape is known. Plain is the default because a marker is read by whoever reads the text, and which secret
   * was used where is nobody's business by default.
   * @default 'plain'
   */
  readonly marker?: 'plain' | 'named' | undefined
  /**
   * Whether secrets that are not among the given ones are redacted too when their shape is well known (API keys with a
   * prefix, private keys, passwords in addresses), or which kinds of them.
   * @default true
   */
  readonly patterns?: boolean | readonly SecretPattern[] | undefined
}

/**
 * Makes a scrubber of these secrets. It keeps redacting them, whatever becomes of the store that they came from. A name
 * can come more than once: its present value and earlier ones that are still about.
 */
export function createScrubber(
  secrets: readonly { readonly name: string; readonly value: string }[],
  options: ScrubberOptions = {},
): Scrubber {
  const frozen = secrets.map(({ name, value }) => ({ name, value }))
  const kinds = kindsOf(options.patterns ?? true)
  const createFinders = lazily(() => findersOf(frozen, kinds))
  const markerOf = markersOf(options.marker ?? 'plain')
  const createScan = (): ByteScan => createByteScan(createFinders()(), markerOf)

  function scrub(text: string): string {
    const scan = createScan()
    const bytes = Buffer.from(text)
    const scrubbed = Buffer.concat([scan.write(bytes), scan.end()])
    // Untouched text is given back itself: what is not Unicode in it then survives.
    return scrubbed.equals(bytes) ? text : scrubbed.toString()
  }

  return Object.freeze({
    scrub,
    scrubValue: <Value>(value: Value) => scrubValue(value, scrub),
    stream: createScan,
    textStream: () => textStream(createScan()),
    unscrubbable: Object.freeze([
      ...new Set(frozen.filter(({ value }) => isUnscrubbable(value)).map(({ name }) => name)),
    ]),
  })
}

/** Makes a scrubber of well-known shapes alone, for where no secrets are known. */
export function createPatternScrubber(options: ScrubberOptions = {}): Scrubber {
  return createScrubber([], options)
}

function kindsOf(patterns: boolean | readonly SecretPattern[]): ReadonlySet<SecretPattern> {
  if (typeof patterns === 'boolean') return new Set(patterns ? SECRET_PATTERNS : [])
  for (const kind of patterns) {
    if (SECRET_PATTERNS.includes(kind)) continue
    throw new SecretsError('SECRETS_INVALID', `\`patterns\` can be of ${SECRET_PATTERNS.join(', ')}.`, 'patterns')
  }
  return new Set(patterns)
}

/** Building takes milliseconds, which a run that prints nothing need not spend. */
function findersOf(
  secrets: readonly { name: string; value: string }[],
  kinds: ReadonlySet<SecretPattern>,
): () => Finder[] {
  const createFinders: (() => Finder)[] = []
  if (secrets.length > 0) createFinders.push(exactFinders(secrets))
  if (kinds.size > 0) {
    const tables = kinds.size === SECRET_PATTERNS.length ? allPatternTables() : patternTables(kinds)
    createFinders.push(() => createPatternFinder(tables))
  }
  return () => createFinders.map((create) => create())
}

const allPatternTables = lazily(() => patternTables(new Set(SECRET_PATTERNS)))

function exactFinders(secrets: readonly { name: string; value: string }[]): () => Finder {
  const needles = needlesOf(secrets)
  const texts = needles.map(({ bytes }) => bytes)
  const tables = {
    automaton: buildAutomaton(texts),
    lengths: texts.map(({ length }) => length),
    names: needles.map(({ name }) => name),
    starts: createStartFilter(texts),
  }
  return () => createExactFinder(tables)
}

function markersOf(marker: 'plain' | 'named'): (name: string) => Uint8Array {
  const plain = Buffer.from('[REDACTED]')
  return marker === 'plain' ? () => plain : (name) => Buffer.from(`[REDACTED:${name}]`)
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
