import { setTimeout as sleep } from 'node:timers/promises'
import type { Hono } from 'hono'
import type { SSEMessage } from 'hono/streaming'
import type { Owner } from '../http/access.ts'
import type { ServerEnv } from '../http/caller.ts'
import { rawEndpoint } from '../http/endpoint.ts'
import { found } from '../http/found.ts'
import { answerStream, LAST_EVENT_ID, lastEventId } from '../http/sse.ts'
import type { AppPorts } from '../ports.ts'
import { taskParams, viewRun } from '../schemas/task.ts'

/** A run is on disk a moment before its worker begins. */
const BEGIN_PAUSE_MS = 25

export function runEventRoutes(app: Hono<ServerEnv>, { tasks, progress, tokens, stopping }: AppPorts): void {
  const owner: Owner = { what: 'run', agentOf: async (id) => (await tasks.getRun(id))?.agentId }

  rawEndpoint(
    app,
    {
      method: 'get',
      path: '/api/runs/{id}/events',
      tag: 'Runs',
      access: 'agent',
      owner,
      summary:
        'Watch a run while it goes on, as server-sent events, from its beginning or after Last-Event-ID. The last one is `ended`, with the run and its outcome; of a run that has ended it is the only one',
      params: taskParams,
      headers: LAST_EVENT_ID,
      answers: { 200: { description: 'A stream (text/event-stream) of events: id, event (its type) and data' } },
      problems: ['not-found'],
    },
    async (context) => {
      const id = context.req.param('id') ?? ''
      found(await tasks.getRun(id), `run ${id}`)
      const after = lastEventId(context) ?? 0
      return answerStream(context, { stopping, tokens }, (signal) => watch(id, after, signal))
    },
  )

  async function* watch(id: string, after: number, signal: AbortSignal): AsyncGenerator<SSEMessage> {
    let place = after
    while (!signal.aborted) {
      for await (const { sequence, event } of progress.follow(id, place, signal)) {
        place = sequence
        const data = event === 'resync' ? { type: event } : event
        yield { id: String(sequence), event: data.type, data: JSON.stringify(data) }
      }
      const run = await tasks.getRun(id)
      // Its agent was deleted.
      if (run === undefined) return
      if (run.status === 'ended') {
        yield { id: String(place + 1), event: 'ended', data: JSON.stringify({ type: 'ended', run: viewRun(run) }) }
        return
      }
      if (!progress.has(id)) await sleep(BEGIN_PAUSE_MS)
    }
  }
}
