import type { Automaton } from './automaton.ts'
import { IS_LINE_END, START_STEP, startSlot, START_WINDOW } from './start-filter.ts'

/** How many line-end bytes in a row are passed over inside a match. Bounds what has to be held back. */
export const LONGEST_LINE_GAP = 8

/** What to redact: from the byte at `start` to before the byte at `end`, counted from the start of the stream. */
interface Span {
  readonly start: number
  end: number
  readonly needle: number
}

/** All that many scans share, made once. */
export interface SearchTables {
  readonly automaton: Automaton
  /** Length in bytes of each needle. */
  readonly lengths: readonly number[]
  /** Where a needle may begin, see `createStartFilter`. */
  readonly starts: Uint8Array
}

export interface ByteScan {
  /** Takes more bytes and gives back, redacted, what can no longer be part of a match. */
  write(bytes: Uint8Array): Uint8Array
  /** Gives back the rest. The scan then stands at the start again. */
  end(): Uint8Array
}

/**
 * Finds all matches in a stream of bytes and puts one marker for each stretch that they cover, wherever the stream is
 * cut: only bytes that a match may still begin with are held back. Markers are not looked at again.
 */
export function createByteScan(
  { automaton, lengths, starts }: SearchTables,
  markerOf: (needle: number) => Uint8Array,
): ByteScan {
  let state = 0
  let lineGap = 0
  /** Position in the stream of the first byte held, and the bytes from there on. */
  let heldFrom = 0
  let held: Uint8Array = new Uint8Array()
  /** Positions of line ends passed over since the state was last the root. */
  let passedOver: number[] = []
  let spans: Span[] = []
  /** End of the last stretch that has its marker already. */
  let redactedUntil = -1

  function scan(bytes: Uint8Array, from: number): void {
    // Locals instead of what the closure and other modules hold: this loop runs once a byte.
    const { rows, rowStates, onlyByte, onlyNext, fallback, needleEnd } = automaton
    const lineEnd = IS_LINE_END
    const slot = startSlot
    const step = START_STEP
    const { length } = bytes
    const lastWindow = length - START_WINDOW
    let current = state
    let gap = lineGap
    let at = from
    while (at < length) {
      if (current === 0) {
        for (; at <= lastWindow; at += step) {
          const first = bytes[at + step - 1]!
          const second = bytes[at + step]!
          const third = bytes[at + step + 1]!
          if (starts[slot(first, second, third)] === 1) break
          if (lineEnd[first]! + lineEnd[second]! + lineEnd[third]! !== 0) break
        }
        current = rows[bytes[at]!]!
      } else {
        const byte = bytes[at]!
        if (lineEnd[byte] === 1) {
          gap += 1
          if (gap > LONGEST_LINE_GAP) current = 0
          else passedOver.push(heldFrom + at)
          at += 1
          continue
        }
        while (current >= rowStates && onlyByte[current] !== byte) current = fallback[current]!
        current = current >= rowStates ? onlyNext[current]! : rows[current * 256 + byte]!
      }
      at += 1
      gap = 0
      const needle = needleEnd[current]!
      if (needle !== -1) addSpan({ start: startOf(lengths[needle]!, heldFrom + at), end: heldFrom + at, needle })
    }
    state = current
    lineGap = gap
  }

  /** Where the last `length` bytes before `end` begin when line ends that were passed over are not counted. */
  function startOf(length: number, end: number): number {
    // With the k last line ends inside, the stretch begins k bytes earlier; the k-th is inside if it lies after that.
    let low = 0
    let high = passedOver.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (passedOver[middle]! >= end - length - (passedOver.length - middle - 1)) high = middle
      else low = middle + 1
    }
    return end - length - (passedOver.length - low)
  }

  /** Joins the span with those that it overlaps or touches; the one that begins first, the longest of those, names it. */
  function addSpan(span: Span): void {
    while (spans.length > 0 && spans.at(-1)!.start >= span.start) spans.pop()
    const last = spans.at(-1)
    if (last !== undefined && last.end >= span.start) last.end = span.end
    else spans.push(span)
  }

  /** Gives back what stands before `limit`, redacted. `bytes` begin at `heldFrom`. */
  function release(bytes: Uint8Array, limit: number): Uint8Array {
    const pieces: Uint8Array[] = []
    let from = heldFrom
    const copyUntil = (to: number): void => {
      const start = Math.max(from, redactedUntil)
      if (start < to) pieces.push(bytes.subarray(start - heldFrom, to - heldFrom))
      from = Math.max(from, to)
    }
    const ready = spans.filter((span) => span.start < limit)
    spans = spans.slice(ready.length)
    for (const { start, end, needle } of ready) {
      copyUntil(start)
      if (start > redactedUntil) pieces.push(markerOf(needle))
      redactedUntil = Math.max(redactedUntil, end)
    }
    copyUntil(limit)
    return join(pieces)
  }

  return {
    write(bytes) {
      const all = held.length === 0 ? bytes : join([held, bytes])
      scan(all, held.length)
      const end = heldFrom + all.length
      const limit = state === 0 ? end : startOf(automaton.depth[state]!, end)
      const released = release(all, limit)
      held = new Uint8Array(all.subarray(limit - heldFrom))
      heldFrom = limit
      passedOver = passedOver.filter((position) => position >= limit)
      return released
    },
    end() {
      const released = release(held, heldFrom + held.length)
      state = 0
      lineGap = 0
      heldFrom = 0
      held = new Uint8Array()
      passedOver = []
      spans = []
      redactedUntil = -1
      return released
    },
  }
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
