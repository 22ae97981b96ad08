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
 * marked, no needle begins in the window before them: most text is passed over so, four bytes at a time.
 * It does not hold where one of the three is a line end, which a match may have anywhere: see {@link IS_LINE_END}.
 */
export function createStartFilter(needles: readonly Uint8Array[]): Uint8Array {
  const starts = new Uint8Array(SLOTS)
  for (const needle of needles) {
    for (let at = 0; at + 3 <= START_WINDOW; at += 1) {
      starts[startSlot(needle[at]!, needle[at + 1]!, needle[at + 2]!)] = 1
    }
  }
  return starts
}

export function startSlot(first: number, second: number, third: number): number {
  return ((first << 10) ^ (second << 5) ^ third) & (SLOTS - 1)
}
