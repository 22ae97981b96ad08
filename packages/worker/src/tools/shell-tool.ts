import { type Clock, systemClock } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { commandEnv, commandGraceMs } from '../command-worker.ts'
import type { RunContext } from '../run-context.ts'
import { createScrubbedOutput } from '../scrubbed-output.ts'
import { defineTool, type RunTool } from './run-tool.ts'

const DEFAULT_TIMEOUT_SECS = 120
const MAX_TIMEOUT_SECS = 1800
/** How long a command may stand at what looks like a question: nobody is there to answer it. */
const PROMPT_SILENCE_MS = 5000
/** What the sandbox must keep by itself; the output is read as it comes. */
const SANDBOX_KEEPS_BYTES = 1024
/** Most of the output that is kept, from its end. */
const OUTPUT_LIMIT_BYTES = 64 * 1024

/** Runs lines in the sandbox, with the run's environment. Its whole process group is gone when it answers. */
export function createShellTool(
  run: RunContext,
  env: Readonly<Record<string, string>>,
  network: 'none' | 'host',
  clock: Clock = systemClock,
): RunTool {
  return defineTool({
    name: 'shell',
    description:
      'Runs a line with /bin/sh in the workspace and answers its exit code and output. Nothing is typed in: use options like -y. ' +
      'Processes left in the background are ended with it. Secrets are environment variables: write $NAME, never their values.',
    input: v.strictObject({
      command: v.pipe(v.string(), v.minLength(1)),
      timeoutSecs: v.optional(
        v.pipe(
          v.number(),
          v.minValue(1),
          v.maxValue(MAX_TIMEOUT_SECS),
          v.description(`Longest it may take; ${DEFAULT_TIMEOUT_SECS} when not said`),
        ),
      ),
    }),
    async execute({ command, timeoutSecs = DEFAULT_TIMEOUT_SECS }, context) {
      const output = createScrubbedOutput(run.seam, OUTPUT_LIMIT_BYTES)
      const watchdog = createPromptWatchdog(clock)
      const live = new TextDecoder()
      try {
        const result = await run.sandbox.run(
          { type: 'shell', line: command },
          {
            env: commandEnv(run.job, env),
            workspace: run.workspace,
            network,
            wallClockMs: timeoutSecs * 1000,
            graceMs: commandGraceMs(run.graceMs),
            outputLimitBytes: SANDBOX_KEEPS_BYTES,
            signal: AbortSignal.any([context.signal, watchdog.signal]),
            // Both streams in one, in the order in which they came, as a person would see them.
            onOutput({ bytes }) {
              const text = live.decode(bytes, { stream: true })
              watchdog.saw(text)
              context.output(text)
              output.push(bytes)
            },
          },
        )
        return `${endOf(result, timeoutSecs, watchdog.signal.aborted)}\n${output.end()}`
      } finally {
        watchdog.end()
      }
    },
  })
}

function endOf(
  result: Awaited<ReturnType<RunContext['sandbox']['run']>>,
  timeoutSecs: number,
  isAsking: boolean,
): string {
  if (isAsking) {
    return 'ended: it waited for somebody to type something in, and nobody is there. Use an option that answers it, such as -y.'
  }
  switch (result.type) {
    case 'exited':
      return `exit code ${result.exitCode}`
    case 'signalled':
      return `ended by ${result.signal}`
    case 'timed-out':
      return `ended: it took longer than ${timeoutSecs} s. Give a larger timeoutSecs, or do less at a time.`
    case 'aborted':
      return 'ended: the run was stopped'
    default:
      return result satisfies never
  }
}

/** What programs end their questions with, on a line that they do not end. */
const PROMPT =
  /(\[y\/n\]|\(y\/n\)|\(yes\/no(\/\[fingerprint\])?\)|pass(word|phrase)[^\n]*:|username[^\n]*:|login:|continue\??|proceed\??|are you sure[^\n]*|press (enter|return|any key)[^\n]*|\(current\) unix password:)\s*[?:>\]]*\s*$/i

/** Whether an output ends with what looks like a question to somebody. */
export function looksLikePrompt(tail: string): boolean {
  const line = tail.slice(tail.lastIndexOf('\n') + 1)
  return line.length < 500 && PROMPT.test(line)
}

/** Aborts when the output ends with a question and then nothing more comes. */
function createPromptWatchdog(clock: Clock) {
  const asking = new AbortController()
  let tail = ''
  let takeBack = (): void => undefined
  return {
    signal: asking.signal,
    saw(text: string) {
      tail = (tail + text).slice(-500)
      takeBack()
      takeBack = looksLikePrompt(tail) ? clock.setTimer(() => asking.abort(), PROMPT_SILENCE_MS) : () => undefined
    },
    end: () => takeBack(),
  }
}
