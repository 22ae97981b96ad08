import type { Readable, Writable } from 'node:stream'
import type { AnyMessage, Stream } from '@agentclientprotocol/sdk'
import { AcpError } from './acp-error.ts'
import type { AcpLimits } from './acp-limits.ts'
import { linesOf } from './message-lines.ts'

/** How much of a line that is no message is said in an error. */
const STRAY_SHOWN_LENGTH = 200

export interface MessageStreamOptions {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly limits: AcpLimits
  /** Takes the secrets out of what is said in an error. */
  readonly scrub: (text: string) => string
  /** Hears of each message that came. */
  readonly onMessage: () => void
  /** Gets what `session/update` says, in order and before the answer that follows it: the connection keeps no such order. */
  readonly onUpdate: (params: unknown) => void
}

export interface MessageStream extends Stream {
  /** The start of the first line that was no message, scrubbed. */
  firstStray(): string | undefined
}

/**
 * Messages over the standard streams of a process, one a line. The next is read when the last was taken, no more
 * requests than the limit are let in before some are answered, and answers to nothing that was asked are left out.
 */
export function openMessageStream(options: MessageStreamOptions): MessageStream {
  const { limits } = options
  const asked = new Set<unknown>()
  const room = createRoom(limits.openRequestsMax)
  let strayLines = 0
  let firstStray: string | undefined

  function noteStray(line: string): void {
    if (line.trim() === '') return
    firstStray ??= options.scrub(line).slice(0, STRAY_SHOWN_LENGTH).toWellFormed()
    strayLines += 1
    if (strayLines <= limits.strayLinesMax) return
    throw new AcpError(
      'ACP_PROTOCOL_BROKEN',
      `more than ${limits.strayLinesMax} lines of the agent's output are no messages of the protocol, as: ${firstStray}`,
    )
  }

  async function* messages(): AsyncGenerator<AnyMessage> {
    for await (const line of linesOf(options.stdout, limits)) {
      const message = messageOf(line)
      if (message === undefined || (isAnswer(message) && !asked.delete(message.id))) {
        noteStray(line)
        continue
      }
      options.onMessage()
      if ('method' in message && message.method === 'session/update') {
        options.onUpdate(message.params)
        continue
      }
      if ('method' in message && 'id' in message) await room.take()
      yield message
    }
  }

  function write(message: AnyMessage): Promise<void> {
    if ('method' in message && 'id' in message) asked.add(message.id)
    const written = Promise.withResolvers<void>()
    options.stdin.write(`${JSON.stringify(message)}\n`, (error) => {
      if (isAnswer(message)) room.giveBack()
      if (error) written.reject(error)
      else written.resolve()
    })
    return written.promise
  }

  return {
    readable: ReadableStream.from<AnyMessage>(messages()),
    writable: new WritableStream<AnyMessage>({ write }),
    firstStray: () => firstStray,
  }
}

/** Reads one line; nothing when it is no message. What a message says is checked where it is used. */
function messageOf(line: string): AnyMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { id, method } = value as { readonly id?: unknown; readonly method?: unknown }
  const hasId = typeof id === 'string' || typeof id === 'number' || id === null
  const isCall = typeof method === 'string' && (hasId || !('id' in value))
  const isReply = method === undefined && hasId && ('result' in value || 'error' in value)
  return isCall || isReply ? (value as AnyMessage) : undefined
}

function isAnswer(message: AnyMessage): message is Extract<AnyMessage, { readonly result: unknown }> {
  return !('method' in message)
}

interface Room {
  /** Resolves when there is room for one more. */
  take(): Promise<void>
  giveBack(): void
}

function createRoom(places: number): Room {
  let free = places
  const waiting: (() => void)[] = []
  return {
    async take() {
      free -= 1
      if (free >= 0) return
      const turn = Promise.withResolvers<void>()
      waiting.push(turn.resolve)
      await turn.promise
    },
    giveBack() {
      free += 1
      waiting.shift()?.()
    },
  }
}
