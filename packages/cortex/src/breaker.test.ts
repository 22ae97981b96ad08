import type { WorkerOutcome } from '@agentic/worker-outcome'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BreakerChange, type BreakerOptions, type BreakerState, createBreaker } from './breaker.ts'

const MINUTE_MS = 60_000

const success: WorkerOutcome = { type: 'success', result: 'ok' }
const failed: WorkerOutcome = { type: 'failed', code: 'X', message: 'x', retryable: true }
const timeout: WorkerOutcome = { type: 'timeout', limit: 'wall-clock', elapsedMs: 1, segments: 0 }
const neither: readonly WorkerOutcome[] = [
  { type: 'cancelled', reason: 'enough' },
  { type: 'blocked', block: { type: 'login-wall' }, evidence: { signals: [] } },
  { type: 'failed', code: 'RUN_LOST', message: 'x', retryable: true },
  { type: 'failed', code: 'RUN_INTERRUPTED', message: 'x', retryable: true },
]

function setup(options: Partial<BreakerOptions> = {}) {
  const states = new Map<string, BreakerState>()
  const changes: BreakerChange[] = []
  let now = 0
  const breaker = createBreaker({
    store: {
      get: async (agentId) => states.get(agentId),
      put: async (agentId, state) => void states.set(agentId, state),
      delete: async (agentId) => states.delete(agentId),
    },
    threshold: 3,
    coolDownMs: MINUTE_MS,
    clock: () => now,
    onChange: (change) => changes.push(change),
    ...options,
  })
  const note = async (...outcomes: readonly WorkerOutcome[]): Promise<void> => {
    for (const outcome of outcomes) await breaker.note('a', outcome)
  }
  return { breaker, states, changes, note, pass: (ms: number) => (now += ms) }
}

describe('the breaker of an agent', () => {
  test('C18 opens after so many failures in a row, timeouts among them, and holds no other agent', async () => {
    const { breaker, note, changes } = setup()
    await note(failed, timeout)
    expect(await breaker.heldUntil('a')).toBeUndefined()
    await note(failed)
    expect(await breaker.heldUntil('a')).toBe(MINUTE_MS)
    expect(await breaker.heldUntil('b')).toBeUndefined()
    expect(await breaker.look('a')).toEqual({ status: 'open', failures: 3, openings: 1, openUntil: MINUTE_MS })
    expect(changes).toMatchObject([{ type: 'breaker-opened', agentId: 'a' }])
  })

  test('lets one run try after that: its failure opens it for twice as long, its success closes it', async () => {
    const { breaker, note, pass, changes } = setup()
    await note(failed, failed, failed)
    pass(MINUTE_MS)
    expect(await breaker.heldUntil('a')).toBeUndefined()
    expect((await breaker.look('a')).status).toBe('half-open')
    await note(failed)
    expect(await breaker.heldUntil('a')).toBe(3 * MINUTE_MS)
    pass(2 * MINUTE_MS)
    await note(success)
    expect(await breaker.look('a')).toEqual({ status: 'closed', failures: 0, openings: 0 })
    expect(changes.map(({ type }) => type)).toEqual(['breaker-opened', 'breaker-opened', 'breaker-closed'])
  })

  test('is open for a day at most', async () => {
    const { breaker, note, pass } = setup()
    await note(failed, failed, failed)
    for (let day = 0; day < 30; day += 1) {
      pass(86_400_000)
      await note(failed)
    }
    expect((await breaker.heldUntil('a'))! - 30 * 86_400_000).toBe(86_400_000)
  })

  test('does not count what a person decided or the process cut short', async () => {
    const { breaker, note, states } = setup()
    await note(...neither, ...neither)
    expect(states.size).toBe(0)
    await note(failed, ...neither, failed, ...neither)
    expect((await breaker.look('a')).failures).toBe(2)
  })

  test('is closed by an operator, who is told whether there was anything', async () => {
    const { breaker, note, changes } = setup()
    expect(await breaker.reset('a')).toBe(false)
    await note(failed, failed, failed)
    expect(await breaker.reset('a')).toBe(true)
    expect(await breaker.heldUntil('a')).toBeUndefined()
    await note(failed, failed)
    expect(await breaker.heldUntil('a')).toBeUndefined()
    expect(changes.map(({ type }) => type)).toEqual(['breaker-opened', 'breaker-closed'])
  })

  test('P15 keeps nothing of an agent whose runs succeed', async () => {
    const outcomes = fc.array(fc.constantFrom(success, failed, timeout, ...neither), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(outcomes, async (all) => {
        const { note, states } = setup()
        await note(...all, success)
        expect(states.size).toBe(0)
      }),
    )
  })

  test.for([{ threshold: 0 }, { coolDownMs: -1 }])('P20 refuses %j', (options) => {
    expect(() => setup(options)).toThrow(/must be a whole number/)
  })
})
