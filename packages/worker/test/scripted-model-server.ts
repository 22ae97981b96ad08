import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A tool call as the scripted model makes it; `rawInput` is sent as it is, however malformed. */
export type ScriptedCall = {
  readonly id?: string
  readonly name: string
  readonly input?: unknown
  readonly rawInput?: string
}

/** What the server does with one request. */
export type ScriptedReply =
  /** Streams an answer. */
  | {
      /** Pieces of what it thinks, before the text. */
      readonly reasoning?: readonly string[]
      /** Pieces of text; each is one event of the stream. */
      readonly text?: string | readonly string[]
      readonly calls?: readonly ScriptedCall[]
      /** @default 'tool_calls' with calls, else 'stop' */
      readonly finish?: string
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number }
      /** Waited for before each piece of text. */
      readonly before?: (piece: number) => Promise<void>
      /** What happens after the last piece, instead of the end: silence, a broken connection, or an error in the stream. */
      readonly ending?: 'hang' | 'cut' | { readonly error: unknown }
    }
  /** Answers with an error. */
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown }
  /** Takes the request and never answers. */
  | { readonly hang: true }

export interface ScriptedRequest {
  readonly messages: readonly {
    readonly role: string
    readonly content?: unknown
    readonly tool_calls?: readonly {
      readonly id: string
      readonly function: { readonly name: string; readonly arguments: string }
    }[]
    readonly tool_call_id?: string
  }[]
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters: unknown } }[]
  readonly model: string
  readonly stream?: boolean
  /** Of the request, in lower case. */
  readonly headers: IncomingMessage['headers']
}

/** A language model on loopback that says what it is told to, in the protocol of OpenAI's chat completions. */
export interface ScriptedModelServer extends AsyncDisposable {
  /** For the settings of a model. */
  readonly baseUrl: string
  readonly requests: readonly ScriptedRequest[]
  /** The texts that vectors were made of. */
  readonly embedded: readonly string[]
  close(): Promise<void>
}

export interface ScriptedModelServerOptions {
  /** Makes the vector of a text for `/embeddings`. @default there is no such route */
  readonly embed?: ((text: string) => readonly number[]) | undefined
}

/** Answers request after request from a script; the last reply is for all that follow. A function is asked each time. */
export async function startScriptedModelServer(
  script: readonly ScriptedReply[] | ((request: ScriptedRequest, index: number) => ScriptedReply),
  { embed }: ScriptedModelServerOptions = {},
): Promise<ScriptedModelServer> {
  const requests: ScriptedRequest[] = []
  const embedded: string[] = []
  const replyTo = (request: ScriptedRequest): ScriptedReply => {
    const index = requests.length - 1
    if (typeof script === 'function') return script(request, index)
    return (
      script[Math.min(index, script.length - 1)] ?? { status: 500, body: { error: { message: 'the script is empty' } } }
    )
  }
  const server = createServer((incoming, response) => {
    const answer = async (): Promise<void> => {
      if (embed !== undefined && incoming.url?.endsWith('/embeddings') === true) {
        const { input } = (await json(incoming)) as { readonly input: readonly string[] }
        embedded.push(...input)
        const data = input.map((text, index) => ({ object: 'embedding', index, embedding: embed(text) }))
        response.setHeader('content-type', 'application/json')
        return void response.end(JSON.stringify({ object: 'list', data, usage: { prompt_tokens: 1, total_tokens: 1 } }))
      }
      const request: ScriptedRequest = { ...((await json(incoming)) as ScriptedRequest), headers: incoming.headers }
      requests.push(request)
      await send(replyTo(request), request, response)
    }
    answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  const { port } = server.address() as AddressInfo
  return { baseUrl: `http://127.0.0.1:${port}/v1`, requests, embedded, close, [Symbol.asyncDispose]: close }
}

async function send(reply: ScriptedReply, request: ScriptedRequest, response: ServerResponse): Promise<void> {
  if ('hang' in reply) return
  if ('status' in reply) {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
    response.end(
      typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? { error: { message: 'scripted' } }),
    )
    return
  }
  if (request.stream !== true) return sendWhole(reply, request, response)
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const event = (data: unknown): void =>
    void response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
  const choice = (delta: unknown, finish: string | null = null): void =>
    event({
      id: 'scripted',
      object: 'chat.completion.chunk',
      created: 1,
      model: request.model,
      choices: [{ index: 0, delta, finish_reason: finish }],
    })
  for (const reasoning_content of reply.reasoning ?? []) choice({ role: 'assistant', reasoning_content })
  const pieces = typeof reply.text === 'string' ? [reply.text] : (reply.text ?? [])
  for (const [index, content] of pieces.entries()) {
    await reply.before?.(index)
    choice({ role: 'assistant', content })
  }
  for (const [index, call] of (reply.calls ?? []).entries()) sendCall(choice, index, call)
  if (reply.ending === 'hang') return
  if (reply.ending === 'cut') return void response.destroy()
  if (reply.ending !== undefined) event({ error: reply.ending.error })
  else {
    choice({}, reply.finish ?? (reply.calls === undefined ? 'stop' : 'tool_calls'))
    event({ choices: [], usage: reply.usage ?? { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } })
  }
  event('[DONE]')
  response.end()
}

/** The arguments come in two pieces, as they do from real servers. */
function sendCall(choice: (delta: unknown) => void, index: number, call: ScriptedCall): void {
  const text = call.rawInput ?? JSON.stringify(call.input ?? {})
  const id = call.id ?? `call-${crypto.randomUUID()}`
  const middle = Math.ceil(text.length / 2)
  choice({
    tool_calls: [{ index, id, type: 'function', function: { name: call.name, arguments: text.slice(0, middle) } }],
  })
  choice({ tool_calls: [{ index, function: { arguments: text.slice(middle) } }] })
}

/** Answers at once, as a request that asks for no stream wants it; such requests call no tools here. */
function sendWhole(
  reply: Extract<ScriptedReply, { readonly text?: unknown }>,
  { model }: ScriptedRequest,
  response: ServerResponse,
): void {
  const content = [reply.text ?? ''].flat().join('')
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: reply.finish ?? 'stop' }]
  const usage = reply.usage ?? { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ id: 'scripted', object: 'chat.completion', created: 1, model, choices, usage }))
}
