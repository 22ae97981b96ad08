/** Says whether a token goes on with a byte: the next state, or {@link STOP_BEFORE} or {@link STOP_AFTER} the byte. */
export type Follow = (state: number, byte: number) => number

export const STOP_BEFORE = -1
export const STOP_AFTER = -2

/** Goes on with the bytes that the pattern of one character matches. */
export function within(character: RegExp): Follow {
  const next = Int8Array.from({ length: 256 }, (_, byte) =>
    character.test(String.fromCharCode(byte)) ? 0 : STOP_BEFORE,
  )
  return (_state, byte) => next[byte]!
}

const DASH = 0x2d
const RULE_DASHES = 5

/** Goes on until the end of the second `-----`, the one that closes the last line of a PEM block, or another byte. */
export function untilSecondRule(character: RegExp): Follow {
  const bytes = within(character)
  // The state counts the dashes in a row; above 8 the first rule has been passed.
  return (state, byte) => {
    if (byte !== DASH) return bytes(0, byte) === STOP_BEFORE ? STOP_BEFORE : state & 8
    const dashes = Math.min((state & 7) + 1, RULE_DASHES + 1)
    if (dashes !== RULE_DASHES) return (state & 8) | dashes
    return state >= 8 ? STOP_AFTER : 8 | dashes
  }
}
