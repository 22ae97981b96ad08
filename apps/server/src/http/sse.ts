import type { Context } from 'hono'
import { type SSEMessage, streamSSE } from 'hono/streaming'
import type { Caller, ServerEnv } from './caller.ts'
import { invalidInput } from './problem.ts'

/** How often a quiet stream says that it lives, so that nothing between here and the reader closes it. */
const HEARTBEAT_MS = 15_000

/** The header that resumes a stream, for the description of the routes that have one. */
export const LAST_EVENT_ID = {
  'Last-Event-ID': 'The id of the last event that was seen; the stream goes on after it',
} as const

/** What ends a stream beside its reader. */
export interface StreamEnds {
  readonly stopping: AbortSignal
  readonly tokens: { whileValid(tokenId: string): AbortSignal }
}

/**
 * Answers with a stream of server-sent events, until `messages` ends, the reader is gone, the server stops, or the token
 * that opened it is no longer good.
 */
export function answerStream(
  context: Context<ServerEnv>,
  { stopping, tokens }: StreamEnds,
  messages: (signal: AbortSignal) => AsyncIterable<SSEMessage>,
): Response {
  // Nobody reads the body of an answer to HEAD: a stream would wait for a reader for good.
  if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' })
  const caller = context.get('caller')
  return streamSSE(context, async (stream) => {
    const gone = new AbortController()
    stream.onAbort(() => gone.abort())
    const signal = AbortSignal.any([gone.signal, stopping, tokens.whileValid(caller.tokenId)])
    const heartbeat = setInterval(() => {
      if (hasExpired(caller)) gone.abort()
      else void stream.write(': alive\n\n')
    }, HEARTBEAT_MS)
    try {
      await stream.write(': following\n\n')
      for await (const message of messages(signal)) await stream.writeSSE(message)
    } finally {
      clearInterval(heartbeat)
    }
  })
}

/** The place that a reader was at, as its header says. */
export function lastEventId(context: Context<ServerEnv>): number | undefined {
  const text = context.req.header('last-event-id')
  if (text === undefined || text === '') return undefined
  const place = Number(text)
  if (/^\d{1,15}$/.test(text) && Number.isSafeInteger(place)) return place
  throw invalidInput([{ field: 'Last-Event-ID', message: 'must be the id of an event of this stream, or 0' }])
}

function hasExpired({ expiresAt }: Caller): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now()
}
