import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Resolve } from './connection-guard.ts'
import { createGuardedFetch, type GuardedFetch } from './guarded-fetch.ts'

interface Asked {
  readonly what: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

const asked: Asked[] = []
const site: Server = createServer((request, response) => void answer(request, response))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request)
  const url = new URL(request.url ?? '/', 'http://site')
  asked.push({ what: `${request.method} ${request.headers.host}${url.pathname}`, headers: request.headers, body })
  const status = Number(url.searchParams.get('status') ?? 302)
  const to = url.searchParams.get('to')
  if (to === null) response.end('hello')
  else response.writeHead(status, { location: to }).end('moved')
}

let port = 0
let guarded: GuardedFetch
beforeAll(async () => {
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening))
  port = (site.address() as AddressInfo).port
  guarded = createGuardedFetch({ allowedPrivateHosts: [`localhost:${port}`, `other.localhost:${port}`], resolve })
})
beforeEach(() => void asked.splice(0))
afterAll(async () => {
  await guarded.close()
  site.closeAllConnections()
  site.close()
})

/** Every name is this host; which of them may be reached is for the guard to say. */
const resolve: Resolve = (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])

const at = (path: string, host = 'localhost') => `http://${host}:${port}${path}`
/** A header holds no other characters. */
const asciiOf = (host: string) => host.replace(/[^\x20-\x7e]+/g, encodeURIComponent)
const redirect = (to: string, status = 302) => at(`/moved?status=${status}&to=${encodeURIComponent(to)}`)

test('what may be reached answers as ever', async () => {
  const response = await guarded(at('/path'), { method: 'POST', body: 'body', headers: { 'x-mine': '1' } })
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('hello')
  expect(asked).toMatchObject([{ what: `POST localhost:${port}/path`, headers: { 'x-mine': '1' }, body: 'body' }])
})

describe('an address that is not public is refused, and nothing is sent to it', () => {
  test.for([
    '127.0.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::]',
    '[fe80::1]',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    'public.example@127.0.0.1',
    'name.example',
    'localhost.',
    '169.254.169.254',
    '[fd00:ec2::254]',
    'metadata.google.internal',
  ])('%s', async (host) => {
    await expect(guarded(at('/', host))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    await expect(guarded(redirect(at('/', asciiOf(host))))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(asked.map(({ what }) => what)).toEqual([`GET localhost:${port}/moved`])
  })

  test.for(['file:///etc/passwd', 'data:text/plain,x', 'ftp://localhost/', '//user:password@localhost/'])(
    'nor is a redirect to %s followed',
    async (to) => {
      await expect(guarded(redirect(to))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    },
  )

  test('nor can a name change between check and connection: it is resolved once', async () => {
    const answers = ['127.0.0.1', '127.0.0.2']
    await using rebinding = createGuardedFetch({
      allowedPrivateHosts: [`rebinding.example:${port}`],
      resolve: (_host, _options, done) => done(null, [{ address: answers.shift() ?? '', family: 4 }]),
    })
    expect((await rebinding(at('/', 'rebinding.example'))).status).toBe(200)
    expect(answers).toEqual(['127.0.0.2'])
  })

  test('nor any of several addresses of a name', async () => {
    await using mixed = createGuardedFetch({
      resolve: (_host, _options, done) =>
        done(null, [
          { address: '127.0.0.1', family: 4 },
          { address: '::1', family: 6 },
        ]),
    })
    await expect(mixed(at('/', 'mixed.example'))).rejects.toMatchObject({ code: 'ADDRESS_REFUSED' })
    expect(asked).toEqual([])
  })
})

describe('a redirect', () => {
  test('to the same origin keeps the headers', async () => {
    await guarded(redirect('/next'), { headers: { authorization: 'x', 'x-api-key': 'x' } })
    expect(asked[1]).toMatchObject({ headers: { authorization: 'x', 'x-api-key': 'x' } })
  })

  test('to another origin takes no header along that may be a credential', async () => {
    await guarded(redirect(at('/next', 'other.localhost')), {
      headers: { authorization: 'x', cookie: 'x', 'x-api-key': 'x', accept: 'text/plain' },
    })
    const { headers } = asked[1] ?? {}
    expect(headers).toMatchObject({ accept: 'text/plain', host: `other.localhost:${port}` })
    expect(Object.keys(headers ?? {}).filter((name) => /authorization|cookie|api-key/.test(name))).toEqual([])
  })

  test.for([
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'body'],
    [308, 'POST', 'body'],
  ] as const)('with status %i sends %s on', async ([status, method, body]) => {
    await guarded(redirect('/next', status), { method: 'POST', body })
    expect(asked[1]).toMatchObject({ what: `${method} localhost:${port}/next`, body })
  })

  test('is not followed for ever', async () => {
    await expect(
      guarded(redirect(redirect(redirect(redirect(redirect(redirect('/'))))))).catch(String),
    ).resolves.toMatch('redirects more than 5 times')
  })

  test('can be left to the caller, or be an error', async () => {
    expect((await guarded(redirect('/next'), { redirect: 'manual' })).status).toBe(302)
    await expect(guarded(redirect('/next'), { redirect: 'error' })).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
  })
})

test('the lists of hosts hold, for redirects too', async () => {
  await using listed = createGuardedFetch({ allowPrivateAddresses: true, deniedHosts: ['other.localhost'], resolve })
  expect((await listed(at('/'))).status).toBe(200)
  await expect(listed(redirect(at('/', 'other.localhost.')))).rejects.toMatchObject({ code: 'HOST_REFUSED' })
})

test('an abort rejects with its reason', async () => {
  await expect(guarded(at('/'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
})

test('P20 a body that cannot be sent twice is refused with the name of the field', async () => {
  await expect(guarded(at('/'), { method: 'POST', body: new ReadableStream() })).rejects.toThrow('body: must be a text')
})
