import { text as readText } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSite, type Site } from '../../../packages/worker/test/browser-site.ts'
import { openReceiver, type Receiver } from '../../../packages/webhooks/test/receiver.ts'
import {
  type ScriptedModelServer,
  type ScriptedReply,
  type ScriptedRequest,
  startScriptedModelServer,
} from '../../../packages/worker/test/scripted-model-server.ts'
import {
  article,
  captchaOnForm,
  challenge,
  firewall,
  limited,
  login,
  toLogin,
} from '../../../packages/worker/test/walls.ts'
import type { Api, ApiAnswer, StreamedEvent } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { modelEnv } from './model-env.ts'

const PASSWORD = 'canary-password-3390'

/** What the model says next, once it has heard what its tools answered. */
type Step = ScriptedReply | ((answers: readonly string[]) => ScriptedReply)

/** What the model is to say in each task, by the task's title. */
const scripts = new Map<string, readonly Step[]>()

let model: ScriptedModelServer
let site: Site
/** Nobody let browsers or agents reach this one. */
let hidden: Site
let server: RunningServer
let api: Api
/** Is told by a webhook of everything. */
let receiver: Receiver
/** What was typed into the login of the site. */
const passwords: string[] = []
let isLimited = false

beforeAll(async () => {
  model = await startScriptedModelServer((request) => {
    const answers = answersIn(request)
    const step = scripts.get(titleOf(request))?.[answers.length] ?? { text: 'done' }
    return typeof step === 'function' ? step(answers) : step
  })
  site = await openSite({
    '/': ({ headers }) => `<title>Shop, cookies: ${headers.cookie ?? 'none'}</title><h1>Shop</h1>${article}
      <a href="/challenge" target="_blank" rel="noopener">In a new tab</a>
      <button onclick="window.open('/orders')">Popup</button>`,
    '/challenge': challenge,
    '/form': captchaOnForm,
    '/orders': toLogin,
    '/login': login,
    '/session': async (request, response) => {
      passwords.push(new URLSearchParams(await readText(request)).get('password') ?? '')
      response.writeHead(303, { location: '/account', 'set-cookie': 'session=abc; HttpOnly; Max-Age=3600' }).end()
    },
    '/account': ({ headers }) =>
      headers.cookie === undefined ? '<title>Nobody</title>' : `<title>Account</title>${article}`,
    '/limited': limited,
    '/limited-once': (_request, response) => {
      if (!isLimited) return `<title>Open again</title>${article}`
      isLimited = false
      response.setHeader('retry-after', '1').writeHead(429, { 'content-type': 'text/html' })
      return '<title>Too Many Requests</title><h1>Too Many Requests</h1>'
    },
    '/waf': firewall,
    '/frame': `<title>Shop</title>${article}<button onclick="frame.hidden = false; frame.src = '/challenge'">Order</button>
      <iframe id=frame hidden style="position:fixed;inset:0;width:100%;height:100%"></iframe>`,
    '/asks': `<title>Shop</title>${article}<p id=ends></p><a id=link>Further</a><script>
      const to = new URLSearchParams(location.search).get('to')
      const ends = [
        fetch(to + '?by=fetch', { mode: 'no-cors' }),
        new Promise((end) => Object.assign(new Image(), { src: to + '?by=image', onload: end, onerror: end })),
        new Promise((end) => Object.assign(new WebSocket(to + '?by=socket'), { onopen: end, onerror: end })),
      ]
      link.href = to + '?by=click'
      Promise.allSettled(ends).then(() => { document.getElementById('ends').textContent = 'all answered' })</script>`,
    '/leads-inside': (_request, response) => void response.writeHead(302, { location: `${hidden.url}/inside` }).end(),
  })
  receiver = await openReceiver()
  hidden = await openSite({ '/inside': '<title>Inside</title>' })
  server = await startServer({
    env: {
      AGENTIC_CONTAINMENT: 'prefer',
      ...modelEnv(model),
      AGENTIC_BROWSER_PRIVATE_HOSTS: `${site.host},127.0.0.1:${site.port}`,
      AGENTIC_RATE_LIMIT_WAIT_SECS: '5',
      AGENTIC_WEBHOOK_PRIVATE_HOSTS: receiver.host,
    },
  })
  ;({ api } = server)
  await api.post('/api/webhooks', { url: receiver.url })
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await hidden[Symbol.asyncDispose]()
  await site[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
  await model.close()
})

function titleOf({ messages }: ScriptedRequest): string {
  const said = messages.find(({ role }) => role === 'user')?.content
  return /^# (.*)/.exec(String(said))?.[1] ?? ''
}

function answersIn({ messages }: ScriptedRequest): readonly string[] {
  return messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content))
}

const requestsOf = (title: string) => model.requests.filter((request) => titleOf(request) === title)
/** What the tools answered in the last run, each as the model heard it first: of older snapshots it is shown nothing later. */
function answersOf(title: string): readonly string[] {
  const heard = requestsOf(title).map(answersIn)
  return heard.slice(heard.findLastIndex((answers) => answers.length === 0) + 1).map((answers) => answers.at(-1) ?? '')
}

const calling = (name: string, input: unknown = {}): ScriptedReply => ({ calls: [{ name: `browser_${name}`, input }] })
const navigate =
  (path: string): Step =>
  () =>
    calling('navigate', { url: new URL(path, site.url).href })
const snapshot = calling('snapshot')

/** Calls a tool on what the last snapshot shows under a name. */
const on =
  (name: string, tool: string, input: object = {}): Step =>
  (answers) =>
    calling(tool, {
      reference: referenceIn(answers.findLast((answer) => answer.includes('[ref=')) ?? '', name),
      ...input,
    })

function referenceIn(shown: string, name: string): string | undefined {
  const line = shown.split('\n').find((line) => line.includes(name) && line.includes('[ref='))
  return /\[ref=(\w+)\]/.exec(line ?? '')?.[1]
}

/** Makes an agent that has one task, and answers the task's id. */
async function give(title: string, steps: readonly Step[], settings: object = {}): Promise<string> {
  const id = title.replaceAll(/\W+/g, '-')
  scripts.set(title, steps)
  expect(await api.post('/api/agents', { id, settings })).toMatchObject({ status: 201 })
  await api.put(`/api/agents/${id}/secrets/SHOP_PASSWORD`, { value: PASSWORD, category: 'tool' })
  return giveAgain(title)
}

async function giveAgain(title: string): Promise<string> {
  const agentId = title.replaceAll(/\W+/g, '-')
  const worker = { type: 'agent', prompt: 'Please' }
  const { status, body } = await api.post(`/api/agents/${agentId}/tasks`, { title, worker, maxAttempts: 1 })
  expect(status).toBe(201)
  return body.id
}

const ends = (taskId: string): Promise<ApiAnswer['body']> => api.taskReaches(taskId, 'done', 'blocked', 'failed')

/** The events of a task's agent, up to the one that is the last of its end. */
async function eventsOf({ agentId, status }: ApiAnswer['body']): Promise<readonly StreamedEvent[]> {
  const told: StreamedEvent[] = []
  for await (const event of api.events(0, agentId)) {
    told.push(event)
    const { type, data } = event
    if (status === 'blocked' ? type === 'escalation-opened' : data.data.taskStatus === status) break
  }
  return told
}

/** All that the server tells of a task. */
async function everythingOf(task: ApiAnswer['body']): Promise<string> {
  const run = await api.get(`/api/runs/${task.runId}`)
  const { text: transcript } = await api.get(`/api/runs/${task.runId}/transcript`)
  return JSON.stringify([task, run.body, transcript, await eventsOf(task)])
}

describe('P10 a run that meets', () => {
  test.for([
    ['a challenge page', [navigate('/challenge?token=abc')], 'fraud-detect', 403, '/challenge?token=[cut]'],
    ['a redirect to a login', [navigate('/orders')], 'login-wall', 200, '/login?next=[cut]'],
    ['a rate limit that is too long', [navigate('/limited')], 'rate-limit', 429, '/limited'],
    ['a firewall', [navigate('/waf')], 'fraud-detect', 403, '/waf'],
    [
      'a challenge in a frame that a click opens',
      [navigate('/frame'), snapshot, on('Order', 'click')],
      'fraud-detect',
      403,
      '/challenge',
    ],
    ['a login in a popup', [navigate('/'), snapshot, on('Popup', 'click')], 'login-wall', 200, '/login?next=[cut]'],
    [
      'a challenge in a new tab',
      [navigate('/'), snapshot, on('In a new tab', 'click')],
      'fraud-detect',
      403,
      '/challenge',
    ],
  ] as const)('%s ends blocked before its model is called again', async ([title, steps, type, status, path]) => {
    const task = await ends(await give(title, steps))
    expect(task).toMatchObject({
      status: 'blocked',
      outcome: { type: 'blocked', block: { type }, evidence: { status, finalUrl: site.url + path } },
    })
    expect(requestsOf(title)).toHaveLength(steps.length)

    const { evidence } = task.outcome
    expect(evidence.htmlSnippet).not.toBe('')
    expect(evidence.screenshot).toBe(`/api/runs/${task.runId}/screenshot`)
    const picture = await api.get(evidence.screenshot)
    expect(picture.headers.get('content-type')).toBe('image/png')
    expect(picture.text).toContain('PNG')
    const { body: escalations } = await api.get(`/api/escalations?agentId=${task.agentId}`)
    expect(escalations.items).toMatchObject([{ taskId: task.id, title, block: { type }, evidence }])
    expect((await eventsOf(task)).at(-1)).toMatchObject({
      type: 'escalation-opened',
      data: { data: { taskId: task.id, runId: task.runId, block: { type } } },
    })
    const told = () =>
      receiver.received.map(({ body }) => JSON.parse(body)).filter(({ agentId }) => agentId === task.agentId)
    await expect.poll(() => told().at(-1)?.type).toBe('escalation-opened')
    expect(told().find((event) => event.type === 'run-ended')?.data.run.outcome).toMatchObject({
      block: { type },
      evidence,
    })
  })

  test('a header that tells who stopped it, and for how long, has it in its evidence', async () => {
    const signals = (await api.get('/api/escalations')).body.items.flatMap(
      ({ evidence }: ApiAnswer['body']) => evidence.signals,
    )
    expect(signals).toEqual(
      expect.arrayContaining([
        'header cf-mitigated: challenge',
        'header retry-after: 30',
        'header server: AkamaiGHost',
      ]),
    )
  })

  test('ordinary pages, and a captcha beside a form, goes on to the end', async () => {
    const title = 'ordinary pages'
    const steps = ['/', '/form', '/login', '/nothing'].map(navigate)
    expect(await ends(await give(title, steps))).toMatchObject({ status: 'done', outcome: { result: 'done' } })
    expect(requestsOf(title)).toHaveLength(5)
    expect(answersOf(title)[1]).toMatch(/note: .*captcha/i)
  })
})

describe('an escalation', () => {
  test('is resolved by another try, which knows the note and what the browser remembered when it was blocked', async () => {
    const title = 'signed in and blocked'
    const signsIn = [navigate('/login'), snapshot, on('Sign in', 'click'), navigate('/challenge')]
    const id = await give(title, signsIn, { browser: { keepState: true } })
    await api.taskReaches(id, 'blocked')
    scripts.set(title, [navigate('/account')])
    const resolution = { action: 'retry', note: 'the shop lets us in now' }
    expect(await api.post(`/api/tasks/${id}/resolve`, resolution)).toMatchObject({ status: 200 })
    expect(await api.taskReaches(id, 'done')).toMatchObject({ note: resolution.note })
    const [last] = requestsOf(title).slice(-1)
    expect(JSON.stringify(last?.messages[0])).toContain(resolution.note)
    expect(answersOf(title)[0]).toContain('title: Account')
    expect((await api.get(`/api/escalations?agentId=signed-in-and-blocked`)).body.items).toEqual([])
  })

  test('is abandoned, and the task with it', async () => {
    const id = await give('to be abandoned', [navigate('/waf')])
    await api.taskReaches(id, 'blocked')
    const closed = await api.post(`/api/tasks/${id}/resolve`, { action: 'abandon', note: 'not worth it' })
    expect(closed).toMatchObject({ status: 200, body: { status: 'cancelled', note: 'not worth it' } })
    expect((await api.get('/api/escalations?agentId=to-be-abandoned')).body.items).toEqual([])
    expect(await api.post(`/api/tasks/${id}/resolve`, { action: 'retry' })).toMatchObject({ status: 409 })
  })

  test('is not needed for a rate limit that is soon over, which is waited out once', async () => {
    const title = 'limited for a second'
    isLimited = true
    const task = await api.taskReaches(await give(title, [navigate('/limited-once')]), 'done')
    expect(answersOf(title)[0]).toContain('title: Open again')
    const { body: runs } = await api.get(`/api/tasks/${task.id}/runs`)
    expect(runs.items.map(({ outcome }: ApiAnswer['body']) => outcome.type)).toEqual(['success', 'blocked'])
    expect((await eventsOf(task)).map(({ type }) => type)).not.toContain('escalation-opened')
  })
})

describe('the settings of an agent’s browser', () => {
  test('let it sign in where a login is a wall to others, with a secret that nobody reads, on its own origin alone', async () => {
    const title = 'signs in'
    passwords.length = 0
    const typed = on('Password', 'type', { secret: 'SHOP_PASSWORD' })
    const elsewhere = `http://127.0.0.1:${site.port}/login`
    const steps = [navigate('/orders'), snapshot, typed, snapshot, on('"Sign in"', 'click')]
    const refused = [navigate(elsewhere), snapshot, typed]
    const browser = { ignoreBlocks: ['login-wall'], secretOrigins: { SHOP_PASSWORD: [site.url] } }
    const task = await ends(await give(title, [...steps, ...refused], { browser }))
    expect(task).toMatchObject({ status: 'done' })
    expect(passwords).toEqual([PASSWORD])
    const answers = answersOf(title)
    expect(answers[3]).toContain('[hidden]')
    expect(answers[4]).toContain('title: Account')
    expect(answers[7]).toContain(`SHOP_PASSWORD must not be typed on http://127.0.0.1:${site.port}`)
    expect(await everythingOf(task)).not.toContain(PASSWORD)
    expect(JSON.stringify(model.requests)).not.toContain(PASSWORD)
  })

  test('bound where it goes and what it may do', async () => {
    const title = 'bounded'
    const denied = navigate(`http://127.0.0.1:${site.port}/`)
    const evaluates = calling('evaluate', { script: 'document.title' })
    const settings = { browser: { allowedHosts: ['localhost', 'shop.example'], deniedHosts: ['shop.example'] } }
    const steps = [denied, navigate('http://shop.example/'), navigate('/'), evaluates]
    await ends(await give(title, steps, settings))
    const [notAllowed, isDenied, opened, noScript] = answersOf(title)
    expect(notAllowed).toContain(`127.0.0.1:${site.port} is not among the allowedHosts`)
    expect(isDenied).toContain('shop.example:80 is among the deniedHosts')
    expect(opened).toContain('title: Shop')
    expect(noScript).toMatch(/no tool|not .*available|unknown/i)
    const allowed = { browser: { allowEvaluate: true } }
    await ends(await give('evaluates', [navigate('/'), calling('evaluate', { script: '40 + 2' })], allowed))
    expect(answersOf('evaluates')[1]).toContain('42')
  })

  test('P20 are checked, by name', async () => {
    const given = { browser: { ignoreBlocks: ['wall'] } }
    expect(await api.post('/api/agents', { id: 'wrong', settings: given })).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'settings.browser.ignoreBlocks.0', message: expect.stringContaining('login-wall') }] },
    })
  })
})

describe('what is inside the network is out of reach', () => {
  test('for the browser of a model: the metadata service, loopback, this server', async () => {
    const title = 'looks inside'
    const { port } = new URL(server.url)
    const addresses = [
      `${hidden.url}/inside`,
      `${server.url}/healthz`,
      `http://[::1]:${port}/healthz`,
      `http://0x7f000001:${port}/healthz`,
      `http://[::ffff:127.0.0.1]:${port}/healthz`,
      'http://169.254.169.254/latest/meta-data/',
      'http://10.0.0.1/',
      '/leads-inside',
    ]
    await ends(await give(title, addresses.map(navigate)))
    const answers = answersOf(title)
    for (const [index, address] of addresses.entries())
      expect([address, answers[index]]).toEqual([address, expect.stringContaining('is no public address')])
    expect(hidden.asked).toEqual([])
  })

  test('for what a page loads, opens as a WebSocket or links to', async () => {
    const trying = (to: string): readonly Step[] => [
      navigate(`/asks?to=${encodeURIComponent(to)}`),
      calling('wait_for', { text: 'all answered' }),
      snapshot,
      on('Further', 'click'),
    ]
    await ends(await give('tries the site', trying(`${site.url}/waf`)))
    const tried = site.asked.filter((address) => address.includes('/waf?by=')).map((address) => address.split('=')[1])
    expect(new Set(tried)).toEqual(new Set(['fetch', 'image', 'socket', 'click']))
    await ends(await give('tries the network', trying(`${hidden.url}/inside`)))
    expect(answersOf('tries the network')[3]).toContain('is no public address')
    expect(hidden.asked).toEqual([])
    await ends(await give('tries the metadata service', trying('http://169.254.169.254/latest')))
    expect(answersOf('tries the metadata service')[3]).toContain('is no public address')
  })

  test('for servers of tools that an agent’s settings name, unless they are let', async () => {
    const toolsAt = (url: string) => ({ agent: { mcpServers: { tools: { type: 'http', url } } } })
    for (const [title, url] of [
      ['tools inside', `${hidden.url}/mcp`],
      ['tools of this server', `${server.url}/mcp`],
      ['tools of the metadata service', 'http://169.254.169.254/mcp'],
    ] as const) {
      const { outcome } = await ends(await give(title, [], toolsAt(url)))
      expect(outcome).toMatchObject({ code: 'ADDRESS_REFUSED', message: expect.stringContaining('no public') })
    }
    expect(hidden.asked).toEqual([])
    expect(requestsOf('tools inside')).toEqual([])
    await ends(await give('tools that are let', [], toolsAt(`${site.url}/mcp`)))
    expect(site.asked).toContain(`${site.host}/mcp`)
  })
})

test('readiness says which browser there is, and starts none', async () => {
  const part = async (running: RunningServer) => {
    const { status, body } = await running.api.get('/readyz')
    return [status, body.parts.find(({ name }: { name: string }) => name === 'browser')]
  }
  expect(await part(server)).toEqual([200, { name: 'browser', ok: true, detail: expect.stringMatching(/^\//) }])
  await using without = await startServer({ env: { AGENTIC_CHROMIUM_PATH: '/no/such/chromium' } })
  expect(await part(without)).toMatchObject([200, { detail: expect.stringContaining('AGENTIC_CHROMIUM_PATH') }])
})
