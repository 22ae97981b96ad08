import { type Automaton, buildAutomaton } from './automaton.ts'
import { isAfter, LOOK_BEHIND } from './boundary.ts'
import type { Finder, Span } from './finder.ts'
import { STOP_AFTER, STOP_BEFORE } from './follow.ts'
import { type SecretPattern, type Shape, SHAPES } from './patterns.ts'

/** Every anchor has as many bytes but one, and one that belongs to the secret follows it. */
const WINDOW = 4
/** Bytes that can be passed over when no anchor can begin in a window. */
const STEP = WINDOW - 2
const SLOTS = 1 << 16

/** All that many finders share, made once. */
export interface PatternTables {
  readonly automaton: Automaton
  readonly starts: Uint8Array
  readonly anchors: readonly Anchor[]
}

interface Anchor {
  readonly length: number
  readonly shapes: readonly RankedShape[]
}

interface RankedShape extends Shape {
  readonly rank: number
}

/** Makes the tables of these kinds of secrets. */
export function patternTables(kinds: ReadonlySet<SecretPattern>): PatternTables {
  const ranked = SHAPES.map((shape, index) => ({ ...shape, rank: index + 1 })).filter(({ kind }) => kinds.has(kind))
  const literals = [...new Set(ranked.flatMap(({ anchors }) => anchors))]
  const needles = literals.map((literal) => Buffer.from(literal))
  return {
    automaton: buildAutomaton(needles),
    starts: markBeginnings(ranked.flatMap(beginningsOf)),
    anchors: literals.map((literal) => ({
      length: literal.length,
      shapes: ranked.filter(({ anchors }) => anchors.includes(literal)),
    })),
  }
}

/** Marks every three bytes in a row out of the beginnings, see `createStartFilter`; line ends play no part here. */
function markBeginnings(beginnings: readonly Uint8Array[]): Uint8Array {
  const starts = new Uint8Array(SLOTS)
  for (const bytes of beginnings) {
    for (let at = 0; at < STEP; at += 1) starts[slotOf(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!)] = 1
  }
  return starts
}

function slotOf(first: number, second: number, third: number): number {
  return ((first << 10) ^ (second << 5) ^ third) & (SLOTS - 1)
}

/** All that the first bytes of a secret can be. */
function beginningsOf({ anchors, follow }: Shape): Uint8Array[] {
  return anchors.flatMap((anchor) => {
    const bytes = Buffer.from(anchor)
    if (bytes.length >= WINDOW) return [bytes]
    const next = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => follow(0, byte) !== STOP_BEFORE)
    return next.map((byte) => Buffer.concat([bytes, Uint8Array.of(byte)]))
  })
}

/** A place where a secret may be: all bytes from its anchor on to before `next` belong to it as far as can be told. */
interface Candidate {
  readonly shape: RankedShape
  readonly start: number
  readonly anchorLength: number
  /** Where it is judged, or, when it has been found to be a secret, where that ends at the latest. */
  limit: number
  next: number
  state: number
  /** From where on there is no span of it yet, once it has been found to be a secret. */
  spanFrom: number | undefined
}

/**
 * Finds secrets by their shape. Only where the literal that a shape begins with has been found are regular expressions
 * used, each on a text of bounded length: the time stays in proportion to the bytes.
 */
export function createPatternFinder({ automaton, starts, anchors }: PatternTables): Finder {
  let state = 0
  let open: Candidate[] = []
  let spans: Span[] = []
  /** By rank of the shape, where the last secret of it ends that was found: what begins in there is covered. */
  const coveredUntil = new Float64Array(SHAPES.length + 1)

  function addCandidates({ length, shapes }: Anchor, end: number, bytes: Buffer, base: number): void {
    const start = end - length
    for (const shape of shapes) {
      if (end < coveredUntil[shape.rank]! || !isAfter(shape.after, bytes, start - base)) continue
      const limit = end + shape.wait
      const candidate = { shape, start, anchorLength: length, limit, next: end, state: 0, spanFrom: undefined }
      if (goOn(candidate, bytes, base, false)) open.push(candidate)
    }
  }

  /** Takes a candidate as far as the bytes allow. Returns whether it is still open. */
  function goOn(candidate: Candidate, bytes: Buffer, base: number, isLast: boolean): boolean {
    let hasEnded = follow(candidate, bytes, base) || isLast
    if (candidate.spanFrom === undefined) {
      if (!hasEnded && candidate.next < candidate.limit) return true
      if (!judge(candidate, bytes, base, hasEnded)) return false
      hasEnded = follow(candidate, bytes, base) || isLast
    }
    addSpan(candidate, candidate.next)
    coveredUntil[candidate.shape.rank] = candidate.next
    return !hasEnded && candidate.next < candidate.limit
  }

  /** Says whether the candidate is a secret that goes on; adds the span of one that has ended. */
  function judge(candidate: Candidate, bytes: Buffer, base: number, hasEnded: boolean): boolean {
    const { shape, start, anchorLength, next } = candidate
    const found = shape.judge(bytes.toString('latin1', start - base, next - base), anchorLength)
    if (found === undefined) return false
    candidate.spanFrom = start + found[0]
    if (hasEnded || shape.most === undefined) {
      addSpan(candidate, start + found[1])
      return false
    }
    candidate.limit = start + shape.most
    return true
  }

  function addSpan(candidate: Candidate, end: number): void {
    const { shape, spanFrom } = candidate
    if (spanFrom! < end) spans.push({ start: spanFrom!, end, name: shape.kind, rank: shape.rank })
    candidate.spanFrom = end
  }

  return {
    lookBehind: LOOK_BEHIND,
    scan(given, base, from) {
      const bytes = asBuffer(given)
      open = open.filter((candidate) => goOn(candidate, bytes, base, false))
      // Locals instead of what the closure and other modules hold: this loop runs once every two bytes.
      const { rows, rowStates, onlyByte, onlyNext, fallback, needleEnd } = automaton
      const isStart = starts
      const slot = slotOf
      const { length } = bytes
      const lastWindow = length - WINDOW
      let current = state
      let at = from
      while (at < length) {
        if (current === 0) {
          while (at <= lastWindow && isStart[slot(bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!)] === 0) at += STEP
          current = rows[bytes[at]!]!
        } else {
          const byte = bytes[at]!
          while (current >= rowStates && onlyByte[current] !== byte) current = fallback[current]!
          current = current >= rowStates ? onlyNext[current]! : rows[current * 256 + byte]!
        }
        at += 1
        const anchor = needleEnd[current]!
        if (anchor !== -1) addCandidates(anchors[anchor]!, base + at, bytes, base)
      }
      state = current
    },
    openFrom(end) {
      const waiting = open.filter(({ spanFrom }) => spanFrom === undefined).map(({ start }) => start)
      return Math.min(end - automaton.depth[state]!, ...waiting)
    },
    finish(bytes, base) {
      for (const candidate of open) goOn(candidate, asBuffer(bytes), base, true)
      open = []
    },
    take(limit) {
      const ready = spans.filter(({ start }) => start < limit)
      spans = spans.filter(({ start }) => start >= limit)
      return ready
    },
    reset() {
      state = 0
      open = []
      spans = []
      coveredUntil.fill(0)
    },
  }
}

/** Follows a candidate up to its limit. Returns whether it ended before. */
function follow(candidate: Candidate, bytes: Uint8Array, base: number): boolean {
  const { shape } = candidate
  const last = Math.min(candidate.limit, base + bytes.length)
  while (candidate.next < last) {
    const state = shape.follow(candidate.state, bytes[candidate.next - base]!)
    if (state === STOP_BEFORE) return true
    candidate.next += 1
    if (state === STOP_AFTER) return true
    candidate.state = state
  }
  return false
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}
