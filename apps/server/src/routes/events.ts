import { agentIdSchema } from '@agentic/agents'
import type { Event, EventLog } from '@agentic/events'
import type { Hono } from 'hono'
import type { SSEMessage } from 'hono/streaming'
import * as v from 'valibot'
import { narrowTo } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { rawEndpoint } from '../http/endpoint.ts'
import { answerStream, LAST_EVENT_ID, lastEventId } from '../http/sse.ts'
import type { AppPorts } from '../ports.ts'
import { toInstant } from '../schemas/time.ts'

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
      headers: LAST_EVENT_ID,
      answers: {
        200: {
          description:
            'A stream (text/event-stream) of events: id, event (its type) and data {type, at, agentId, data}',
        },
      },
    },
    (context) => {
      const after = lastEventId(context) ?? events.last()
      const agentId = narrowTo(context.get('caller'), context.req.query('agentId'))
      return answerStream(context, { stopping, tokens }, (signal) => messagesOf(events, after, agentId, signal))
    },
  )
}

async function* messagesOf(
  events: EventLog,
  after: number,
  agentId: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<SSEMessage> {
  const last = events.last()
  // A place that is yet to come is of another log, such as one from before a restored backup.
  if (after > last) yield messageOf({ type: 'resync', after: last })
  for await (const event of events.follow(Math.min(after, last), { agentId, signal })) yield messageOf(event)
}

function messageOf(event: Event | { readonly type: 'resync'; readonly after: number }): SSEMessage {
  if (!('seq' in event)) return { id: String(event.after), event: 'resync', data: JSON.stringify({ type: 'resync' }) }
  const { seq, type, at, agentId, data } = event
  return { id: String(seq), event: type, data: JSON.stringify({ type, at: toInstant(at), agentId, data }) }
}
