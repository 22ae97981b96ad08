import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import type { WorkerError } from '../errors.ts'
import { type ConnectionGuard, connectionFailure, type Target, targetOf } from './connection-guard.ts'

/**
 * A forward proxy on loopback that a browser is made to use for everything: it resolves each host itself and connects
 * to an address that it has checked, so that no redirect, subresource or changing DNS answer reaches another.
 */
export interface GuardProxy {
  /** Address to give the browser. */
  readonly url: string
  /** Why the last connection to the host of a URL failed, if it did. */
  failureOf(url: string): WorkerError | undefined
  /** Whether response headers are of an answer that the proxy gave itself, for want of a connection. */
  isOwnAnswer(headers: Readonly<Record<string, string>>): boolean
  /** Cuts every connection and stops listening. */
  close(): Promise<void>
}

const OWN_ANSWER_HEADER = 'x-agentic-guard'

/** Meant for the next hop alone (RFC 9110 7.6.1). Transfer-Encoding stays: Node takes it off and puts it on. */
const HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
])

const FAILURES_MAX = 1000

export async function openGuardProxy(guard: ConnectionGuard): Promise<GuardProxy> {
  /** Tells our answers from those of a site that knows the header's name. */
  const token = randomUUID()
  const failures = new Map<string, WorkerError>()
  const open = new Set<Duplex>()
  const server = createServer(forward)
  server.on('connect', tunnel)
  server.on('connection', track)

  function track(socket: Duplex): void {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }

  function noteFailure({ authority }: Target, error: Error): WorkerError {
    const failure = connectionFailure(error, authority)
    // The latest are asked for; a page can try as many hosts as it likes.
    failures.delete(authority)
    failures.set(authority, failure)
    const [oldest] = failures.keys()
    if (failures.size > FAILURES_MAX && oldest !== undefined) failures.delete(oldest)
    return failure
  }

  /** Plain HTTP: asked for by its whole address, passed on. */
  function forward(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(request.url ?? '')
    if (url?.protocol !== 'http:') return answerFailure(response, 400)
    const target = targetOf(url)
    const refusal = guard.refusalOf(target)
    if (refusal !== undefined) {
      noteFailure(target, refusal)
      return answerFailure(response, 403)
    }
    const upstream = httpRequest({
      host: target.host,
      port: target.port,
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: forwardable(request.rawHeaders),
      lookup: guard.lookupFor(target),
      agent: false,
    })
    upstream.on('socket', track)
    upstream.on('response', (answer) => {
      failures.delete(target.authority)
      try {
        response.writeHead(answer.statusCode ?? 502, answer.statusMessage, forwardable(answer.rawHeaders))
        pipeline(answer, response, ignore)
      } catch {
        // A site can answer what may not be passed on, as a status of 0; thrown here it would end the process.
        response.destroy()
      }
    })
    upstream.on('error', (error) => {
      if (response.headersSent || response.destroyed) {
        response.destroy()
        return
      }
      const { code } = noteFailure(target, error)
      answerFailure(response, code.endsWith('_REFUSED') ? 403 : 502)
    })
    // Not asked for, since no Upgrade is passed on.
    upstream.on('upgrade', () => response.destroy())
    response.on('close', () => upstream.destroy())
    pipeline(request, upstream, ignore)
  }

  function answerFailure(response: ServerResponse, status: number): void {
    response.writeHead(status, { [OWN_ANSWER_HEADER]: token, connection: 'close' }).end()
  }

  /** HTTPS and WebSockets: a tunnel of bytes. */
  function tunnel(request: IncomingMessage, client: Duplex, head: Buffer): void {
    client.on('error', ignore)
    const url = URL.parse(`http://${request.url ?? ''}`)
    if (url === null) return refuseTunnel(client, 400)
    const target = targetOf(url)
    const refusal = guard.refusalOf(target)
    if (refusal !== undefined) {
      noteFailure(target, refusal)
      return refuseTunnel(client, 403)
    }
    const upstream = connect({ host: target.host, port: target.port, lookup: guard.lookupFor(target) })
    track(upstream)
    let isConnected = false
    upstream.once('connect', () => {
      isConnected = true
      failures.delete(target.authority)
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.write(head)
      pipeline(client, upstream, ignore)
      pipeline(upstream, client, ignore)
    })
    upstream.on('error', (error) => {
      if (isConnected) {
        client.destroy()
        return
      }
      noteFailure(target, error)
      refuseTunnel(client, 502)
    })
    client.once('close', () => upstream.destroy())
  }

  await new Promise<void>((listening, failed) => {
    server.once('error', failed)
    server.listen(0, '127.0.0.1', listening)
  })

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    failureOf(url) {
      const parsed = URL.parse(url)
      return parsed === null ? undefined : failures.get(targetOf(parsed).authority)
    },
    isOwnAnswer: (headers) => headers[OWN_ANSWER_HEADER] === token,
    async close() {
      const closed = new Promise((done) => server.close(done))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

function refuseTunnel(client: Duplex, status: number): void {
  client.end(`HTTP/1.1 ${status} Refused\r\n\r\n`)
}

function forwardable(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!HOP_HEADERS.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '')
  }
  return kept
}

/** Streams that break off are told by their being closed. */
function ignore(): void {}
