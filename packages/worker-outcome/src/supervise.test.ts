import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Block } from './block.ts'
import type { WorkerOutcome } from './outcome.ts'
import { type RunControl, supervise } from './supervise.ts'

const success: WorkerOutcome = { type: 'success', result: 'ok' }
const block: Block = {
  reason: { type: 'captcha', provider: 'hcaptcha' },
  url: 'https://x',
  evidence: { signals: ['form'] },
}
const never = new Promise<never>(() => undefined)

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

/** Starts work and follows whether it has been settled. */
function start(work: (control: RunControl) => Promise<WorkerOutcome>, options: Parameters<typeof supervise>[1] = {}) {
  const state: { outcome?: WorkerOutcome; control?: RunControl } = {}
  void supervise(
    (control) => {
      state.control = control
      return work(control)
    },
    { wallClockMs: 10_000, graceMs: 1_000, ...options },
  ).then((outcome) => (state.outcome = outcome))
  return state
}

/** Work that stops as soon as it is asked to. */
const obedient = (outcome: WorkerOutcome) => (control: RunControl) =>
  new Promise<WorkerOutcome>((resolve) => control.signal.addEventListener('abort', () => resolve(outcome)))

describe('P8 a run ends in exactly one outcome', () => {
  test('the one that the work answers', async () => {
    expect(await supervise(async () => success)).toEqual(success)
  })

  test('failed, when the work throws', async () => {
    const outcome = await supervise(() => {
      throw new Error('boom')
    })
    expect(outcome).toEqual({ type: 'failed', code: 'WORKER_THREW', message: 'boom', retryable: true })
  })

  test('failed, when the work answers nonsense', async () => {
    const outcome = await supervise((() => Promise.resolve({ type: 'fine' })) as never)
    expect(outcome).toMatchObject({ type: 'failed', code: 'INVALID_OUTCOME', retryable: false })
  })

  test('and what comes after it changes nothing', async () => {
    const run = start(async () => await never, { wallClockMs: 1_000 })
    await vi.advanceTimersByTimeAsync(3_000)
    const before = structuredClone(run.outcome)
    run.control?.setPartialResult('late')
    run.control?.reportBlock(block)
    run.control?.countSegment()
    await vi.advanceTimersByTimeAsync(100_000)
    expect(run.control?.isOpen).toBe(false)
    expect(run.outcome).toEqual(before)
  })
})

describe('P9 a run ends within its wall clock and grace', () => {
  test('at once, when the work obeys; what it said is kept', async () => {
    const run = start(obedient(success))
    await vi.advanceTimersByTimeAsync(9_999)
    expect(run.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(run.outcome).toEqual({
      type: 'timeout',
      elapsedMs: 10_000,
      limit: 'wall-clock',
      segments: 0,
      partialResult: 'ok',
    })
  })

  test('after the grace, when the work is deaf; what there was is kept', async () => {
    const run = start(async (control) => {
      control.countSegment()
      control.setPartialResult('half')
      return await never
    })
    await vi.advanceTimersByTimeAsync(10_999)
    expect(run.outcome).toBeUndefined()
    expect(run.control?.signal.aborted).toBe(true)
    expect(run.control?.killSignal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(run.control?.killSignal.aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(20)
    expect(run.outcome).toEqual({
      type: 'timeout',
      elapsedMs: 11_020,
      limit: 'wall-clock',
      segments: 1,
      partialResult: 'half',
    })
  })

  test('not counting the time that it waits for a person', async () => {
    const answer = Promise.withResolvers<string>()
    const run = start(async (control) => {
      const result = await control.waitForInput(answer.promise)
      await never
      return { type: 'success', result }
    })
    await vi.advanceTimersByTimeAsync(7_200_000)
    expect(run.outcome).toBeUndefined()
    answer.resolve('yes')
    await vi.advanceTimersByTimeAsync(9_999)
    expect(run.control?.signal.aborted).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(run.control?.signal.aborted).toBe(true)
    await vi.advanceTimersByTimeAsync(1_020)
    expect(run.outcome).toMatchObject({ type: 'timeout', limit: 'wall-clock' })
  })

  test('a wall clock longer than a timer can take does not go off at once', async () => {
    const run = start(obedient(success), { wallClockMs: 40 * 86_400_000, stall: { idleMs: Infinity } })
    await vi.advanceTimersByTimeAsync(39 * 86_400_000)
    expect(run.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(86_400_000)
    expect(run.outcome).toMatchObject({ type: 'timeout' })
  })

  test('a wall clock below a second is a second', async () => {
    const run = start(obedient(success), { wallClockMs: 0 })
    await vi.advanceTimersByTimeAsync(999)
    expect(run.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1)
    expect(run.outcome).toBeDefined()
  })
})

describe('a run that makes no progress', () => {
  const stall = { idleMs: 100, modelCallMs: 400, toolMs: 300 }

  test('is ended as stalled', async () => {
    const run = start(obedient(success), { stall })
    await vi.advanceTimersByTimeAsync(100)
    expect(run.outcome).toMatchObject({ type: 'timeout', limit: 'stall' })
  })

  test('lives on while it says that it moves', async () => {
    const run = start(obedient(success), { stall })
    for (let step = 0; step < 50; step++) {
      await vi.advanceTimersByTimeAsync(90)
      run.control?.progress()
    }
    expect(run.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(100)
    expect(run.outcome).toMatchObject({ type: 'timeout', limit: 'stall' })
  })

  test('C19 may be silent for longer in a tool or a model call, and no longer after it', async () => {
    const run = start(obedient(success), { stall })
    const leaveModelCall = run.control?.enter('model-call')
    await vi.advanceTimersByTimeAsync(399)
    const leaveTool = run.control?.enter('tool')
    await vi.advanceTimersByTimeAsync(299)
    leaveTool?.()
    leaveTool?.()
    leaveModelCall?.()
    expect(run.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(100)
    expect(run.outcome).toMatchObject({ type: 'timeout', limit: 'stall', elapsedMs: 798 })
  })
})

describe('a run that is cancelled', () => {
  test('says why, and keeps what there was', async () => {
    const cancel = new AbortController()
    const run = start(obedient({ type: 'partial', result: 'half', segments: 1, reason: 'asked' }), {
      signal: cancel.signal,
    })
    cancel.abort(new Error('the customer left'))
    await vi.advanceTimersByTimeAsync(0)
    expect(run.outcome).toEqual({ type: 'cancelled', reason: 'the customer left', partialResult: 'half' })
  })

  test.for([
    ['by a person', 'the customer left'],
    ['by the end of the process', new Error('the process stops')],
    ['by a lost lease', new Error('the lease was lost')],
  ] as const)(
    '%s ends in the same stages as at its wall clock, deaf or not; what there was is kept',
    async ([, reason]) => {
      const cancel = new AbortController()
      const run = start(
        async (control) => {
          control.setPartialResult('half')
          return await never
        },
        { signal: cancel.signal },
      )
      cancel.abort(reason)
      await vi.advanceTimersByTimeAsync(999)
      expect([run.control?.signal.aborted, run.control?.killSignal.aborted, run.outcome]).toEqual([
        true,
        false,
        undefined,
      ])
      await vi.advanceTimersByTimeAsync(21)
      const said = typeof reason === 'string' ? reason : reason.message
      expect(run.outcome).toEqual({ type: 'cancelled', reason: said, partialResult: 'half' })
    },
  )

  test('though it waits for a person', async () => {
    const cancel = new AbortController()
    const run = start(async (control) => await control.waitForInput(never), { signal: cancel.signal })
    cancel.abort()
    await vi.advanceTimersByTimeAsync(1020)
    expect(run.outcome).toEqual({ type: 'cancelled', reason: 'cancelled' })
  })

  test('or reaches its wall clock at the moment that it is done has one end: the first', async () => {
    const cancel = new AbortController()
    const done = Promise.withResolvers<WorkerOutcome>()
    const completed = start(() => done.promise, { signal: cancel.signal })
    done.resolve(success)
    await vi.advanceTimersByTimeAsync(0)
    cancel.abort('too late')
    expect(completed.outcome).toEqual(success)
    const stopped = start(obedient(success), { signal: AbortSignal.any([cancel.signal]) })
    await vi.advanceTimersByTimeAsync(10_000)
    expect(stopped.outcome).toMatchObject({ type: 'cancelled', reason: 'too late' })
  })

  test('before it started does not start', async () => {
    const work = vi.fn<() => Promise<WorkerOutcome>>()
    expect(await supervise(work, { signal: AbortSignal.abort() })).toEqual({ type: 'cancelled', reason: 'cancelled' })
    expect(work).not.toHaveBeenCalled()
  })

  test('leaves no listener on the signal it was given', async () => {
    const { signal } = new AbortController()
    const remove = vi.spyOn(signal, 'removeEventListener')
    const add = vi.spyOn(signal, 'addEventListener')
    await supervise(async () => success, { signal })
    expect(remove).toHaveBeenCalledTimes(add.mock.calls.length)
  })
})

describe('P10 a block that a tool reports', () => {
  test('decides the run, though the work then says success', async () => {
    const outcome = await supervise(async (control) => {
      control.reportBlock(block)
      return success
    })
    expect(outcome).toEqual({ type: 'blocked', block: block.reason, url: 'https://x', evidence: block.evidence })
  })

  test('stops the work, and the first one counts', async () => {
    const run = start(async (control) => {
      control.reportBlock(block)
      control.reportBlock({ ...block, reason: { type: 'login-wall' } })
      return await never
    })
    await vi.advanceTimersByTimeAsync(0)
    expect(run.control?.signal.reason).toEqual({ type: 'blocked', block })
    await vi.advanceTimersByTimeAsync(1_020)
    expect(run.outcome).toMatchObject({ type: 'blocked', block: { type: 'captcha' } })
  })
})

test('P3 a message is scrubbed before it is cut, so that no half of a secret is left', async () => {
  const outcome = await supervise(
    async () => {
      throw new Error(`${'x'.repeat(8189)}s3cret`)
    },
    { scrub: (text) => text.replaceAll('s3cret', '') },
  )
  expect(outcome).toMatchObject({ type: 'failed', message: 'x'.repeat(8189) })
})

test('P3 the outcome of a throwing, stopped or blocked run is scrubbed', async () => {
  const outcome = await supervise(
    async (control) => {
      control.reportBlock({ ...block, url: 'https://x/?key=s3cret' })
      throw new Error('s3cret')
    },
    { scrub: (text) => text.replaceAll('s3cret', '[REDACTED]') },
  )
  expect(JSON.stringify(outcome)).not.toContain('s3cret')
  expect(outcome).toMatchObject({ type: 'blocked', url: 'https://x/?key=[REDACTED]' })
})
