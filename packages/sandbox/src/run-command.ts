import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend } from './backends/backend.ts'
import { countsProcessesByNamespace } from './backends/start-script.ts'
import { argumentsOf } from './command.ts'
import { environmentOf } from './environment.ts'
import { realPathOf } from './paths.ts'
import { markedTree, namespacedTree, type ProcessTree } from './process-tree.ts'
import { type CompleteRunOptions, completeRunOptions } from './run-options.ts'
import type { Command, CommandResult, RunOptions } from './sandbox.ts'
import { type Spawned, spawnClosed } from './spawn.ts'
import { supervise } from './supervise.ts'
import { openWorkspace } from './workspace.ts'

/** What all runs of a sandbox have in common. */
export interface Ground {
  readonly deniedPaths: readonly string[]
  readonly readOnlyPaths: readonly string[]
  readonly searchPaths: readonly string[]
}

/** Checks everything, then runs one command with a backend. */
export async function runCommand(
  backend: Backend,
  ground: Ground,
  command: Command,
  options: RunOptions,
): Promise<CommandResult> {
  await using started = await startCommand(backend, ground, command, options, false)
  return started.spawned === undefined ? neverStarted : await supervise(started.spawned, started.tree, started.settings)
}

/** A spawned command with what is needed to see it to its end; disposed of when that has come. */
export type StartedCommand = AsyncDisposable & { readonly settings: CompleteRunOptions } & (
    | { readonly spawned: Spawned; readonly tree: ProcessTree }
    /** Stopped before. */
    | { readonly spawned?: undefined }
  )

/** Checks everything, then spawns one command, which has not begun yet. */
export async function startCommand(
  backend: Backend,
  ground: Ground,
  command: Command,
  options: RunOptions,
  hasStdin: boolean,
): Promise<StartedCommand> {
  const argv = argumentsOf(command)
  const settings = completeRunOptions(options)
  const workspace = await openWorkspace(options.workspace, ground.deniedPaths)
  const temporary = await temporaryFolder(backend)
  const dispose = { [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose]() }
  try {
    const environment = environmentOf(
      { workspace, temporaryFolder: temporary.path, searchPaths: ground.searchPaths },
      options.env,
    )
    const launch = backend.launch({
      argv,
      workspace,
      isolateNetwork: settings.isolateNetwork,
      deniedPaths: await Promise.all(ground.deniedPaths.map(realPathOf)),
      readOnlyPaths: ground.readOnlyPaths,
      memoryBytes: settings.memoryBytes,
      processes: countsProcessesByNamespace() ? settings.processes : undefined,
    })
    if (settings.signal?.aborted === true) return { settings, ...dispose }
    const spawned = await spawnClosed(launch, environment, workspace, hasStdin)
    const tree = backend.hasNamespaces ? namespacedTree(spawned.id) : markedTree(spawned.id, `TMPDIR=${temporary.path}`)
    return { settings, spawned, tree, ...dispose }
  } catch (error) {
    await temporary[Symbol.asyncDispose]()
    throw error
  }
}

/** The result of a command that was stopped before it was spawned. */
export const neverStarted: CommandResult = {
  type: 'aborted',
  stdout: '',
  stderr: '',
  stdoutDroppedBytes: 0,
  stderrDroppedBytes: 0,
  elapsedMs: 0,
}

interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
}

/** `/tmp` where the backend makes that private; else a folder for this run alone, whose name also marks the run's processes. */
async function temporaryFolder(backend: Backend): Promise<TemporaryFolder> {
  if (backend.hasOwnTemporaryFolder) return { path: '/tmp', [Symbol.asyncDispose]: async () => undefined }
  const path = await mkdtemp(join(tmpdir(), 'sandbox-'))
  // A command can take away our right to remove what it made: that must not cost the result of its run.
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }).catch(() => undefined) }
}
