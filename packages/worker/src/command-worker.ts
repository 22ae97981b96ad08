import type { CommandResult } from '@agentic/sandbox'
import { failedOutcome, type Json, type WorkerOutcome } from '@agentic/worker-outcome'
import { WorkerError } from './errors.ts'
import type { RunContext } from './run-context.ts'
import { createScrubbedOutput } from './scrubbed-output.ts'
import type { WorkerSpec } from './worker-spec.ts'
import type { RunJob } from './worker.ts'

type CommandSpec = Extract<WorkerSpec, { readonly type: 'command' }>

/** One variable takes 64 KiB in the sandbox; half of it leaves room for the agent's own in what all may have together. */
const INPUT_MAX_BYTES = 32_768

/** How much of standard error a failure's message holds. */
const ERROR_TAIL_BYTES = 4096

/** What the sandbox must keep by itself; the output is read as it comes. */
const SANDBOX_KEEPS_BYTES = 1024

/** Errors of the sandbox that another attempt of the same command would meet again. */
const LASTING_CODES: ReadonlySet<string> = new Set([
  'SANDBOX_COMMAND_INVALID',
  'SANDBOX_ENV_REFUSED',
  'SANDBOX_OPTIONS_INVALID',
  'SANDBOX_WORKSPACE_DENIED',
])

/** Runs a command in the sandbox and makes an outcome of its end. */
export async function runCommand(spec: CommandSpec, run: RunContext): Promise<WorkerOutcome> {
  const { job, control, seam, graceMs, resultLimitBytes } = run
  const show = (stream: 'stdout' | 'stderr') => (text: string) => run.report({ type: 'output', stream, text })
  const stdout = createScrubbedOutput(seam, resultLimitBytes, show('stdout'))
  const stderr = createScrubbedOutput(seam, Math.min(ERROR_TAIL_BYTES, resultLimitBytes), show('stderr'))
  const keepSoFar = (): void => control.setPartialResult(stdout.tail())
  control.signal.addEventListener('abort', keepSoFar, { once: true })
  try {
    const result = await run.sandbox.run(
      'argv' in spec ? { type: 'argv', argv: spec.argv } : { type: 'shell', line: spec.shell },
      {
        env: commandEnv(job, run.env),
        workspace: run.workspace,
        network: spec.network ?? job.network ?? 'none',
        graceMs: commandGraceMs(graceMs),
        outputLimitBytes: SANDBOX_KEEPS_BYTES,
        signal: control.signal,
        onOutput({ stream, bytes }) {
          control.progress()
          if (stream === 'stdout') stdout.push(bytes)
          else stderr.push(bytes)
        },
      },
    )
    return outcomeOf(result, stdout.end(), stderr.end())
  } catch (error) {
    return failureOf(error)
  } finally {
    control.signal.removeEventListener('abort', keepSoFar)
  }
}

/** The kill comes a second before the run would be settled without the command, or half of the grace before, if it is short. */
export function commandGraceMs(graceMs: number): number {
  return Math.floor(graceMs - Math.min(1000, graceMs / 2))
}

export function commandEnv(job: RunJob, env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  // Without a prototype, since what is inherited would become a variable too. The run's own names win.
  return Object.assign(Object.create(null) as Record<string, string>, env, {
    AGENTIC_AGENT_ID: job.agentId,
    AGENTIC_TASK_ID: job.taskId,
    AGENTIC_RUN_ID: job.runId,
    ...inputVariable(job.input),
    ...noteVariable(job.note),
  })
}

/** What no variable can hold is left out of it. */
function noteVariable(note = ''): { readonly AGENTIC_NOTE?: string } {
  return note === '' ? {} : { AGENTIC_NOTE: note.replaceAll('\0', '') }
}

function inputVariable(input: Json | undefined): { readonly AGENTIC_INPUT?: string } {
  if (input === undefined) return {}
  const json = JSON.stringify(input)
  const bytes = Buffer.byteLength(json)
  if (bytes <= INPUT_MAX_BYTES) return { AGENTIC_INPUT: json }
  throw new WorkerError(
    'INPUT_TOO_LARGE',
    `input: ${bytes} bytes of JSON, where a command takes ${INPUT_MAX_BYTES}: give an address or a file to read it from`,
  )
}

function outcomeOf(result: CommandResult, stdout: string, stderr: string): WorkerOutcome {
  switch (result.type) {
    case 'exited':
      if (result.exitCode === 0) return { type: 'success', result: stdout }
      return failed(`EXIT_${result.exitCode}`, `the command exited with code ${result.exitCode}`, stdout, stderr)
    case 'signalled':
      return failed(`SIGNAL_${result.signal}`, `the command was ended by ${result.signal}`, stdout, stderr)
    case 'timed-out':
    case 'aborted':
      // Only ever on the run's own signal: why it was stopped is the supervisor's to say.
      return { type: 'cancelled', reason: 'the command was stopped', partialResult: stdout }
    default:
      return result satisfies never
  }
}

function failed(code: string, what: string, stdout: string, stderr: string): WorkerOutcome {
  const message = stderr === '' ? what : `${what}\n${stderr}`
  const said = { type: 'failed', code, message, retryable: true } as const
  return stdout === '' ? said : { ...said, partialResult: stdout }
}

export function failureOf(error: unknown): WorkerOutcome {
  const outcome = failedOutcome(error)
  return LASTING_CODES.has(outcome.code) ? { ...outcome, retryable: false } : outcome
}
