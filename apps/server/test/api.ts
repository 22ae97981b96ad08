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
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  get(path: string): Promise<ApiAnswer>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  put(path: string, body: unknown): Promise<ApiAnswer>
  /** Follows the events after a place until the reader stops. */
  events(after?: string | number): AsyncIterable<StreamedEvent>
  /** Follows the events of a task until it has come to one of these statuses; answers the task. */
  taskReaches(taskId: string, ...statuses: readonly string[]): Promise<ApiAnswer['body']>
}

export function createApi(url: string, token: string | undefined): Api {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }

  async function send(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> {
    const hasBody = body !== undefined
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    const response = await fetch(url + path, {
      method,
      headers: { ...authorization, ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(hasBody ? { body: text } : {}),
    })
    const answer = await response.text()
    return { status: response.status, headers: response.headers, text: answer, body: parse(answer) }
  }

  async function* events(after?: string | number): AsyncGenerator<StreamedEvent> {
    const stop = new AbortController()
    const place: Record<string, string> = after === undefined ? {} : { 'last-event-id': String(after) }
    const response = await fetch(`${url}/api/events`, { headers: { ...authorization, ...place }, signal: stop.signal })
    const waiting: StreamedEvent[] = []
    const parser = createParser({
      onEvent: ({ id, event, data }) => waiting.push({ id, type: event, data: parse(data) }),
    })
    try {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        parser.feed(chunk)
        yield* waiting.splice(0)
      }
    } finally {
      stop.abort()
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

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
