import { createMemoryStore } from '@agentic/embedded-store'
import { type Claim, createEmbeddedTaskStore, type TaskStore } from '@agentic/tasks'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createQuestions, type Questions } from './questions.ts'

const HOLD_MS = 1_000
const LEASE = { leaseMs: 60_000 }
const interrupted = {
  outcome: { type: 'failed', code: 'RUN_INTERRUPTED', message: 'parked', retryable: true },
} as const

async function setup(worker: object = { type: 'agent', prompt: 'x' }) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  let questions: Questions | undefined
  let now = 0
  const pass = (): void => void (now += 3_600_000)
  const tasks: TaskStore = createEmbeddedTaskStore(createMemoryStore(), {
    clock: () => now,
    alongside: (changes) => ({
      operations: [],
      onWritten: () => changes.forEach(({ task }) => questions?.taskChanged(task)),
    }),
  })
  const transcripts = new Map<string, string[]>()
  const parked: string[] = []
  questions = createQuestions({
    tasks,
    transcript: async (_, runId) => transcripts.get(runId),
    park: (runId) => void parked.push(runId),
    holdMs: HOLD_MS,
  })
  const made = questions
  const { task } = await tasks.create({ agentId: 'shop', title: 'x', worker: worker as never, maxAttempts: 9 })
  const waiting = () => until(async () => (await tasks.get(task.id))?.waiting)

  /** A run as the server does it: claimed, begun, its transcript watched. */
  async function begin(sync: () => Promise<void> = async () => undefined) {
    const claim = (await tasks.claimNextReady('shop', LEASE)) as Claim
    const { id: runId } = claim.run
    const lines: string[] = []
    transcripts.set(runId, lines)
    const resumeFrom = await made.begin(claim)
    const writer = made.watch(runId, { append: (line) => void lines.push(line), sync, close: async () => undefined })
    const write = (entry: object): void => writer.append(JSON.stringify(entry))
    const stop = new AbortController()
    const info = { agentId: 'shop', taskId: task.id, runId, signal: stop.signal }
    return {
      claim,
      runId,
      resumeFrom,
      stop,
      said: (content: unknown) => write({ type: 'message', message: { content } }),
      ask: (callId: string, question = `${callId}?`) => made.ask({ questionId: callId, question }, info),
      got: (callId: string, answer: string) => write({ type: 'answer', questionId: callId, answer }),
      end: () => made.end(runId),
    }
  }
  const answer = (value: string) => tasks.answer(task.id, { value })
  const left = async () => (await tasks.get(task.id))?.answer?.value
  return { tasks, begin, waiting, answer, left, parked, pass }
}

/** Looks again in turn after turn of the process: timers stand still here. */
async function until<Found>(look: () => Promise<Found>): Promise<NonNullable<Found>> {
  for (let turns = 0; turns < 1_000; turns++) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('it did not come')
}

const call = (toolCallId: string) => [{ type: 'tool-call', toolCallId, toolName: 'ask', input: {} }]
const result = (toolCallId: string) => [{ type: 'tool-result', toolCallId, toolName: 'ask' }]

describe('a run that asks', () => {
  test('asks as often as it likes, one question after the other', async () => {
    const { begin, waiting, answer } = await setup()
    const run = await begin()
    const asked = [run.ask('one'), run.ask('two')]
    for (const expected of ['one?', 'two?']) {
      // The second found the promise of the first one's answer, and was told that its question was withdrawn.
      expect((await waiting())?.text).toBe(expected)
      await answer(`to ${expected}`)
    }
    expect(await Promise.all(asked)).toEqual(['to one?', 'to two?'])
  })

  test('P19 leaves the answer with its task until its transcript has it on disk', async () => {
    const { begin, waiting, answer, left } = await setup()
    const disk = Promise.withResolvers<void>()
    const run = await begin(() => disk.promise)
    const asked = run.ask('one')
    await waiting()
    await answer('red')
    expect(await asked).toBe('red')
    expect(await left()).toBe('red')
    run.got('one', 'red')
    expect(await left()).toBe('red')
    disk.resolve()
    await until(async () => (await left()) === undefined)
  })

  test('P19 leaves it there for good when the transcript cannot be written', async () => {
    const { begin, waiting, answer, left } = await setup()
    const run = await begin(() => Promise.reject(new Error('the disk is full')))
    const asked = run.ask('one')
    await waiting()
    await answer('red')
    await asked
    run.got('one', 'red')
    const second = run.ask('two')
    expect((await waiting())?.text).toBe('two?')
    expect(await left()).toBeUndefined()
    await answer('blue')
    expect(await second).toBe('blue')
  })

  test('is told at once when it is stopped, and holds no timer', async () => {
    const { begin, waiting } = await setup()
    const run = await begin()
    const asked = run.ask('one')
    await waiting()
    expect(vi.getTimerCount()).toBe(1)
    run.stop.abort(new Error('enough'))
    await expect(asked).rejects.toThrow('enough')
    expect(vi.getTimerCount()).toBe(0)
    run.end()
    await expect(run.ask('two')).rejects.toThrow('the run is over')
  })

  test('that is over asks nobody, though it does not listen', async () => {
    const { begin, waiting } = await setup()
    const run = await begin()
    const asked = run.ask('one')
    await waiting()
    run.end()
    await expect(asked).rejects.toThrow('the run is over')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is parked after its hold, once, and not when the answer came', async () => {
    const { begin, waiting, answer, parked } = await setup()
    const run = await begin()
    const first = run.ask('one')
    await waiting()
    await vi.advanceTimersByTimeAsync(HOLD_MS - 1)
    await answer('red')
    await first
    await vi.advanceTimersByTimeAsync(HOLD_MS)
    expect(parked).toEqual([])
    void run.ask('two').catch(() => undefined)
    await waiting()
    await vi.advanceTimersByTimeAsync(HOLD_MS)
    expect(parked).toEqual([run.runId])
    run.end()
  })
})

describe('P19 an answer', () => {
  test('that comes while its run is being parked is the next run’s, at once', async () => {
    const { tasks, begin, waiting, answer, parked } = await setup()
    const first = await begin()
    first.said('do it')
    first.said(call('one'))
    const asked = first.ask('one')
    await waiting()
    await vi.advanceTimersByTimeAsync(HOLD_MS)
    expect(parked).toEqual([first.runId])
    // Parking has begun, the run is not settled yet: a run that took the answer now took it with it.
    first.stop.abort(new Error('parked'))
    await expect(asked).rejects.toThrow('parked')
    expect(await answer('red')).toMatchObject({ type: 'changed' })
    first.end()
    expect(await tasks.settle(first.claim, interrupted)).toMatchObject({ task: { status: 'ready', attempts: 0 } })

    const second = await begin()
    expect(second.resumeFrom).toMatchObject({ answers: { one: 'red' } })
  })

  test('is kept over a kill before the transcript has it, and after', async () => {
    for (const isWritten of [false, true]) {
      const { tasks, begin, waiting, answer, left, pass } = await setup()
      const first = await begin()
      first.said(call('one'))
      const asked = first.ask('one')
      await waiting()
      await answer('red')
      await asked
      if (isWritten) {
        first.got('one', 'red')
        await until(async () => (await left()) === undefined)
      }
      await tasks.reap({ all: true })
      pass()
      const second = await begin()
      expect(second.resumeFrom?.answers).toEqual({ one: 'red' })
      second.got('one', 'red')
      await until(async () => (await left()) === undefined)
    }
  })

  test('is used once: the same question asked again is another one', async () => {
    const { tasks, begin, waiting, answer } = await setup()
    const first = await begin()
    first.said(call('one'))
    void first.ask('one', 'Go on?').catch(() => undefined)
    await waiting()
    await tasks.reap({ all: true })
    await answer('yes')
    const second = await begin()
    expect(second.resumeFrom?.answers).toEqual({ one: 'yes' })
    second.got('one', 'yes')
    const again = second.ask('two', 'Go on?')
    await waiting()
    await answer('no')
    expect(await again).toBe('no')
  })

  test('is that of the same question for a run without a transcript, and no other', async () => {
    const { tasks, begin, waiting, answer } = await setup({ type: 'acp', agent: 'x', prompt: 'x' })
    const first = await begin()
    void first.ask('one', 'May I?').catch(() => undefined)
    await waiting()
    await tasks.reap({ all: true })
    await answer('yes')
    const second = await begin()
    expect(second.resumeFrom).toBeUndefined()
    const other = second.ask('two', 'And now?')
    await waiting()
    await answer('no')
    expect(await other).toBe('no')
    expect(await second.ask('three', 'May I?')).toBe('yes')
  })

  test('that the model was told already is not told again', async () => {
    const { tasks, begin, waiting, answer, left } = await setup()
    const first = await begin(() => new Promise(() => undefined))
    first.said(call('one'))
    const asked = first.ask('one')
    await waiting()
    await answer('red')
    await asked
    first.got('one', 'red')
    first.said(result('one'))
    await tasks.reap({ all: true })
    const second = await begin()
    expect(second.resumeFrom?.transcript).toHaveLength(3)
    expect(await left()).toBeUndefined()
  })
})

describe('a run that was cut short', () => {
  test('is taken up from what it said, though the next was cut short before it had said as much', async () => {
    const { tasks, begin, pass } = await setup()
    const first = await begin()
    first.said('do it')
    first.said('half')
    await tasks.reap({ all: true })
    pass()
    const second = await begin()
    expect(second.resumeFrom?.transcript).toHaveLength(2)
    second.said('do it')
    await tasks.reap({ all: true })
    pass()
    expect((await begin()).resumeFrom?.transcript).toHaveLength(2)
  })

  test('is not taken up when it failed by itself: it would go on to where it failed', async () => {
    const { tasks, begin, pass } = await setup()
    const first = await begin()
    first.said('do it')
    await tasks.settle(first.claim, {
      outcome: { type: 'failed', code: 'MODEL_UNAVAILABLE', message: 'x', retryable: true },
    })
    pass()
    expect((await begin()).resumeFrom).toBeUndefined()
  })
})
