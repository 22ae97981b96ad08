import { tellingTexts } from './encodings.ts'

/** Shorter values would redact common words and numbers all over a text. */
export const SMALLEST_NEEDLE_BYTES = 6

/** Longer needles are looked for in pieces, so that little has to be held back and a piece alone is found too. */
const LONGEST_WHOLE_BYTES = 512
const PIECE_BYTES = 256

/** What to look for, and whose it is. */
export interface Needle {
  readonly bytes: Uint8Array
  /** Name of the secret that it gives away. */
  readonly name: string
}

/** Makes the needles of secrets. Of two secrets with the same needle the first counts. */
export function needlesOf(secrets: readonly { readonly name: string; readonly value: string }[]): Needle[] {
  const needles = new Map<string, Needle>()
  for (const { name, value } of secrets) {
    for (const text of tellingTexts(value.trim())) {
      for (const bytes of piecesOf(withoutLineEnds(text))) {
        const id = bytes.toString('latin1')
        if (!needles.has(id)) needles.set(id, { bytes, name })
      }
    }
  }
  return [...needles.values()]
}

/** Whether a value is too short to be looked for. */
export function isUnscrubbable(value: string): boolean {
  return withoutLineEnds(value.trim()).length < SMALLEST_NEEDLE_BYTES
}

/** Line ends are left out of needles, and passed over in texts: wrapping or CRLF then hides nothing. */
function withoutLineEnds(text: string): Buffer {
  return Buffer.from(text.replaceAll(/[\r\n]/gu, ''))
}

function piecesOf(bytes: Buffer): Buffer[] {
  if (bytes.length < SMALLEST_NEEDLE_BYTES) return []
  if (bytes.length <= LONGEST_WHOLE_BYTES) return [bytes]
  const pieces: Buffer[] = []
  for (let start = 0; start + PIECE_BYTES <= bytes.length; start += PIECE_BYTES) {
    pieces.push(bytes.subarray(start, start + PIECE_BYTES))
  }
  // The last piece reaches back into the one before, so that none is short.
  pieces.push(bytes.subarray(-PIECE_BYTES))
  return pieces
}
