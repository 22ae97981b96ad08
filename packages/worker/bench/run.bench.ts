import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScrubber } from '@agentic/secrets'
import { afterAll, beforeAll, test } from 'vitest'
import { createWorker, type RunJob, type Worker } from '../src/index.ts'
import { type ScriptedModelServer, startScriptedModelServer } from '../test/scripted-model-server.ts'
import { fixedSecrets } from '../test/secrets.ts'

/*
 * What does a run cost beside its work, and how late is one that has a deaf tool?
 *
 * Workload: a function that does nothing, beside calling it alone; a language model that calls one tool and answers, over
 * HTTP on loopback, beside the same two requests alone, their streams read to the end.
 */
const DEAF_RUNS = 10
const GRACE_MS = 100

let folder: string
let server: ScriptedModelServer
let worker: Worker

const { signal } = new AbortController()
const nothing = async (): Promise<string> => 'done'
const job: RunJob = {
  agentId: 'a',
  taskId: 't',
  runId: 'r',
  title: 'Bench',
  worker: { type: 'function', name: 'nothing' },
}
const agentJob: RunJob = { ...job, worker: { type: 'agent', prompt: 'Look' } }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentic-worker-bench-'))
  server = await startScriptedModelServer(({ messages }) =>
    messages.at(-1)?.role === 'tool' ? { text: 'It is empty.' } : { calls: [{ name: 'list_files' }] },
  )
  worker = createWorker({
    sandbox: { run: () => Promise.reject(new Error('not used')) },
    secrets: fixedSecrets({ KEY: 's3cret-value' }),
    workspaceFor: () => folder,
    functions: { nothing, deaf: () => new Promise(() => undefined) },
    graceMs: GRACE_MS,
    agent: {
      createScrubber,
      defaultModel: { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl },
    },
  })
  await worker.run(agentJob, { signal })
})

afterAll(async () => {
  await worker.close()
  await server.close()
  await rm(folder, { recursive: true })
})

async function request(role: string): Promise<void> {
  const body = JSON.stringify({ model: 'scripted', messages: [{ role, content: 'x' }], stream: true })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', headers, body })
  await response.text()
}

test('runs a function', async ({ bench }) => {
  await bench.compare(
    bench('as a run', async () => void (await worker.run(job, { signal }))),
    bench('alone', async () => void (await nothing())),
    { time: 500 },
  )
})

test('runs a language model with one tool call', async ({ bench }) => {
  await bench.compare(
    bench('as a run', async () => void (await worker.run(agentJob, { signal }))),
    bench('its two requests alone', async () => {
      await request('user')
      await request('tool')
    }),
    { time: 1000 },
  )
})

test('ends a deaf run, so many milliseconds after its wall clock and grace', async () => {
  const late = async (): Promise<number> => {
    const startedAt = performance.now()
    await worker.run({ ...job, worker: { type: 'function', name: 'deaf' }, wallClockMs: 1000 }, { signal })
    return performance.now() - startedAt - 1000 - GRACE_MS
  }
  const overshoots = await Promise.all(Array.from({ length: DEAF_RUNS }, late))
  console.log(`overshoot: at most ${Math.max(...overshoots).toFixed(1)} ms of ${DEAF_RUNS}`)
})
