import { PassThrough, type Readable } from 'node:stream'
import type { Backend } from './backends/backend.ts'
import { type Ground, neverStarted, type StartedCommand, startCommand } from './run-command.ts'
import type { Command, CommandResult, OpenOptions, OpenProcess, ProcessEnd } from './sandbox.ts'
import { supervise } from './supervise.ts'

/** Checks everything, then starts one process to talk to with a backend. */
export async function openCommand(
  backend: Backend,
  ground: Ground,
  command: Command,
  options: OpenOptions,
): Promise<OpenProcess> {
  const closing = new AbortController()
  const { onStderr } = options
  const started = await startCommand(
    backend,
    ground,
    command,
    {
      ...options,
      signal: options.signal === undefined ? closing.signal : AbortSignal.any([options.signal, closing.signal]),
      onOutput: onStderr === undefined ? undefined : ({ bytes }) => onStderr(bytes),
    },
    true,
  )
  const begun = Promise.withResolvers<void>()
  const stdout = handedOut(started.spawned?.stdout)
  const ended = seeToItsEnd(started, begun.resolve)
  // A process that was stopped before it began is one that has ended; one that could not be set up is an error of ours.
  await Promise.race([begun.promise, ended])
  // From here on the end is told to whoever asks for it.
  ended.catch(() => undefined)
  const close = (): Promise<ProcessEnd> => {
    closing.abort()
    return ended
  }
  return {
    stdin: started.spawned?.stdin ?? new PassThrough().resume(),
    stdout,
    ended,
    close,
    async [Symbol.asyncDispose]() {
      await close().catch(() => undefined)
    },
  }
}

async function seeToItsEnd(started: StartedCommand, onBegun: () => void): Promise<ProcessEnd> {
  await using held = started
  if (held.spawned === undefined) return withoutStdout(neverStarted)
  return withoutStdout(await supervise(held.spawned, held.tree, { ...held.settings, leavesStdout: true, onBegun }))
}

/** Not the stream of the child process itself: Node throws away what is unread there when the process ends. */
function handedOut(stdout: Readable | undefined): Readable {
  const output = new PassThrough()
  if (stdout === undefined) return output.end()
  stdout.once('close', () => output.end())
  // Who wants no more must not make the process wait for ever.
  output.once('close', () => stdout.unpipe(output).resume())
  return stdout.pipe(output, { end: false })
}

function withoutStdout(result: CommandResult): ProcessEnd {
  const { stdout: _stdout, stdoutDroppedBytes: _stdoutDroppedBytes, ...end } = result
  return end
}
