import { characterStart, tailOf } from './text-tail.ts'
import type { RunScrubber } from './worker.ts'

/** The end of an output stream, scrubbed as it came: before anything is cut, so that no half of a secret is left. */
export interface ScrubbedOutput {
  push(chunk: Uint8Array): void
  /** The tail so far, without what the scrubber still holds back. */
  tail(): string
  /** The tail of the stream that is over. */
  end(): string
}

/** @param show is told each piece as it comes, scrubbed, in whole characters. */
export function createScrubbedOutput(
  scrubber: Pick<RunScrubber, 'stream'>,
  limitBytes: number,
  show: (text: string) => void = () => undefined,
): ScrubbedOutput {
  const stream = scrubber.stream()
  const decoder = new TextDecoder()
  const chunks: Buffer[] = []
  let heldBytes = 0
  let leftOutBytes = 0

  function keep(scrubbed: Uint8Array): void {
    const text = decoder.decode(scrubbed, { stream: true })
    if (text !== '') show(text)
    // A copy of the tail alone: the rest of a large chunk, or the buffer that it is part of, is let go.
    const chunk = Buffer.from(scrubbed.subarray(-limitBytes))
    chunks.push(chunk)
    leftOutBytes += scrubbed.length - chunk.length
    heldBytes += chunk.length
    for (let first = chunks[0]; first !== undefined && heldBytes - first.length >= limitBytes; first = chunks[0]) {
      heldBytes -= first.length
      leftOutBytes += first.length
      chunks.shift()
    }
  }

  function tail(): string {
    const bytes = Buffer.concat(chunks)
    const start = leftOutBytes === 0 ? 0 : characterStart(bytes, 0)
    return tailOf(bytes.toString('utf8', start), limitBytes, leftOutBytes + start)
  }

  return {
    push: (chunk) => keep(stream.write(chunk)),
    tail,
    end() {
      keep(stream.end())
      const rest = decoder.decode()
      if (rest !== '') show(rest)
      return tail()
    },
  }
}
