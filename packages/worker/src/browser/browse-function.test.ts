import { createServer, type RequestListener, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { createSocket } from 'node:dgram'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ownTemporaryFolder } from '../../test/processes.ts'
import { fixedSecrets } from '../../test/secrets.ts'
import { createBrowseFunction, createWorker, type RunJob } from '../index.ts'

const article = '<p>Plenty of ordinary words stand here for the reader of this page.</p>'.repeat(20)

const pages: RequestListener = (request, response) => {
  const url = new URL(request.url ?? '/', 'http://site')
  const html = (body: string, status = 200): void => {
    response.writeHead(status, { 'content-type': 'text/html' }).end(`<!doctype html><title>Shop</title>${body}`)
  }
  switch (url.pathname) {
    case '/':
      return html(`<h1>Hello</h1>${article}<p>key: s3cret-value</p>`)
    case '/orders':
      response.writeHead(302, { location: '/login?next=/orders' }).end()
      return
    case '/login':
      return html(
        '<form method=post><input name=user><input type=password name=password><button>Sign in</button></form>',
      )
    case '/captcha':
      return html('<div class="g-recaptcha" data-sitekey="x"></div><p>Please verify that you are not a robot.</p>', 403)
    case '/moves-on':
      return html(`<script>location.replace('/')</script>`)
    case '/file':
      response
        .writeHead(200, { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' })
        .end('x')
      return
    case '/to':
      response.writeHead(302, { location: url.searchParams.get('url') ?? '/' }).end()
      return
    case '/script-to':
      return html(`<script>location.replace(${JSON.stringify(url.searchParams.get('url'))})</script>`)
    case '/loads':
      return html(`${article}<script>fetch(${JSON.stringify(url.searchParams.get('url'))}, { mode: 'no-cors' })
        .finally(() => { document.title = 'answered' })</script>`)
    case '/calls': {
      const port = url.searchParams.get('port')
      return html(`${article}<script>
        const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:${port}' }] })
        peer.createDataChannel('x')
        peer.createOffer().then((offer) => peer.setLocalDescription(offer))
        peer.onicegatheringstatechange = () => { document.title = peer.iceGatheringState }
        try { new WebTransport('https://127.0.0.1:${port}/').ready.catch(() => {}) } catch {}
      </script>`)
    }
    // '/hangs' and all else never answer.
  }
}

const server = createServer(pages)
let port = 0
let closedPort = 0
const asked: string[] = []

beforeAll(async () => {
  server.on('request', (request) => asked.push(`${request.headers.host}${request.url}`))
  port = await listen(server)
  const closed = createServer()
  closedPort = await listen(closed)
  await new Promise((done) => closed.close(done))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function listen(on: Server): Promise<number> {
  await new Promise<void>((listening) => on.listen(0, '127.0.0.1', listening))
  return (on.address() as AddressInfo).port
}

const screenshots = new Map<string, Uint8Array>()

/** Browses on a worker that may reach the test site as `localhost`, and not as `127.0.0.1`. */
async function browse(
  path: string,
  job: Partial<RunJob> & { readonly signal?: AbortSignal } = {},
): Promise<WorkerOutcome> {
  const browse = createBrowseFunction({
    allowedPrivateHosts: [`localhost:${port}`, `localhost:${closedPort}`],
    async saveScreenshot(png, { runId }) {
      screenshots.set(runId, png)
      return `shot-of-${runId}`
    },
  })
  const worker = createWorker({
    sandbox: { run: () => Promise.reject(new Error('no commands here')) },
    secrets: fixedSecrets({ KEY: 's3cret-value' }),
    workspaceFor: () => tmpdir(),
    functions: { browse },
    graceMs: 2000,
  })
  const url = path.startsWith('/') ? `http://localhost:${port}${path}` : path
  const { outcome } = await worker.run(
    {
      agentId: 'a',
      taskId: 't',
      runId: `run${path}`,
      title: '',
      worker: { type: 'function', name: 'browse' },
      input: { url },
      ...job,
    },
    { signal: job.signal ?? new AbortController().signal },
  )
  return outcome
}

const folder = ownTemporaryFolder()
afterAll(() => folder.remove())
const chromiums = () => folder.browsers()

describe('a page that is opened', () => {
  test('is a success with its title and its text, without secrets', async () => {
    const outcome = await browse('/')
    expect(outcome).toMatchObject({
      type: 'success',
      data: { url: `http://localhost:${port}/`, finalUrl: `http://localhost:${port}/`, status: 200, title: 'Shop' },
    })
    expect(outcome.type === 'success' && outcome.result).toMatch(/^Shop\n\nHello\n\nPlenty of/)
    expect(JSON.stringify(outcome)).toContain('key: [REDACTED]')
    expect(chromiums()).toEqual([])
  })

  test.concurrent('is the one that its scripts went on to', async () => {
    expect(await browse('/moves-on')).toMatchObject({
      type: 'success',
      data: { finalUrl: `http://localhost:${port}/` },
    })
  })

  test.concurrent('P10 is blocked by a login wall, with address, status, snippet and picture', async () => {
    const outcome = await browse('/orders')
    expect(outcome).toMatchObject({
      type: 'blocked',
      block: { type: 'login-wall' },
      url: `http://localhost:${port}/orders`,
      evidence: { status: 200, htmlSnippet: expect.stringContaining('password'), screenshot: 'shot-of-run/orders' },
    })
    expect(outcome.type === 'blocked' && outcome.evidence.finalUrl).toContain(`http://localhost:${port}/login`)
    expect(Buffer.from(screenshots.get('run/orders')?.subarray(1, 4) ?? []).toString()).toBe('PNG')
  })

  test.concurrent('P10 is blocked by a captcha', async () => {
    expect(await browse('/captcha')).toMatchObject({
      type: 'blocked',
      block: { type: 'captcha' },
      evidence: { status: 403 },
    })
  })
})

describe('P9 a page that never answers', () => {
  test('is a timeout, and no process of Chromium is left', async () => {
    const startedAt = performance.now()
    expect(await browse('/hangs', { wallClockMs: 2000 })).toMatchObject({ type: 'timeout', limit: 'wall-clock' })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    expect(chromiums()).toEqual([])
  })

  test('is given up when the run is cancelled, even while Chromium starts', async () => {
    const cancel = new AbortController()
    const run = browse('/hangs', { signal: cancel.signal })
    setImmediate(() => cancel.abort(new Error('not needed')))
    expect(await run).toEqual({ type: 'cancelled', reason: 'not needed' })
    expect(chromiums()).toEqual([])
  })
})

test('P1 Chromium has nothing of the environment of its host or of the agent', async () => {
  vi.stubEnv('HOST_SECRET', 'x')
  const asked = once(server, 'request')
  const cancel = new AbortController()
  const run = browse('/hangs', { signal: cancel.signal })
  await asked
  const names = chromiums().flatMap(({ environment }) => environment.split('\0').map((line) => line.split('=', 1)[0]))
  vi.unstubAllEnvs()
  cancel.abort()
  await run
  const ofShell = ['_', 'OLDPWD', 'SHLVL']
  const ofFonts = 'FONTCONFIG_PATH'
  const expected = ['', 'HOME', 'LANG', 'PATH', 'PWD', 'TMPDIR', ofFonts, ...ofShell]
  expect(names).toContain('HOME')
  expect(names.filter((name) => !expected.includes(name ?? ''))).toEqual([])
})

describe('an address that is not public', () => {
  test.concurrent.for([
    ['asked for', () => `http://127.0.0.1:${port}/`],
    ['asked for over TLS', () => `https://127.0.0.1:${port}/`],
    ['that a name stands for', () => `http://localhost:${port + 1}/`],
    ['redirected to', () => `/to?url=http://127.0.0.1:${port}/reached`],
    ['that a script goes to', () => `/script-to?url=http://127.0.0.1:${port}/reached`],
  ] as const)('%s is refused', async ([, url]) => {
    expect(await browse(url())).toMatchObject({ type: 'failed', code: 'ADDRESS_REFUSED', retryable: false })
  })

  test.concurrent('is not reached from a page either', async () => {
    expect(await browse(`/loads?url=http://127.0.0.1:${port}/reached`)).toMatchObject({ data: { title: 'answered' } })
    expect(asked.filter((url) => url.startsWith('127.'))).toEqual([])
  })

  test.concurrent('is not reached by WebRTC or WebTransport, which no proxy sees', async () => {
    const received: Buffer[] = []
    const socket = createSocket('udp4', (message) => received.push(message))
    await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
    await browse(`/calls?port=${socket.address().port}`, {
      input: { url: `http://localhost:${port}/calls?port=${socket.address().port}`, waitMs: 1000 },
    })
    socket.close()
    expect(received).toEqual([])
  })
})

test.concurrent.for([
  ['a closed port', () => browse(`http://localhost:${closedPort}/`), 'CONNECTION_FAILED'],
  ['a name that is none', () => browse('http://nowhere.invalid/'), 'DNS_FAILED'],
  ['a name that is none, over TLS', () => browse('https://nowhere.invalid/'), 'DNS_FAILED'],
  ['no TLS', () => browse(`https://localhost:${port}/`), 'TLS_FAILED'],
  ['a file', () => browse('/file'), 'NOT_A_PAGE'],
] as const)('%s is a failure with a code', async ([, open, code]) => {
  expect(await open()).toMatchObject({ type: 'failed', code })
})

test.for([
  ['no input', undefined, 'input: must be {url, waitMs?}'],
  ['an address of a file', { url: 'file:///etc/passwd' }, 'input.url: must be an address of http: or https:'],
  ['a negative wait', { url: 'http://x', waitMs: -1 }, 'input.waitMs: must be at least 0'],
] as const)('P20 %s is refused with the name of the field', async ([, input, message]) => {
  expect(await browse('/', { input })).toMatchObject({
    type: 'failed',
    code: 'INPUT_INVALID',
    message,
    retryable: false,
  })
})
