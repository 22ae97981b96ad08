import type { Automaton } from './automaton.ts'
import type { Finder, Span } from './finder.ts'
import { IS_LINE_END, slotOf, type StartFilter } from './start-filter.ts'

/** How many line-end bytes in a row are passed over inside a match. Bounds what has to be held back. */
export const LONGEST_LINE_GAP = 8

/** All that many finders share, made once. */
export interface SearchTables {
  readonly automaton: Automaton
  /** Length in bytes of each needle. */
  readonly lengths: readonly number[]
  /** Name of each needle. */
  readonly names: readonly string[]
  readonly starts: StartFilter
}

/** Finds needles, with line ends passed over, and joins those that overlap or touch. */
export function createExactFinder({ automaton, lengths, names, starts }: SearchTables): Finder {
  let state = 0
  let lineGap = 0
  /** Positions of line ends passed over since the state was last the root. */
  let passedOver: number[] = []
  let spans: Span[] = []

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

  /** Joins the needle with the spans that it overlaps or touches; the one that begins first, the longest of those, names it. */
  function addSpan(needle: number, end: number): void {
    const start = startOf(lengths[needle]!, end)
    while (spans.length > 0 && spans.at(-1)!.start >= start) spans.pop()
    const last = spans.at(-1)
    if (last !== undefined && last.end >= start) last.end = end
    else spans.push({ start, end, name: names[needle]!, rank: 0 })
  }

  function openFrom(end: number): number {
    return state === 0 ? end : startOf(automaton.depth[state]!, end)
  }

  return {
    lookBehind: 0,
    scan(bytes, base, from) {
      // Locals instead of what the closure and other modules hold: this loop runs once a byte.
      const { rows, rowStates, onlyByte, onlyNext, fallback, needleEnd } = automaton
      const lineEnd = IS_LINE_END
      const slot = slotOf
      const { marks, shift, step, window } = starts
      const { length } = bytes
      const lastWindow = length - window
      let current = state
      let gap = lineGap
      let at = from
      while (at < length) {
        if (current === 0) {
          for (; at <= lastWindow; at += step) {
            const first = bytes[at + step - 1]!
            const second = bytes[at + step]!
            const third = bytes[at + step + 1]!
            const fourth = bytes[at + step + 2]!
            if (marks[slot(first, second, third, fourth, shift)] === 1) break
            if (lineEnd[first]! + lineEnd[second]! + lineEnd[third]! + lineEnd[fourth]! !== 0) break
          }
          current = rows[bytes[at]!]!
        } else {
          const byte = bytes[at]!
          if (lineEnd[byte] === 1) {
            gap += 1
            if (gap > LONGEST_LINE_GAP) current = 0
            else passedOver.push(base + at)
            at += 1
            continue
          }
          while (current >= rowStates && onlyByte[current] !== byte) current = fallback[current]!
          current = current >= rowStates ? onlyNext[current]! : rows[current * 256 + byte]!
        }
        at += 1
        gap = 0
        const needle = needleEnd[current]!
        if (needle !== -1) addSpan(needle, base + at)
      }
      state = current
      lineGap = gap
      const open = openFrom(base + length)
      passedOver = passedOver.filter((position) => position >= open)
    },
    openFrom,
    finish() {},
    take(limit) {
      const ready = spans.filter(({ start }) => start < limit)
      spans = spans.slice(ready.length)
      return ready
    },
    reset() {
      state = 0
      lineGap = 0
      passedOver = []
      spans = []
    },
  }
}
