import type { PermissionOption } from '@agentclientprotocol/sdk'
import { describe, expect, test } from 'vitest'
import { decide, decideByAnswer } from './permissions.ts'

const options: readonly PermissionOption[] = [
  { optionId: 'a1', name: 'Allow always', kind: 'allow_always' },
  { optionId: 'a2', name: 'Allow', kind: 'allow_once' },
  { optionId: 'r1', name: 'Never', kind: 'reject_always' },
  { optionId: 'r2', name: 'Reject', kind: 'reject_once' },
]
const allowed = { type: 'allowed', optionId: 'a2' }
const rejected = { type: 'rejected', optionId: 'r2' }

test.for([
  ['allow', 'execute', allowed],
  ['reject', 'read', rejected],
  ['allow-read-only', 'read', allowed],
  ['allow-read-only', 'search', allowed],
  ['allow-read-only', 'think', allowed],
  ['allow-read-only', 'fetch', rejected],
  ['allow-read-only', 'edit', rejected],
  ['allow-read-only', 'switch_mode', rejected],
  ['allow-read-only', 'something-newer', rejected],
  ['allow-read-only', undefined, rejected],
  ['ask', 'read', { type: 'ask' }],
] as const)('the policy %s makes of a tool of the kind %s: %o', ([policy, kind, decision]) => {
  expect(decide(policy, kind, options)).toEqual(decision)
})

describe('without an option that says so', () => {
  test('what is allowed for good is taken where it cannot be allowed once', () => {
    expect(decide('allow', 'edit', options.slice(0, 1))).toEqual({ type: 'allowed', optionId: 'a1' })
  })

  test('nothing is chosen, rather than the opposite', () => {
    expect(decide('reject', 'edit', options.slice(0, 2))).toEqual({ type: 'cancelled' })
    expect(decide('allow', 'edit', options.slice(2))).toEqual({ type: 'cancelled' })
  })
})

test.for([
  ['a1', { type: 'allowed', optionId: 'a1' }],
  [' Allow ALWAYS\n', { type: 'allowed', optionId: 'a1' }],
  ['never', { type: 'rejected', optionId: 'r1' }],
  ['yes', allowed],
  ['allow', allowed],
  ['no', rejected],
  ['', rejected],
  ['yes, but first tell me why', rejected],
] as const)('the answer %o is %o', ([answer, decision]) => {
  expect(decideByAnswer(answer, options)).toEqual(decision)
})
