import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'

/** An answer of the server, read whole. */
export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // What tests look into; a wrong guess fails the test.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export interface StreamedEvent {
  readonly id: string | undefined
  readonly type: string | undefined
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any
}

/** A caller of the HTTP API, as a product in any language would be one. */
export interface Api {
  /** A text or bytes are sent as they are, anything else as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  get(path: string): Promise<ApiAnswer>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  put(path: string, body: unknown): Promise<ApiAnswer>
  /** Follows the events after a place until the reader stops; those of `/api/events` or of another stream. */
  events(after?: string | number, agentId?: string, path?: string): AsyncIterable<StreamedEvent>
  /** Follows the events of a task until it has come to one of these statuses; answers the task. */
  taskReaches(taskId: string, ...statuses: readonly string[]): Promise<ApiAnswer['body']>
}

/** Told of every answer: for what is to be said of all of them. */
export type OnAnswer = (method: string, path: string, answer: ApiAnswer) => void

export function createApi(url: string, token: string | undefined, onAnswer: OnAnswer = () => undefined): Api {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> {
    const hasBody = body !== undefined
    const raw = typeof body === 'string' || isBytes(body) ? body : JSON.stringify(body)
    const response = await fetch(url + path, {
      method,
      headers: { ...authorization, ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(hasBody ? { body: raw } : {}),
    })
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, text, body: parse(text) }
    onAnswer(method, path, answer)
    return answer
  }

  async function* events(
    after?: string | number,
    agentId?: string,
    path = '/api/events',
  ): AsyncGenerator<StreamedEvent> {
    const place: Record<string, string> = after === undefined ? {} : { 'last-event-id': String(after) }
    const query = agentId === undefined ? '' : `?agentId=${encodeURIComponent(agentId)}`
    // Not by `fetch`, which opens another connection in the place of one that is given up.
    const request = get(`${url}${path}${query}`, { headers: { ...authorization, ...place }, agent: false })
    const waiting: StreamedEvent[] = []
    const parser = createParser({
      onEvent: ({ id, event, data }) => waiting.push({ id, type: event, data: parse(data) }),
    })
    try {
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      for await (const chunk of response.setEncoding('utf8')) {
        parser.feed(chunk)
        yield* waiting.splice(0)
      }
    } finally {
      request.destroy()
    }
  }

  const api: Api = {
    send,
    get: (path) => send('GET', path),
    post: (path, body, headers) => send('POST', path, body ?? {}, headers),
    put: (path, body) => send('PUT', path, body),
    events,
    async taskReaches(taskId, ...statuses) {
      for await (const event of events(0)) {
        const about = event.data?.data?.run?.taskId ?? event.data?.data?.task?.id
        if (about !== taskId) continue
        const { body } = await send('GET', `/api/tasks/${taskId}`)
        if (statuses.includes(body.status)) return body
      }
      throw new Error(`the stream of events ended before task ${taskId} was ${statuses.join(' or ')}`)
    },
  }
  return api
}

function isBytes(body: unknown): body is Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
