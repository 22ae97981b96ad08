import type { Readable, Writable } from 'node:stream'

/** What to do when the host cannot contain a command: refuse, run it all the same, or do not even try to contain. */
export type Containment = 'require' | 'prefer' | 'off'

/** How a command is kept apart from the host, best first. */
export type SandboxBackend = 'bubblewrap' | 'unshare' | 'env-only'

/** What is really in force, as found by running each backend once. */
export interface SandboxStatus {
  readonly requested: Containment
  /** Whether commands run in namespaces of their own: true for `bubblewrap` and `unshare`. */
  readonly active: boolean
  readonly backend: SandboxBackend
  /** `isolated`: the workspace is writable, system folders are read-only, all else is absent. */
  readonly filesystem: 'isolated' | 'host'
  /** `isolated`: `/proc` shows nothing of the host, and the whole process tree ends with the run. */
  readonly processes: 'isolated' | 'host'
  /** What `network: 'none'` really gives. */
  readonly network: 'isolated' | 'host'
  /** Why better backends were not taken, each with the way out. */
  readonly why: readonly string[]
}

export interface SandboxOptions {
  /**
   * What to do when no backend contains.
   * @default 'require'
   */
  readonly containment?: Containment | undefined
  /**
   * Candidates, best first; the first that works is taken.
   * @default ['bubblewrap', 'unshare', 'env-only']
   */
  readonly backends?: readonly SandboxBackend[] | undefined
  /**
   * Absolute host paths of which a command sees nothing, but for its own workspace if that lies in one. Name the folder of
   * all workspaces here, and no run sees another's. Only `env-only` cannot hide them.
   * @default []
   */
  readonly deniedPaths?: readonly string[] | undefined
  /**
   * Absolute host paths that `bubblewrap` shows read-only beside the system folders, as a tool installed under `/opt`.
   * @default []
   */
  readonly readOnlyPaths?: readonly string[] | undefined
  /**
   * Absolute folders put before the system's own on `PATH`: the one way to change a base variable.
   * @default []
   */
  readonly searchPaths?: readonly string[] | undefined
}

/** What to run: a program with its arguments, or one line for `/bin/sh`. Both are readable by every user of the host: secrets go in the environment. */
export type Command =
  | { readonly type: 'argv'; readonly argv: readonly [string, ...string[]] }
  | { readonly type: 'shell'; readonly line: string }

export interface RunLimits {
  /** Most memory for the data of one process, in bytes (`RLIMIT_DATA`), not of the whole tree. */
  readonly memoryBytes?: number | undefined
  /** Most processes and threads at a time (`RLIMIT_NPROC`). Needs a contained backend, Linux 5.14 and a host user other than root; elsewhere without effect. */
  readonly processes?: number | undefined
}

export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr'
  readonly bytes: Buffer
}

export interface RunOptions {
  /** The command's variables, beside the base ones of {@link Sandbox.run}. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute path of the working directory and HOME. Made with mode 0700 if it is not there. */
  readonly workspace: string
  /**
   * `none`: no interface but an own loopback, where the backend can. `host`: the host's network.
   * @default 'none'
   */
  readonly network?: 'none' | 'host' | undefined
  /**
   * How long the command may take, in milliseconds.
   * @default no limit
   */
  readonly wallClockMs?: number | undefined
  /**
   * Time from asking the processes to end (SIGTERM) to killing them (SIGKILL), in milliseconds.
   * @default 2_000
   */
  readonly graceMs?: number | undefined
  /**
   * Most bytes kept of each stream; of more, the tail is kept.
   * @default 1_048_576
   */
  readonly outputLimitBytes?: number | undefined
  /** Stops the command; the result is then of type `aborted`. */
  readonly signal?: AbortSignal | undefined
  /** Sees each chunk as it comes. When it throws, the command is stopped and the run rejects with what was thrown. */
  readonly onOutput?: ((chunk: OutputChunk) => void) | undefined
  readonly limits?: RunLimits | undefined
}

/** What a process that stays open is started with: as a run, but that its standard output is yours to read. */
export interface OpenOptions extends Omit<RunOptions, 'onOutput'> {
  /** Sees each chunk of standard error as it comes. When it throws, the process is stopped and its end rejects with what was thrown. */
  readonly onStderr?: ((bytes: Buffer) => void) | undefined
}

/** A process to talk to. It holds descriptors and a timer until it has ended. */
export interface OpenProcess extends AsyncDisposable {
  /** Its standard input. What is written when the process has ended is lost, without an error event. */
  readonly stdin: Writable
  /**
   * Its standard output. While it is not read, the process waits as soon as the buffers are full. What it said last can
   * be read for half a second after its end. Destroy it to read no more: the rest is then thrown away.
   */
  readonly stdout: Readable
  /** How it ended, once no process of it is left. */
  readonly ended: Promise<ProcessEnd>
  /** Stops it: SIGTERM to all its processes, SIGKILL after the grace. Answers how it ended; may be called again. */
  close(): Promise<ProcessEnd>
}

/** How a process ended, with the tail of its standard error. */
export type ProcessEnd = DropStdout<CommandResult>

type DropStdout<End> = End extends CommandOutput ? Omit<End, 'stdout' | 'stdoutDroppedBytes'> : never

/** What every end of a command has. */
export interface CommandOutput {
  /** Tail of the standard output; bytes that are not UTF-8 are U+FFFD. */
  readonly stdout: string
  readonly stderr: string
  /** Bytes of standard output before the tail that was kept. */
  readonly stdoutDroppedBytes: number
  readonly stderrDroppedBytes: number
  readonly elapsedMs: number
}

/** How a command ended. A program that is not there is `exited` with 127, one that is not executable 126, as a shell says it. */
export type CommandResult =
  | ({ readonly type: 'exited'; readonly exitCode: number } & CommandOutput)
  /** Ended by a signal, or with the exit code 128 + n by which shells pass one on. */
  | ({ readonly type: 'signalled'; readonly signal: NodeJS.Signals } & CommandOutput)
  | ({ readonly type: 'timed-out' } & CommandOutput)
  | ({ readonly type: 'aborted' } & CommandOutput)

/** Runs commands that get exactly the environment given and nothing else of the host. Holds no timer, handle or process but those of what runs. */
export interface Sandbox {
  readonly status: SandboxStatus

  /**
   * Runs a command to its end, with `env` and the base variables PATH, HOME, PWD, TMPDIR, LANG, TERM and CI. Resolves
   * within `wallClockMs + graceMs` with no process of the run left, as far as the backend can (README, Limits). Rejects
   * with {@link SandboxError} when what was asked is refused or the command could not be started.
   */
  run(command: Command, options: RunOptions): Promise<CommandResult>

  /**
   * Starts a process that is talked to over its standard streams, under all that is promised for {@link Sandbox.run}.
   * Resolves once the command has begun, or was stopped before; rejects with {@link SandboxError} as a run does.
   */
  open(command: Command, options: OpenOptions): Promise<OpenProcess>
}
