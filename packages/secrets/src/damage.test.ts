import { createMemoryStore } from '@agentic/embedded-store'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSecretStore } from './adapters/embedded.ts'
import { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
import { createClearSeal } from './scope-seal.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'
import type { AgentEnv } from './secret-store.ts'
import { type Rows, rowsIn, storeOf, withHeadOf, withoutHead } from './stores.test-support.ts'

const key = keyFromText(generateRootKey())
const asTool = { category: 'tool' } as const
const alice = agentScope('alice')
const bob = agentScope('bob')
const AGENTS = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'] as const
const OWN = ['A', 'B', 'C']

type Values = Readonly<Record<string, string>>

interface Template {
  readonly isEncrypted: boolean
  readonly rows: Rows
  /** Rows as they were before the last change of each scope. */
  readonly older: Rows
  readonly truth: { readonly own: Readonly<Record<string, Values>>; readonly shared: Values }
}

/** Every agent has its own A, B and C; A, B and D are shared; each scope was changed before. */
async function templateOf(isEncrypted: boolean): Promise<Template> {
  const store = createMemoryStore()
  const secrets = await createSecretStore(store)
  if (isEncrypted) await secrets.enable(key)
  const own: Record<string, Record<string, string>> = {}
  const putAll = async (state: string) => {
    for (const name of ['A', 'B', 'D']) await secrets.put(INSTANCE_SHARED, name, `shared ${name} ${state}`, asTool)
    for (const agent of AGENTS) {
      const values = Object.fromEntries(OWN.map((name) => [name, `${agent} ${name} ${state}`]))
      for (const [name, value] of Object.entries(values)) await secrets.put(agentScope(agent), name, value)
      own[agent] = values
    }
  }
  await putAll('old')
  await secrets.put(alice, 'GONE', 'deleted later')
  const older = await rowsIn(store)
  await putAll('new')
  await secrets.delete(alice, 'GONE')
  await secrets.close()
  const shared = Object.fromEntries(['A', 'B', 'D'].map((name) => [name, `shared ${name} new`]))
  // Without the audit trail, which plays no part here.
  const rows = Object.entries(await rowsIn(store)).filter(([each]) => !each.startsWith('t\0'))
  return { isEncrypted, rows: Object.fromEntries(rows), older, truth: { own, shared } }
}

const sealed = await templateOf(true)
const templates = [await templateOf(false), sealed]

async function openWith(template: Template, changes: Rows, deleted: readonly string[] = []) {
  const store = await storeOf({ ...template.rows, ...changes })
  await store.write(deleted.map((each) => ({ type: 'delete', key: each })))
  return createSecretStore(store, template.isEncrypted ? { key } : {})
}

/** What an agent's workers get, or the code of the refusal. */
async function envOf(secrets: Awaited<ReturnType<typeof openWith>>, agent: string): Promise<Values | string> {
  return secrets.envFor(agent).then(
    ({ env }) => ({ ...env }),
    (error: { code: string }) => error.code,
  )
}

const idOf = (agent: string | undefined): string => (agent === undefined ? 's' : `a\0${agent}`)

/** The row as it would be in a store that is not encrypted: rightly made, with the right id. */
function inClear(template: Template, agent: string, name: string): unknown {
  const { storeId } = template.rows['m\0store'] as { storeId: string }
  const time = '2026-01-02T03:04:05.000Z'
  const record = { version: 2, category: 'tool', createdAt: time, updatedAt: time, value: 'planted' } as const
  return createClearSeal({ storeId, scope: agentScope(agent) }).sealRecord(name, record).row
}

/** The head as it would be in a store that is not encrypted. */
function headInClear(agent: string): unknown {
  const { storeId } = sealed.rows['m\0store'] as { storeId: string }
  const entries = new Map([['A', { version: 2, tag: '' }]])
  return createClearSeal({ storeId, scope: agentScope(agent) }).sealHead({ version: 9, seals: 1, entries })
}

function flipped(json: unknown, at: number): unknown {
  const text = JSON.stringify(json)
  // Inside a text in the row, so that it stays JSON: what is not, the store below tells.
  const places = [...text.matchAll(/[A-Za-z0-9+/](?=[A-Za-z0-9+/=. -]*")/gu)].map(({ index }) => index)
  const place = places[at % places.length] ?? 0
  const other = text[place] === 'x' ? 'y' : 'x'
  return JSON.parse(text.slice(0, place) + other + text.slice(place + 1)) as unknown
}

interface Damage {
  readonly agent: string | undefined
  readonly on: 'row' | 'head' | 'key' | 'none'
  readonly kind: string
  readonly name: string
  readonly at: number
}

/** Does one damage; a value of `undefined` deletes. In an encrypted store a head is damaged within the row that has it. */
function damage(template: Template, damages: Damage): Record<string, unknown> {
  const { agent, on, kind, name, at } = damages
  const { rows, older } = template
  if (on === 'head' && template.isEncrypted) return damageToHead(template, damages)
  const target = { row: `${idOf(agent)}\0${name}`, head: `h\0${idOf(agent)}`, key: `k\0${idOf(agent)}`, none: '' }[on]
  const other = {
    row: `${idOf(AGENTS[at % 8])}\0${OWN[at % 3]}`,
    head: `h\0a\0${AGENTS[at % 8]}`,
    key: `k\0a\0${AGENTS[at % 8]}`,
    none: '',
  }[on]
  if (on === 'none' || (on === 'key' && !template.isEncrypted)) return {}
  const there = rows[target]
  const kinds: Record<string, () => Record<string, unknown>> = {
    vanish: () => ({ [target]: undefined }),
    garbage: () => ({ [target]: [null, 7, 'text', {}, [], { value: 'x' }][at % 6] }),
    flip: () => (there === undefined ? {} : { [target]: flipped(there, at) }),
    stale: () => (on === 'row' && older[target] !== undefined ? { [target]: older[target] } : {}),
    'older-head': () => (on === 'head' ? { [target]: older[target] } : {}),
    moved: () => (other === target ? {} : { [target]: rows[other] }),
    planted: () => (on === 'row' ? { [`${idOf(agent)}\0D`]: rows[other] } : {}),
    'in-clear': () =>
      on === 'row' && agent !== undefined && template.isEncrypted ? { [target]: inClear(template, agent, name) } : {},
  }
  return kinds[kind]!()
}

function damageToHead({ rows, older }: Template, { agent, kind, at }: Damage): Record<string, unknown> {
  const target = `k\0${idOf(agent)}`
  const there = rows[target] as { readonly head: string }
  const kinds: Record<string, () => unknown> = {
    vanish: () => withoutHead(there),
    garbage: () => ({ ...there, head: ['', 'text', '[]', '[1,1,[]]', '{}', 'null'][at % 6] }),
    flip: () => ({ ...there, ...(flipped({ head: there.head }, at) as object) }),
    'older-head': () => withHeadOf(there, older[target]),
    moved: () => withHeadOf(there, rows[`k\0a\0${AGENTS[at % 8]}`]),
  }
  const done = kinds[kind]?.()
  return done === undefined || (kind === 'moved' && agent === AGENTS[at % 8]) ? {} : { [target]: done }
}

const kindNames = ['vanish', 'garbage', 'flip', 'stale', 'older-head', 'moved', 'planted', 'in-clear']

/** At most two for a scope, and no older rows with an older head: all of a scope as it once was is what it once was. */
const damagesOf = (agent: string | undefined) =>
  fc
    .array(
      fc.record({
        agent: fc.constant(agent),
        on: fc.constantFrom<Damage['on']>('row', 'row', 'row', 'head', 'key', 'none', 'none', 'none', 'none'),
        kind: fc.constantFrom(...kindNames),
        name: fc.constantFrom(...OWN),
        at: fc.nat(1000),
      }),
      { maxLength: 2 },
    )
    .filter((all) => !(all.some(({ kind }) => kind === 'older-head') && all.some(({ kind }) => kind === 'stale')))

/** What a name may be for an agent, told as simply as can be. */
function allowed(
  template: Template,
  agent: string,
  name: string,
  ownHit: boolean,
  sharedHit: boolean,
): (string | undefined)[] {
  const own = template.truth.own[agent]![name]
  if (own !== undefined) return ownHit ? [own, undefined] : [own]
  const shared = template.truth.shared[name]
  return ownHit || sharedHit ? [shared, undefined] : [shared]
}

const LONG = process.env['AGENTIC_LONG_RUN'] === '1' ? 20 : 1

test.for(templates)(
  'P2 P5 over any damage an agent gets its own, or nothing: encrypted $isEncrypted',
  { timeout: 60_000 * LONG },
  async (template) => {
    const count = { cases: 0, refusals: 0, withheld: 0 }
    await fc.assert(
      fc.asyncProperty(fc.tuple(...AGENTS.map(damagesOf)), damagesOf(undefined), async (own, shared) => {
        const changes: Record<string, unknown> = {}
        const hit = new Set<string>()
        for (const each of [...own.flat(), ...shared]) {
          const done = damage(template, each)
          if (Object.keys(done).length > 0) hit.add(each.agent ?? '')
          Object.assign(changes, done)
        }
        const put = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
        const deleted = Object.keys(changes).filter((each) => changes[each] === undefined)
        const secrets = await openWith(template, put, deleted)
        const problems: string[] = []
        for (const agent of AGENTS) {
          const result = await secrets.envFor(agent).catch((error: { code: string }) => error.code)
          problems.push(...judge(template, agent, result, hit).map((problem) => `${agent}: ${problem}`))
          count.cases += 1
          if (typeof result === 'string') count.refusals += 1
          else count.withheld += result.withheld.length
        }
        expect(problems).toEqual([])
      }),
      { numRuns: 650 * LONG },
    )
    expect(count.cases).toBeGreaterThanOrEqual(5200)
    // The damage did something.
    expect(count.refusals).toBeGreaterThan(count.cases / 100)
    expect(count.withheld).toBeGreaterThan(count.cases / 20)
  },
)

/** What is wrong with what an agent got. */
function judge(template: Template, agent: string, result: AgentEnv | string, hit: ReadonlySet<string>): string[] {
  if (typeof result === 'string') return result === 'SECRETS_QUARANTINED' && hit.has(agent) ? [] : [result]
  const { env, withheld } = result
  return ['A', 'B', 'C', 'D', ...Object.keys(env)].flatMap((name) => {
    const right = allowed(template, agent, name, hit.has(agent), hit.has(''))
    const isOwn = template.truth.own[agent]![name] !== undefined
    const isTold = env[name] !== undefined || withheld.some((each) => each.name === name)
    return [
      ...(right.includes(env[name]) ? [] : [`${name} is ${env[name]}`]),
      // What is an agent's and is not given is told.
      ...(isOwn && !isTold ? [`${name} is not told`] : []),
    ]
  })
}

describe('P5 in an encrypted store', () => {
  const good = { A: 'alice A new', B: 'alice B new', C: 'alice C new', D: 'shared D new' }
  const rowA = 'a\0alice\0A'
  const keyRow = 'k\0a\0alice'
  const headless = withoutHead(sealed.rows[keyRow])
  const cases: Record<string, { changes?: Rows; deleted?: string[]; expected: Values | string }> = {
    'nothing done': { expected: good },
    'a row moved from another name': { changes: { [rowA]: sealed.rows['a\0alice\0B'] }, expected: without('A') },
    'a row moved from another agent': { changes: { [rowA]: sealed.rows['a\0bob\0A'] }, expected: without('A') },
    'a row moved from the shared scope': { changes: { [rowA]: sealed.rows['s\0A'] }, expected: without('A') },
    'defect g: two rows swapped': {
      changes: { [rowA]: sealed.rows['a\0alice\0B'], 'a\0alice\0B': sealed.rows[rowA] },
      expected: { C: 'alice C new', D: 'shared D new' },
    },
    'defect g: a row in clear, rightly made': {
      changes: { [rowA]: inClear(sealed, 'alice', 'A') },
      expected: without('A'),
    },
    'a row of the first format': { changes: { [rowA]: { format: 1, value: 'x' } }, expected: without('A') },
    'a row that vanished': { deleted: [rowA], expected: without('A') },
    'an older row put back, with the same place and key': {
      changes: { [rowA]: sealed.older[rowA] },
      expected: without('A'),
    },
    'a deleted row put back': { changes: { 'a\0alice\0GONE': sealed.older['a\0alice\0GONE'] }, expected: good },
    'a row planted over a shared name': { changes: { 'a\0alice\0D': sealed.rows['s\0D'] }, expected: without('D') },
    'defect a: a row whose clear part is another': {
      changes: { [rowA]: { ...(sealed.rows[rowA] as object), category: 'system' } },
      expected: without('A'),
    },
    'a row whose time of expiry was added': {
      changes: { [rowA]: { ...(sealed.rows[rowA] as object), expiresAt: '2099-01-01T00:00:00Z' } },
      expected: without('A'),
    },
    'a row of another key version': {
      changes: { [rowA]: { ...(sealed.rows[rowA] as object), keyVersion: 2 } },
      expected: without('A'),
    },
    'a head that vanished': { changes: { [keyRow]: headless }, expected: 'SECRETS_QUARANTINED' },
    'an older head': {
      changes: { [keyRow]: withHeadOf(sealed.rows[keyRow], sealed.older[keyRow]) },
      expected: { D: 'shared D new' },
    },
    'the head of another scope': {
      changes: { [keyRow]: withHeadOf(sealed.rows[keyRow], sealed.rows['k\0a\0bob']) },
      expected: 'SECRETS_QUARANTINED',
    },
    'a head of the older form, rightly made without the key': {
      changes: { [keyRow]: headless, 'h\0a\0alice': headInClear('alice') },
      expected: 'SECRETS_QUARANTINED',
    },
    'a data key that vanished, its head left': {
      changes: { 'h\0a\0alice': sealed.rows[keyRow] },
      deleted: [keyRow],
      expected: 'SECRETS_QUARANTINED',
    },
    'the data key of another scope': {
      changes: { [keyRow]: withHeadOf(sealed.rows['k\0a\0bob'], sealed.rows[keyRow]) },
      expected: 'SECRETS_QUARANTINED',
    },
    'data key and head of another scope': {
      changes: { [keyRow]: sealed.rows['k\0a\0bob'] },
      expected: 'SECRETS_QUARANTINED',
    },
    'head and data key gone, rows left': { deleted: [keyRow], expected: 'SECRETS_QUARANTINED' },
  }

  test.for(Object.entries(cases))(
    '%s: only its scope suffers',
    async ([, { changes = {}, deleted = [], expected }]) => {
      const secrets = await openWith(sealed, changes, deleted)
      expect(await envOf(secrets, 'alice')).toEqual(expected)
      expect(await envOf(secrets, 'bob')).toEqual({ A: 'bob A new', B: 'bob B new', C: 'bob C new', D: 'shared D new' })
    },
  )

  test('a scope in quarantine refuses reading and writing, and tells the names that it has', async () => {
    const secrets = await openWith(sealed, { [keyRow]: headless })
    const refused = { code: 'SECRETS_QUARANTINED' }
    await expect(secrets.resolve('alice', 'A')).rejects.toMatchObject(refused)
    await expect(secrets.resolve('alice', 'D')).rejects.toMatchObject(refused)
    await expect(secrets.reveal(alice, 'A')).rejects.toMatchObject(refused)
    await expect(secrets.put(alice, 'A', 'mended')).rejects.toMatchObject(refused)
    await expect(secrets.delete(alice, 'A')).rejects.toMatchObject(refused)
    expect((await secrets.list(alice)).unreadable).toEqual(['A', 'B', 'C'])
    expect((await secrets.names('alice')).map(({ name, why }) => `${name} ${why}`)).toEqual([
      'A quarantined',
      'B quarantined',
      'C quarantined',
      'D quarantined',
    ])
  })

  function without(name: keyof typeof good): Values {
    const { [name]: _, ...rest } = good
    return rest
  }

  test('a shared scope in quarantine leaves agents their own, and tells the names that are withheld', async () => {
    const secrets = await openWith(sealed, { 'k\0s': withoutHead(sealed.rows['k\0s']) })
    const { env, withheld } = await secrets.envFor('alice')
    expect({ ...env }).toEqual({ A: 'alice A new', B: 'alice B new', C: 'alice C new' })
    expect(withheld).toEqual([{ name: 'D', why: 'quarantined' }])
    expect(await secrets.resolve('alice', 'A')).toBe('alice A new')
    await expect(secrets.resolve('alice', 'D')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
    await expect(secrets.resolve('alice', 'NOWHERE')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
  })

  test('defect g: the store is refused when what it says about itself was changed', async () => {
    const header = sealed.rows['m\0store'] as object
    const unreadable = { code: 'SECRETS_UNREADABLE' }
    for (const changed of [{ compactionDue: true }, { storeId: 'another' }, { state: 'enabling' }]) {
      const opening = openWith(sealed, { 'm\0store': { ...header, ...changed } })
      await expect(opening).rejects.toMatchObject('storeId' in changed ? { code: 'SECRETS_WRONG_KEY' } : unreadable)
    }
    await expect(openWith(sealed, { 'm\0store': { ...header, state: 'unencrypted' } })).rejects.toMatchObject(
      unreadable,
    )
    await expect(openWith(sealed, {}, ['m\0store'])).rejects.toMatchObject(unreadable)
    await expect(openWith(sealed, {}, ['m\0store', 'm\0format'])).rejects.toMatchObject(unreadable)
    await expect(openWith(sealed, {}, ['m\0format'])).rejects.toMatchObject(unreadable)
  })

  test('a header that says "unencrypted" and is rightly made gives nothing of what is sealed, and is refused with a key', async () => {
    const fresh = createMemoryStore()
    await (await createSecretStore(fresh)).close()
    const rows = { ...sealed.rows, 'm\0store': (await rowsIn(fresh))['m\0store'] }
    await expect(createSecretStore(await storeOf(rows), { key })).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
    const secrets = await createSecretStore(await storeOf(rows))
    expect(await envOf(secrets, 'alice')).toBe('SECRETS_QUARANTINED')
    await expect(secrets.put(alice, 'A', 'in clear')).rejects.toMatchObject({ code: 'SECRETS_QUARANTINED' })
  })

  test('one damaged row is mended by putting it again, and a name without its row can be deleted', async () => {
    const secrets = await openWith(sealed, { [rowA]: { odd: true } }, ['a\0alice\0B'])
    expect((await secrets.put(alice, 'A', 'mended')).secret.version).toBe(3)
    expect(await secrets.delete(alice, 'B')).toBe(true)
    expect(await envOf(secrets, 'alice')).toEqual({
      A: 'mended',
      B: 'shared B new',
      C: 'alice C new',
      D: 'shared D new',
    })
  })

  test('repairing a scope believes the rows that open, and keeps the other names taken', async () => {
    const secrets = await openWith(sealed, { [rowA]: { odd: true }, [keyRow]: headless })
    const report = await secrets.repair(alice)
    expect(report).toMatchObject({ scopes: 1, rows: 3, unreadable: [{ scope: alice, name: 'A' }] })
    expect(await envOf(secrets, 'alice')).toEqual(without('A'))
    await expect(secrets.repair(alice)).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
    await expect(secrets.repair(bob)).rejects.toMatchObject({ code: 'SECRETS_WRONG_STATE' })
    await secrets.put(alice, 'A', 'mended')
    expect(await secrets.resolve('alice', 'A')).toBe('mended')
  })

  test('repairing a scope without its data key keeps all its names taken until they are put again', async () => {
    const secrets = await openWith(sealed, {}, ['k\0a\0alice'])
    expect((await secrets.repair(alice)).unreadable).toHaveLength(3)
    expect(await envOf(secrets, 'alice')).toEqual({ D: 'shared D new' })
    await secrets.put(alice, 'A', 'again')
    expect(await secrets.resolve('alice', 'A')).toBe('again')
    await expect(secrets.resolve('alice', 'B')).rejects.toMatchObject({ code: 'SECRETS_UNREADABLE' })
  })
})
