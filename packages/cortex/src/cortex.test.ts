import { createMemoryStore } from '@agentic/embedded-store'
import { type Claim, createEmbeddedTaskStore } from '@agentic/tasks'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { ActiveLoop, LoopFailure } from './active-agents.ts'
import { type BreakerState, createBreaker } from './breaker.ts'
import { createCortex, type CortexOptions } from './cortex.ts'
import { RunInterruptedError } from './errors.ts'
import type { RunTask } from './ports.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

const success: WorkerOutcome = { type: 'success', result: 'ok' }
const failed: WorkerOutcome = { type: 'failed', code: 'X', message: 'x', retryable: true }

function setup(options: Partial<CortexOptions<Claim>> = {}) {
  const tasks = createEmbeddedTaskStore(createMemoryStore())
  const rings: { agentId: string; reason: string; notBefore?: number | undefined }[] = []
  const ran: string[] = []
  const cortex = createCortex<Claim>({
    tasks,
    run: async ({ task }) => {
      ran.push(task.title)
      return { outcome: success }
    },
    ring: async (agentId, reason, { notBefore } = {}) => {
      rings.push({ agentId, reason, notBefore })
    },
    ...options,
  })
  const add = async (title: string, agentId = 'a') => (await tasks.create({ agentId, title, worker: {} })).task
  const wake = (agentId = 'a', signal = new AbortController().signal) => cortex.handleWake(agentId, { signal })
  return { tasks, cortex, rings, ran, add, wake }
}

/** A run that lasts until it is stopped, then answers as a supervised worker would. */
function untilStopped(): { run: RunTask<Claim>; started: Promise<Claim> } {
  const started = Promise.withResolvers<Claim>()
  const run: RunTask<Claim> = (claim, { signal }) => {
    started.resolve(claim)
    return new Promise((resolve) => {
      const stop = (): void =>
        resolve({ outcome: { type: 'cancelled', reason: String(signal.reason), partialResult: 'half' } })
      signal.addEventListener('abort', stop)
    })
  }
  return { run, started: started.promise }
}

describe('on a wake', () => {
  test('works on the ready tasks of the agent, one after another, and on no other agent’s', async () => {
    const { add, wake, ran, tasks, rings } = setup()
    const first = await add('one')
    await add('two')
    await add('other', 'b')
    await wake()
    expect(ran).toEqual(['one', 'two'])
    expect((await tasks.get(first.id))?.outcome).toEqual(success)
    expect(rings).toEqual([])
  })

  test('stops at its budget and rings for the rest, so that others get their turn', async () => {
    const { add, wake, ran, rings } = setup({ tasksPerWake: 2 })
    for (const title of ['one', 'two', 'three']) await add(title)
    await wake()
    expect(ran).toEqual(['one', 'two'])
    expect(rings).toEqual([{ agentId: 'a', reason: 'task-ready', notBefore: undefined }])
  })

  test('P11 rings later for a task that failed and is to be tried again', async () => {
    const { add, wake, rings, tasks } = setup({ run: async () => ({ outcome: failed }) })
    const { id } = await add('one')
    await wake()
    const task = await tasks.get(id)
    expect(task).toMatchObject({ status: 'ready', attempts: 1 })
    const readyAt = await tasks.nextReadyAt('a')
    expect(readyAt).toBeGreaterThan(Date.now())
    expect(rings).toEqual([{ agentId: 'a', reason: 'task-ready', notBefore: readyAt }])
  })

  test('P8 settles a run that throws', async () => {
    const run = () => Promise.reject(new Error('boom'))
    const { add, wake, tasks } = setup({ run })
    const { id } = await add('one')
    await wake()
    expect((await tasks.get(id))?.outcome).toMatchObject({ type: 'failed', message: 'boom' })
  })
})

describe('a run', () => {
  test('keeps its lease for as long as it lasts', async () => {
    const { run, started } = untilStopped()
    const { add, wake, tasks, cortex } = setup({ run, leaseMs: 30_000 })
    const { id } = await add('one')
    const woken = wake()
    const { run: open } = await started
    await vi.advanceTimersByTimeAsync(120_000)
    expect(await tasks.reap()).toEqual([])
    cortex.cancelRun(open.id, 'enough')
    await woken
    expect((await tasks.get(id))?.outcome).toEqual({ type: 'cancelled', reason: 'enough', partialResult: 'half' })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is stopped when its lease was lost, and changes nothing any more', async () => {
    const { run, started } = untilStopped()
    const { wake, tasks } = setup({ run, leaseMs: 30_000 })
    const { id } = (await tasks.create({ agentId: 'a', title: 'one', worker: {}, maxAttempts: 1 })).task
    const woken = wake()
    await started
    await tasks.reap({ all: true })
    await vi.advanceTimersByTimeAsync(10_000)
    await woken
    expect((await tasks.get(id))?.outcome).toMatchObject({ type: 'failed', code: 'RUN_LOST' })
  })

  test('is interrupted, not cancelled, when the process stops: its task is taken up again', async () => {
    const { run, started } = untilStopped()
    const { add, wake, tasks, ran, rings } = setup({ run })
    const { id } = await add('one')
    await add('two')
    const stop = new AbortController()
    const woken = wake('a', stop.signal)
    await started
    stop.abort()
    await expect(woken).rejects.toThrow(RunInterruptedError)
    expect(await tasks.get(id)).toMatchObject({
      status: 'ready',
      outcome: { type: 'failed', code: 'RUN_INTERRUPTED', partialResult: 'half' },
    })
    expect(ran).toEqual([])
    expect(rings).toEqual([])
  })

  test('P12 is the last of its wake when the cortex closes, and the wake is kept: other tasks still wait', async () => {
    const { run, started } = untilStopped()
    const { add, wake, cortex, ran, rings } = setup({ run })
    await add('one')
    await add('two')
    const woken = wake()
    const claim = await started
    await cortex.close()
    cortex.cancelRun(claim.run.id, 'enough')
    await expect(woken).rejects.toThrow(RunInterruptedError)
    expect(ran).toEqual([])
    expect(rings).toEqual([])
  })

  test('of a deleted agent is stopped', async () => {
    const { run, started } = untilStopped()
    const { add, wake, tasks, cortex } = setup({ run })
    const { id } = await add('one')
    const woken = wake()
    await started
    cortex.forget('a')
    await woken
    expect((await tasks.get(id))?.status).toBe('cancelled')
  })

  test('that is not here cannot be cancelled', () => {
    expect(setup().cortex.cancelRun('run_x', 'x')).toBe(false)
  })
})

describe('P15 a dormant agent', () => {
  test('starts nothing: no timer, however many there are', () => {
    const { cortex } = setup()
    for (let n = 0; n < 1_000; n++) cortex.setMode(`agent-${n}`, 'dormant')
    expect(vi.getTimerCount()).toBe(0)
    expect(cortex.stats()).toEqual({ activeAgents: 0, runs: 0 })
  })

  test('that becomes active looks for ready tasks by itself, on one timer for all; and no more when it is dormant again', async () => {
    const { cortex, add, rings } = setup({ tickMs: 1_000 })
    await add('one')
    cortex.setMode('a', 'active')
    cortex.setMode('b', 'active')
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(rings).toEqual([{ agentId: 'a', reason: 'ready-poll', notBefore: undefined }])
    cortex.setMode('a', 'dormant')
    cortex.setMode('b', 'dormant')
    expect(vi.getTimerCount()).toBe(0)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(rings).toHaveLength(1)
  })

  test('that becomes dormant and active during a tick has one timer still', async () => {
    const { cortex, add } = setup({
      tickMs: 1_000,
      ring: async (agentId) => {
        cortex.setMode(agentId, 'dormant')
        cortex.setMode(agentId, 'active')
      },
    })
    await add('one')
    cortex.setMode('a', 'active')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(vi.getTimerCount()).toBe(1)
    await cortex.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the loops of an active agent', () => {
  const loop = (name: string, everyMs: number, turns: string[]): ActiveLoop => ({
    name,
    everyMs,
    turn: async (agentId) => void turns.push(`${name} ${agentId}`),
  })

  test('have their turns as often as they say, all on one timer', async () => {
    const turns: string[] = []
    const loops = [loop('warm-up', 90_000, turns), loop('associations', 60_000, turns)]
    const { cortex } = setup({ tickMs: 30_000, loops })
    for (const id of ['a', 'b']) cortex.setMode(id, 'active')
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(turns).toEqual(['warm-up a', 'associations a', 'warm-up b', 'associations b'])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(turns.slice(4)).toEqual(['associations a', 'associations b'])
    await vi.advanceTimersByTimeAsync(30_000)
    expect(turns.slice(6)).toEqual(['warm-up a', 'warm-up b'])
    expect(vi.getTimerCount()).toBe(1)
    await cortex.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('go on after a turn that fails, and after one that never ends', async () => {
    const turns: string[] = []
    const failures: LoopFailure[] = []
    const { cortex } = setup({
      tickMs: 30_000,
      turnLimitMs: 1_000,
      loops: [
        { name: 'broken', everyMs: 1, turn: () => Promise.reject(new Error('boom')) },
        { name: 'deaf', everyMs: 1, turn: () => new Promise(() => undefined) },
        loop('well', 1, turns),
      ],
      onLoopFailed: (failure) => failures.push(failure),
    })
    cortex.setMode('a', 'active')
    await vi.advanceTimersByTimeAsync(31_000)
    expect(turns).toEqual(['well a'])
    expect(failures).toMatchObject([
      { loop: 'broken', agentId: 'a', error: { message: 'boom' } },
      { loop: 'deaf', agentId: 'a', error: { message: 'the turn took longer than 1000 ms' } },
    ])
    await vi.advanceTimersByTimeAsync(31_000)
    expect(turns).toHaveLength(2)
  })

  test('C3 stop in the middle of a turn when the agent becomes dormant', async () => {
    const stopped = Promise.withResolvers<void>()
    const { cortex } = setup({
      loops: [
        {
          name: 'long',
          everyMs: 1,
          turn: (_, { signal }) =>
            new Promise<void>((resolve) =>
              signal.addEventListener('abort', () => {
                stopped.resolve()
                resolve()
              }),
            ),
        },
      ],
    })
    cortex.setMode('a', 'active')
    await vi.advanceTimersByTimeAsync(30_000)
    cortex.setMode('a', 'dormant')
    await stopped.promise
    await vi.advanceTimersByTimeAsync(0)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a turn that does not stop', () => {
  const deaf: ActiveLoop = { name: 'deaf', everyMs: 1, turn: () => new Promise(() => undefined) }

  // Both waited until the limit of the turn was over: a minute, as it is set by itself.
  test('holds a close up for five seconds and no longer', async () => {
    const { cortex } = setup({ loops: [deaf] })
    cortex.setMode('a', 'active')
    await vi.advanceTimersByTimeAsync(30_000)
    const closed = cortex.close()
    await vi.advanceTimersByTimeAsync(5_000)
    await closed
    expect(vi.getTimerCount()).toBe(0)
  })

  test('keeps the others waiting no longer than that once its agent is dormant', async () => {
    const turns: string[] = []
    const turn = async (agentId: string) => {
      turns.push(agentId)
      if (agentId === 'a') await new Promise(() => undefined)
    }
    const { cortex } = setup({ loops: [{ name: 'some', everyMs: 1, turn }] })
    for (const id of ['a', 'b']) cortex.setMode(id, 'active')
    await vi.advanceTimersByTimeAsync(30_000)
    cortex.setMode('a', 'dormant')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(turns).toEqual(['a', 'b'])
  })
})

describe('with a breaker', () => {
  test('C18 an agent whose runs fail again and again begins no more tasks for a while, and gets up by itself then', async () => {
    const states = new Map<string, BreakerState>()
    const breaker = createBreaker({
      store: {
        get: async (id) => states.get(id),
        put: async (id, state) => void states.set(id, state),
        delete: async (id) => states.delete(id),
      },
      threshold: 2,
      coolDownMs: 60_000,
    })
    let outcome: WorkerOutcome = failed
    const { add, wake, rings, tasks, cortex } = setup({ breaker, run: async () => ({ outcome }) })
    for (const title of ['one', 'two', 'three']) await add(title)
    await wake()
    const attempts = async () => (await tasks.list('a')).items.map((task) => task.attempts)
    expect(await attempts()).toEqual([0, 1, 1]) // The newest first.
    expect(rings).toEqual([{ agentId: 'a', reason: 'breaker-half-open', notBefore: Date.now() + 60_000 }])
    // Neither does it ring by itself meanwhile.
    cortex.setMode('a', 'active')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(rings).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(30_000)
    outcome = success
    await wake()
    expect((await tasks.list('a')).items.map(({ status }) => status)).toEqual(['done', 'done', 'done'])
    expect(states.size).toBe(0)
    await cortex.close()
  })

  test('P8 how a run ended is settled also where it cannot be counted', async () => {
    const breaker = { heldUntil: async () => undefined, note: () => Promise.reject(new Error('no disk')) }
    const { add, wake, tasks } = setup({ breaker })
    const { id } = await add('one')
    await wake()
    expect((await tasks.get(id))?.outcome).toEqual(success)
  })
})
