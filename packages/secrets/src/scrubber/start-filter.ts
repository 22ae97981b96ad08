import { SMALLEST_NEEDLE_BYTES } from './needles.ts'

/** 1 at the bytes that end lines. */
export const IS_LINE_END: Uint8Array = new Uint8Array(256)
IS_LINE_END[0x0a] = 1
IS_LINE_END[0x0d] = 1

/** Bytes that are looked at to tell whether a needle can begin: as many as every needle has. */
export const START_WINDOW: number = SMALLEST_NEEDLE_BYTES
/** Bytes that can be passed over when none can. */
export const START_STEP: number = START_WINDOW - 2

const SLOTS = 1 << 16

/**
 * Marks every three bytes in a row out of the beginnings of needles. When the last three bytes of a window are not
 * marked, no needle begins in the window before them: most text is passed over so, `window - 2` bytes at a time.
 * It does not hold where one of the three is a line end, if a match may have them anywhere: see {@link IS_LINE_END}.
 */
export function createStartFilter(needles: readonly Uint8Array[], window: number = START_WINDOW): Uint8Array {
  const starts = new Uint8Array(SLOTS)
  for (const needle of needles) {
    for (let at = 0; at + 3 <= window; at += 1) {
      starts[startSlot(needle[at]!, needle[at + 1]!, needle[at + 2]!)] = 1
    }
  }
  return starts
}

export function startSlot(first: number, second: number, third: number): number {
  return ((first << 10) ^ (second << 5) ^ third) & (SLOTS - 1)
}
