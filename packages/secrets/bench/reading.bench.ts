import { under } from '@agentic/embedded-store'
import { afterAll, beforeAll, test } from 'vitest'
import { agentScope } from '../src/index.ts'
import { compare } from './compare.ts'
import { agentOf, nameOf, openRaw, type Population, populate, rowKey } from './population.ts'

/*
 * What does reading cost in an encrypted store of a million secrets, beside reading rows as long with classic-level
 * alone, under the same keys, and opening them with AES-256-GCM of node:crypto?
 *
 * Workload: 10 secrets of 40 characters for each of 100,000 agents (AGENTIC_BENCH_AGENTS says another number), no shared
 * ones. Hot: the same agent again. Known: one of 500 agents that were read before. Cold: another agent each time, of
 * which nothing is in memory; nothing of these was used today either, so that the days of last use are written as well.
 */
const AGENTS = Number(process.env['AGENTIC_BENCH_AGENTS'] ?? 100_000)
const SECRETS = 10
const KNOWN = Math.min(500, AGENTS)
const HOT = 7
const options = { time: process.env['AGENTIC_LONG_RUN'] === '1' ? 5000 : 1000, warmupTime: 300 }
const size = `of ${(AGENTS * SECRETS).toLocaleString('en')} secrets`

let population: Population

beforeAll(async () => {
  population = await populate(AGENTS, SECRETS)
}, 3_600_000)

afterAll(async () => {
  await population[Symbol.asyncDispose]()
})

/** Agents in an order in which none comes again before all others. */
let turn = 0
function nextAgent(): number {
  turn += 7919
  return turn % AGENTS
}

const temperatures: readonly (readonly [name: string, agent: () => number])[] = [
  ['hot', () => HOT],
  ['known', () => nextAgent() % KNOWN],
  ['cold', nextAgent],
]

async function rawEnv(agent: number): Promise<number> {
  const { gt, lt } = under('a', agentOf(agent))
  const iterator = population.raw.iterator({ gt, lt })
  const rows = await iterator.nextv(64)
  await iterator.close()
  const env = Object.fromEntries(rows.map(([at, row]) => [at, openRaw(at, row)]))
  return Object.keys(env).length
}

async function storeEnv(agent: number): Promise<number> {
  const { env } = await population.secrets.envFor(agentOf(agent))
  return Object.keys(env).length
}

function rawGet(agent: number): number {
  const at = rowKey(agent, 3)
  return openRaw(at, population.raw.getSync(at)!).length
}

async function storeGet(agent: number): Promise<number> {
  return (await population.secrets.reveal(agentScope(agentOf(agent)), nameOf(3)))?.length ?? 0
}

test.for(temperatures)('environment of one agent, %s', async ([temperature, agent], { bench }) => {
  const title = `environment of one agent ${size}, ${temperature}`
  await compare(
    bench,
    { title, expected: SECRETS, batch: 50, options },
    {
      'raw range read and AES-GCM': () => rawEnv(agent()),
      envFor: () => storeEnv(agent()),
    },
  )
})

test.for(temperatures)('one secret, %s', async ([temperature, agent], { bench }) => {
  const title = `one secret ${size}, ${temperature}`
  await compare(
    bench,
    { title, expected: 40, batch: 50, options },
    {
      'raw getSync and AES-GCM': () => rawGet(agent()),
      'raw getSync alone': () => (population.raw.getSync(rowKey(agent(), 3)) === undefined ? 0 : 40),
      reveal: () => storeGet(agent()),
    },
  )
})
