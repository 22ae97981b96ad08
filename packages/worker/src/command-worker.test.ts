import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox, type RunOptions, type Sandbox } from '@agentic/sandbox'
import type { Json, WorkerOutcome } from '@agentic/worker-outcome'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { processesWith } from '../test/processes.ts'
import { fixedSecrets } from '../test/secrets.ts'
import { type CommandRunner, createWorker, type RunJob, type WorkerOptions } from './index.ts'

let sandbox: Sandbox
let workspaces: string
beforeAll(async () => {
  sandbox = await createSandbox({ containment: 'prefer' })
  workspaces = await mkdtemp(join(tmpdir(), 'worker-test-'))
})
afterAll(() => rm(workspaces, { recursive: true, force: true }))

interface Given {
  readonly job?: Partial<RunJob>
  readonly options?: Partial<WorkerOptions>
  readonly signal?: AbortSignal
}

async function run(
  worker: unknown,
  { job, options, signal = new AbortController().signal }: Given = {},
): Promise<WorkerOutcome> {
  const runner = createWorker({
    sandbox,
    secrets: fixedSecrets({ API_KEY: 's3cret-value' }),
    workspaceFor: (agentId) => join(workspaces, agentId),
    ...options,
  })
  const { outcome } = await runner.run(
    { agentId: 'shop-1', taskId: 'task-1', runId: 'run-1', title: '', worker, ...job },
    { signal },
  )
  return outcome
}

const shell = (line: string) => ({ type: 'command', shell: line })

describe('a command that ends', () => {
  test('with 0 is a success with its standard output', async () => {
    expect(await run({ type: 'command', argv: ['echo', 'a  b'] })).toEqual({ type: 'success', result: 'a  b\n' })
  })

  test('with another code is failed, with the end of its standard error and what it had said', async () => {
    expect(await run(shell('echo half; echo oops >&2; exit 3'))).toEqual({
      type: 'failed',
      code: 'EXIT_3',
      message: 'the command exited with code 3\noops\n',
      retryable: true,
      partialResult: 'half\n',
    })
  })

  test('by a signal is failed with its name', async () => {
    expect(await run(shell('kill -SEGV $$'))).toMatchObject({ type: 'failed', code: 'SIGNAL_SIGSEGV', retryable: true })
  })

  test('before it began, because there is no such program, is failed', async () => {
    expect(await run({ type: 'command', argv: ['no-such-program'] })).toMatchObject({
      type: 'failed',
      code: 'EXIT_127',
    })
  })

  test('after much output is a success with the tail of it', async () => {
    const outcome = await run(shell('yes | head -c 500000; echo; echo last'), { options: { resultLimitBytes: 1000 } })
    expect(outcome.type === 'success' && outcome.result).toMatch(/^\[499\d+ bytes left out\]\n[y\n]+\nlast\n$/)
    expect(outcome.type === 'success' && outcome.result.length).toBeLessThanOrEqual(1000)
  })
})

describe("a command's environment", () => {
  test("P1 holds the agent's secrets, the run's names and the sandbox's own, and nothing of the host", async () => {
    vi.stubEnv('HOST_SECRET', 'x')
    const outcome = await run(shell('env | cut -d= -f1 | sort | tr "\\n" " "'), { job: { input: 1 } })
    vi.unstubAllEnvs()
    const names = outcome.type === 'success' ? outcome.result.trim().split(' ') : []
    const ofShell = ['_', 'OLDPWD', 'SHLVL']
    expect(names.filter((name) => !ofShell.includes(name))).toEqual(
      'AGENTIC_AGENT_ID AGENTIC_INPUT AGENTIC_RUN_ID AGENTIC_TASK_ID API_KEY CI HOME LANG PATH PWD TERM TMPDIR'.split(
        ' ',
      ),
    )
  })

  test("holds the task's input as JSON", async () => {
    const line = 'echo "$AGENTIC_AGENT_ID $AGENTIC_TASK_ID $AGENTIC_RUN_ID $AGENTIC_INPUT"'
    const outcome = await run(shell(line), { job: { input: { name: "O'Hara $HOME" } } })
    expect(outcome).toMatchObject({ result: `shop-1 task-1 run-1 {"name":"O'Hara $HOME"}\n` })
  })

  test('holds what a person says about an earlier attempt', async () => {
    const note = 'the gate\nis open\0 $HOME'
    const outcome = await run(shell('echo "$AGENTIC_NOTE"'), { job: { note } })
    expect(outcome).toMatchObject({ result: 'the gate\nis open $HOME\n' })
  })

  test('P20 does not take an input over 32 KiB', async () => {
    const input: Json = 'x'.repeat(32_768)
    expect(await run(shell('true'), { job: { input } })).toMatchObject({
      type: 'failed',
      code: 'INPUT_TOO_LARGE',
      message: expect.stringMatching(/^input: 32770 bytes of JSON, where a command takes 32768/),
      retryable: false,
    })
  })

  test('P20 that the sandbox refuses fails the run for good', async () => {
    const options = { secrets: fixedSecrets({ LD_PRELOAD: '/tmp/evil.so' }) }
    expect(await run(shell('true'), { options })).toMatchObject({ code: 'SANDBOX_ENV_REFUSED', retryable: false })
  })
})

test('P3 what a command says of its secrets is scrubbed, encoded or in pieces, to who watches too', async () => {
  const line = 'printf s3cr; sleep 0.05; echo et-value; printf "$API_KEY" | base64; echo "no: $API_KEY" >&2; exit 1'
  const shown = { stdout: '', stderr: '' }
  const onProgress: WorkerOptions['onProgress'] = (event) => {
    if (event.type === 'output') shown[event.stream] += event.text
  }
  const outcome = await run(shell(line), { options: { onProgress } })
  expect(shown.stdout).toMatch(/^\[REDACTED\]\n\[REDACTED\]/)
  expect(shown.stderr).toBe('no: [REDACTED]\n')
  expect(outcome).toMatchObject({
    message: 'the command exited with code 1\nno: [REDACTED]\n',
    partialResult: expect.stringMatching(/^\[REDACTED\]\n\[REDACTED\]/),
  })
})

describe('P9 a command that does not end', () => {
  test('and is deaf to the ask is killed within the grace, with all that it started; what it said is kept', async () => {
    const startedAt = performance.now()
    const outcome = await run(shell(`trap '' TERM; echo half; sleep 61.25 & sleep 61.25`), {
      job: { wallClockMs: 1000 },
      options: { graceMs: 400 },
    })
    expect(outcome).toMatchObject({ type: 'timeout', limit: 'wall-clock', partialResult: 'half\n' })
    expect(performance.now() - startedAt).toBeLessThan(10_000)
    expect(processesWith('61.25')).toEqual([])
  })

  test('is ended when the run is cancelled', async () => {
    const cancel = new AbortController()
    const cancelOnOutput: CommandRunner = {
      run: (command, options) =>
        sandbox.run(command, {
          ...options,
          onOutput(chunk) {
            options.onOutput?.(chunk)
            cancel.abort(new Error('not needed'))
          },
        }),
    }
    const outcome = await run(shell('echo half; sleep 62.25'), {
      options: { sandbox: cancelOnOutput },
      signal: cancel.signal,
    })
    expect(outcome).toEqual({ type: 'cancelled', reason: 'not needed', partialResult: 'half\n' })
    expect(processesWith('62.25')).toEqual([])
  })

  test('is settled though the sandbox does not answer; what it said is kept', async () => {
    const hanging: CommandRunner = {
      run(_, { onOutput }) {
        onOutput?.({ stream: 'stdout', bytes: Buffer.from('half') })
        return new Promise(() => undefined)
      },
    }
    const cancel = new AbortController()
    const outcome = run(shell('true'), { options: { sandbox: hanging, graceMs: 10 }, signal: cancel.signal })
    setImmediate(() => cancel.abort())
    expect(await outcome).toMatchObject({ type: 'cancelled', partialResult: 'half' })
  })
})

test.for([
  [undefined, undefined, 'none'],
  [undefined, 'host', 'host'],
  ['none', 'host', 'none'],
  ['host', 'none', 'host'],
] as const)(
  'the network is what the worker says (%s), else the agent (%s), else none',
  async ([ofWorker, ofAgent, network]) => {
    const seen: RunOptions[] = []
    const recording: CommandRunner = {
      run(_, options) {
        seen.push(options)
        return Promise.reject(new Error('not run'))
      },
    }
    await run({ ...shell('true'), network: ofWorker }, { job: { network: ofAgent }, options: { sandbox: recording } })
    expect(seen.map((options) => options.network)).toEqual([network])
  },
)
