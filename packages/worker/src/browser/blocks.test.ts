import type { Block } from '@agentic/worker-outcome'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BrowserRun, openBrowserRun, type Toolbox } from '../../test/browser-run.ts'
import { openSite, type Page, type Site } from '../../test/browser-site.ts'
import { fixedSecrets } from '../../test/secrets.ts'
import { article, captchaOnForm, challenge, firewall, limited, login, toLogin } from '../../test/walls.ts'
import { createWorker } from '../index.ts'
import { createBrowserHost } from './browser-host.ts'
import { createBrowserSession } from './browser-session.ts'
import { createBrowserTools } from './browser-tools.ts'

const pages: Record<string, Page> = {
  '/': `<title>Shop</title><h1>Hello</h1>${article}
    <a href="/orders">My orders</a> <a href="/login">Sign in</a> <a href="/challenge" target="_blank" rel="noopener">In a new tab</a>
    <button onclick="window.open('/orders')">Popup</button>
    <button onclick="history.pushState(0, '', '/login')">Route to login</button>
    <button onclick="history.pushState(0, '', '/orders'); history.pushState(0, '', '/login?next=/orders')">Route to orders</button>
    <form action="/challenge"><input name=q aria-label=Search></form>
    <button onclick="fetch('/form').then((answer) => answer.text()).then(() => { location = '/challenge' })">Fetch</button>
    <select aria-label=Country onchange="location='/challenge'"><option>A<option>B</select>`,
  '/challenge': challenge,
  '/form': captchaOnForm,
  '/orders': toLogin,
  '/login': login,
  '/session': (_request, response) => void response.writeHead(302, { location: '/login?error=1' }).end(),
  '/limited': limited,
  '/waf': firewall,
  '/opens-frame': `<title>Shop</title>${article}<div id="box" style="visibility: hidden; position: absolute; top: -10000px"><iframe title="recaptcha challenge" src="https://www.google.com/recaptcha/api2/bframe?k=x" style="width: 400px; height: 580px"></iframe></div>
    <button onclick="box.style = 'visibility: visible; position: absolute; top: 10px'">Buy</button>
    <button onclick="add('/challenge', 'position:fixed;inset:0;width:100%;height:100%')">Order</button>
    <button onclick="add('/form')">Help</button>
    <script>function add(src, style = 'width:400px;height:400px') { const frame = document.createElement('iframe'); frame.src = src; frame.style = style; document.body.prepend(frame) }</script>`,
  '/later': `<title>Shop</title>${article}<script>setTimeout(() => { location = '/challenge' }, 1000)</script>`,
  '/in-the-way': `<title>Shop</title>${article}<button>Buy</button><div style="position:fixed;inset:0"></div>
    <script>new EventSource('/word').onmessage = () => { location = '/challenge' }</script>`,
  '/word': (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    giveWord = () => response.write('data: now\n\n')
  },
}

let giveWord = (): unknown => undefined
let site: Site
let run: BrowserRun
beforeAll(async () => {
  site = await openSite(pages)
  run = await openBrowserRun({ allowedPrivateHosts: [site.host], actionTimeoutMs: 3000, quietMs: 100 })
})
beforeEach(() => run.tidy())
afterAll(async () => {
  await run[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
})

/** Opens a page of the site, in a run that is not stopped yet. */
async function open(path: string, options: Parameters<BrowserRun['tools']>[1] = {}): Promise<Toolbox> {
  const tools = run.tools({}, options)
  await tools.call('navigate', { url: `${site.url}${path}` })
  return tools
}

const blocked = { code: 'PAGE_BLOCKED', retryable: false }

async function blockOn(does: (tools: Toolbox) => Promise<unknown>, tools: Toolbox = run.tools()): Promise<Block> {
  await expect(does(tools)).rejects.toMatchObject(blocked)
  expect(tools.blocks).toHaveLength(1)
  return tools.blocks[0] as Block
}

describe('P10 a page that is opened is reported with its evidence', () => {
  const navigate = (path: string) => blockOn((tools) => tools.call('navigate', { url: `${site.url}${path}` }))

  test('a challenge', async () => {
    const { reason, url, evidence } = await navigate('/challenge?token=abc')
    expect(reason).toEqual({ type: 'fraud-detect', vendor: 'cloudflare' })
    expect(url).toBe(`${site.url}/challenge?token=abc`)
    expect(evidence).toMatchObject({
      status: 403,
      finalUrl: `${site.url}/challenge?token=[cut]`,
      screenshot: 'picture-1',
    })
    expect(evidence.htmlSnippet).toContain('Just a moment...')
    expect(evidence.signals).toEqual(
      expect.arrayContaining(['header cf-mitigated: challenge', 'header server: cloudflare']),
    )
  })

  test('a redirect to the login', async () => {
    const { reason, evidence } = await navigate('/orders')
    expect(reason).toEqual({ type: 'login-wall' })
    expect(evidence).toMatchObject({ status: 200, finalUrl: `${site.url}/login?next=[cut]` })
  })

  test('a redirect to the login, from the login', async () => {
    const tools = await open('/login')
    const block = await blockOn(() => tools.call('navigate', { url: `${site.url}/orders` }), tools)
    expect(block).toMatchObject({ reason: { type: 'login-wall' }, url: `${site.url}/orders` })
  })

  test('too many requests, with how long to wait', async () => {
    const { reason, evidence } = await navigate('/limited')
    expect(reason).toEqual({ type: 'rate-limit', retryAfterSecs: 30 })
    expect(evidence.signals).toContain('header retry-after: 30')
  })

  test('a firewall', async () => {
    expect(await navigate('/waf')).toMatchObject({
      reason: { type: 'fraud-detect', vendor: 'akamai' },
      evidence: { status: 403 },
    })
  })
})

describe('P10 so is what comes of', () => {
  test('a link', async () => {
    const tools = await open('/')
    const reference = await tools.find('My orders')
    expect(await blockOn(() => tools.call('click', { reference }), tools)).toMatchObject({
      reason: { type: 'login-wall' },
      url: `${site.url}/orders`,
    })
  })

  test('a link to a tab of its own', async () => {
    const tools = await open('/')
    const reference = await tools.find('In a new tab')
    expect(await blockOn(() => tools.call('click', { reference }), tools)).toMatchObject({
      reason: { type: 'fraud-detect' },
      evidence: { status: 403, finalUrl: `${site.url}/challenge` },
    })
  })

  test('a popup, redirected', async () => {
    const tools = await open('/')
    const reference = await tools.find('Popup')
    expect(await blockOn(() => tools.call('click', { reference }), tools)).toMatchObject({
      reason: { type: 'login-wall' },
      url: `${site.url}/orders`,
    })
  })

  test('a route of an app that leads to its login', async () => {
    const tools = await open('/')
    const reference = await tools.find('Route to orders')
    expect(await blockOn(() => tools.call('click', { reference }), tools)).toMatchObject({
      reason: { type: 'login-wall' },
      url: `${site.url}/orders`,
    })
  })

  test.for([
    ['a key', 'Search', (tools: Toolbox, reference: string) => tools.call('press_key', { key: 'Enter', reference })],
    [
      'a text that is sent',
      'Search',
      (tools: Toolbox, reference: string) => tools.call('type', { reference, text: 'x', submit: true }),
    ],
    [
      'a selection',
      'Country',
      (tools: Toolbox, reference: string) => tools.call('select', { reference, options: ['B'] }),
    ],
  ] as const)('%s', async ([, name, does]) => {
    const tools = await open('/')
    const reference = await tools.find(name)
    expect(await blockOn(() => does(tools, reference), tools)).toMatchObject({ reason: { type: 'fraud-detect' } })
  })

  test('a request of the page, with what the page does then', async () => {
    const tools = await open('/')
    const reference = await tools.find('Fetch')
    await blockOn(() => tools.call('click', { reference }), tools)
  })

  test('a tab that is opened', async () => {
    const block = await blockOn((tools) => tools.call('tabs', { action: 'open', url: `${site.url}/waf` }))
    expect(block).toMatchObject({ reason: { type: 'fraud-detect', vendor: 'akamai' } })
  })

  test('a script of the agent', async () => {
    const tools = await open('/', { allowEvaluate: true })
    const block = await blockOn(() => tools.call('evaluate', { script: `location = '/limited'` }), tools)
    expect(block).toMatchObject({ reason: { type: 'rate-limit' }, url: `${site.url}/limited` })
  })

  test('a script of the page, seen when it is next looked at', async () => {
    const tools = await open('/later')
    await blockOn(() => tools.call('wait_for', { text: 'Verify you are human' }), tools)
  })

  test('an action that failed, for the block stood in its way', async () => {
    const tools = await open('/in-the-way')
    const reference = await tools.find('Buy')
    const click = tools.call('click', { reference })
    giveWord()
    await blockOn(() => click, tools)
  })
})

describe('P10 a challenge in a frame that a click opens is reported', () => {
  test('where the frame is that of a captcha', async () => {
    const tools = await open('/opens-frame')
    const reference = await tools.find('Buy')
    expect(await blockOn(() => tools.call('click', { reference }), tools)).toMatchObject({
      reason: { type: 'captcha', provider: 'recaptcha' },
    })
  })

  test('where the frame fills the page', async () => {
    const tools = await open('/opens-frame')
    const reference = await tools.find('Order')
    const block = await blockOn(() => tools.call('click', { reference }), tools)
    expect(block.reason).toEqual({ type: 'fraud-detect', vendor: 'cloudflare' })
    expect(block.evidence.signals).toContain('in a frame that fills the page')
  })

  test('and no other frame', async () => {
    const tools = await open('/opens-frame')
    await tools.call('click', { reference: await tools.find('Help') })
    expect(tools.blocks).toEqual([])
  })
})

describe('what is no block goes on', () => {
  test('an article', async () => {
    const tools = run.tools()
    expect(await tools.call('navigate', { url: `${site.url}/` })).toContain('HTTP status 200')
    expect(tools.blocks).toEqual([])
  })

  test('a captcha beside a form, which is noted', async () => {
    const tools = run.tools()
    expect(await tools.call('navigate', { url: `${site.url}/form` })).toMatch(/note: .*widget/)
    expect(tools.blocks).toEqual([])
  })

  test('a login that was asked for, by its address, a link or a route', async () => {
    const tools = await open('/login')
    await tools.call('navigate', { url: `${site.url}/` })
    await tools.call('click', { reference: await tools.find('"Sign in"') })
    await tools.call('navigate', { url: `${site.url}/` })
    await tools.call('click', { reference: await tools.find('Route to login') })
    expect(tools.blocks).toEqual([])
  })

  test('a login that failed', async () => {
    const tools = await open('/login')
    const said = await tools.call('type', { reference: await tools.find('Password'), text: 'wrong', submit: true })
    expect(said).toContain('/login?error=1')
    expect(tools.blocks).toEqual([])
  })

  test('a kind of block that the agent is to go on with, which is noted', async () => {
    const tools = run.tools({}, { ignoreBlocks: ['login-wall'] })
    expect(await tools.call('navigate', { url: `${site.url}/orders` })).toContain(
      'note: login wall, passed over as asked',
    )
    expect(tools.blocks).toEqual([])
  })
})

test('P10 after a block no tool does anything, and it is reported once', async () => {
  const tools = run.tools()
  await blockOn(() => tools.call('navigate', { url: `${site.url}/waf` }), tools)
  const asked = site.asked.length
  await expect(tools.call('navigate', { url: `${site.url}/` })).rejects.toMatchObject(blocked)
  await expect(tools.call('snapshot')).rejects.toMatchObject(blocked)
  expect([tools.blocks.length, site.asked.length]).toEqual([1, asked])
})

test('P10 a run ends before the next call of its model', async () => {
  const host = createBrowserHost()
  let modelCalls = 0
  const worker = createWorker({
    sandbox: { run: () => Promise.reject(new Error('no commands here')) },
    secrets: fixedSecrets(),
    workspaceFor: () => run.workspace,
    functions: {
      async agent({ agentId, runId, signal, killSignal, scrub, reportBlock }) {
        const options = { agentId, runId, signal, killSignal, allowedPrivateHosts: [site.host] }
        await using session = createBrowserSession(host, options)
        const tools = createBrowserTools(session, { scrub, reportBlock })
        for (const path of ['/', '/orders', '/form']) {
          signal.throwIfAborted()
          modelCalls += 1
          await tools[0]?.execute({ url: `${site.url}${path}` }, { signal }).catch(String)
        }
      },
    },
  })
  const job = { agentId: 'a', taskId: 't', runId: 'r2', title: '', worker: { type: 'function', name: 'agent' } }
  const { outcome } = await worker.run(job, { signal: new AbortController().signal })
  expect(outcome).toMatchObject({ type: 'blocked', block: { type: 'login-wall' }, url: `${site.url}/orders` })
  expect(modelCalls).toBe(2)
})
