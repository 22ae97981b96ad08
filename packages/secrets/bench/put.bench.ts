import { afterAll, beforeAll, test } from 'vitest'
import { agentScope } from '../src/index.ts'
import { compare } from './compare.ts'
import { agentOf, nameOf, type Population, populate, rowKey, valueOf } from './population.ts'

/*
 * What does it cost to put a secret, sealed, with its head and its entry in the audit trail, beside a synced put of the
 * row alone with classic-level?
 *
 * Workload: 1,000 agents with 10 secrets each, whose third is put again; one caller, and 16 that do not wait for each other.
 */
const AGENTS = 1000
const options = { time: 1500, warmupTime: 200 }

let population: Population
let value: Buffer

beforeAll(async () => {
  population = await populate(AGENTS, 10)
  value = (await population.raw.get(rowKey(0, 3)))!
})

afterAll(async () => {
  await population[Symbol.asyncDispose]()
})

let turn = 0
const nextAgent = (): number => (turn += 1) % AGENTS

async function rawPut(): Promise<number> {
  await population.raw.put(rowKey(nextAgent(), 3), value, { sync: true } as object)
  return 1
}

async function storePut(): Promise<number> {
  const agent = nextAgent()
  const { secret } = await population.secrets.put(agentScope(agentOf(agent)), nameOf(3), valueOf(agent, turn))
  return secret.version > 1 ? 1 : 0
}

test.for([1, 16])('%i callers', async (callers, { bench }) => {
  const all = async (put: () => Promise<number>): Promise<number> => {
    const done = await Promise.all(Array.from({ length: callers }, put))
    return done.reduce((total, each) => total + each, 0)
  }
  await compare(
    bench,
    { title: `put, ${callers} at a time`, expected: callers, batch: 1, options },
    { 'raw synced put': () => all(rawPut), put: () => all(storePut) },
  )
})
