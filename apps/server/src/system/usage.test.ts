import { createMemoryStore } from '@agentic/embedded-store'
import type { Run } from '@agentic/tasks'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createUsageStore } from './usage.ts'

const NONE = { runs: 0, modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 }

function setup() {
  const store = createMemoryStore()
  const usage = createUsageStore(store)
  let runs = 0
  const run = (agentId: string, used: unknown): Run => ({
    id: `run-${runs++}`,
    taskId: 'task',
    agentId,
    number: 1,
    status: 'ended',
    startedAt: 0,
    usage: used as never,
  })
  const end = (agentId: string, used: unknown) => store.write(usage.operationsFor(run(agentId, used)))
  return { store, usage, end }
}

test('the sum is that of all runs that ended, however often and whenever it is asked for', async () => {
  const used = fc.record({ modelCalls: fc.nat(9), inputTokens: fc.nat(9_999), outputTokens: fc.nat(9_999) })
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(used, fc.constant('ask' as const)), { maxLength: 40 }), async (steps) => {
      const { usage, end } = setup()
      // All at once: what ends while the sum is made is in that sum or the next.
      await Promise.all(steps.map((step) => (step === 'ask' ? usage.total('a') : end('a', step))))
      const ended = steps.filter((step) => step !== 'ask')
      const sum = (of: 'modelCalls' | 'inputTokens' | 'outputTokens') =>
        ended.reduce((total, each) => total + each[of], 0)
      const expected = {
        runs: ended.length,
        modelCalls: sum('modelCalls'),
        inputTokens: sum('inputTokens'),
        outputTokens: sum('outputTokens'),
        costUsd: 0,
      }
      expect(await Promise.all([usage.total('a'), usage.total('a')])).toEqual([expected, expected])
    }),
    { numRuns: 60 },
  )
})

test('more runs than one look folds are summed', async () => {
  const { store, usage, end } = setup()
  await Promise.all(Array.from({ length: 2_100 }, () => end('a', { inputTokens: 1 })))
  expect(await usage.total('a')).toMatchObject({ runs: 2_100, inputTokens: 2_100 })
  // One row is left of them.
  expect(await store.keys({ gt: '', lt: '\uffff' })).toHaveLength(1)
})

test('P6 a deleted agent leaves nothing, to one of its own name or to one whose name begins with it', async () => {
  const { usage, end } = setup()
  for (const id of ['a', 'a.b', 'ab']) await end(id, { inputTokens: 5 })
  await usage.total('a')
  await Promise.all(Array.from({ length: 1_200 }, () => end('a', { inputTokens: 1 })))
  await Promise.all([usage.total('a'), usage.deleteAgent('a'), usage.total('a')])
  expect(await usage.total('a')).toEqual(NONE)
  for (const id of ['a.b', 'ab']) expect(await usage.total(id)).toMatchObject({ runs: 1, inputTokens: 5 })
})

test('runs that used nothing of a model are not counted, nor is what is no usage', async () => {
  const { usage, end } = setup()
  for (const used of [undefined, null, 'much', { inputTokens: -1 }, { outputTokens: Number.NaN }]) await end('a', used)
  expect(await usage.total('a')).toEqual(NONE)
})

test('a coding agent’s word on what it cost counts, where it is in dollars', async () => {
  const { usage, end } = setup()
  await end('a', { costUsd: 1, modelCalls: 1 })
  await end('a', { sessionId: 's', inputTokens: 7, costAmount: 0.25, costCurrency: 'USD' })
  await end('a', { costAmount: 9, costCurrency: 'EUR' })
  expect(await usage.total('a')).toMatchObject({ runs: 3, inputTokens: 7, costUsd: 1.25 })
})
