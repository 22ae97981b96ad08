/** Keeps the last bytes of a stream, holding little more than its limit. */
export interface OutputTail {
  push(bytes: Buffer): void
  /** What was kept, starting at a whole character, and how many bytes came before it. */
  read(): { readonly text: string; readonly droppedBytes: number }
}

export function createOutputTail(limitBytes: number): OutputTail {
  const chunks: Buffer[] = []
  let heldBytes = 0
  let seenBytes = 0
  return {
    push(bytes) {
      chunks.push(bytes)
      heldBytes += bytes.length
      seenBytes += bytes.length
      for (let first = chunks[0]; first !== undefined && heldBytes - first.length >= limitBytes; first = chunks[0]) {
        heldBytes -= first.length
        chunks.shift()
      }
    },
    read() {
      const tail = Buffer.concat(chunks).subarray(Math.max(0, heldBytes - limitBytes))
      const whole = tail.length < seenBytes ? afterBrokenCharacter(tail) : tail
      return { text: whole.toString('utf8'), droppedBytes: seenBytes - whole.length }
    },
  }
}

/** A cut can leave up to three continuation bytes (10xxxxxx, RFC 3629) of a character whose start is gone. */
function afterBrokenCharacter(bytes: Buffer): Buffer {
  let start = 0
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1
  return bytes.subarray(start)
}
