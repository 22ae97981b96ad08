import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { calling, setupAgent } from '../../test/agent-setup.ts'
import { processesWith } from '../../test/processes.ts'
import { type ScriptedReply, type ScriptedRequest, startScriptedModelServer } from '../../test/scripted-model-server.ts'

const child = join(import.meta.dirname, '../../test/agent-child.ts')
const marker = randomUUID()

/** What the model says second, and by what the transcript shows that the run has come to it. */
const phases: readonly (readonly [string, ScriptedReply, (transcript: string, requests: number) => boolean])[] = [
  ['a model call', { hang: true }, (_, requests) => requests === 2],
  ['a tool', calling('shell', { command: `sleep 600 # ${marker}` }), () => processesWith(marker).length > 0],
  [
    'a question',
    calling('ask', { question: 'Which?' }, 'q1'),
    (transcript) => transcript.includes('"type":"question"'),
  ],
]

/** Ids of the tool calls that were made and of those that were answered. */
function pairsIn({ messages }: ScriptedRequest) {
  const called = messages.flatMap((message) => (message.tool_calls ?? []).map(({ id }) => id))
  return { called, answered: messages.flatMap((message) => message.tool_call_id ?? []) }
}

test.for(phases)('P19 a run whose process is killed in %s goes on from its transcript', async ([, second, isThere]) => {
  await using model = await startScriptedModelServer([calling('list_files'), second])
  await using run = await setupAgent([{ text: 'done' }], { agent: { ask: async () => 'red' } })
  const file = join(run.workspace, 'transcript')
  const args = [
    '--conditions=@agentic/source',
    '--disable-warning=ExperimentalWarning',
    child,
    model.baseUrl,
    run.workspace,
    file,
  ]
  const killed = spawn(process.execPath, args, { stdio: 'ignore' })
  const ended = once(killed, 'exit')
  const transcript = (): Promise<string> => readFile(file, 'utf8').catch(() => '')
  await vi.waitUntil(async () => isThere(await transcript(), model.requests.length), { timeout: 20_000 })
  killed.kill('SIGKILL')
  await ended

  const lines = (await transcript()).split('\n')
  expect((await run.start({ runId: 'run-2', resumeFrom: { transcript: lines } })).outcome).toEqual({
    type: 'success',
    result: 'done',
  })
  const [request] = run.server.requests
  const { called, answered } = pairsIn(request ?? { messages: [], model: '', headers: {} })
  expect(called.length).toBeGreaterThan(0)
  expect(answered).toEqual(called)
})
