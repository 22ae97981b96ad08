import { SMALLEST_NEEDLE_BYTES } from './needles.ts'

/** 1 at the bytes that end lines. */
export const IS_LINE_END: Uint8Array = new Uint8Array(256)
IS_LINE_END[0x0a] = 1
IS_LINE_END[0x0d] = 1

/** Bytes in a row by which it is told whether a needle can begin. */
const GRAM = 4
/** Longer windows pass over more at a time, and cost more where something begins. */
const LONGEST_WINDOW = 16
/** So many slots for each that is marked: few bytes that mark nothing then have a marked one. */
const SPARSENESS = 8
const FEWEST_BITS = 12
/** A table of a mebibyte. Larger ones do not stay in the processor's caches. */
const MOST_BITS = 20

/** Tells where in a text no needle can begin. */
export interface StartFilter {
  /** How many bytes from a place on decide about it. All needles have as many. */
  readonly window: number
  /** How many bytes can be passed over when no needle can begin. */
  readonly step: number
  /** 1 at the slots of what needles begin with, see {@link slotOf}. */
  readonly marks: Uint8Array
  readonly shift: number
}

/**
 * Marks every four bytes in a row out of the beginnings of needles. When the last four bytes of a window are not marked,
 * no needle begins in the window before them: most text is passed over so, `step` bytes at a time. It does not hold
 * where one of the four is a line end, if a match may have them anywhere: see {@link IS_LINE_END}. Every needle has
 * four bytes or more.
 */
export function createStartFilter(needles: readonly Uint8Array[]): StartFilter {
  const shortest = needles.reduce((least, { length }) => Math.min(least, length), LONGEST_WINDOW)
  const grams = Math.floor((1 << MOST_BITS) / SPARSENESS / Math.max(1, needles.length))
  const window = Math.min(shortest, Math.max(SMALLEST_NEEDLE_BYTES, grams + GRAM - 1))
  const step = window - GRAM + 1
  const bits = Math.ceil(Math.log2(needles.length * step * SPARSENESS + 1))
  const shift = 32 - Math.min(MOST_BITS, Math.max(FEWEST_BITS, bits))
  const marks = new Uint8Array(1 << (32 - shift))
  for (const needle of needles) {
    for (let at = 0; at < step; at += 1) {
      marks[slotOf(needle[at]!, needle[at + 1]!, needle[at + 2]!, needle[at + 3]!, shift)] = 1
    }
  }
  return { window, step, marks, shift }
}

export function slotOf(first: number, second: number, third: number, fourth: number, shift: number): number {
  return Math.imul(first | (second << 8) | (third << 16) | (fourth << 24), 0x9e3779b1) >>> shift
}
