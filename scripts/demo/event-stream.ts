import { bounded } from './waiting.ts'

/** An event as the server streams it. */
export interface StreamedEvent {
  readonly id: string
  readonly type: string
  readonly data: EventData
}

/** What events tell, as far as the tour looks into it. */
export interface EventData {
  readonly task?: { readonly id: string; readonly lineage?: { readonly source?: string } }
  readonly run?: { readonly taskId: string; readonly number: number }
  readonly taskId?: string
  readonly firing?: { readonly id: string }
}

/** Follows the events of a server over its restarts: each connection goes on where the last one ended. */
export interface EventStream {
  readonly events: readonly StreamedEvent[]
  connect(url: string, token: string): Promise<void>
  disconnect(): void
  /** Resolves with the first event that matches, of those that came and those that will. */
  find(what: string, matches: (event: StreamedEvent) => boolean): Promise<StreamedEvent>
}

interface Waiting {
  readonly matches: (event: StreamedEvent) => boolean
  readonly resolve: (event: StreamedEvent) => void
  readonly reject: (error: Error) => void
}

/** @param onText hears all that comes, as it comes. */
export function createEventStream(onText: (text: string) => void): EventStream {
  const events: StreamedEvent[] = []
  const waiting = new Set<Waiting>()
  let connection: AbortController | undefined

  function receive(event: StreamedEvent): void {
    events.push(event)
    for (const each of waiting) if (each.matches(event)) each.resolve(event)
  }

  async function read(response: Response, current: AbortController): Promise<void> {
    let rest = ''
    try {
      for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        onText(text)
        const blocks = (rest + text).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const event = parseBlock(block)
          if (event !== undefined) receive(event)
        }
      }
    } catch {
      // The server is gone, or is not followed any more: either way those who wait are told.
    }
    if (connection === current) connection = undefined
    for (const each of waiting) each.reject(new Error('the stream of events ended'))
  }

  return {
    events,
    async connect(url, token) {
      const current = new AbortController()
      const response = await fetch(`${url}/api/events`, {
        headers: { authorization: `Bearer ${token}`, 'last-event-id': events.at(-1)?.id ?? '0' },
        signal: current.signal,
      })
      if (!response.ok) throw new Error(`GET /api/events answered ${response.status}`)
      connection = current
      void read(response, current)
    },
    disconnect() {
      connection?.abort()
      connection = undefined
    },
    async find(what, matches) {
      const earlier = events.find(matches)
      if (earlier !== undefined) return earlier
      if (connection === undefined) throw new Error(`${what} cannot come: the stream of events ended`)
      const { promise, resolve, reject } = Promise.withResolvers<StreamedEvent>()
      const each: Waiting = { matches, resolve, reject }
      waiting.add(each)
      try {
        return await bounded(what, promise)
      } finally {
        waiting.delete(each)
      }
    },
  }
}

/** Reads one message of a stream of server-sent events; comments are none. */
function parseBlock(block: string): StreamedEvent | undefined {
  const fields = new Map(block.split('\n').map((line) => splitField(line)))
  const [id, data] = [fields.get('id'), fields.get('data')]
  if (id === undefined || data === undefined) return undefined
  return { ...(JSON.parse(data) as Omit<StreamedEvent, 'id'>), id }
}

function splitField(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trimStart()]
}
