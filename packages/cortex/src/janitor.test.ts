import { describe, expect, test } from 'vitest'
import { createJanitor, type JanitorOptions, type JanitorRound, type JanitorState } from './janitor.ts'

const DAY_MS = 86_400_000

/** A clock whose timers go off when it is moved on. */
function createClock() {
  let now = 1_000_000
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    clock: {
      now: () => now,
      setTimer(run: () => void, delayMs: number) {
        const timer = { at: now + delayMs, run }
        timers.add(timer)
        return () => void timers.delete(timer)
      },
    },
    get timers() {
      return timers.size
    },
    async pass(ms: number) {
      const until = now + ms
      await settle()
      for (;;) {
        const next = [...timers].toSorted((one, other) => one.at - other.at)[0]
        if (next === undefined || next.at > until) break
        now = Math.max(now, next.at)
        timers.delete(next)
        next.run()
        await settle()
      }
      now = until
      await settle()
    },
  }
}

function setup(options: Partial<JanitorOptions> = {}, kept: { state?: JanitorState | undefined } = {}) {
  const time = createClock()
  const tended: string[] = []
  const rounds: JanitorRound[] = []
  const failures: unknown[] = []
  const ids = ['a', 'b', 'c']
  const janitor = createJanitor({
    async *agents(after) {
      yield* ids.filter((id) => after === undefined || id > after)
    },
    tend: async (agentId) => {
      tended.push(agentId)
      return { pruned: 1, merged: agentId === 'b' ? 2 : 0 }
    },
    journal: {
      read: async () => kept.state,
      write: async (state) => void (kept.state = structuredClone(state)),
    },
    clock: time.clock,
    onRoundEnded: (round) => rounds.push(round),
    onFailed: (failure) => failures.push(failure),
    ...options,
  })
  return { janitor, time, tended, rounds, failures, kept, ids }
}

const never = new Promise<never>(() => undefined)

describe('the janitor', () => {
  test('is off by default: no timer, until it is told to run', async () => {
    const { janitor, time, tended } = setup()
    await janitor.open()
    expect(time.timers).toBe(0)
    expect(await janitor.run()).toBe(true)
    expect(await janitor.run()).toBe(false)
    await time.pass(10_000)
    expect(tended).toEqual(['a', 'b', 'c'])
    expect(await janitor.status()).toMatchObject({
      isRunning: false,
      last: { agents: 3, failed: 0, done: { pruned: 3, merged: 2 } },
    })
    expect(time.timers).toBe(0)
  })

  test('begins a round in every interval, by one timer', async () => {
    const { janitor, time, rounds } = setup({ isScheduled: true })
    await janitor.open()
    expect(time.timers).toBe(1)
    await time.pass(3 * DAY_MS)
    expect(rounds.map(({ startedAt }) => startedAt)).toEqual([1, 2, 3].map((day) => 1_000_000 + day * DAY_MS))
    expect((await janitor.status()).nextAt).toBe(1_000_000 + 4 * DAY_MS)
  })

  test('M10 has its round also where the process is restarted more often than that', async () => {
    const kept: { state?: JanitorState | undefined } = {}
    let startedAt = 0
    const all: JanitorRound[] = []
    for (let half = 0; half < 5; half += 1) {
      const { janitor, time, rounds } = setup({ isScheduled: true }, kept)
      await time.pass(startedAt)
      await janitor.open()
      await time.pass(DAY_MS / 2)
      await janitor.close()
      startedAt += DAY_MS / 2
      all.push(...rounds)
    }
    expect(all).toHaveLength(2)
  })

  test('P19 a round that was cut short goes on where it was, with what it had counted', async () => {
    // As after a kill: what was noted last counts.
    const current = { startedAt: 1_000_000, agents: 1, failed: 0, done: { pruned: 1 }, after: 'a' }
    const first = setup({}, { state: { current } })
    await first.janitor.open()
    await first.time.pass(10_000)
    expect(first.tended).toEqual(['b', 'c'])
    expect(first.rounds).toMatchObject([{ startedAt: 1_000_000, agents: 3, done: { pruned: 3, merged: 2 } }])
  })

  test('a close stops the agent at hand, which is looked after again by the next start', async () => {
    const kept: { state?: JanitorState | undefined } = {}
    const stopped = setup(
      {
        tend: (id, { signal }) =>
          id === 'b'
            ? new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
            : Promise.resolve({}),
      },
      kept,
    )
    await stopped.janitor.open()
    await stopped.janitor.run()
    await stopped.time.pass(1)
    await stopped.janitor.close()
    expect(stopped.failures).toEqual([])
    const next = setup({}, kept)
    await next.janitor.open()
    await next.time.pass(10_000)
    expect(next.tended).toEqual(['b', 'c'])
  })

  test('a close waits for one that does not stop, and not for ever', async () => {
    const { janitor, time, kept } = setup({ tend: () => never })
    await janitor.open()
    await janitor.run()
    await time.pass(0)
    const closed = janitor.close()
    await time.pass(5_000)
    await closed
    expect(kept.state?.current).toMatchObject({ agents: 0 })
    expect(time.timers).toBe(0)
  })

  test('M11 goes on after an agent that fails and one that takes too long, and counts them', async () => {
    const { janitor, time, rounds, failures, ids } = setup({
      agentLimitMs: 1000,
      tend: (id) => (id === 'a' ? never : id === 'b' ? Promise.reject(new Error('broken')) : Promise.resolve({})),
    })
    ids.push('d')
    await janitor.open()
    await janitor.run()
    await time.pass(10_000)
    expect(rounds).toMatchObject([{ agents: 4, failed: 2 }])
    expect(failures).toMatchObject([
      { agentId: 'a', error: { message: 'it took longer than 1000 ms' } },
      { agentId: 'b', error: { message: 'broken' } },
    ])
  })

  test('rests after each agent as long as that one took', async () => {
    const starts: number[] = []
    const { janitor, time } = setup({
      tend: () => {
        starts.push(time.clock.now())
        return new Promise((resolve) => time.clock.setTimer(() => resolve({}), 300))
      },
    })
    await janitor.open()
    await janitor.run()
    await time.pass(10_000)
    expect(starts.map((at) => at - 1_000_000)).toEqual([0, 600, 1200])
  })

  test('tries again in a minute where the agents cannot be told', async () => {
    let isBroken = true
    const { janitor, time, rounds, failures } = setup({
      // oxlint-disable-next-line require-yield
      async *agents() {
        if (isBroken) throw new Error('the disk is gone')
      },
    })
    await janitor.open()
    await janitor.run()
    await time.pass(59_000)
    expect(failures).toMatchObject([{ error: { message: 'the disk is gone' } }])
    isBroken = false
    await time.pass(2_000)
    expect(rounds).toHaveLength(1)
  })

  test.for([{ intervalMs: 59_999 }, { agentLimitMs: 0 }, { intervalMs: Number.NaN }])('P20 refuses %j', (options) => {
    expect(() => setup(options)).toThrow(/must be a whole number/)
  })
})
