import { expect, test } from 'vitest'
import { timeoutOf } from './timeout.ts'

test.for([
  [{ timeoutMs: 60_000 }, 120_000, { timeoutMs: 60_000, source: 'job' }],
  [{}, 120_000, { timeoutMs: 120_000, source: 'agent' }],
  [{}, undefined, { timeoutMs: 1_500_000, source: 'default' }],
] as const)("P17: the job's timeout, else the agent's, else 1,500 s: %j, %j", ([job, agentDefaultMs, timeout]) => {
  expect(timeoutOf(job, agentDefaultMs)).toEqual(timeout)
})
