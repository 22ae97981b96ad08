/**
 * Joins fields so that no two lists of fields ever give the same bytes: their count, then each with its length. Numbers
 * are written as decimal text.
 */
export function encodeFields(fields: readonly (string | number | Uint8Array)[]): Buffer {
  const parts = [lengthOf(fields.length)]
  for (const field of fields) {
    const bytes = field instanceof Uint8Array ? field : Buffer.from(String(field))
    parts.push(lengthOf(bytes.length), bytes)
  }
  return Buffer.concat(parts)
}

function lengthOf(count: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(count)
  return bytes
}
