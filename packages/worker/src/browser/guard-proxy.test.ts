import { once } from 'node:events'
import { createServer, type IncomingMessage, request as httpRequest, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createRawServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createConnectionGuard } from './connection-guard.ts'
import { type GuardProxy, openGuardProxy } from './guard-proxy.ts'

const site: Server = createServer((request, response) => {
  if (request.url === '/breaks-off') {
    response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
    return
  }
  response.setHeader('set-cookie', ['a=1', 'b=2'])
  void text(request).then((body) =>
    response.end(`${request.method} ${request.url} ${String(request.headers['x-mine'])} ${body}`),
  )
})
const sockets = new Set<Socket>()
let port = 0
let proxy: GuardProxy

beforeAll(async () => {
  site.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening))
  port = (site.address() as AddressInfo).port
  proxy = await openGuardProxy(createConnectionGuard({ allowedPrivateHosts: [`localhost:${port}`] }))
})
afterAll(async () => {
  await proxy.close()
  site.close()
})

interface Sent {
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}

/** Asks the proxy as a browser does: for the whole address. */
async function ask(url: string, { method = 'GET', body = '', headers = {} }: Sent = {}): Promise<IncomingMessage> {
  const request = httpRequest(proxy.url, { path: url, method, headers: { host: new URL(url).host, ...headers } })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return response
}

/** Asks the proxy for a tunnel; answers the first line and the socket. */
async function tunnel(
  authority: string,
): Promise<{ readonly said: string; readonly socket: ReturnType<typeof connect> }> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1')
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n\r\n`)
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  return { said: chunk.toString().split('\r\n', 1)[0] ?? '', socket }
}

describe('what may be reached', () => {
  test('is asked and answers as if there were no proxy between', async () => {
    const response = await ask(`http://localhost:${port}/path?query=1`, {
      method: 'POST',
      body: 'body',
      headers: { 'x-mine': 'mine', 'proxy-connection': 'keep-alive' },
    })
    expect(response.statusCode).toBe(200)
    expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2'])
    expect(await text(response)).toBe('POST /path?query=1 mine body')
    expect(proxy.isOwnAnswer(response.headers as Record<string, string>)).toBe(false)
  })

  test('is reached through a tunnel', async () => {
    const { said, socket } = await tunnel(`localhost:${port}`)
    expect(said).toBe('HTTP/1.1 200 Connection Established')
    socket.write('GET /tunnelled HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    expect(await text(socket)).toContain('GET /tunnelled')
  })

  test('may break off', async () => {
    const response = await ask(`http://localhost:${port}/breaks-off`)
    await expect(text(response)).rejects.toThrow('aborted')
  })
})

describe('what may not be reached is refused', () => {
  test.for(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1', '169.254.169.254'])(
    '%s',
    async (host) => {
      const url = `http://${host}:${port}/`
      const response = await ask(url)
      expect(response.statusCode).toBe(403)
      expect(proxy.isOwnAnswer(response.headers as Record<string, string>)).toBe(true)
      expect(proxy.failureOf(url)).toMatchObject({ code: 'ADDRESS_REFUSED', retryable: false })
    },
  )

  test('as is a tunnel to it', async () => {
    const { said } = await tunnel('127.0.0.1:443')
    expect(said).toBe('HTTP/1.1 403 Refused')
    expect(proxy.failureOf('https://127.0.0.1/')).toMatchObject({ code: 'ADDRESS_REFUSED' })
  })

  test('as is another port of an allowed host, by its name', async () => {
    expect((await ask('http://localhost:9/')).statusCode).toBe(403)
    expect((await tunnel('localhost:9')).said).toBe('HTTP/1.1 502 Refused')
    expect(proxy.failureOf('http://localhost:9/')).toMatchObject({ code: 'ADDRESS_REFUSED' })
  })
})

test.for(['/no-proxy-request', 'ftp://localhost/', 'https://localhost/'])('a request for %s is none', async (path) => {
  const request = httpRequest(proxy.url, { path }).end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(400)
})

test('a header of the right name does not make a site pass for the proxy', () => {
  expect(proxy.isOwnAnswer({ 'x-agentic-guard': 'true' })).toBe(false)
})

// Elsewhere loopback is one address.
test.runIf(process.platform === 'linux')(
  'what was checked is what is connected to: a name is resolved once for both',
  async () => {
    const reached: (string | undefined)[] = []
    const local = createRawServer((socket) => {
      reached.push(socket.localAddress)
      socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'))
    })
    await new Promise<void>((listening) => local.listen(0, '0.0.0.0', listening))
    const authority = `changing.example:${(local.address() as AddressInfo).port}`
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.3']
    const changing = await openGuardProxy(
      createConnectionGuard({
        allowedPrivateHosts: [authority],
        resolve: (_host, _options, done) => done(null, [{ address: answers.shift() ?? '', family: 4 }]),
      }),
    )
    await once(httpRequest(changing.url, { path: `http://${authority}/` }).end(), 'response')
    const socket = connect(Number(new URL(changing.url).port), '127.0.0.1')
    socket.write(`CONNECT ${authority} HTTP/1.1\r\n\r\n`)
    await once(socket, 'data')
    await changing.close()
    local.close()
    expect([reached, answers]).toEqual([['127.0.0.1', '127.0.0.2'], ['127.0.0.3']])
  },
)

test('a failure is forgotten when the host is reached after all', async () => {
  const late = createServer((_, response) => response.end('ok'))
  await new Promise<void>((listening) => late.listen(0, '127.0.0.1', listening))
  const { port } = late.address() as AddressInfo
  await new Promise((done) => late.close(done))
  const open = await openGuardProxy(createConnectionGuard({ allowPrivateAddresses: true }))
  const url = `http://127.0.0.1:${port}/`
  const askOpen = () => once(httpRequest(open.url, { path: url }).end(), 'response')
  await askOpen()
  expect(open.failureOf(url)).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true })
  await new Promise<void>((listening) => late.listen(port, '127.0.0.1', listening))
  await askOpen()
  expect(open.failureOf(url)).toBeUndefined()
  await open.close()
  late.close()
})

test('closing cuts what is open', async () => {
  const closing = await openGuardProxy(createConnectionGuard({ allowPrivateAddresses: true }))
  const socket = connect(Number(new URL(closing.url).port), '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`)
  await once(socket, 'data')
  const closed = once(socket, 'close')
  await closing.close()
  await closed
})

test('a tunnel that breaks off says nothing of it in the bytes of the site', async () => {
  const { socket: tunnelled, said } = await tunnel(`localhost:${port}`)
  expect(said).toContain('200')
  const [behind] = [...sockets].slice(-1)
  tunnelled.on('error', () => undefined)
  const rest = once(tunnelled, 'close')
  const received: Buffer[] = []
  tunnelled.on('data', (chunk: Buffer) => received.push(chunk))
  behind?.resetAndDestroy()
  await rest
  expect(received).toEqual([])
})

test.for([
  ['a status of 0', 'HTTP/1.1 000 None\r\n\r\n'],
  ['a status of 42', 'HTTP/1.1 042 None\r\n\r\n'],
  ['control characters', 'HTTP/1.1 200 \u0001\r\nx-odd: \u0002\r\n\r\n'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'],
  ['a length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a body after none', 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nab'],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
  ['no HTTP', 'hello\r\n\r\n'],
  ['nothing', ''],
] as const)('a site that answers %s does no harm', async ([, answer]) => {
  const odd = createRawServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => socket.end(answer, 'latin1'))
  })
  await new Promise<void>((listening) => odd.listen(0, '127.0.0.1', listening))
  const open = await openGuardProxy(createConnectionGuard({ allowPrivateAddresses: true }))
  const socket = connect(Number(new URL(open.url).port), '127.0.0.1')
  const url = `http://127.0.0.1:${(odd.address() as AddressInfo).port}/`
  socket.write(`GET ${url} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  await text(socket).catch(() => '')
  await open.close()
  odd.close()
})
