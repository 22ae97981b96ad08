/* How many runs a second does the dispatcher start, beside the floor: one map look-up an agent? */
import { expect, test } from 'vitest'
import { createDispatcher } from '../src/dispatcher.ts'

const AGENTS = 100_000
const make = createDispatcher
const agents = Array.from({ length: AGENTS }, (_, index) => `agent-${index}`)
const inAnyOrder = Array.from({ length: AGENTS }, (_, index) => agents[(index * 7_919) % AGENTS] as string)
const turn = () => new Promise((resolve) => setImmediate(resolve))

test('100k agents, each rung once and run', async ({ bench }) => {
  const known = new Map(agents.map((agentId, index) => [agentId, index]))
  let sum = 0
  let runs = 0
  const ended = Promise.resolve()
  const sync = make({ concurrency: 64, run: () => void (runs += 1) })
  const async = make({ concurrency: 64, run: () => ended })

  await bench.compare(
    bench('floor: Map.get', () => {
      for (const agentId of inAnyOrder) sum += known.get(agentId) ?? 0
    }),
    bench('dispatch, work that is not asynchronous', async () => {
      for (const agentId of inAnyOrder) sync.ring(agentId)
      await turn()
    }),
    bench('dispatch, one promise a run', async () => {
      for (const agentId of inAnyOrder) async.ring(agentId)
      await async.idle()
      await turn()
    }),
    bench('ring of an agent that is queued', () => {
      sync.ring('agent-1')
      for (let index = 1; index < AGENTS; index += 1) sync.ring('agent-1')
    }),
  )
  expect(sum + runs).toBeGreaterThan(0)
})
