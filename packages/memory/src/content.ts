import { createHash } from 'node:crypto'
import type { MemoryKind } from './memory.ts'
import { tokensOf } from './tokens.ts'

/** Longest content of a memory, in characters. */
export const LONGEST_CONTENT = 8000

/** What may stand around a text without changing what it says. */
const AROUND = new Set(' "\'“”‘’«».!?…。！？')

/** Equal for memories that say exactly the same, but for the form of their Unicode and the space around. */
export function fingerprintOf(kind: MemoryKind, content: string): string {
  return createHash('sha256')
    .update(`${kind}\0${content.normalize('NFC').trim()}`)
    .digest('base64url')
}

/** The numbers among the words of a text, each once: texts of different numbers never say the same. */
export function numbersOf(words: ReadonlySet<string>): string {
  return [...words]
    .filter((word) => /\p{N}/u.test(word))
    .toSorted()
    .join(' ')
}

export function wordsOf(content: string): ReadonlySet<string> {
  return new Set(tokensOf(content))
}

/** Puts two texts together so that nothing said is lost: one that holds the other stands for both. */
export function joinContents(content: string, other: string): string {
  const [mine, theirs] = [plain(content), plain(other)]
  if (mine.includes(theirs)) return content
  return theirs.includes(mine) ? other : `${content}\n\n${other}`
}

/** Walks in from both ends: a pattern for what ends a text would take the square of its length on hostile ones. */
function plain(content: string): string {
  const text = content.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ')
  let [start, end] = [0, text.length]
  while (start < end && AROUND.has(text.charAt(start))) start += 1
  while (end > start && AROUND.has(text.charAt(end - 1))) end -= 1
  return text.slice(start, end)
}
