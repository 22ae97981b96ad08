import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '@agentic/sandbox'
import { createScrubber } from '@agentic/secrets'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import {
  type AgentOptions,
  createWorker,
  type RunJob,
  type RunProgress,
  type RunResult,
  type WorkerOptions,
} from '../src/index.ts'
import { type ScriptedModelServer, type ScriptedReply, startScriptedModelServer } from './scripted-model-server.ts'
import { fixedSecrets } from './secrets.ts'

const sandbox = await createSandbox({ containment: 'prefer' })

export type Script = Parameters<typeof startScriptedModelServer>[0]

export interface AgentSetup extends AsyncDisposable {
  readonly server: ScriptedModelServer
  readonly workspace: string
  /** Entries of the transcripts of all runs, in their order. */
  readonly transcript: Record<string, unknown>[]
  /** Its lines, as they were given. */
  readonly lines: string[]
  readonly events: RunProgress[]
  start(given?: Partial<RunJob>, signal?: AbortSignal): Promise<RunResult>
  outcome(given?: Partial<RunJob>): Promise<WorkerOutcome>
}

export interface SetupOptions extends Omit<Partial<WorkerOptions>, 'agent'> {
  readonly agent?: Partial<AgentOptions>
  readonly env?: Readonly<Record<string, string>>
}

/** A worker on the real sandbox, a scripted model and a workspace of its own. */
export async function setupAgent(script: Script, options: SetupOptions = {}): Promise<AgentSetup> {
  const { agent, env = {}, ...worker } = options
  const server = await startScriptedModelServer(script)
  const workspace = await mkdtemp(join(tmpdir(), 'agentic-agent-'))
  const lines: string[] = []
  const events: RunProgress[] = []
  const running = createWorker({
    sandbox,
    secrets: fixedSecrets(env),
    workspaceFor: () => workspace,
    graceMs: 1000,
    openTranscript: ({ runId }) => ({
      reference: `transcripts/${runId}`,
      append: (line) => void lines.push(line),
      close: async () => undefined,
    }),
    onProgress: (progress) => void events.push(progress),
    agent: {
      createScrubber,
      defaultModel: { provider: 'openai-compatible', model: 'scripted', baseUrl: server.baseUrl },
      limits: { retryDelayMs: 1, ...agent?.limits },
      ...agent,
    },
    ...worker,
  })
  const job: RunJob = {
    agentId: 'shop-1',
    taskId: 'task-1',
    runId: 'run-1',
    title: 'Do it',
    worker: { type: 'agent', prompt: 'Please' },
  }
  const start = (given: Partial<RunJob> = {}, signal = new AbortController().signal) =>
    running.run({ ...job, ...given }, { signal })
  return {
    server,
    workspace,
    lines,
    events,
    get transcript() {
      return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    },
    start,
    outcome: async (given) => (await start(given)).outcome,
    async [Symbol.asyncDispose]() {
      await running.close()
      await server.close()
      await rm(workspace, { recursive: true, force: true })
    },
  }
}

/** A turn in which the model calls one tool. */
export function calling(name: string, input: unknown = {}, id?: string): ScriptedReply {
  return { calls: [{ name, input, ...(id === undefined ? {} : { id }) }] }
}

/** What the model was told by the tools before a request, the last message first. */
export function toolResults(request: ScriptedModelServer['requests'][number] | undefined): string[] {
  return (request?.messages ?? []).filter(({ role }) => role === 'tool').map(({ content }) => String(content))
}
