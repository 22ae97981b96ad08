import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi, type ApiAnswer } from './api.ts'
import { type RunningServer, startServer } from './running-server.ts'
import { createSeenAnswers } from './seen-answers.ts'

/** Stands in every request that could carry a secret; no answer may hold it. */
const SECRET = 'hunter2-the-secret-value'

const seen = createSeenAnswers()
let server: RunningServer
/** What `{name}` in a path of the tables stands for. */
let ids: Record<string, string>
let before: unknown

beforeAll(async () => {
  server = await startServer({
    env: { AGENTIC_CONTAINMENT: 'off' },
    functions: { done: async () => 'done' },
    onAnswer: seen.record,
  })
  const { api } = server
  const work = { title: 'Work', worker: { type: 'function', name: 'done' } }
  await api.post('/api/agents', { id: 'a', settings: { metadata: { plan: 'gold' } } })
  await api.put('/api/secrets/SHARED', { value: 'shared-value-1' })
  await api.put('/api/agents/a/secrets/OWN', { value: 'own-value-1' })
  const done = await api.post('/api/agents/a/tasks', work)
  const { runId } = await api.taskReaches(done.body.id, 'done')
  const waiting = await api.post('/api/agents/a/tasks', { ...work, requiresApproval: true })
  const job = await api.post('/api/agents/a/cron', { name: 'yearly', schedule: { cron: '0 0 1 1 *' }, task: work })
  const memory = await api.post('/api/agents/a/memories', { kind: 'fact', content: 'Opens at nine' })
  ids = {
    agent: 'a',
    done: done.body.id,
    task: waiting.body.id,
    run: runId,
    job: job.body.id,
    memory: memory.body.id,
  }
  before = await everything()
})

afterAll(() => server[Symbol.asyncDispose]())

/** All that a caller can see, and where the log of events is. */
async function everything(): Promise<unknown> {
  const paths = [
    '/api/agents',
    '/api/agents/a',
    '/api/secrets',
    '/api/agents/a/secrets',
    '/api/agents/a/secrets?effective=true',
    '/api/agents/a/tasks',
    '/api/tasks/{done}',
    '/api/tasks/{task}',
    '/api/tasks/{done}/runs',
    '/api/agents/a/cron',
    '/api/cron/{job}/firings',
    '/api/escalations',
    '/api/agents/a/memories?deleted=true',
    '/api/links',
    '/api/webhooks',
    '/api/agents/a/hooks',
  ]
  const answers = await Promise.all(paths.map((path) => server.api.get(filled(path))))
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 200))
  return { answers: answers.map(({ body }) => body), lastEvent: server.system.ports.events.last() }
}

function filled(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole)
}

/** What every refusal has in common. */
function expectProblem(answer: ApiAnswer, status: number, code: string): void {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({
    type: `urn:agentic:problem:${code}`,
    title: expect.any(String),
    status,
    code,
    detail: expect.stringMatching(/\S/),
  })
  expect(answer.status).toBe(status)
  expect(answer.text).not.toContain(SECRET)
}

interface Route {
  readonly method: string
  readonly path: string
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly operation: any
}

async function routes(): Promise<Route[]> {
  const { body } = await server.api.get('/api/openapi.json')
  return Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )
}

/** A path of a route with ids that are there. */
function pathOf({ path }: Route): string {
  const things = { tasks: 'task', runs: 'run', cron: 'job', memories: 'memory' }
  const [, kind] = /^\/api\/(\w+)\/\{id\}/.exec(path) ?? []
  const id = things[kind as keyof typeof things] ?? 'agent'
  const query = path.endsWith('/search') ? '?q=x' : ''
  return filled(
    path.replace('{id}', `{${id}}`).replace('{name}', path.startsWith('/api/agents/') ? 'OWN' : 'SHARED') + query,
  )
}

function parameters(route: Route): { readonly in: string; readonly name: string }[] {
  return route.operation.parameters ?? []
}

describe('P20 whatever the route', () => {
  test.for([
    ['no token', {}],
    ['an empty bearer', { authorization: 'Bearer ' }],
    ['a wrong token', { authorization: 'Bearer test-admin-token-0123456788' }],
    ['a token with more behind it', { authorization: 'Bearer test-admin-token-0123456789 x' }],
    ['another scheme', { authorization: 'Basic dGVzdC1hZG1pbi10b2tlbi0wMTIzNDU2Nzg5' }],
  ] as const)('%s is 401, before anything is read', async ([, headers]) => {
    const stranger = createApi(server.url, undefined)
    const guarded = (await routes()).filter(({ operation }) => operation.security.length > 0)
    expect(guarded.length).toBeGreaterThan(25)
    for (const route of guarded) {
      const body = route.method === 'GET' ? undefined : '{'
      const answer = await stranger.send(route.method, pathOf(route), body, headers)
      expectProblem(answer, 401, 'unauthorized')
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="agentic"')
    }
    expectProblem(await stranger.send('GET', '/api/no-such-route', undefined, headers), 401, 'unauthorized')
  })

  test.for<[string, unknown, Record<string, string>, number, string, RegExp]>([
    ['half a JSON', `{"value":"${SECRET}"`, {}, 400, 'malformed-json', /is not JSON in UTF-8: look for/],
    ['no JSON', SECRET, {}, 400, 'malformed-json', /is not JSON/],
    ['bytes that are no UTF-8', Buffer.from('{"value":"\xff"}', 'latin1'), {}, 400, 'malformed-json', /in UTF-8/],
    ['no type', '{}', { 'content-type': '' }, 415, 'unsupported-media-type', /application\/json/],
    ['another type', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported-media-type', /application\/json/],
    ['nearly JSON', '{}', { 'content-type': 'application/json-patch' }, 415, 'unsupported-media-type', /json-patch/],
    ['a text', JSON.stringify(SECRET), {}, 422, 'invalid-input', /^body: must be an object$/],
    ['null', 'null', {}, 422, 'invalid-input', /^body: must be an object$/],
    ['a number', '5', {}, 422, 'invalid-input', /^body: must be an object$/],
    ['a list', JSON.stringify([SECRET]), {}, 422, 'invalid-input', /^body: must be an object$/],
    ['an empty list', [], {}, 422, 'invalid-input', /^body: must be an object$/],
    ['an unknown field', { colour: SECRET }, {}, 422, 'invalid-input', /colour: is not a field of this/],
    ['__proto__', '{"__proto__":{"mode":"active"}}', {}, 422, 'invalid-input', /^__proto__: /],
    ['__proto__ below', '{"x":[{"__proto__":1}]}', {}, 422, 'invalid-input', /^x\.0\.__proto__: /],
    ['constructor', '{"constructor":1}', {}, 422, 'invalid-input', /constructor: is not a field of this/],
    ['deep JSON', `{"x":${'['.repeat(9e4)}${']'.repeat(9e4)}}`, {}, 422, 'invalid-input', /^x: .* at most 100 deep$/],
    ['a large body', { title: SECRET, x: 'x'.repeat(1_048_576) }, {}, 413, 'body-too-large', /at most 1048576 bytes/],
  ])('a body of %s is refused, and says the way out', async ([, body, headers, status, code, says]) => {
    // A file to import is larger, and is looked at by the store, which has tests of its own for it.
    const isForFiles = ({ path }: Route) => path === '/api/secrets/import' && /field|1048576/.test(String(says))
    const takers = (await routes()).filter((route) => route.operation.requestBody !== undefined && !isForFiles(route))
    expect(takers.length).toBeGreaterThan(8)
    for (const route of takers) {
      const answer = await server.api.send(route.method, pathOf(route), body, headers)
      expectProblem(answer, status, code)
      expect([route.path, answer.body.detail]).toEqual([route.path, expect.stringMatching(says)])
    }
  })

  test('a large body of unknown length is refused too', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(65_536))
    let left = 32
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    })
    const headers = { authorization: 'Bearer test-admin-token-0123456789', 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/api/agents`, { method: 'POST', headers, body, duplex: 'half' })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ code: 'body-too-large' })
  })

  test('a route that takes no body refuses a large one all the same, and the connection is given up', async () => {
    for (const route of await routes()) {
      if (route.method === 'GET' || route.path === '/api/secrets/import') continue
      const answer = await server.api.send(route.method, pathOf(route), 'x'.repeat(1_048_577))
      expectProblem(answer, 413, 'body-too-large')
      expect(answer.headers.get('connection')).toBe('close')
    }
  })

  test.for([
    ['of nothing there', 'no-such-thing'],
    ['with NUL', '%00'],
    ['with NUL inside', 'a%00b'],
    ['that leads elsewhere', '..%2F..%2Fetc'],
    ['that is no UTF-8', '%FF%FE'],
    ['half escaped', '%E0%A4%A'],
    ['of a surrogate', '%ED%A0%80'],
    ['with a line break', 'a%0D%0Ab'],
    ['too long', 'a'.repeat(5000)],
    ['of an object’s own', '__proto__'],
    ['in another case', 'A'],
  ] as const)('an id %s is 404', async ([, id]) => {
    const named = (await routes()).filter(({ path }) => path.includes('{id}'))
    for (const route of named) {
      const body = route.operation.requestBody === undefined ? undefined : validBodyFor(route)
      const answer = await server.api.send(
        route.method,
        pathOf({ ...route, path: route.path.replace('{id}', id) }),
        body,
      )
      expectProblem(answer, 404, 'not-found')
    }
  })

  test.for([
    ['no limit', 'limit=0', /^limit: must be at least 1$/],
    ['a large limit', 'limit=501', /^limit: must be at most 500$/],
    ['a negative limit', 'limit=-1', /^limit: must be a whole number$/],
    ['a limit that is no plain number', 'limit=1e2', /^limit: must be a whole number$/],
    ['an empty limit', 'limit=', /^limit: must be a whole number$/],
    ['two limits', 'limit=1&limit=2', /^limit: must be given once$/],
    ['an empty cursor', 'cursor=', /^cursor: must be the nextCursor of/],
    ['a cursor of other characters', 'cursor=%25%25', /^cursor: must be the nextCursor of/],
    ['a cursor of NUL', `cursor=${base64url('\0')}`, /^cursor: must be the nextCursor of/],
    ['a cursor with NUL inside', `cursor=${base64url('a\0b')}`, /^cursor: must be the nextCursor of/],
    ['a cursor that is no UTF-8', 'cursor=_w', /^cursor: must be the nextCursor of/],
    ['a long cursor', `cursor=${'a'.repeat(1025)}`, /^cursor: must have at most 1024 characters$/],
  ] as const)('a list with %s is 422', async ([, query, says]) => {
    const lists = (await routes()).filter((route) => parameters(route).some(({ name }) => name === 'cursor'))
    expect(lists.length).toBe(16)
    for (const route of lists) {
      const answer = await server.api.get(`${pathOf(route)}?${query}`)
      expectProblem(answer, 422, 'invalid-input')
      const detail = answer.body.detail.replace('`nextCursor`', 'nextCursor')
      expect([route.path, detail]).toEqual([route.path, expect.stringMatching(says)])
      expect(answer.body.errors[0].field).toBe(query.split('=')[0])
    }
  })

  test.for([
    ['that is empty', ''],
    ['of two words', 'two words'],
    ['beyond ASCII', 'ü'],
    ['too long', 'k'.repeat(256)],
  ] as const)('an Idempotency-Key %s is 422', async ([, given]) => {
    const takers = (await routes()).filter((route) => parameters(route).some(({ name }) => name === 'Idempotency-Key'))
    // A hook is known by its token alone: hooks.test.ts.
    const makers = takers.filter(({ path }) => path !== '/hooks/{token}')
    expect(makers.map(({ path }) => path).toSorted()).toEqual([
      '/api/agents',
      '/api/agents/{id}/cron',
      '/api/agents/{id}/hooks',
      '/api/agents/{id}/memories',
      '/api/agents/{id}/messages',
      '/api/agents/{id}/tasks',
      '/api/cron/{id}/run',
      '/api/links',
      '/api/tokens',
      '/api/webhooks',
    ])
    for (const route of makers) {
      const answer = await server.api.send('POST', pathOf(route), validBodyFor(route), { 'idempotency-key': given })
      expectProblem(answer, 422, 'invalid-input')
      expect(answer.body.detail).toBe('Idempotency-Key: must be 1 to 255 visible ASCII characters')
    }
  })

  test('a route that is not there is 404', async () => {
    for (const [method, path] of [
      ['GET', '/api/no-such-route'],
      ['PUT', '/api/agents'],
      ['DELETE', '/api/tasks/x'],
      ['OPTIONS', '/api/agents'],
      ['POST', '/'],
      ['GET', '/dashboard/package.json'],
      ['POST', '/healthz'],
    ] as const) {
      const answer = await server.api.send(method, path)
      expectProblem(answer, 404, 'not-found')
      expect(answer.body.detail).toBe(`there is no route ${method} ${path}`)
    }
  })
})

/** A body that the route would take, if all else were right. */
function validBodyFor({ path, method }: Route): unknown {
  const task = { title: 'Work', worker: { type: 'function', name: 'done' } }
  if (path === '/api/agents') return { id: 'not-made' }
  if (path.endsWith('/tasks')) return task
  if (path.endsWith('/cron')) return { name: 'yearly', schedule: { cron: '0 0 1 1 *' }, task }
  if (path === '/api/tokens') return { scope: 'admin' }
  if (path === '/api/webhooks') return { url: 'https://shop.example/' }
  if (path === '/api/links') return { from: 'a', to: 'b' }
  if (path.endsWith('/messages')) return { to: 'b', message: 'Hello' }
  if (path.endsWith('/memories')) return { kind: 'fact', content: 'Closes at six' }
  if (path.endsWith('/answer')) return { answer: 'yes' }
  if (path.endsWith('/resolve')) return { action: 'retry' }
  if (method === 'PUT') return { value: SECRET }
  return {}
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}

const TASK = { title: 'Work', worker: { type: 'function', name: 'done' } }

type Case = readonly [method: string, path: string, body: unknown, says: RegExp]

const ID_RULE = /^id: must be 1 to 128 letters, digits, dots, underscores, colons or hyphens/
const INSTANT_RULE = /must be an RFC 3339 instant such as 2026-07-01T09:00:00Z/
const NAME_RULE = /a name is 1 to 128 of A-Z a-z 0-9 _ \. - and begins with a letter or an underscore/

const agentCases: readonly Case[] = [
  ['POST', '/api/agents', {}, /^id: is required$/],
  ...['', 'a/b', 'a b', '-a', '.', '..', 'ü', 'a'.repeat(129), 'a\0b', '\ud800', 'a\n', '../a'].map((id): Case => [
    'POST',
    '/api/agents',
    { id },
    ID_RULE,
  ]),
  ...[5, null, true, [], {}].map((id): Case => ['POST', '/api/agents', { id }, /^id: must be text$/]),
  ['POST', '/api/agents', { id: 'x', mode: 'awake' }, /^mode: must be active or dormant$/],
  ['POST', '/api/agents', { id: 'x', settings: 'none' }, /^settings: must be an object$/],
  ['POST', '/api/agents', { id: 'x', settings: { colour: 1 } }, /^settings\.colour: is not a field of this$/],
  ['POST', '/api/agents', { id: 'x', settings: { wallClockSecs: 0 } }, /^settings\.wallClockSecs: .*at least 1 second/],
  [
    'POST',
    '/api/agents',
    { id: 'x', settings: { wallClockSecs: '9' } },
    /^settings\.wallClockSecs: .*number of seconds/,
  ],
  ['POST', '/api/agents', { id: 'x', settings: { cronTimeoutSecs: 1e9 } }, /^settings\.cronTimeoutSecs: .*30 days/],
  ['POST', '/api/agents', { id: 'x', settings: { network: 'lan' } }, /^settings\.network: must be none or host$/],
  [
    'POST',
    '/api/agents',
    { id: 'x', settings: { metadata: { x: 'x'.repeat(17_000) } } },
    /^settings\.metadata: .*16384/,
  ],
  ['POST', '/api/agents', '{"id":"x","settings":{"metadata":{"__proto__":1}}}', /^settings\.metadata\.__proto__: /],
  [
    'POST',
    '/api/agents',
    `{"id":"x","settings":{"metadata":{"x":${'['.repeat(7000)}${']'.repeat(7000)}}}}`,
    /^settings: must be nested at most 100 deep$/,
  ],
  ['PATCH', '/api/agents/a', { id: 'b' }, /^id: is not a field of this$/],
  ['PATCH', '/api/agents/a', { mode: null }, /^mode: must be active or dormant$/],
  ['PATCH', '/api/agents/a', { mode: 'active', settings: { network: 1 } }, /^settings\.network: must be none or host$/],
  ['GET', '/api/agents?mode=awake', undefined, /^mode: must be active or dormant$/],
]

const wakeCases: readonly Case[] = [
  ['POST', '/api/agents/a/wake', { reason: 5 }, /^reason: must be text$/],
  ['POST', '/api/agents/a/wake', { reason: 'x'.repeat(501) }, /^reason: must have at most 500 characters$/],
  ['POST', '/api/agents/a/wake', { payload: 'x'.repeat(16_383) }, /^payload: must be at most 16384 bytes of JSON$/],
  [
    'POST',
    '/api/agents/a/wake',
    { payload: nested(101) },
    /^payload: must be JSON of plain values, nested at most 100/,
  ],
  ['POST', '/api/agents/a/wake', { at: 5 }, /^at: is not a field of this$/],
]

const secretCases: readonly Case[] = ['/api/secrets', '/api/agents/a/secrets'].flatMap((list): Case[] => [
  ...['A=B', 'A%3DB', '1A', 'A%20B', 'A%2FB', '-A', 'A'.repeat(129), '%C3%BC', 'A%0AB'].map((name): Case => [
    'PUT',
    `${list}/${name}`,
    { value: SECRET, category: 'tool' },
    NAME_RULE,
  ]),
  ['GET', `${list}/A=B`, undefined, NAME_RULE],
  ['DELETE', `${list}/A=B`, undefined, NAME_RULE],
  [
    'PUT',
    `${list}/PATH`,
    { value: SECRET, category: 'tool' },
    /^name: the host sets this variable itself; choose another$/,
  ],
  ['PUT', `${list}/AGENTIC_X`, { value: SECRET, category: 'tool' }, /^name: the host sets this variable itself/],
  ['PUT', `${list}/PATH`, { value: SECRET, category: 'tool', allowUnsafeName: true }, /^name: the host sets this/],
  [
    'PUT',
    `${list}/LD_PRELOAD`,
    { value: SECRET, category: 'tool' },
    /^name: .*choose another, or say allowUnsafeName$/,
  ],
  [
    'PUT',
    `${list}/NODE_OPTIONS`,
    { value: SECRET, category: 'tool' },
    /^name: .*choose another, or say allowUnsafeName$/,
  ],
  ['PUT', `${list}/gh_token`, { value: SECRET, category: 'tool' }, /^name: lower-case letters/],
  ['PUT', `${list}/NEW`, {}, /^value: is required$/],
  ['PUT', `${list}/NEW`, { value: null }, /^value: must be text$/],
  ['PUT', `${list}/NEW`, { value: [SECRET] }, /^value: must be text$/],
  ['PUT', `${list}/NEW`, { value: '' }, /value is empty: delete the secret instead/],
  ['PUT', `${list}/NEW`, { value: `${SECRET}\0` }, /^value: it holds a NUL character/],
  ['PUT', `${list}/NEW`, { value: `${SECRET}\ud800` }, /^value: it is not well-formed Unicode/],
  ['PUT', `${list}/NEW`, { value: SECRET + 'x'.repeat(65_536) }, /^value: it is larger than 65536 bytes$/],
  ['PUT', `${list}/NEW`, { value: SECRET, category: SECRET }, /^category: must be system or tool$/],
  ['PUT', `${list}/NEW`, { value: SECRET, allowUnsafeName: 'yes' }, /^allowUnsafeName: must be true or false$/],
  ['PUT', `${list}/NEW`, { value: SECRET, scope: 'x' }, /^scope: is not a field of this$/],
])

const systemSecretCases: readonly Case[] = [
  [
    'PUT',
    '/api/agents/a/secrets/NEW',
    { value: SECRET, category: 'system' },
    /^category: "system" secrets are instance-shared/,
  ],
  [
    'PUT',
    '/api/agents/a/secrets/OWN',
    { value: SECRET, category: 'system' },
    /^category: "system" secrets are instance-shared/,
  ],
  ['PUT', '/api/agents/a/secrets/ANTHROPIC_API_KEY', { value: SECRET }, /^category: .*or say "tool"/],
  ['GET', '/api/agents/a/secrets?effective=yes', undefined, /^effective: must be true or false$/],
]

const command = { title: 'Work', worker: { type: 'command', shell: 'true' } }
const withField = (field: object): Case[1] | object => ({ ...command, ...field })

const hookCases: readonly Case[] = (
  [
    [{ name: '' }, /^name: must not be empty$/],
    [{ name: 'x'.repeat(201) }, /^name: must have at most 200 characters$/],
    [{ task: {} }, /^task\.title: is required; task\.worker: is required$/],
    [{ task: { ...TASK, input: 1 } }, /^task\.input: is not a field of this$/],
    [{ task: { ...TASK, worker: { type: 'shell' } } }, /^task\.worker\.type: must be one of command/],
    [{ signature: 'stripe' }, /^signature: must be one of standard-webhooks, github$/],
    [{ secret: SECRET }, /^secret: is of use only with a signature: say which$/],
    [{ secret: 'short', signature: 'github' }, /^secret: must have at least 16 characters$/],
    [{ secret: SECRET, signature: 'standard-webhooks' }, /^secret: must be whsec_ and the base64 of 24 to 64 bytes/],
  ] as const
).map(([fields, says]): Case => ['POST', '/api/agents/a/hooks', fields, says])

const webhookCases: readonly Case[] = (
  [
    [{ url: undefined }, /^url: is required$/],
    [{ url: 5 }, /^url: must be text$/],
    [{ url: '' }, /^url: must not be empty$/],
    [{ url: 'shop.example' }, /^url: must be an address, as https:/],
    [{ url: 'http://shop.example/' }, /^url: must begin with https: where AGENTIC_WEBHOOK_PRIVATE_HOSTS/],
    [{ url: 'ftp://shop.example/' }, /^url: must begin with https:/],
    [{ url: 'javascript:alert(1)' }, /^url: must begin with https:/],
    [{ url: `https://${SECRET}:x@shop.example/` }, /^url: must hold no user and no password/],
    [{ url: `https://shop.example/${'x'.repeat(2_000)}` }, /^url: must have at most 2000 characters$/],
    ...['127.0.0.1', '[::1]', '0x7f000001', '2130706433', '10.0.0.1', '169.254.169.254', '[::ffff:127.0.0.1]', '0'].map(
      (host) => [{ url: `https://${host}/` }, /^url: must be public where AGENTIC_WEBHOOK_PRIVATE_HOSTS/] as const,
    ),
    [{ name: '' }, /^name: must not be empty$/],
    [{ agentId: 'no-such-agent' }, /^agentId: must be the id of an agent$/],
    [{ agentId: 'a/b' }, /^agentId: must be 1 to 128 letters/],
    [{ types: [] }, /^types: must name at least one type: leave it out for all$/],
    [{ types: 'run-ended' }, /^types: must be a list of types of events$/],
    [{ types: ['run-ended', 'run-done'] }, /^types\.1: must be one of agent-created, agent-updated/],
    [{ secret: SECRET }, /^secret: must be whsec_ and the base64 of 24 to 64 bytes/],
    [{ events: [] }, /^events: is not a field of this$/],
  ] as const
).map(([fields, says]): Case => ['POST', '/api/webhooks', { url: 'https://shop.example/', ...fields }, says])

const taskCases: readonly Case[] = [
  ...(
    [
      [{ title: undefined }, /^title: is required$/],
      [{ title: '' }, /^title: must not be empty$/],
      [{ title: 5 }, /^title: must be text$/],
      [{ title: 'x'.repeat(501) }, /^title: must have at most 500 characters$/],
      [{ worker: undefined }, /^worker: is required$/],
      [{ worker: 'true' }, /^worker: must be one of command, function, agent, acp$/],
      [{ worker: null }, /^worker: must be one of command, function, agent, acp$/],
      [{ worker: {} }, /^worker\.type: must be one of command, function, agent, acp$/],
      [{ worker: { type: 'shell', shell: 'true' } }, /^worker\.type: must be one of command, function, agent, acp$/],
      [{ worker: { type: 'command' } }, /^worker: give exactly one of argv and shell$/],
      [{ worker: { type: 'command', shell: 'true', argv: ['true'] } }, /^worker: give exactly one of argv and shell$/],
      [{ worker: { type: 'command', shell: '' } }, /^worker\.shell: must not be empty$/],
      [{ worker: { type: 'command', argv: [] } }, /^worker\.argv/],
      [{ worker: { type: 'command', argv: ['echo', 5] } }, /^worker\.argv\.1: must be a text$/],
      [{ worker: { type: 'command', shell: 'true', env: {} } }, /^worker\.env: is not known here$/],
      [{ worker: { type: 'command', shell: 'true', network: 'lan' } }, /^worker\.network: must be none or host$/],
      [{ worker: { type: 'function' } }, /^worker\.name/],
      [{ input: nested(101) }, /^input: must be JSON of plain values, nested at most 100 deep$/],
      [{ priority: 1.5 }, /^priority: must be a whole number$/],
      [{ priority: 1_000_001 }, /^priority: must be at most 1000000$/],
      [{ priority: '5' }, /^priority: must be a number$/],
      [{ notBefore: 'tomorrow' }, INSTANT_RULE],
      [{ notBefore: 1_800_000_000 }, /^notBefore: must be text$/],
      [{ notBefore: '2026-07-01' }, INSTANT_RULE],
      [{ notBefore: '2026-02-30T00:00:00Z' }, INSTANT_RULE],
      [{ notBefore: '2026-07-01T25:00:00Z' }, INSTANT_RULE],
      [{ notBefore: '1969-12-31T23:59:59Z' }, /^notBefore: must be 1970 or later$/],
      [{ requiresApproval: 1 }, /^requiresApproval: must be true or false$/],
      [{ wallClockSecs: 0.5 }, /^wallClockSecs: must be at least 1 second$/],
      [{ wallClockSecs: 1e9 }, /^wallClockSecs: must be at most 2147483 seconds$/],
      [{ maxAttempts: 0 }, /^maxAttempts: must be at least 1$/],
      [{ dependsOn: 'x' }, /^dependsOn: must be a list$/],
      [{ dependsOn: ['x'] }, /^dependsOn\.0: must be the id of a task/],
      [{ dependsOn: [`task_${'0'.repeat(24)}`] }, /^dependsOn\.0: .* is no task of this agent/],
      [{ dependsOn: Array(101).fill('x') }, /^dependsOn: must name at most 100 tasks$/],
      [{ status: 'done' }, /^status: is not a field of this$/],
      [{ lineage: { hops: 0 } }, /^lineage: is not a field of this$/],
    ] as const
  ).map(([field, says]): Case => ['POST', '/api/agents/a/tasks', withField(field), says]),
  ['GET', '/api/agents/a/tasks?status=lost', undefined, /^status: must be one of pending-approval, backlog|^status: /],
  ['POST', '/api/tasks/{task}/cancel', { reason: 5 }, /^reason: must be text$/],
  ['POST', '/api/tasks/{task}/cancel', { reason: 'x'.repeat(2001) }, /^reason: must have at most 2000 characters$/],
  ['POST', '/api/tasks/{task}/cancel', { why: 'x' }, /^why: is not a field of this$/],
  ['POST', '/api/tasks/{task}/resolve', {}, /^action: is required$/],
  ['POST', '/api/tasks/{task}/resolve', { action: 'ignore' }, /^action: must be retry or abandon$/],
  ['POST', '/api/tasks/{task}/resolve', { action: 'retry', note: 'x'.repeat(2001) }, /^note: must have at most 2000/],
  ['GET', '/api/escalations?agentId=a%2Fb', undefined, /^agentId: must be 1 to 128/],
]

const jobFieldCases = [
  [{ name: undefined }, /^name: is required$/],
  [{ name: '' }, /^name: must not be empty$/],
  [{ name: '  ' }, /^name: must not be empty$/],
  [{ name: 'x'.repeat(201) }, /^name: must have at most 200 characters$/],
  [{ schedule: {} }, /^schedule: must have one of cron, everySecs or at$/],
  [{ schedule: 'daily' }, /^schedule: must have one of cron, everySecs or at$/],
  [{ schedule: { cron: '' } }, /^schedule\.cron: /],
  [{ schedule: { cron: '* * * *' } }, /^schedule\.cron: .*write minute hour day-of-month month day-of-week/],
  [{ schedule: { cron: '60 * * * *' } }, /^schedule\.cron: the minute field takes 0 to 59 here, not 60/],
  [{ schedule: { cron: '* 24 * * *' } }, /^schedule\.cron: the hour field/],
  [{ schedule: { cron: '* * * * FUNDAY' } }, /^schedule\.cron: /],
  [{ schedule: { cron: '*/0 * * * *' } }, /^schedule\.cron: /],
  [{ schedule: { cron: '5-1 * * * *' } }, /^schedule\.cron: /],
  [{ schedule: { cron: '@never' } }, /^schedule\.cron: /],
  [{ schedule: { cron: 'x'.repeat(100_000) } }, /^schedule\.cron: /],
  [{ schedule: { cron: 5 } }, /^schedule\.cron: must be text$/],
  [{ schedule: { cron: '0 0 30 2 *' } }, /^schedule is never due again: choose times that exist$/],
  [{ schedule: { cron: '* * * * *', timeZone: 'Mars/Olympus' } }, /^schedule\.timeZone: .*use an IANA name/],
  [{ schedule: { cron: '* * * * *', timeZone: '' } }, /^schedule\.timeZone: /],
  [{ schedule: { cron: '* * * * *', timeZone: '../../etc/passwd' } }, /^schedule\.timeZone: /],
  [{ schedule: { cron: '* * * * *', everySecs: 60 } }, /^schedule\.everySecs: is not a field of this$/],
  [{ schedule: { everySecs: 0 } }, /^schedule\.everySecs: must be at least 1 second$/],
  [{ schedule: { everySecs: '60' } }, /^schedule\.everySecs: must be a number$/],
  [{ schedule: { at: 'noon' } }, INSTANT_RULE],
  [{ schedule: { at: '2030-02-30T00:00:00Z' } }, INSTANT_RULE],
  [{ schedule: { at: '2020-01-01T00:00:00Z' } }, /^schedule is never due again: choose an instant to come$/],
  [{ task: undefined }, /^task: is required$/],
  [{ task: {} }, /^task\.title: is required; task\.worker: is required$/],
  [{ task: { ...command, notBefore: '2030-01-01T00:00:00Z' } }, /^task\.notBefore: is not a field of this$/],
  [{ task: { ...command, wallClockSecs: 5 } }, /^task\.wallClockSecs: is not a field of this$/],
  [{ timeoutSecs: 0 }, /^timeoutSecs: must be at least 1 second$/],
  [{ timeoutSecs: 1e9 }, /^timeoutSecs: must be at most/],
  [{ overlap: 'both' }, /^overlap: must be skip, queue or cancel$/],
  [{ missed: 'never' }, /^missed: must be once, skip or all$/],
  [
    { activeHours: { from: '9:00', to: '24:00' } },
    /^activeHours\.from: must be a time such as 09:00; activeHours\.to: /,
  ],
  [{ activeHours: { from: '09:00' } }, /^activeHours\.to: is required$/],
  [{ jitterSecs: -1 }, /^jitterSecs: must not be negative$/],
  [{ jitterSecs: 86_401 }, /^jitterSecs: must be at most a day$/],
  [{ enabled: 'no' }, /^enabled: must be true or false$/],
  [{ id: 'mine' }, /^id: is not a field of this$/],
  [{ breaker: 'closed' }, /^breaker: is not a field of this$/],
] as const

const cronCases: readonly Case[] = [
  ...jobFieldCases.map(([field, says]): Case => {
    const job = { name: 'yearly', schedule: { cron: '0 0 1 1 *' }, task: command, ...field }
    return ['POST', '/api/agents/a/cron', job, says]
  }),
  ...jobFieldCases
    .filter(([field]) => Object.values(field).some((value) => value !== undefined))
    .map(([field, says]): Case => ['PATCH', '/api/cron/{job}', field, says]),
  [
    'POST',
    '/api/agents/a/cron',
    { name: 'x', schedule: { everySecs: 60 }, task: command, timeoutSecs: null },
    /^timeoutSecs: /,
  ],
]

function nested(levels: number): unknown {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels))
}

describe('P20 a field that is wrong is named, with the way out', () => {
  test.for([
    ['agents', agentCases],
    ['wakes', wakeCases],
    ['secrets', secretCases],
    ['P4 system secrets', systemSecretCases],
    ['tasks', taskCases],
    ['webhooks', webhookCases],
    ['hooks', hookCases],
    ['cron jobs', cronCases],
  ] as const)('%s', async ([, cases]) => {
    for (const [method, path, body, says] of cases) {
      const answer = await server.api.send(method, filled(path), body)
      const what = `${method} ${path} ${JSON.stringify(body)?.slice(0, 200)}`
      expect({ what, body: answer.body }).toMatchObject({
        what,
        body: {
          code: 'invalid-input',
          detail: expect.stringMatching(says),
          errors: expect.arrayContaining([
            { field: expect.stringMatching(/^[\w.-]+$/), message: expect.stringMatching(/\S/) },
          ]),
        },
      })
      expectProblem(answer, 422, 'invalid-input')
    }
  })

  test('every wrong field at once', async () => {
    const { body } = await server.api.post('/api/agents', { id: '', mode: 'x', settings: { network: 1 }, colour: 1 })
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'id',
      'mode',
      'settings.network',
      'colour',
    ])
  })

  test.for(['x', '-1', '1.5', '1e3', '9'.repeat(20), '1,2'])('Last-Event-ID "%s" is 422', async (place) => {
    const answer = await server.api.send('GET', '/api/events', undefined, { 'last-event-id': place })
    expectProblem(answer, 422, 'invalid-input')
    expect(answer.body.errors).toEqual([
      { field: 'Last-Event-ID', message: 'must be the id of an event of this stream, or 0' },
    ])
  })

  test.for(['', '%00', 'a%2Fb', 'a&agentId=b'])('events of the agent "%s" are 422', async (agentId) => {
    const answer = await server.api.get(`/api/events?agentId=${agentId}`)
    expectProblem(answer, 422, 'invalid-input')
    expect(answer.body.errors[0].field).toBe('agentId')
  })
})

describe('P20 after all of it', () => {
  test('nothing has changed', async () => {
    expect(await everything()).toEqual(before)
  })

  test('the server still works, and every answer is one that the OpenAPI document tells of', async () => {
    expect((await server.api.get('/healthz')).body).toEqual({ status: 'ok' })
    expect((await server.api.get('/readyz')).body.status).toBe('ready')
    expect(seen.undescribedIn((await server.api.get('/api/openapi.json')).body)).toEqual([])
  })
})
