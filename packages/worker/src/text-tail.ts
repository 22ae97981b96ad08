/** Room for the line that says how much was left out. */
const NOTICE_MAX_BYTES = 64

/**
 * Cuts a text to at most `limitBytes` of UTF-8, between characters: the tail is kept, after a line that says how many
 * bytes were left out, those before the text (`leftOutBefore`) included.
 */
export function tailOf(text: string, limitBytes: number, leftOutBefore = 0): string {
  const bytes = Buffer.from(text)
  if (leftOutBefore === 0 && bytes.length <= limitBytes) return text.toWellFormed()
  const start = characterStart(bytes, bytes.length - Math.max(0, limitBytes - NOTICE_MAX_BYTES))
  return `[${leftOutBefore + start} bytes left out]\n${bytes.toString('utf8', start)}`
}

/** First place at or after `from` where a character begins: continuation bytes are 10xxxxxx (RFC 3629). */
export function characterStart(bytes: Buffer, from: number): number {
  let start = Math.max(0, from)
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1
  return start
}
