import { describe, expect, test } from 'vitest'
import { fixedSecrets } from '../test/secrets.ts'
import { createWorker, type RunJob, type TranscriptSink, type WorkerOptions } from './index.ts'

const never = new Promise<never>(() => undefined)
const job: RunJob = {
  agentId: 'shop-1',
  taskId: 'task-1',
  runId: 'run-1',
  title: 'Do it',
  worker: { type: 'function', name: 'work' },
}

function runOf(options: Partial<WorkerOptions>) {
  const worker = createWorker({
    sandbox: { run: () => never },
    secrets: fixedSecrets({ KEY: 's3cret-value' }),
    workspaceFor: () => '/w',
    functions: { work: async () => 'found s3cret-value' },
    ...options,
  })
  return worker.run(job, { signal: new AbortController().signal })
}

function sinkOf(more: Partial<TranscriptSink> = {}) {
  const lines: string[] = []
  const sink = {
    reference: 'file-1',
    append: (line: string) => void lines.push(line),
    close: async () => undefined,
    ...more,
  }
  return { lines, openTranscript: () => sink }
}

describe('the transcript of a run', () => {
  test('P3 is kept for every kind of worker, from what was to be done to how it ended', async () => {
    const { lines, openTranscript } = sinkOf()
    expect(await runOf({ openTranscript })).toMatchObject({ transcript: 'file-1' })
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        at: expect.any(String),
        type: 'run',
        agentId: 'shop-1',
        taskId: 'task-1',
        runId: 'run-1',
        title: 'Do it',
        worker: job.worker,
        input: null,
      },
      {
        at: expect.any(String),
        type: 'outcome',
        outcome: { type: 'success', result: 'found [REDACTED]' },
        usage: null,
      },
    ])
  })

  test('says how a run ended that could not even begin', async () => {
    const { lines, openTranscript } = sinkOf()
    const secrets = { envFor: () => Promise.reject(new Error('locked')) }
    expect(await runOf({ openTranscript, secrets })).toMatchObject({
      outcome: { type: 'failed' },
      transcript: 'file-1',
    })
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ outcome: { type: 'failed', message: 'locked' } })
  })

  test('that cannot be written does not decide how the run ends', async () => {
    const full = (): never => {
      throw new Error('the disk is full')
    }
    for (const more of [{ append: full }, { close: () => Promise.reject(new Error('full')) }]) {
      expect((await runOf(sinkOf(more))).outcome).toMatchObject({ type: 'success' })
    }
  })

  test('that cannot be opened fails the run, to be tried again: nothing is done without one', async () => {
    const openTranscript = () => Promise.reject(Object.assign(new Error('no room'), { code: 'NO_ROOM' }))
    expect((await runOf({ openTranscript })).outcome).toMatchObject({
      type: 'failed',
      code: 'NO_ROOM',
      retryable: true,
    })
  })

  test('P9 that is opened when the run has ended without it is closed', async () => {
    const late = Promise.withResolvers<TranscriptSink>()
    const closed = Promise.withResolvers<void>()
    const ended = await runOf({ openTranscript: () => late.promise, defaultWallClockMs: 1000, graceMs: 10 })
    expect(ended).toMatchObject({ outcome: { type: 'timeout' } })
    expect(ended.transcript).toBeUndefined()
    const { lines, openTranscript } = sinkOf({ close: async () => closed.resolve() })
    late.resolve(openTranscript())
    await closed.promise
    expect(lines).toEqual([])
  })
})
