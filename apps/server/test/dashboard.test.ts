import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createEmbeddedWakeStore } from '@agentic/wake'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { scripted } from '../../../packages/worker/test/acp-sandbox.ts'
import { openSite, type Site } from '../../../packages/worker/test/browser-site.ts'
import {
  type ScriptedModelServer,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import { article } from '../../../packages/worker/test/walls.ts'
import type { Api } from './api.ts'
import { modelEnv } from './model-env.ts'
import { listenTo, openBrowser } from './open-browser.ts'
import { ADMIN_TOKEN, type RunningServer, startServer } from './running-server.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

/** Runs where it is taken for HTML. */
const HOSTILE = '<img src="x" onerror="document.title=\'hacked\'"><script>document.title="hacked"</script>'

/** In a prompt: the model asks a second time. */
const ASKED_TWICE = 'Please ask twice'

let browser: Browser
let model: ScriptedModelServer
let site: Site
let server: RunningServer
let api: Api
/** Whether the site asks for a proof that a person is there. */
let isWalled = true

beforeAll(async () => {
  browser = await openBrowser()
  model = await startScriptedModelServer(({ messages }) =>
    messages.filter(({ role }) => role === 'tool').length >= (JSON.stringify(messages).includes(ASKED_TWICE) ? 2 : 1)
      ? { text: 'it is settled' }
      : { calls: [{ name: 'ask', input: { question: `Red or blue? ${HOSTILE}` } }] },
  )
  site = await openSite({
    '/orders': (_request, response) => {
      if (!isWalled) return `<title>Orders</title>${article}`
      response.writeHead(403, { 'content-type': 'text/html', 'cf-mitigated': 'challenge', server: 'cloudflare' })
      return `<title>Just a moment...</title><h1>Verify you are human</h1>${HOSTILE}`
    },
  })
  server = await startServer({
    env: {
      AGENTIC_CONTAINMENT: 'prefer',
      AGENTIC_BROWSER_PRIVATE_HOSTS: site.host,
      AGENTIC_BREAKER_FAILURES: '2',
      AGENTIC_READ_ONLY_PATHS: [ROOT, dirname(dirname(process.execPath))].join(':'),
      AGENTIC_SEARCH_PATHS: dirname(process.execPath),
      AGENTIC_CODING_AGENTS: JSON.stringify({
        asks: { command: scripted('asks permission', 'execute'), permissions: 'ask' },
      }),
      ...modelEnv(model),
    },
  })
  ;({ api } = server)
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
  await model.close()
  await browser.close()
})

let context: BrowserContext
let page: Page
/** What the page asked for, and what its console said of things that went wrong. */
let asked: URL[]
let complaints: string[]

beforeEach(async () => {
  await api.post('/api/agents', { id: 'shop' })
  isWalled = true
  context = await browser.newContext()
  page = await context.newPage()
  ;({ asked, complaints } = listenTo(page))
})

afterEach(async () => {
  await context.close()
  await api.send('DELETE', '/api/agents/shop')
})

async function signIn(token = ADMIN_TOKEN, url = server.url): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const cardOf = (title: string): Locator => page.getByRole('article').filter({ hasText: title })

async function give(title: string, worker: object, more: object = {}): Promise<string> {
  const { status, body } = await api.post('/api/agents/shop/tasks', { title, worker, maxAttempts: 1, ...more })
  expect(status).toBe(201)
  return body.id
}

async function giveBlocked(title: string): Promise<string> {
  const id = await give(title, { type: 'function', name: 'browse' }, { input: { url: `${site.url}/orders` } })
  await api.taskReaches(id, 'blocked')
  return id
}

async function giveAsking(title: string): Promise<string> {
  const id = await give(title, { type: 'agent', prompt: 'Please' })
  await expect.poll(async () => (await api.get(`/api/tasks/${id}`)).body.waiting?.type).toBe('question')
  return id
}

interface Line extends AsyncDisposable {
  readonly url: string
  /** Breaks every connection, and lets none come about. */
  cut(): void
  mend(): void
}

/** A way to the server that can break. */
async function openLine(port: number): Promise<Line> {
  const sockets = new Set<Socket>()
  let isCut = false
  const destroyAll = (): void => sockets.forEach((socket) => socket.destroy())
  const proxy = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(port, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket
        .on('error', () => undefined)
        .on('close', () => other.destroy())
        .pipe(other)
    }
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    cut() {
      isCut = true
      destroyAll()
    },
    mend: () => void (isCut = false),
    async [Symbol.asyncDispose]() {
      isCut = true
      destroyAll()
      await new Promise((closed) => proxy.close(closed))
    },
  }
}

describe('the dashboard', () => {
  test.for(['/', '/dashboard'])('is at %s for everybody, and lets nothing in but its own files', async (path) => {
    const { status, headers } = await api.get(path)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    await page.goto(server.url + path)
    await page.getByLabel('Token').waitFor()
    expect(asked.map(({ origin }) => origin)).toEqual(asked.map(() => server.url))
    expect(complaints).toEqual([])
  })

  test('says that a token is wrong, and keeps none', async () => {
    await signIn('not-the-token-0123456789')
    await page.getByRole('alert').getByText('This token is not valid here.').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    expect(await page.getByRole('navigation').count()).toBe(0)
  })

  test('keeps the token for the tab alone, in no address, and forgets it when one signs out', async () => {
    await signIn()
    await page.getByRole('heading', { name: 'Waiting for a person' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Waiting for a person' }).waitFor()
    expect(asked.filter(({ href }) => href.includes(ADMIN_TOKEN))).toEqual([])
    expect(await page.evaluate('localStorage.length + document.cookie.length')).toBe(0)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Token').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  test('shows a blocked task with what stopped it, its picture too, and has it tried again with a note', async () => {
    const title = 'Read the orders'
    const id = await giveBlocked(title)
    await signIn()
    const card = cardOf(title)
    await card.getByText('403', { exact: true }).waitFor()
    expect(await card.innerText()).toContain(`${site.url}/orders`)
    expect(await card.innerText()).toContain('cf-mitigated: challenge')
    const picture = card.getByRole('img')
    await picture.waitFor()
    await expect
      .poll(() => picture.evaluate((image: unknown) => (image as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(100)
    await picture.click()
    await page.getByRole('dialog').getByRole('img').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()

    isWalled = false
    await card.getByLabel('A note').fill('the shop lets us in now')
    await card.getByRole('button', { name: 'Try again' }).click()
    await card.waitFor({ state: 'detached' })
    expect(await api.taskReaches(id, 'done')).toMatchObject({ note: 'the shop lets us in now' })
    expect(complaints).toEqual([])
  })

  test('abandons a task, which vanishes; one that another person decided vanishes by itself', async () => {
    const [first, second] = [await giveBlocked('First of two'), await giveBlocked('Second of two')]
    await signIn()
    await cardOf('First of two').getByRole('button', { name: 'Abandon' }).click()
    await cardOf('First of two').waitFor({ state: 'detached' })
    expect((await api.get(`/api/tasks/${first}`)).body.status).toBe('cancelled')
    await cardOf('Second of two').waitFor()
    await api.post(`/api/tasks/${second}/resolve`, { action: 'abandon' })
    await cardOf('Second of two').waitFor({ state: 'detached' })
  })

  test('shows what went wrong beside what it was tried on', async () => {
    const id = await giveBlocked('Decided elsewhere')
    await signIn()
    const card = cardOf('Decided elsewhere')
    await card.waitFor()
    await page.route('**/resolve', async (route) => {
      const body = JSON.stringify({ detail: 'the disk is full' })
      await route.fulfill({ status: 503, contentType: 'application/problem+json', body })
    })
    await card.getByRole('button', { name: 'Abandon' }).click()
    await card.getByRole('alert').getByText('the disk is full').waitFor()
    expect((await api.get(`/api/tasks/${id}`)).body.status).toBe('blocked')
    await page.unroute('**/resolve')
    await card.getByRole('button', { name: 'Abandon' }).click()
    await card.waitFor({ state: 'detached' })
  })

  test('shows what a page and a model wrote as text, wherever it stands, and runs none of it', async () => {
    const blocked = await giveBlocked(`Blocked ${HOSTILE}`)
    const asking = await giveAsking(`Asking ${HOSTILE}`)
    await signIn()
    const card = cardOf('Blocked')
    expect(await card.getByRole('heading').innerText()).toBe(`Blocked ${HOSTILE}`)
    await card.getByText('The page’s HTML').click()
    expect(await card.locator('pre').innerText()).toContain(HOSTILE)
    expect(await cardOf('Asking').innerText()).toContain(`Red or blue? ${HOSTILE}`)
    for (const { body } of [await api.get(`/api/tasks/${blocked}`), await api.get(`/api/tasks/${asking}`)]) {
      await page.goto(`${server.url}/#/tasks/${body.id}`)
      await page.getByRole('heading', { name: HOSTILE }).waitFor()
      await page.getByRole('link', { name: 'Run 1' }).click()
      await page.getByRole('heading', { name: 'Transcript' }).waitFor()
      await page.getByRole('listitem').filter({ hasText: 'onerror=' }).first().waitFor()
    }
    expect(await page.title()).not.toContain('hacked')
    expect(await page.locator('script[src*="/"]').count()).toBe(1)
    expect(complaints).toEqual([])
    await api.post(`/api/tasks/${blocked}/resolve`, { action: 'abandon' })
    await api.post(`/api/tasks/${asking}/answer`, { answer: 'red' })
  })

  test('answers the question of a run, which shows while the page is open and goes on with it', async () => {
    await signIn()
    await page.getByText('Nothing waits for a person.').waitFor()
    const id = await giveAsking('Choose a colour')
    const card = cardOf('Choose a colour')
    await card.getByLabel('Your answer').fill('blue')
    await card.getByRole('button', { name: 'Answer' }).click()
    await card.waitFor({ state: 'detached' })
    expect(await api.taskReaches(id, 'done')).toMatchObject({ outcome: { result: 'it is settled' } })
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('blue')

    await page.getByRole('link', { name: 'Live' }).click()
    await page.getByText('Waits for a person: Choose a colour').waitFor()
    await page.getByRole('link', { name: 'Run 1 ended: success' }).first().click()
    await page.getByText('it is settled').first().waitFor()
  })

  test('leads from the agents to what was said in a run', async () => {
    const id = await give('Say hello', { type: 'command', argv: ['echo', 'hello there'] })
    await api.taskReaches(id, 'done')
    await signIn()
    await page.getByRole('link', { name: 'Agents' }).click()
    await page.getByRole('link', { name: 'shop' }).click()
    await page.getByRole('link', { name: 'Say hello' }).click()
    await page.getByRole('link', { name: 'Run 1' }).click()
    await page.getByText('hello there').first().waitFor()
    await page.getByRole('listitem').filter({ hasText: 'outcome' }).waitFor()
  })

  test('follows again after the connection broke, from where it was, and says that it broke', async () => {
    await using line = await openLine(Number(new URL(server.url).port))
    const places: (string | undefined)[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/api/events')) places.push(request.headers()['last-event-id'])
    })
    await signIn(ADMIN_TOKEN, line.url)
    await page.getByText('Nothing waits for a person.').waitFor()
    await page.getByRole('link', { name: 'Live' }).click()
    await api.post('/api/agents', { id: 'before' })
    await page.getByText('Agent created').waitFor()

    line.cut()
    await page.getByText('The connection to the server is lost').waitFor()
    await giveBlocked('While it was away')
    line.mend()
    await page.getByText('Waits for a person: While it was away').waitFor()
    expect(await page.getByText('Agent created').count()).toBe(1)
    expect(places[0]).toBe(undefined)
    expect(places.at(-1)).toMatch(/^\d+$/)
    await page.getByRole('link', { name: 'Waiting' }).click()
    await cardOf('While it was away').waitFor()
    await page.getByText('The connection to the server is lost').waitFor({ state: 'detached' })
    await api.send('DELETE', '/api/agents/before')
  })

  test('shows an agent’s token what is that agent’s, without complaint', async () => {
    await api.post('/api/agents', { id: 'other' })
    const { body } = await api.post('/api/tokens', { scope: { agentId: 'other' } })
    const id = await giveBlocked('Of the shop alone')
    await signIn(body.token)
    await page.getByText('Nothing waits for a person.').waitFor()
    await page.getByRole('link', { name: 'Agents' }).click()
    await page.getByRole('link', { name: 'other' }).waitFor()
    expect(await page.getByRole('link', { name: 'shop' }).count()).toBe(0)
    expect(await page.getByRole('alert').count()).toBe(0)
    await api.post(`/api/tasks/${id}/resolve`, { action: 'abandon' })
  })

  test('offers the options of a permission, and gives the one that is chosen', async () => {
    const id = await give('Mend the shop', { type: 'acp', agent: 'asks', prompt: 'Please' })
    await signIn()
    const card = cardOf('Mend the shop')
    await card.getByText('Permission').first().waitFor({ timeout: 20_000 })
    const { body } = await api.get('/api/escalations')
    const names: string[] = body.items[0].question.details.options.map(({ name }: { name: string }) => name)
    expect(await card.locator('form').getByRole('button').allInnerTexts()).toEqual(names)
    await card
      .locator('form')
      .getByRole('button')
      .nth(body.items[0].question.details.options.findIndex(({ id }: { id: string }) => id === 'no'))
      .click()
    await card.waitFor({ state: 'detached' })
    expect(await api.taskReaches(id, 'done')).toMatchObject({ outcome: { result: 'execute: no\n' } })
  })

  test('shows which agent is held back, and lists agents page after page', async () => {
    const ids = Array.from({ length: 51 }, (_, index) => `many-${String(index).padStart(2, '0')}`)
    for (const id of ids) await api.post('/api/agents', { id })
    for (const title of ['Fail once', 'Fail twice']) {
      await api.taskReaches(await give(title, { type: 'command', argv: ['false'] }), 'failed')
    }
    await signIn()
    await page.getByRole('link', { name: 'Agents' }).click()
    await page.getByRole('link', { name: 'many-00' }).waitFor()
    expect(await page.getByRole('main').getByRole('listitem').count()).toBe(50)
    await page.getByRole('button', { name: 'Show more' }).click()
    const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'shop', exact: true }) })
    await row.getByText(/held back until .*: 2 failures/).waitFor()
    expect(asked.filter(({ pathname }) => pathname.endsWith('/breaker'))).toEqual([])
    for (const id of ids) await api.send('DELETE', `/api/agents/${id}`)
    await page.getByRole('link', { name: 'many-00' }).waitFor({ state: 'detached' })
  })

  test('shows the transcript of a run that goes on as it grows', async () => {
    const id = await give('Two questions', { type: 'agent', prompt: ASKED_TWICE })
    const asks = async () => (await api.get(`/api/tasks/${id}`)).body.waiting
    await expect.poll(asks).toMatchObject({ type: 'question' })
    const { runId, id: first } = await asks()
    await signIn()
    await page.goto(`${server.url}/#/runs/${runId}`)
    const entries = page.getByRole('main').getByRole('listitem')
    await entries.filter({ hasText: 'Red or blue?' }).first().waitFor()
    expect(await page.getByText('green it is').count()).toBe(0)
    await api.post(`/api/tasks/${id}/answer`, { answer: 'green it is', questionId: first })
    await entries.filter({ hasText: 'green it is' }).first().waitFor()
    expect(await asks()).toMatchObject({ type: 'question', runId })
    await api.post(`/api/tasks/${id}/cancel`)
    await api.taskReaches(id, 'cancelled')
  })

  test('lets an agent that is held back go on, and rings or discards its dead wakes', async () => {
    for (const title of ['Fail once', 'Fail twice']) {
      await api.taskReaches(await give(title, { type: 'command', argv: ['false'] }), 'failed')
    }
    const wakes = createEmbeddedWakeStore(server.system.ports.store)
    const bury = async (reason: string) => {
      await wakes.ring('buried', { type: 'manual', reason, at: 1_767_225_600_000 })
      const begun = await wakes.begin('buried')
      await wakes.bury('buried', begun?.gen ?? 0, { error: 'the disk was full', diedAt: 1_767_225_660_000 })
    }
    await api.post('/api/agents', { id: 'buried' })
    await bury(HOSTILE)
    await signIn()
    await page.getByRole('status', { name: 'Health' }).getByText('Dead wakes: 1, of buried').waitFor()
    await page.goto(`${server.url}/#/agents/shop`)
    await page.getByText(/held back until .*: 2 failures/).waitFor()
    await page.getByRole('button', { name: 'Let it go on' }).click()
    await page.getByText(/held back until/).waitFor({ state: 'detached' })
    expect((await api.get('/api/agents/shop')).body).not.toHaveProperty('breaker')

    await page.goto(`${server.url}/#/agents/buried`)
    await page.getByText('the disk was full').waitFor()
    await page.getByText(HOSTILE).waitFor()
    await page.getByRole('button', { name: 'Ring them again' }).click()
    await page.getByRole('heading', { name: 'Dead wakes' }).waitFor({ state: 'detached' })
    await expect.poll(() => server.system.ports.wakes.stats()).toMatchObject({ queued: 0, running: 0, dead: 0 })
    await bury('again')
    await page.reload()
    await page.getByRole('button', { name: 'Discard them' }).click()
    await page.getByRole('heading', { name: 'Dead wakes' }).waitFor({ state: 'detached' })
    expect((await api.get('/api/wakes/dead')).body.items).toEqual([])
    expect(await page.title()).not.toBe('hacked')
    await api.send('DELETE', '/api/agents/buried')
  })

  test('says what of the server is not well, and nothing when all is', async () => {
    const { body } = await api.post('/api/secrets/encrypt')
    await signIn()
    await page.getByText('Nothing waits for a person.').waitFor()
    expect(await page.locator('#health').isVisible()).toBe(false)
    await api.post('/api/secrets/lock')
    await page.reload()
    const health = page.getByRole('status', { name: 'Health' })
    await health.getByText(/^encryption: locked/).waitFor()
    await api.post('/api/secrets/unlock', { masterKey: body.masterKey })
    const { body: webhook } = await api.post('/api/webhooks', { url: 'https://nobody.invalid/path-token' })
    await api.post('/api/agents', { id: 'told-of' })
    await expect.poll(async () => (await api.get('/api/webhooks')).body.items[0].failing).toBeDefined()
    await page.reload()
    await health.getByText(/^Webhook nobody.invalid: DNS_FAILED \(attempt 1, since /).waitFor()
    await api.send('DELETE', `/api/webhooks/${webhook.id}`)
    await page.reload()
    await page.getByText('Nothing waits for a person.').waitFor()
    await page.locator('#health').waitFor({ state: 'hidden' })
  })
})
