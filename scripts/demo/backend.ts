import { createEventStream, type StreamedEvent } from './event-stream.ts'
import { type Ending, type ServerProcess, startServer } from './server-process.ts'
import { BOUND_MS, bounded } from './waiting.ts'

export interface Answer<Body> {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly body: Body
}

/** Everything that the server has ever told, by the way it went. */
export interface Told {
  answers: string
  events: string
  logs: string
}

/** The server that the tour drives, over its restarts, as a product in any language would drive it. */
export interface Backend extends AsyncDisposable {
  /** Where it listens now. */
  readonly url: string
  readonly told: Readonly<Told>
  readonly events: readonly StreamedEvent[]
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<Ending>
  /** SIGTERM. */
  stop(): Promise<Ending>
  get<Body>(path: string): Promise<Answer<Body>>
  post<Body>(path: string, body?: unknown): Promise<Answer<Body>>
  put<Body>(path: string, body: unknown): Promise<Answer<Body>>
  getBytes(path: string): Promise<Omit<Answer<Uint8Array>, 'text'>>
  /** Resolves with the first event that matches, of those that came and those that will. */
  event(what: string, matches: (event: StreamedEvent) => boolean): Promise<StreamedEvent>
}

export interface BackendOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly fromSources: boolean
}

export function createBackend(options: BackendOptions): Backend {
  const told: Told = { answers: '', events: '', logs: '' }
  const stream = createEventStream((text) => (told.events += text))
  let server: ServerProcess | undefined
  let starting: Promise<void> | undefined
  let token: string | undefined

  function running(): ServerProcess {
    if (server === undefined) throw new Error('the server does not run')
    const ending = server.ending()
    if (ending === undefined) return server
    const lastLine = told.logs.trimEnd().split('\n').at(-1)
    throw new Error(`the server ended by itself (${ending.signal ?? ending.code}); the last it said was ${lastLine}`)
  }

  async function request(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(running().url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(BOUND_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async function send<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> {
    const response = await request(method, path, body)
    const text = await response.text()
    const type = response.headers.get('content-type') ?? ''
    told.answers += `${text}\n`
    return { status: response.status, type, text, body: (/\bjson\b/.test(type) ? JSON.parse(text) : undefined) as Body }
  }

  async function end(how: (server: ServerProcess) => Promise<Ending>): Promise<Ending> {
    const ending = how(running())
    server = undefined
    try {
      return await ending
    } finally {
      stream.disconnect()
    }
  }

  async function start(): Promise<void> {
    server = await startServer({ ...options, onOutput: (text) => (told.logs += text) })
    token ??= await bounded('the admin token', server.freshToken)
    await stream.connect(server.url, token)
  }

  const kill = (): Promise<Ending> => end((server) => server.kill())
  const stop = (): Promise<Ending> => end((server) => server.stop())

  return {
    get url() {
      return running().url
    },
    told,
    events: stream.events,
    start() {
      starting = start()
      return starting
    },
    kill,
    stop,
    get: (path) => send('GET', path),
    post: (path, body = {}) => send('POST', path, body),
    put: (path, body) => send('PUT', path, body),
    async getBytes(path) {
      const response = await request('GET', path)
      const type = response.headers.get('content-type') ?? ''
      return { status: response.status, type, body: new Uint8Array(await response.arrayBuffer()) }
    },
    event: stream.find,
    async [Symbol.asyncDispose]() {
      // One that is about to run must be ended too; whoever started it was told if it failed.
      await starting?.catch(() => {})
      if (server !== undefined && server.ending() === undefined) await stop()
    },
  }
}
