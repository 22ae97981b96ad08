import { constants } from 'node:os'
import type { CommandOutput, CommandResult, OutputChunk } from './sandbox.ts'
import { SandboxError } from './errors.ts'
import { createOutputTail } from './output-tail.ts'
import type { ProcessTree } from './process-tree.ts'
import type { Spawned } from './spawn.ts'

/** A process that left the tree can hold our pipes open: after the end of the command, output is awaited this long. */
const drainMs = 500
/** A killed process ends at once unless the kernel holds it, as on a dead network disk: then we go on without it. */
const unkillableMs = 1_000

export interface Supervision {
  readonly wallClockMs: number | undefined
  readonly graceMs: number
  readonly outputLimitBytes: number
  readonly signal: AbortSignal | undefined
  readonly onOutput: ((chunk: OutputChunk) => void) | undefined
  /** Whether standard output is somebody else's to read. */
  readonly leavesStdout?: boolean | undefined
  /** Hears that the command has begun. */
  readonly onBegun?: (() => void) | undefined
}

type Stop =
  | { readonly type: 'timed-out' }
  | { readonly type: 'aborted' }
  | { readonly type: 'output-error'; readonly error: unknown }

/** Sees a spawned command to its end, whoever brings it about, and leaves no process of it behind. */
export async function supervise(spawned: Spawned, tree: ProcessTree, options: Supervision): Promise<CommandResult> {
  const startedAt = performance.now()
  const { child } = spawned
  const start = createStart(spawned, options.onBegun)
  const stopping = createStopper(tree, start, options.graceMs)
  const output = collect(spawned, options, (error) => stopping.stop({ type: 'output-error', error }))
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const closed = new Promise((resolve) => child.once('close', resolve))
  const abort = (): void => stopping.stop({ type: 'aborted' })
  options.signal?.addEventListener('abort', abort, { once: true })
  if (options.signal?.aborted === true) abort()
  const clock =
    options.wallClockMs === undefined
      ? undefined
      : setTimeout(() => stopping.stop({ type: 'timed-out' }), options.wallClockMs)
  await Promise.race([exited, stopping.gaveUp])
  clearTimeout(clock)
  options.signal?.removeEventListener('abort', abort)
  stopping.settle()
  tree.sweep()
  await within(drainMs, closed)
  for (const stream of child.stdio) stream?.destroy()
  child.unref()
  return resultOf(child.exitCode, child.signalCode, stopping.reason(), start.hasBegun(), {
    ...output.read(),
    elapsedMs: performance.now() - startedAt,
  })
}

interface Stopper {
  /** Asks the tree to end, and kills it after the grace. Only the first reason counts. */
  stop(reason: Stop): void
  reason(): Stop | undefined
  /** Resolves when even killing did not help. */
  readonly gaveUp: Promise<void>
  /** Sends no signal any more: the id of a process that has ended may be given to another. */
  settle(): void
}

function createStopper(tree: ProcessTree, start: Start, graceMs: number): Stopper {
  let reason: Stop | undefined
  let timer: NodeJS.Timeout | undefined
  let isSettled = false
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<void>()
  const kill = (): void => {
    tree.kill()
    timer = setTimeout(giveUp, unkillableMs)
  }
  return {
    stop(why) {
      if (reason !== undefined) return
      reason = why
      if (isSettled) return
      if (start.hasBegun()) tree.terminate()
      else start.deny()
      timer = setTimeout(kill, graceMs)
    },
    reason: () => reason,
    gaveUp,
    settle() {
      isSettled = true
      clearTimeout(timer)
    },
  }
}

interface Start {
  /** Whether the command was begun. */
  hasBegun(): boolean
  /** Makes that it never is: the launched process then ends by itself. */
  deny(): void
}

/**
 * Begins the command as soon as it can be ended for sure. Before that nothing is sent a signal: a backend that is killed
 * while it makes the namespaces leaves a process behind that waits for it for ever.
 */
function createStart({ status }: Spawned, onBegun: (() => void) | undefined): Start {
  let hasBegun = false
  status.once('data', () => {
    hasBegun = true
    status.write('\n')
    onBegun?.()
  })
  return {
    hasBegun: () => hasBegun,
    deny: () => status.destroy(),
  }
}

interface Collected {
  read(): Omit<CommandOutput, 'elapsedMs'>
}

function collect(spawned: Spawned, options: Supervision, onError: (error: unknown) => void): Collected {
  const stdout = createOutputTail(options.outputLimitBytes)
  const stderr = createOutputTail(options.outputLimitBytes)
  let hasFailed = false
  const show = (chunk: OutputChunk): void => {
    if (hasFailed) return
    try {
      options.onOutput?.(chunk)
    } catch (error) {
      hasFailed = true
      onError(error)
    }
  }
  if (options.leavesStdout !== true) {
    spawned.stdout.on('data', (bytes: Buffer) => {
      stdout.push(bytes)
      show({ stream: 'stdout', bytes })
    })
  }
  spawned.stderr.on('data', (bytes: Buffer) => {
    stderr.push(bytes)
    show({ stream: 'stderr', bytes })
  })
  return {
    read() {
      const [out, error] = [stdout.read(), stderr.read()]
      return {
        stdout: out.text,
        stderr: error.text,
        stdoutDroppedBytes: out.droppedBytes,
        stderrDroppedBytes: error.droppedBytes,
      }
    },
  }
}

function resultOf(
  exitCode: number | null,
  signal: NodeJS.Signals | null,
  stop: Stop | undefined,
  hasBegun: boolean,
  output: CommandOutput,
): CommandResult {
  if (stop?.type === 'output-error') throw stop.error
  if (stop !== undefined) return { type: stop.type, ...output }
  if (!hasBegun) {
    throw new SandboxError(
      'SANDBOX_START_FAILED',
      `the sandbox could not be set up (${output.stderr.trim().slice(-500) || `exit code ${exitCode}`}): check that the workspace belongs to this user and is still there`,
    )
  }
  const passedOn = signal ?? signalOf(exitCode ?? 0)
  if (passedOn !== undefined) return { type: 'signalled', signal: passedOn, ...output }
  return { type: 'exited', exitCode: exitCode ?? 0, ...output }
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]))

/** Shells end with 128 + n for a child that signal n ended; all that we spawn is waited for by one. */
function signalOf(exitCode: number): NodeJS.Signals | undefined {
  return signalNames.get(exitCode - 128)
}

async function within(limitMs: number, promise: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  // After a busy spell timers come before input: one more turn lets what has arrived be read.
  const timer = setTimeout(() => setImmediate(resolve), limitMs)
  await Promise.race([promise, late])
  clearTimeout(timer)
}
