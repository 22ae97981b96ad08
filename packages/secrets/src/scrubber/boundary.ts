/** Bytes before an anchor that decide whether it can begin a secret. */
export const LOOK_BEHIND = 64

const NO = 0
const YES = 1
const ASK = 2
const AT_START = 256

/** What an anchor may stand after. Most often the byte before it decides; where that is not enough, a longer look. */
export interface Boundary {
  /** By byte, and for the start of the text, whether it decides and how. */
  readonly answers: Uint8Array
  /** What the last bytes must match where one alone does not decide. */
  readonly before: RegExp
}

/** Says whether an anchor that begins at `index` stands where it may. */
export function isAfter({ answers, before }: Boundary, bytes: Buffer, index: number): boolean {
  const answer = answers[index === 0 ? AT_START : bytes[index - 1]!]
  if (answer !== ASK) return answer === YES
  return before.test(bytes.toString('latin1', Math.max(0, index - LOOK_BEHIND), index))
}

/** What ends with a letter or digit and yet is not part of the word after it: escapes in JSON, URLs, shells, terminals. */
const ESCAPE = /(?:\\[abfnrtv0]|\\u[\dA-Fa-f]{4}|(?:%|\\x)[\dA-Fa-f]{2}|\[[\d;]*m)$/u

function boundary(atStart: boolean, answerOf: (character: string) => number, before: RegExp = ESCAPE): Boundary {
  const answers = Uint8Array.from({ length: 256 }, (_, byte) => answerOf(String.fromCharCode(byte)))
  return { answers: Uint8Array.of(...answers, atStart ? YES : NO), before }
}

/** Not after a letter or digit. */
export const afterWord: Boundary = boundary(true, (character) => (/[A-Za-z0-9]/u.test(character) ? ASK : YES))

/** Nor after what names with dots have in the middle: of all anchors in one such name, one at most is looked at. */
export const afterName: Boundary = boundary(true, (character) => {
  if (/[_.-]/u.test(character)) return NO
  return /[A-Za-z0-9]/u.test(character) ? ASK : YES
})

/** Nor after what base64 has in the middle. */
export const afterBase64: Boundary = boundary(true, (character) => {
  if (/[_.+/-]/u.test(character)) return NO
  return /[A-Za-z0-9]/u.test(character) ? ASK : YES
})

export const anywhere: Boundary = boundary(true, () => YES)

/** After one of these characters, when what stands before matches. */
export function afterText(last: RegExp, before: RegExp): Boundary {
  return boundary(false, (character) => (last.test(character) ? ASK : NO), before)
}
