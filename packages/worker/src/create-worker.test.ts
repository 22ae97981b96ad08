import type { SecretStore } from '@agentic/secrets'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest'
import { fixedSecrets } from '../test/secrets.ts'
import {
  createWorker,
  type RunJob,
  type SecretsSource,
  type Worker,
  type WorkerFunction,
  type WorkerOptions,
} from './index.ts'

const never = new Promise<never>(() => undefined)
const job: RunJob = {
  agentId: 'shop-1',
  taskId: 'task-1',
  runId: 'run-1',
  title: 'Do it',
  worker: { type: 'function', name: 'work' },
  input: { item: 7 },
  note: 'the gate is open now',
}

function workerOf(work: WorkerFunction, options: Partial<WorkerOptions> = {}): Worker {
  return createWorker({
    sandbox: { run: () => never },
    secrets: fixedSecrets({ KEY: 's3cret-value' }),
    workspaceFor: (agentId) => `/workspaces/${agentId}`,
    functions: { work },
    ...options,
  })
}

const broken = (): never => {
  throw new Error('broken')
}
const brokenSecrets: SecretsSource = {
  envFor: () => Promise.resolve({ env: {}, scrubber: { scrub: broken, stream: broken } }),
}

async function outcomeOf(
  work: WorkerFunction,
  options?: Partial<WorkerOptions>,
  given: Partial<RunJob> = {},
): Promise<WorkerOutcome> {
  const { outcome } = await workerOf(work, options).run({ ...job, ...given }, { signal: new AbortController().signal })
  return outcome
}

describe("a function's answer", () => {
  test.for([
    ['nothing', undefined, { type: 'success', result: '' }],
    ['a text', 'done', { type: 'success', result: 'done' }],
    ['JSON', { count: 2 }, { type: 'success', result: '{"count":2}', data: { count: 2 } }],
    ['a list', [1, 'a'], { type: 'success', result: '[1,"a"]', data: [1, 'a'] }],
    ['null', null, { type: 'success', result: 'null', data: null }],
    ['data with a type of its own', { type: 'shoe' }, { type: 'success', data: { type: 'shoe' } }],
    ['a date', new Date(0), { type: 'success', data: '1970-01-01T00:00:00.000Z' }],
    ['an outcome', { type: 'cancelled', reason: 'no need' }, { type: 'cancelled', reason: 'no need' }],
    ['an outcome that is none', { type: 'success' }, { type: 'failed', code: 'INVALID_OUTCOME', retryable: false }],
    ['a function', () => 1, { type: 'failed', code: 'RESULT_INVALID', retryable: false }],
    ['a number too large for JSON', 10n, { type: 'failed', code: 'RESULT_INVALID', retryable: false }],
  ] as const)('of %s becomes an outcome', async ([, answer, outcome]) => {
    expect(await outcomeOf(async () => answer)).toMatchObject(outcome)
  })

  test('P3 is scrubbed, and only then cut to its tail', async () => {
    const answer = `${'~'.repeat(200)}s3cret-value${'~'.repeat(50)}`
    const outcome = await outcomeOf(async () => answer, { resultLimitBytes: 120 })
    expect(outcome.type === 'success' && outcome.result).toMatch(/^\[\d+ bytes left out\]\n[REDACT[\]]*~{50}$/)
  })

  test('fails when its data is over the limit, and says what to do', async () => {
    const outcome = await outcomeOf(async () => ({ all: 'x'.repeat(200) }), { resultLimitBytes: 100 })
    expect(outcome).toMatchObject({ type: 'failed', code: 'RESULT_TOO_LARGE', retryable: false })
  })
})

test('a function is told all about its run', async () => {
  const outcome = await outcomeOf(async ({ agentId, taskId, runId, title, input, note, env, workspace, scrub }) => ({
    told: {
      agentId,
      taskId,
      runId,
      title,
      input,
      note,
      names: Object.keys(env),
      workspace,
      scrubbed: scrub('=s3cret-value'),
    },
  }))
  expect(outcome).toMatchObject({
    data: {
      told: {
        agentId: 'shop-1',
        taskId: 'task-1',
        runId: 'run-1',
        title: 'Do it',
        input: { item: 7 },
        note: 'the gate is open now',
        names: ['KEY'],
        workspace: '/workspaces/shop-1',
        scrubbed: '=[REDACTED]',
      },
    },
  })
})

describe('P8 a run has one outcome, whatever is wrong', () => {
  const boom = (): never => {
    throw Object.assign(new Error('boom s3cret-value'), { code: 'BOOM', retryable: false })
  }
  const wrong: readonly (readonly [string, WorkerFunction, Partial<WorkerOptions>, object])[] = [
    ['the function throws', boom, {}, { code: 'BOOM', message: 'boom [REDACTED]', retryable: false }],
    ['the function throws nothing', () => Promise.reject<unknown>(undefined), {}, { code: 'WORKER_THREW' }],
    ['there is no workspace', async () => 'ok', { workspaceFor: boom }, { code: 'BOOM' }],
    [
      'the scrubber fails',
      async () => 'leak',
      { secrets: brokenSecrets },
      { type: 'success', result: expect.stringContaining('withheld') },
    ],
  ]
  test.for(wrong)('%s', async ([, work, options, outcome]) => {
    expect(await outcomeOf(work, options)).toMatchObject(outcome)
  })

  test('there is no such function', async () => {
    expect(await outcomeOf(async () => 'ok', {}, { worker: { type: 'function', name: 'toString' } })).toEqual({
      type: 'failed',
      code: 'UNKNOWN_FUNCTION',
      message: 'worker.name: there is no function "toString": use one of work',
      retryable: false,
    })
  })

  test('there is no such worker', async () => {
    expect(await outcomeOf(async () => 'ok', {}, { worker: { type: 'robot' } })).toEqual({
      type: 'failed',
      code: 'UNKNOWN_WORKER',
      message: 'worker.type: must be one of command, function, agent, acp',
      retryable: false,
    })
  })

  test('the secrets cannot be given: it fails with their code, to be tried again, and nothing is run without them', async () => {
    const work = vi.fn<WorkerFunction>()
    const locked = Object.assign(new Error('the store is locked: unlock it'), { code: 'SECRETS_LOCKED' })
    expect(await outcomeOf(work, { secrets: { envFor: () => Promise.reject(locked) } })).toEqual({
      type: 'failed',
      code: 'SECRETS_LOCKED',
      message: 'the store is locked: unlock it',
      retryable: true,
    })
    expect(work).not.toHaveBeenCalled()
  })
})

test('the secret store of @agentic/secrets is a source of secrets as it is', () => {
  expectTypeOf<SecretStore>().toExtend<SecretsSource>()
})

test('P3 secrets are taken once, when the run starts', async () => {
  const secrets = fixedSecrets({ KEY: 's3cret-value' })
  const envFor = vi.spyOn(secrets, 'envFor')
  await outcomeOf(async () => 's3cret-value', { secrets })
  expect(envFor.mock.calls).toEqual([['shop-1']])
})

describe('P9 a run ends on time', () => {
  afterEach(() => vi.useRealTimers())

  /** Starts a run whose end can be looked at. */
  function start(work: WorkerFunction, options: Partial<WorkerOptions>, given: Partial<RunJob> = {}) {
    vi.useFakeTimers()
    const cancel = new AbortController()
    const started: { outcome?: WorkerOutcome; cancel: AbortController } = { cancel }
    void workerOf(work, { graceMs: 1000, ...options })
      .run({ ...job, ...given }, { signal: cancel.signal })
      .then(({ outcome }) => (started.outcome = outcome))
    return started
  }

  test("by the job's wall clock, else by the worker's; what there was is kept", async () => {
    const deaf: WorkerFunction = async ({ setPartialResult }) => {
      setPartialResult('half of s3cret-value')
      return await never
    }
    const byJob = start(deaf, { defaultWallClockMs: 60_000 }, { wallClockMs: 10_000 })
    const byWorker = start(deaf, { defaultWallClockMs: 60_000 })
    await vi.advanceTimersByTimeAsync(11_050)
    expect(byJob.outcome).toMatchObject({ type: 'timeout', limit: 'wall-clock', partialResult: 'half of [REDACTED]' })
    expect(byWorker.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(50_000)
    expect(byWorker.outcome).toMatchObject({ type: 'timeout' })
  })

  test('though the secrets never come, and then does not begin when they do', async () => {
    const work = vi.fn<WorkerFunction>()
    const late = Promise.withResolvers<Awaited<ReturnType<WorkerOptions['secrets']['envFor']>>>()
    const run = start(work, { secrets: { envFor: () => late.promise } }, { wallClockMs: 1000 })
    await vi.advanceTimersByTimeAsync(2050)
    expect(run.outcome).toMatchObject({ type: 'timeout' })
    late.resolve(await fixedSecrets().envFor('shop-1'))
    await vi.advanceTimersByTimeAsync(1)
    expect(work).not.toHaveBeenCalled()
  })

  test('though it is silent for as long as a tool may be', async () => {
    const run = start(() => never, { defaultWallClockMs: 7_200_000 })
    await vi.advanceTimersByTimeAsync(1_199_999)
    expect(run.outcome).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1100)
    expect(run.outcome).toMatchObject({ type: 'timeout', limit: 'stall' })
  })

  test('when it is cancelled', async () => {
    const run = start(
      ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('x')))),
      {},
    )
    run.cancel.abort('the customer left')
    await vi.advanceTimersByTimeAsync(0)
    expect(run.outcome).toEqual({ type: 'cancelled', reason: 'the customer left' })
  })
})

test('closing waits for what runs and takes no more', async () => {
  const work = Promise.withResolvers<string>()
  const worker = workerOf(() => work.promise)
  const { signal } = new AbortController()
  const run = worker.run(job, { signal })
  let isClosed = false
  const closing = worker.close().then(() => (isClosed = true))
  expect((await worker.run(job, { signal })).outcome).toMatchObject({
    type: 'failed',
    code: 'WORKER_CLOSED',
    retryable: true,
  })
  expect(isClosed).toBe(false)
  work.resolve('done')
  await closing
  expect((await run).outcome).toEqual({ type: 'success', result: 'done' })
})
