/** Most bytes that a character, as JavaScript counts them, takes in UTF-8. */
const UTF8_BYTES = 3
const LENGTH_BYTES = 4

/**
 * Joins fields so that no two lists of fields ever give the same bytes: their count, then each with its length. Numbers
 * are written as decimal text.
 */
export function encodeFields(fields: readonly (string | number | Uint8Array)[]): Buffer {
  const parts = fields.map((field) => (typeof field === 'number' ? String(field) : field))
  // One piece of memory that is long enough: this is done for each row that is read.
  const most = parts.reduce((total, part) => total + LENGTH_BYTES + longest(part), LENGTH_BYTES)
  const bytes = Buffer.allocUnsafe(most)
  let at = bytes.writeUInt32BE(parts.length)
  for (const part of parts) {
    const start = at + LENGTH_BYTES
    const length = typeof part === 'string' ? bytes.write(part, start) : copy(part, bytes, start)
    bytes.writeUInt32BE(length, at)
    at = start + length
  }
  return bytes.subarray(0, at)
}

function longest(part: string | Uint8Array): number {
  return typeof part === 'string' ? part.length * UTF8_BYTES : part.length
}

function copy(from: Uint8Array, to: Buffer, start: number): number {
  to.set(from, start)
  return from.length
}
