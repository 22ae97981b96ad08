import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import type { Duplex, Readable, Writable } from 'node:stream'
import { firstInputDescriptor, type Launch, statusDescriptor } from './backends/backend.ts'
import { descriptorsToCover } from './descriptors.ts'
import { SandboxError } from './errors.ts'

export interface Spawned {
  readonly id: number
  readonly child: ChildProcess
  /** There if it was asked for; else standard input is empty. */
  readonly stdin: Writable | undefined
  readonly stdout: Readable
  readonly stderr: Readable
  /** Tells that the command can be begun; a line written to it begins it. */
  readonly status: Duplex
}

/** Spawns with this environment and no descriptor but those made here, in a session of its own. */
export async function spawnClosed(
  launch: Launch,
  environment: Record<string, string>,
  folder: string,
  hasStdin: boolean,
): Promise<Spawned> {
  const nothing = openSync('/dev/null', 'r+')
  try {
    const child = spawn(launch.file, launch.args, {
      cwd: folder,
      // Node hands its own NODE_V8_COVERAGE down unless the name is taken; `undefined` takes it and is not passed on.
      env: Object.assign(environment, { NODE_V8_COVERAGE: undefined }),
      detached: true,
      stdio: descriptorsOf(launch, nothing, hasStdin),
    })
    if (child.pid === undefined) throw (await once(child, 'error'))[0]
    feed(child, launch.inputs)
    return spawned(child, child.pid)
  } catch (error) {
    throw startError(launch.file, error)
  } finally {
    closeSync(nothing)
  }
}

/**
 * Standard input that is not asked for is `/dev/null` too: with a socket there, and Node makes pipes of sockets, bash
 * takes itself for a remote shell and reads ~/.bashrc.
 */
function descriptorsOf(launch: Launch, nothing: number, hasStdin: boolean): (number | 'pipe')[] {
  const pipes = firstInputDescriptor + launch.inputs.length
  const covered = Math.max(0, descriptorsToCover() - pipes)
  return [
    hasStdin ? 'pipe' : nothing,
    ...Array<'pipe'>(pipes - 1).fill('pipe'),
    ...Array<number>(covered).fill(nothing),
  ]
}

function feed(child: ChildProcess, inputs: readonly string[]): void {
  for (const [index, input] of inputs.entries()) {
    const stream = child.stdio[firstInputDescriptor + index] as Writable
    // A process that ends before it has read all says why on standard error.
    stream.on('error', () => undefined)
    stream.end(input)
  }
}

function spawned(child: ChildProcess, id: number): Spawned {
  const [, stdout, stderr] = child.stdio as Readable[]
  const stdin = child.stdin ?? undefined
  // A socket, which goes both ways.
  const status = child.stdio[statusDescriptor] as Duplex
  if (stdout === undefined || stderr === undefined) throw new TypeError('The standard streams are pipes')
  // A stream that breaks has ended for us; how the command ended is said by its exit.
  for (const stream of [stdin, stdout, stderr, status]) stream?.on('error', () => undefined)
  return { id, child, stdin, stdout, stderr, status }
}

function startError(file: string, error: unknown): SandboxError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const way =
    code === 'EMFILE'
      ? ': too many files are open, raise ulimit -n'
      : ': check that it is installed and that the system has room for a process'
  return new SandboxError('SANDBOX_START_FAILED', `${file} could not be started (${code})${way}`, { cause: error })
}
