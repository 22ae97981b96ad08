import { AcpError } from './acp-error.ts'
import type { AcpLimits } from './acp-limits.ts'

const NEWLINE = 0x0a

/** Splits a stream of bytes into lines, holding at most one. Throws an {@link AcpError} on a line, or a stream, over the limit. */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  limits: Pick<AcpLimits, 'messageMaxBytes' | 'outputMaxBytes'>,
): AsyncGenerator<string> {
  let held: Buffer[] = []
  let heldBytes = 0
  let seenBytes = 0
  const hold = (piece: Buffer): void => {
    heldBytes += piece.length
    if (heldBytes > limits.messageMaxBytes) throw tooLarge('a message', limits.messageMaxBytes)
    held.push(piece)
  }
  for await (const chunk of chunks) {
    seenBytes += chunk.length
    if (seenBytes > limits.outputMaxBytes) throw tooLarge('what the agent said in all', limits.outputMaxBytes)
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      hold(chunk.subarray(start, end))
      start = end + 1
      const line = Buffer.concat(held).toString('utf8')
      held = []
      heldBytes = 0
      yield line
    }
    if (start < chunk.length) hold(chunk.subarray(start))
  }
  if (heldBytes > 0) yield Buffer.concat(held).toString('utf8')
}

function tooLarge(what: string, maxBytes: number): AcpError {
  return new AcpError('ACP_OUTPUT_TOO_LARGE', `${what} has more than ${maxBytes} bytes: give the agent a smaller task`)
}
