import { agentIdSchema } from '@agentic/agents'
import type { Event } from '@agentic/events'
import type { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import * as v from 'valibot'
import { narrowTo } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { rawEndpoint } from '../http/endpoint.ts'
import { invalidInput } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { toInstant } from '../schemas/time.ts'

/** How often a quiet stream says that it lives, so that nothing between here and the reader closes it. */
const HEARTBEAT_MS = 15_000

const query = v.object({ agentId: v.optional(agentIdSchema) })

export function eventRoutes(app: Hono<ServerEnv>, { events, tokens, stopping }: AppPorts): void {
  rawEndpoint(
    app,
    {
      method: 'get',
      path: '/api/events',
      tag: 'Events',
      access: 'agent',
      summary:
        'Follow what happens, as server-sent events; with an agent’s token, to that agent. Starts now, or after the event named by Last-Event-ID (0: from the oldest kept). An event `resync` says that some were dropped',
      query,
      headers: { 'Last-Event-ID': 'The id of the last event that was seen; the stream goes on after it' },
      answers: {
        200: {
          description:
            'A stream (text/event-stream) of events: id, event (its type) and data {type, at, agentId, data}',
        },
      },
    },
    (context) => {
      const last = events.last()
      const after = readPlace(context.req.header('last-event-id')) ?? last
      const caller = context.get('caller')
      const agentId = narrowTo(caller, context.req.query('agentId'))
      // Nobody reads the body of an answer to HEAD: a stream would wait for a reader for good.
      if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' })
      return streamSSE(context, async (stream) => {
        const gone = new AbortController()
        stream.onAbort(() => gone.abort())
        const signal = AbortSignal.any([gone.signal, stopping, tokens.whileValid(caller.tokenId)])
        const heartbeat = setInterval(() => {
          if (caller.expiresAt !== undefined && caller.expiresAt <= Date.now()) gone.abort()
          else void stream.write(': alive\n\n')
        }, HEARTBEAT_MS)
        try {
          await stream.write(': following\n\n')
          // A place that is yet to come is of another log, such as one from before a restored backup.
          if (after > last) await stream.writeSSE(messageOf({ type: 'resync', after: last }))
          for await (const event of events.follow(Math.min(after, last), { agentId, signal })) {
            await stream.writeSSE(messageOf(event))
          }
        } finally {
          clearInterval(heartbeat)
        }
      })
    },
  )
}

function messageOf(event: Event | { readonly type: 'resync'; readonly after: number }): {
  id: string
  event: string
  data: string
} {
  if (!('seq' in event)) return { id: String(event.after), event: 'resync', data: JSON.stringify({ type: 'resync' }) }
  const { seq, type, at, agentId, data } = event
  return { id: String(seq), event: type, data: JSON.stringify({ type, at: toInstant(at), agentId, data }) }
}

function readPlace(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const place = Number(text)
  if (/^\d{1,15}$/.test(text) && Number.isSafeInteger(place)) return place
  throw invalidInput([{ field: 'Last-Event-ID', message: 'must be the id of an event of this stream, or 0' }])
}
