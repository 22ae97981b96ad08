import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedStore, key, under } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import { afterAll, beforeAll, test, type TestContext } from 'vitest'
import { agentScope, createSecretStore, generateRootKey, keyFromText, type SecretStore } from '../src/index.ts'

/*
 * What does it cost to get one agent's environment, or one secret, out of an encrypted store of very many, beside reading
 * rows as long with classic-level alone, under the same keys, and opening them with AES-256-GCM?
 *
 * Workload: 10 secrets of 40 characters for each of 10,000 agents (100,000 with AGENTIC_LONG_RUN=1, or as many as
 * AGENTIC_BENCH_AGENTS says), no shared ones. Hot: the same agent again; cold: another one each time.
 */
const isLong = process.env['AGENTIC_LONG_RUN'] === '1'
const AGENTS = Number(process.env['AGENTIC_BENCH_AGENTS'] ?? (isLong ? 100_000 : 10_000))
const SECRETS = 10
/** So many of a kind are timed together, as timing one costs as much as doing it. */
const BATCH = 50
const run = { time: isLong ? 5000 : 1500, warmupTime: 300 }

const agentOf = (index: number): string => `agent-${index}`
const nameOf = (index: number): string => `SECRET_${index}`
const rowKey = (agent: number, secret: number): string => key('a', agentOf(agent), nameOf(secret))
const valueOf = (agent: number, secret: number): string => `${agent}-${secret}-`.padEnd(40, 'x')

/** Agents in an order in which none comes again before all others. */
let turn = 0
function nextAgent(): number {
  turn += 7919
  return turn % AGENTS
}

/** What is used of classic-level here. */
interface RawLevel {
  open(): Promise<void>
  getSync(key: string): Buffer
  batch(operations: readonly { readonly type: 'put'; readonly key: string; readonly value: Buffer }[]): Promise<void>
  iterator(range: { readonly gt: string; readonly lt: string }): {
    nextv(size: number): Promise<[key: string, value: Buffer][]>
    close(): Promise<void>
  }
  close(): Promise<void>
}

let folder: string
let ground: EmbeddedStore
let secrets: SecretStore
let raw: RawLevel
const rawKey = createSecretKey(randomBytes(32))

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentic-secrets-bench-'))
  ground = await openLevelStore(join(folder, 'store'))
  await timed('written', fillStore)
  secrets = await timed('taken over from the first format', () => createSecretStore(ground))
  await timed('encrypted', () => secrets.enable(keyFromText(generateRootKey())))
  raw = await openRaw()
  await fillRaw()
}, 3_600_000)

afterAll(async () => {
  await secrets.close()
  await ground.close()
  await raw.close()
  await rm(folder, { recursive: true })
})

async function timed<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  const result = await work()
  console.log(`${AGENTS * SECRETS} secrets ${what} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return result
}

/** In the first format, which opening brings into the present one much faster than secrets could be put one by one. */
async function fillStore(): Promise<void> {
  const now = '2026-01-01T00:00:00.000Z'
  const record = { format: 1, version: 1, category: 'tool', createdAt: now, updatedAt: now }
  await ground.write([{ type: 'put', key: key('m', 'format'), value: { format: 1 } }])
  await byThousand(async (agents) => {
    await ground.write(
      rowsOf(agents).map(([agent, secret]) => ({
        type: 'put',
        key: rowKey(agent, secret),
        value: { ...record, value: valueOf(agent, secret) },
      })),
    )
  })
}

/** classic-level comes with the embedded store, and from there. */
async function openRaw(): Promise<RawLevel> {
  const { resolve } = createRequire(import.meta.url)
  const { ClassicLevel } = createRequire(resolve('@agentic/embedded-store/package.json'))('classic-level') as {
    ClassicLevel: new (location: string, options: { readonly valueEncoding: 'buffer' }) => RawLevel
  }
  const database = new ClassicLevel(join(folder, 'raw'), { valueEncoding: 'buffer' })
  await database.open()
  return database
}

/** Rows as long as the store's, with what is sealed at the end. */
async function fillRaw(): Promise<void> {
  const length = JSON.stringify(await ground.get(rowKey(0, 0))).length
  await byThousand(async (agents) => {
    await raw.batch(
      rowsOf(agents).map(([agent, secret]) => {
        const at = rowKey(agent, secret)
        const box = seal(at, valueOf(agent, secret))
        return { type: 'put' as const, key: at, value: Buffer.concat([Buffer.alloc(length - box.length), box]) }
      }),
    )
  })
}

async function byThousand(work: (agents: readonly number[]) => Promise<void>): Promise<void> {
  const all = Array.from({ length: AGENTS }, (_, agent) => agent)
  for (let from = 0; from < AGENTS; from += 1000) await work(all.slice(from, from + 1000))
}

function rowsOf(agents: readonly number[]): (readonly [agent: number, secret: number])[] {
  return agents.flatMap((agent) => Array.from({ length: SECRETS }, (_, secret) => [agent, secret] as const))
}

const BOX_BYTES = 12 + 40 + 16

function seal(at: string, value: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', rawKey, nonce, { authTagLength: 16 }).setAAD(Buffer.from(at))
  return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()])
}

function open(at: string, row: Buffer): string {
  const box = row.subarray(-BOX_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', rawKey, box.subarray(0, 12), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(at)).setAuthTag(box.subarray(-16))
  return decipher.update(box.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
}

async function rawEnv(agent: number): Promise<number> {
  const { gt, lt } = under('a', agentOf(agent))
  const iterator = raw.iterator({ gt, lt })
  const rows = await iterator.nextv(64)
  await iterator.close()
  const env = Object.fromEntries(rows.map(([at, row]) => [at, open(at, row)]))
  return Object.keys(env).length
}

async function storeEnv(agent: number): Promise<number> {
  const { env } = await secrets.envFor(agentOf(agent))
  return Object.keys(env).length
}

function rawGet(agent: number): number {
  const at = rowKey(agent, 3)
  return open(at, raw.getSync(at)).length
}

async function storeGet(agent: number): Promise<number> {
  return (await secrets.reveal(agentScope(agentOf(agent)), nameOf(3)))?.length ?? 0
}

type Candidates = Readonly<Record<string, () => number | Promise<number>>>

/** Prints what each does in a second, and how many times as long as the raw one before it it takes. */
async function compare(bench: TestContext['bench'], title: string, expected: number, candidates: Candidates) {
  const names = Object.keys(candidates)
  const registrations = names.map((name) => {
    const candidate = candidates[name]!
    return bench(name, async () => {
      for (let count = 0; count < BATCH; count += 1) {
        // A promise where there is one only: waiting for what is there already takes its time too.
        const result = candidate()
        if ((typeof result === 'number' ? result : await result) !== expected) throw new Error(`${name} failed`)
      }
    })
  })
  const results = await bench.compare(...registrations, run)
  const medians = names.map((name) => (results.get(name).latency.p50 * 1000) / BATCH)
  const lines = names.map((name, index) => {
    const median = medians[index]!
    const perSecond = Math.round(1_000_000 / median).toLocaleString('en')
    const before = medians[index - (index % 2)]!
    return `  ${name}: ${median.toFixed(1)} us, ${perSecond}/s, ${(median / before).toFixed(1)}x`
  })
  console.log([`${title}, ${AGENTS * SECRETS} secrets`, ...lines].join('\n'))
}

test('environment of one agent', async ({ bench }) => {
  await compare(bench, 'environment of one agent', SECRETS, {
    'raw range read and AES-GCM, cold': () => rawEnv(nextAgent()),
    'envFor, cold': () => storeEnv(nextAgent()),
    'raw range read and AES-GCM, hot': () => rawEnv(7),
    'envFor, hot': () => storeEnv(7),
  })
})

test('one secret', async ({ bench }) => {
  await compare(bench, 'one secret', 40, {
    'raw getSync and AES-GCM, cold': () => rawGet(nextAgent()),
    'reveal, cold': () => storeGet(nextAgent()),
    'raw getSync and AES-GCM, hot': () => rawGet(7),
    'reveal, hot': () => storeGet(7),
  })
})
