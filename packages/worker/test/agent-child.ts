import { appendFileSync } from 'node:fs'
import { createSandbox } from '@agentic/sandbox'
import { createScrubber } from '@agentic/secrets'
import { createWorker } from '../src/index.ts'
import { fixedSecrets } from './secrets.ts'

/* Does one agent run in a process of its own, to be killed in it. */
const [baseUrl = '', workspace = '', transcript = ''] = process.argv.slice(2)
const worker = createWorker({
  sandbox: await createSandbox({ containment: 'prefer' }),
  secrets: fixedSecrets(),
  workspaceFor: () => workspace,
  openTranscript: () => ({
    reference: transcript,
    append: (line) => appendFileSync(transcript, `${line}\n`),
    close: async () => undefined,
  }),
  agent: {
    createScrubber,
    defaultModel: { provider: 'openai-compatible', model: 'scripted', baseUrl },
    ask: () => new Promise(() => undefined),
  },
})
const job = { agentId: 'shop-1', taskId: 'task-1', runId: 'run-1', title: 'Do it' }
await worker.run({ ...job, worker: { type: 'agent', prompt: 'Please' } }, { signal: new AbortController().signal })
