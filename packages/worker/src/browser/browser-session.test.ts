import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type BrowserRun, openBrowserRun } from '../../test/browser-run.ts'
import { openSite, type Site } from '../../test/browser-site.ts'
import { ownTemporaryFolder } from '../../test/processes.ts'
import { createBrowserHost } from './browser-host.ts'
import type { BrowserSessionOptions } from './browser-session.ts'

const folder = ownTemporaryFolder()
let site: Site
beforeAll(async () => {
  site = await openSite({
    '/': '<title>Shop</title><h1>Hello</h1>',
    '/hangs': '<title>Hangs</title><script>setTimeout(() => { for (;;); }, 50)</script>',
    '/hangs-at-once': '<title>Hangs</title><script>for (;;);</script>',
    '/alerts': '<title>Alerts</title><script>setTimeout(() => { for (;;) alert(1) }, 50)</script>',
    // On another site, so that it has a process of its own.
    '/opens-hanging': (request) =>
      `<title>Opens</title><a href="http://127.0.0.1:${request.socket.localPort}/hangs-at-once" target="_blank" rel="noopener">Open</a>`,
    '/popups': '<title>Popups</title><a href="/" target="_blank">Open</a>',
    '/stays': `<title>Stays</title><button>Stay</button><script>onbeforeunload = (event) => event.preventDefault(); print()</script>`,
    '/never-answers': () => undefined,
  })
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  folder.remove()
})

const never = new AbortController().signal

/** Waits for what the host does in its own time. */
const until = (holds: () => boolean) => vi.waitUntil(holds, { timeout: 20_000, interval: 20 })

async function openRun(options: Partial<BrowserSessionOptions> = {}, host = createBrowserHost()): Promise<BrowserRun> {
  return openBrowserRun({ allowedPrivateHosts: [site.host], navigationTimeoutMs: 10_000, ...options }, host)
}

const goTo = (run: BrowserRun, path: string) => run.tools().call('navigate', { url: `${site.url}${path}` })

describe('P9 a session', () => {
  test('has no process before it is used and none after it is closed', async () => {
    const run = await openRun()
    expect([folder.browsers(), run.session.isRunning]).toEqual([[], false])
    await goTo(run, '/')
    expect(folder.browsers().length).toBeGreaterThan(0)
    await run.session.close()
    expect([folder.browsers(), folder.leftovers(), run.session.isRunning]).toEqual([[], [], false])
    await expect(goTo(run, '/')).rejects.toMatchObject({ code: 'BROWSER_CLOSED' })
    await run[Symbol.asyncDispose]()
  })

  test('is gone when its run is stopped, in the middle of what it does', async () => {
    const stop = new AbortController()
    await using run = await openRun({ signal: stop.signal })
    await goTo(run, '/')
    const going = goTo(run, '/never-answers')
    await until(() => site.asked.some((asked) => asked.endsWith('/never-answers')))
    stop.abort(new Error('enough'))
    await expect(going).rejects.toThrow('enough')
    await until(() => folder.browsers().length === 0 && folder.leftovers().length === 0)
  })

  test('is gone when it is closed while it starts', async () => {
    await using run = await openRun()
    const going = goTo(run, '/')
    await until(() => folder.leftovers().length > 0)
    await run.session.close()
    await expect(going).rejects.toMatchObject({ code: 'BROWSER_CLOSED' })
    expect([folder.browsers(), folder.leftovers()]).toEqual([[], []])
  })

  test('hands its slot on, also where nobody closes it', async () => {
    const host = createBrowserHost({ maxBrowsers: 1 })
    const stop = new AbortController()
    const first = await openRun({ signal: stop.signal }, host)
    await using second = await openRun({}, host)
    await goTo(first, '/')
    const waiting = goTo(second, '/')
    expect(second.session.isRunning).toBe(false)
    stop.abort(new Error('enough'))
    expect(await waiting).toContain('Shop')
    await first[Symbol.asyncDispose]()
  })

  test('does not outlive a host that is killed, and its files go with the next one', async () => {
    const script = fileURLToPath(new URL('../../test/browser-host-process.ts', import.meta.url))
    const host = spawn(process.execPath, ['--conditions=@agentic/source', script, `${site.url}/hangs`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(host.stdout, 'data')
    expect(folder.browsers().length).toBeGreaterThan(0)
    host.kill('SIGKILL')
    await until(() => folder.browsers().length === 0)
    expect(folder.leftovers()).toHaveLength(1)
    await using run = await openRun()
    await goTo(run, '/')
    expect(folder.leftovers()).toHaveLength(1)
    await run.session.close()
    expect(folder.leftovers()).toEqual([])
  })
})

describe('P9 a page that does not answer costs its tab and nothing else', () => {
  const host = createBrowserHost({ maxBrowsers: 4 })

  test.concurrent.for(['/hangs', '/hangs-at-once', '/alerts'])('%s', async (path) => {
    await using run = await openRun({ navigationTimeoutMs: 2000 }, host)
    await expect(goTo(run, path).then(() => run.tools().call('snapshot'))).rejects.toMatchObject({
      code: expect.stringMatching(/PAGE_UNRESPONSIVE|NAVIGATION_TIMEOUT/),
    })
    expect(await goTo(run, '/')).toContain('Shop')
  })

  test.concurrent('a popup', async ({ expect }) => {
    await using run = await openRun({ allowPrivateAddresses: true }, host)
    const tools = run.tools()
    await tools.call('navigate', { url: `${site.url}/opens-hanging` })
    const said = await tools.call('click', { reference: await tools.find('Open') })
    expect(said).toMatch(/note: tab 2 did not answer and was closed\ntab 1, HTTP status 200\n/)
  })
})

test('a page that asks not to be left, or to be printed, is left', async () => {
  await using run = await openRun()
  const tools = run.tools()
  await tools.call('navigate', { url: `${site.url}/stays` })
  await tools.call('click', { reference: await tools.find('Stay') })
  expect(await goTo(run, '/')).toMatch(/title: Shop\ndialog: beforeunload .* \(accepted\)/)
})

test('a page cannot open more tabs than are allowed', async () => {
  await using run = await openRun({ maxTabs: 3 })
  const tools = run.tools()
  await tools.call('navigate', { url: `${site.url}/popups` })
  const reference = await tools.find('Open')
  for (let clicks = 0; clicks < 4; clicks += 1) await tools.call('click', { reference })
  expect(await tools.call('tabs', { action: 'list' })).toMatch(/^tabs: 1 \(current\), 2, 3\n/)
  await expect(tools.call('tabs', { action: 'open' })).rejects.toMatchObject({ code: 'TAB_LIMIT' })
})

test('a page that crashes is told, and the next tool works', async () => {
  await using run = await openRun()
  const tools = run.tools()
  await tools.call('navigate', { url: `${site.url}/` })
  const crashing = run.session.turn(never, async ({ context, current }) => {
    const session = await context.newCDPSession(current.page)
    const crashed = current.page.waitForEvent('crash')
    void session.send('Page.crash').catch(() => undefined)
    await crashed
  })
  await expect(crashing).rejects.toMatchObject({ code: 'PAGE_CRASHED', retryable: true })
  expect(await goTo(run, '/')).toContain('Shop')
})

test('a browser that is killed is told, and another one is started, three times', async () => {
  await using run = await openRun()
  for (let crashes = 1; crashes <= 3; crashes += 1) {
    await goTo(run, '/')
    const [chromium = ''] = folder.leftovers()
    const killing = run.session.turn(never, async ({ context }) => {
      const closed = new Promise((done) => void context.once('close', done))
      process.kill(Number(readFileSync(join(folder.path, chromium, 'pid'), 'utf8')), 'SIGKILL')
      await closed
      throw new Error('as the next call of Playwright')
    })
    await expect(killing).rejects.toMatchObject({ code: 'BROWSER_CRASHED', retryable: true })
    await until(() => folder.browsers().length === 0)
    expect(folder.leftovers()).toEqual([])
  }
  await expect(goTo(run, '/')).rejects.toThrow('the browser ended by itself 3 times')
})

test('calls wait for each other, and who gives up waits no longer', async () => {
  await using run = await openRun()
  const order: string[] = []
  const hold = Promise.withResolvers<void>()
  const first = run.session.turn(never, async () => {
    await hold.promise
    order.push('first')
  })
  const impatient = new AbortController()
  const second = run.session.turn(impatient.signal, async () => void order.push('second'))
  const third = run.session.turn(never, async () => void order.push('third'))
  impatient.abort(new Error('enough'))
  await expect(second).rejects.toThrow('enough')
  hold.resolve()
  await Promise.all([first, third])
  expect(order).toEqual(['first', 'third'])
})

test.runIf(process.getuid?.() === 0)('the host says that root has no sandbox for pages, and what to do', async () => {
  expect(await createBrowserHost().status()).toMatchObject({
    type: 'available',
    sandbox: 'none',
    why: 'Chromium has no sandbox of its own when root starts it: run this process as another user',
  })
})

test('the host says what it can do, or what it lacks', async () => {
  expect(await createBrowserHost().status()).toMatchObject({
    type: 'available',
    executablePath: expect.stringContaining('/'),
  })
  expect(await createBrowserHost({ executablePath: '/no/such/chromium' }).status()).toEqual({
    type: 'unavailable',
    code: 'CHROMIUM_MISSING',
    why: expect.stringContaining('/no/such/chromium'),
  })
  expect(await createBrowserHost({ executablePath: '/bin/false' }).status()).toMatchObject({
    type: 'unavailable',
    code: 'CHROMIUM_FAILED',
  })
  expect([folder.browsers(), folder.leftovers()]).toEqual([[], []])
})
