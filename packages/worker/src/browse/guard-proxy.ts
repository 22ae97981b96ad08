import { randomUUID } from 'node:crypto'
import { lookup as resolve } from 'node:dns'
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, isIP, type LookupFunction } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import { WorkerError } from '../errors.ts'
import type { AddressPolicy } from './addresses.ts'

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

interface Target {
  readonly host: string
  readonly port: number
  /** `host:port`, by which policy and failures know it. */
  readonly authority: string
}

export async function openGuardProxy(isAllowed: AddressPolicy): Promise<GuardProxy> {
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

  function lookupFor({ authority }: Target): LookupFunction {
    return (host, options, done) => {
      resolve(host, { ...options, all: true }, (error, found) => {
        const allowed = (found ?? []).filter(({ address }) => isAllowed(authority, address))
        const [first] = allowed
        if (error !== null) done(error, [])
        else if (first === undefined) done(addressRefused(authority), [])
        else if (options.all === true) done(null, allowed)
        else done(null, first.address, first.family)
      })
    }
  }

  /** Addresses are not looked up, so they are checked here; names are when they are resolved. */
  function refusalOf({ host, authority }: Target): WorkerError | undefined {
    return isIP(host) === 0 || isAllowed(authority, host) ? undefined : addressRefused(authority)
  }

  function noteFailure({ authority }: Target, error: Error): WorkerError {
    const failure = failureFrom(error, authority)
    failures.set(authority, failure)
    return failure
  }

  /** Plain HTTP: asked for by its whole address, passed on. */
  function forward(request: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(request.url ?? '')
    if (url?.protocol !== 'http:') return answerFailure(response, 400)
    const target = targetOf(url)
    const refusal = refusalOf(target)
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
      lookup: lookupFor(target),
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
      answerFailure(response, code === 'ADDRESS_REFUSED' ? 403 : 502)
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
    const refusal = refusalOf(target)
    if (refusal !== undefined) {
      noteFailure(target, refusal)
      return refuseTunnel(client, 403)
    }
    const upstream = connect({ host: target.host, port: target.port, lookup: lookupFor(target) })
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

function targetOf(url: URL): Target {
  const port = Number(url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, authority: `${url.hostname}:${port}` }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

function forwardable(rawHeaders: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!HOP_HEADERS.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? '')
  }
  return kept
}

function addressRefused(authority: string): WorkerError {
  return new WorkerError(
    'ADDRESS_REFUSED',
    `${authority} is no public address: name it in allowedPrivateHosts if it is to be reached`,
  )
}

function failureFrom(error: Error, authority: string): WorkerError {
  if (error instanceof WorkerError) return error
  const code = 'code' in error ? String(error.code) : error.message
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) {
    return new WorkerError('DNS_FAILED', `${authority} has no address (${code})`, { cause: error, retryable: true })
  }
  return new WorkerError('CONNECTION_FAILED', `${authority} could not be connected to (${code})`, {
    cause: error,
    retryable: true,
  })
}

/** Streams that break off are told by their being closed. */
function ignore(): void {}
