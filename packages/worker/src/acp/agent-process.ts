import type { OpenProcess, ProcessEnd, Sandbox } from '@agentic/sandbox'
import { commandEnv, commandGraceMs } from '../command-worker.ts'
import { createScrubbedOutput } from '../scrubbed-output.ts'
import type { RunJob, RunSecrets } from '../worker.ts'
import { AcpError } from './acp-error.ts'
import type { AcpPlan } from './acp-plan.ts'
import { within } from './within.ts'

/** What opens the process of a coding agent: the sandbox, or anything that keeps its promises. */
export type ProcessOpener = Pick<Sandbox, 'open'>

/** How much of standard error a failure's message holds. */
const ERROR_TAIL_BYTES = 4096
/** What the sandbox must keep by itself; standard error is read as it comes. */
const SANDBOX_KEEPS_BYTES = 1024
/** After its output is over, how long the end of the process is awaited that says why. */
const END_MS = 1000

/** The process of a coding agent. When it is disposed of, no process of its tree is left. */
export interface AgentProcess extends AsyncDisposable {
  readonly stdin: OpenProcess['stdin']
  readonly stdout: OpenProcess['stdout']
  /** Why it does not answer any more. */
  whyGone(): Promise<AcpError>
  /** The end of its standard error, scrubbed. */
  errorTail(): string
}

/** How the grace is divided that a run has to stop in. */
export interface StopTimes {
  /** From `session/cancel` until the agent is no longer waited for. */
  readonly cancelMs: number
  /** From the end of its standard input to SIGTERM. */
  readonly partMs: number
  /** From SIGTERM to SIGKILL. */
  readonly killMs: number
}

/** Like a command, it is killed a good while before the run would be settled without it. */
export function stopTimesOf(graceMs: number): StopTimes {
  const all = commandGraceMs(graceMs)
  return { cancelMs: Math.floor(all * 0.4), partMs: Math.floor(all * 0.1), killMs: Math.floor(all * 0.5) }
}

/** Starts the process. The signal ends it at once. */
export async function openAgentProcess(
  plan: AcpPlan,
  job: RunJob,
  secrets: RunSecrets,
  ground: { readonly sandbox: ProcessOpener; readonly workspace: string; readonly graceMs: number },
  signal: AbortSignal,
): Promise<AgentProcess> {
  const stderr = createScrubbedOutput(secrets.scrubber, ERROR_TAIL_BYTES)
  const { partMs, killMs } = stopTimesOf(ground.graceMs)
  const process = await ground.sandbox.open(
    { type: 'argv', argv: plan.command },
    {
      env: commandEnv(job, { ...plan.env, ...secrets.env }),
      workspace: ground.workspace,
      network: plan.network,
      graceMs: killMs,
      outputLimitBytes: SANDBOX_KEEPS_BYTES,
      signal,
      onStderr: (bytes) => stderr.push(bytes),
    },
  )
  const ended = process.ended.then(
    (end) => ({ end, error: stderr.end() }),
    () => 'lost' as const,
  )
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    async whyGone() {
      const last = await within(END_MS, ended)
      return typeof last === 'string' ? gone('closed its output', stderr.tail()) : whyEnded(last.end, last.error)
    },
    errorTail: () => stderr.tail(),
    async [Symbol.asyncDispose]() {
      process.stdin.end()
      await within(partMs, ended)
      await process.close().catch(() => undefined)
    },
  }
}

function whyEnded(end: ProcessEnd, error: string): AcpError {
  if (end.type === 'signalled') return gone(`was ended by ${end.signal}`, error)
  if (end.type !== 'exited') return gone('was stopped', error)
  if (end.exitCode !== 127 && end.exitCode !== 126) return gone(`exited with code ${end.exitCode}`, error)
  return new AcpError(
    'ACP_AGENT_MISSING',
    `there is no such program in the sandbox, or it cannot be run: install it where the sandbox shows it (readOnlyPaths, searchPaths)${afterLine(error)}`,
  )
}

function gone(how: string, error: string): AcpError {
  return new AcpError('ACP_AGENT_EXITED', `the agent ${how} before its turn was over${afterLine(error)}`, {
    retryable: true,
  })
}

export function afterLine(text: string): string {
  return text === '' ? '' : `\n${text}`
}
