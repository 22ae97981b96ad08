import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BrowserRun, openBrowserRun, type Toolbox } from '../../test/browser-run.ts'
import { openSite, type Site } from '../../test/browser-site.ts'
import type { Resolve } from './connection-guard.ts'

/** What no page is to reach: any connection to it is one too many. */
const hidden = createServer((socket) => {
  reached.push(`${socket.remoteAddress}`)
  socket
    .on('error', () => undefined)
    .end('HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 6\r\n\r\nhidden')
})
const hiddenDatagrams = createSocket('udp4', () => reached.push('by UDP'))
const reached: string[] = []
const resolved: string[] = []

/** Every name is this host, as a hostile one's answers would have it. */
const resolve: Resolve = (host, _options, done) => {
  resolved.push(host)
  done(null, [{ address: '127.0.0.1', family: 4 }])
}

let port = 0
let site: Site
let run: BrowserRun
let tools: Toolbox
beforeAll(async () => {
  // On all addresses of this host, IPv6 included where there is any.
  hidden.listen(0)
  await once(hidden, 'listening')
  port = (hidden.address() as AddressInfo).port
  hiddenDatagrams.bind(port, '127.0.0.1')
  site = await openSite({
    '/': '<title>Shop</title><h1>Shop</h1><p>for you</p>',
    '/to': (request, response) => {
      const to = new URL(request.url ?? '/', site.url).searchParams.get('url') ?? ''
      response.writeHead(302, { location: to }).end()
    },
    '/worker.js': (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end('postMessage("works")')
    },
  })
  run = await openBrowserRun({
    allowedPrivateHosts: [`shop.example:${site.port}`, site.host],
    deniedHosts: ['ads.example', '*.ads.example'],
    resolve,
    quietMs: 50,
  })
  tools = run.tools({}, { allowEvaluate: true })
  await openShop()
})
beforeEach(() => void resolved.splice(0))
afterAll(async () => {
  await run[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
  hidden.close()
  hiddenDatagrams.close()
})

const shop = (path: string) => `http://shop.example:${site.port}${path}`
const openShop = () => tools.call('navigate', { url: shop('/') })

/** Runs a script in a page of the site, and answers what it says. */
async function inPage(script: string): Promise<string> {
  await openShop()
  return tools.call('evaluate', { script })
}

const notations = [
  ['dotted', '127.0.0.1'],
  ['decimal', '2130706433'],
  ['hexadecimal', '0x7f000001'],
  ['hexadecimal in parts', '0x7f.0x0.0x0.0x1'],
  ['octal', '0177.0.0.01'],
  ['short', '127.1'],
  ['nought', '0'],
  ['this network', '0.0.0.0'],
  ['further loopback', '127.255.255.254'],
  ['with a dot at its end', '127.0.0.1.'],
  ['full-width digits', '１２７．０．０．１'],
  ['circled digits', '①②⑦.⓪.⓪.①'],
  ['percent signs', '%31%32%37.0.0.1'],
  ['IPv6', '[::1]'],
  ['IPv6, unspecified', '[::]'],
  ['IPv4-mapped', '[::ffff:127.0.0.1]'],
  ['IPv4-mapped in hexadecimal', '[::ffff:7f00:1]'],
  ['IPv4-compatible', '[::127.0.0.1]'],
  ['NAT64', '[64:ff9b::7f00:1]'],
  ['6to4', '[2002:7f00:1::]'],
  ['link-local', '[fe80::1]'],
  ['a user before it', 'shop.example@127.0.0.1'],
  ['a user and password before it', 'shop.example:80@127.0.0.1'],
  ['a name', 'name.example'],
  ['the allowed name, at another port', 'shop.example'],
  ['localhost', 'localhost'],
  ['localhost, from the root', 'localhost.'],
  ['a name below localhost', 'a.localhost'],
  ['a name in other letters', 'ｌｏｃａｌｈｏｓｔ'],
  ['metadata of clouds', '169.254.169.254'],
  ['metadata of clouds by name', 'metadata.google.internal'],
] as const

test('what is not to be reached would be noticed if it were', async () => {
  await once(connect(port, '127.0.0.1').resume(), 'close')
  expect(reached.splice(0)).toHaveLength(1)
})

describe('an address of this host is not reached', () => {
  test.for(notations)('%s: %s, opened', async ([, host]) => {
    await expect(tools.call('navigate', { url: `http://${host}:${port}/` })).rejects.toMatchObject({
      code: 'ADDRESS_REFUSED',
      retryable: false,
    })
    expect(reached).toEqual([])
  })

  test('in any notation, from a page, over HTTP, TLS and WebSockets', async () => {
    const hosts = JSON.stringify(notations.map(([, host]) => host))
    const said = await inPage(`Promise.all(${hosts}.flatMap((host) => [
      fetch('http://' + host + ':${port}/', { mode: 'no-cors' }).then((answer) => answer.type, () => 'refused'),
      fetch('https://' + host + ':${port}/', { mode: 'no-cors' }).then(() => 'reached', () => 'refused'),
      new Promise((done) => {
        try {
          const socket = new WebSocket('ws://' + host.replace(/.*@/, '') + ':${port}/')
          socket.onopen = () => done('reached')
          socket.onerror = () => done('refused')
        } catch { done('refused') }
      }),
    ])).then((all) => all.filter((each) => each === 'reached').length)`)
    expect(said).toContain('>\n0\n')
    expect(reached).toEqual([])
  })

  test.for(['302', 'script', 'refresh', 'form', 'popup'])('after a %s', async (kind) => {
    const url = `http://127.0.0.1:${port}/`
    const scripts: Record<string, string> = {
      '302': `location = ${JSON.stringify(shop(`/to?url=${encodeURIComponent(url)}`))}`,
      script: `location.replace('${url}')`,
      refresh: `document.head.innerHTML += '<meta http-equiv=refresh content="0;url=${url}">'`,
      form: `document.body.innerHTML = '<form method=post action="${url}"></form>', document.forms[0].submit()`,
      popup: `open('${url}') && 1`,
    }
    await inPage(scripts[kind] ?? '').catch(() => undefined)
    await run.tidy()
    expect(reached).toEqual([])
  })

  test('by anything that a page can load', async () => {
    const url = `http://127.0.0.1:${port}/`
    await inPage(`document.body.innerHTML = \`<img src="${url}"><iframe src="${url}"></iframe><object data="${url}"></object>
      <embed src="${url}"><video src="${url}"></video><link rel=stylesheet href="${url}"><link rel=preload as=image href="${url}">
      <link rel=preconnect href="${url}"><link rel=prefetch href="${url}"><p style="background:url(${url})">x</p>\`;
      navigator.sendBeacon('${url}', 'x'); new EventSource('${url}'); void import('${url}').catch(() => 0);
      new Worker(URL.createObjectURL(new Blob(['fetch("${url}").catch(() => 0)'])));
      const rules = document.createElement('script'); rules.type = 'speculationrules';
      rules.textContent = JSON.stringify({ prerender: [{ source: 'list', urls: ['${url}'] }] }); document.head.append(rules)`)
    await tools.call('wait_for', { timeoutMs: 300 })
    expect(reached).toEqual([])
  })

  test('by WebRTC, over UDP or TCP, or by WebTransport', async () => {
    const said = await inPage(`(async () => {
      const urls = ['stun:127.0.0.1:${port}', 'turn:127.0.0.1:${port}?transport=tcp', 'turn:127.0.0.1:${port}?transport=udp', 'turns:127.0.0.1:${port}?transport=tcp']
      const peer = new RTCPeerConnection({ iceServers: [{ urls, username: 'x', credential: 'x' }] })
      peer.createDataChannel('x')
      const candidates = []
      peer.onicecandidate = ({ candidate }) => candidate && candidates.push(candidate.candidate)
      await peer.setLocalDescription(await peer.createOffer())
      await new Promise((done) => setTimeout(done, 1000))
      await peer.addIceCandidate({ candidate: 'candidate:1 1 tcp 1 127.0.0.1 ${port} typ host tcptype passive', sdpMid: '0' }).catch(() => 0)
      try { new WebTransport('https://127.0.0.1:${port}/').ready.catch(() => 0) } catch {}
      return candidates.length
    })()`)
    expect(said).toContain('>\n0\n')
    expect(reached).toEqual([])
  })
})

describe('of names', () => {
  test('none is resolved ahead of a connection, and none but by the guard', async () => {
    await inPage(`document.head.innerHTML += '<link rel=dns-prefetch href="//ahead.example">'`)
    await tools.call('wait_for', { timeoutMs: 200 })
    expect(resolved.filter((host) => host !== 'shop.example')).toEqual([])
  })

  test('a denied one is refused before it is resolved, and so are those below it', async () => {
    for (const host of ['ads.example', 'ADS.example.', 'a.b.ads.example']) {
      await expect(tools.call('navigate', { url: `http://${host}:${site.port}/` })).rejects.toMatchObject({
        code: 'HOST_REFUSED',
      })
    }
    expect(resolved).toEqual([])
  })
})

describe('what is no web page is not opened', () => {
  const schemes = [
    'file:///etc/passwd',
    'view-source:http://shop.example/',
    'chrome://version/',
    'chrome://settings/',
    'devtools://devtools/bundled/inspector.html',
    'about:blank',
    'data:text/html,<h1>made up</h1>',
    'javascript:document.title',
    'blob:http://shop.example/x',
    'filesystem:http://shop.example/x',
    'ftp://shop.example/',
    'ws://shop.example/',
    '//shop.example/',
    'shop.example',
    '',
  ]

  test.for(schemes)('P20 %s, by the agent', async (url) => {
    const message = 'input.url: must be an address of http: or https:'
    await expect(tools.call('navigate', { url })).rejects.toMatchObject({ code: 'INPUT_INVALID', message })
    await expect(tools.call('tabs', { action: 'open', url })).rejects.toMatchObject({ code: 'INPUT_INVALID', message })
  })

  test.for(schemes.slice(0, 5))('%s, by a link, a script or a redirect', async (url) => {
    await openShop()
    await tools.call('evaluate', { script: `document.body.innerHTML = '<h1>Shop</h1><a href="${url}">go</a>'` })
    await tools.call('click', { reference: await tools.find('go') }).catch(() => undefined)
    await tools.call('evaluate', { script: `location = '${url}'` }).catch(() => undefined)
    await tools.call('evaluate', { script: `open('${url}') && 1` }).catch(() => undefined)
    await tools.call('evaluate', { script: `document.body.innerHTML += '<iframe src="${url}"></iframe>'` })
    const urls = await run.session.turn(new AbortController().signal, async ({ tabs }) =>
      tabs.flatMap(({ page }) => page.frames().map((frame) => frame.url())),
    )
    expect(urls.filter((url) => !/^(?:$|http:\/\/shop\.example|about:blank|chrome-error:)/.test(url))).toEqual([])
    await run.tidy()
    await expect(tools.call('navigate', { url: shop(`/to?url=${encodeURIComponent(url)}`) })).rejects.toMatchObject({
      code: expect.stringMatching(/ADDRESS_REFUSED|NAVIGATION_FAILED|NOT_A_PAGE/),
    })
  })
})

test('no service worker is installed, to answer later', async () => {
  await tools.call('navigate', { url: site.url })
  const register = `navigator.serviceWorker.register('/worker.js').then((it) => it?.active?.state ?? 'none', () => 'refused')`
  expect(await tools.call('evaluate', { script: register })).toMatch(/"none"|"refused"/)
  expect(site.asked.filter((asked) => asked.endsWith('/worker.js'))).toEqual([])
})
