import type { Sandbox } from '@agentic/sandbox'
import type { Json, StallLimits, WorkerOutcome } from '@agentic/worker-outcome'
import type { AcpGround } from './acp/run-acp.ts'
import type { WorkerFunction } from './worker-function.ts'

/** One attempt at a task. */
export interface RunJob {
  readonly agentId: string
  readonly taskId: string
  readonly runId: string
  readonly title: string
  /** What does the run: a {@link WorkerSpec}, checked when the run starts. */
  readonly worker: unknown
  readonly input?: Json | undefined
  /** Longest the run may take, in milliseconds. */
  readonly wallClockMs?: number | undefined
  /**
   * What the agent's commands reach when the worker spec does not say.
   * @default 'none'
   */
  readonly network?: 'none' | 'host' | undefined
}

export interface RunResult {
  readonly outcome: WorkerOutcome
  /** What the run used up, for kinds of worker that count it. */
  readonly usage?: Json | undefined
}

/** Does runs. */
export interface Worker extends AsyncDisposable {
  /**
   * Does one run to its outcome, with every text of it scrubbed. Never rejects: what is wrong with the job, the worker
   * or the host is a `failed` outcome. Aborting the signal ends the run as `cancelled`.
   */
  run(job: RunJob, options: { readonly signal: AbortSignal }): Promise<RunResult>

  /** Takes no more runs and waits for those that are going; abort their signals first to be done soon. */
  close(): Promise<void>
}

/** What runs a command: the sandbox, or anything that keeps its promises. */
export type CommandRunner = Pick<Sandbox, 'run'> & Partial<Pick<Sandbox, 'open'>>

/** Takes one agent's secrets out of what its run says. */
export interface RunScrubber {
  scrub(text: string): string
  /** Starts scrubbing one stream of bytes; what may be the start of a secret is held back until the next chunk. */
  stream(): { write(chunk: Uint8Array): Uint8Array; end(): Uint8Array }
}

/** What a run gets of its agent's and the shared secrets; it stays as it was when the run started. */
export interface RunSecrets {
  readonly env: Readonly<Record<string, string>>
  readonly scrubber: RunScrubber
}

/** Where a run's secrets come from. */
export interface SecretsSource {
  /** Rejects when any of the agent's secrets cannot be given: the run then fails, it never goes on without. */
  envFor(agentId: string): Promise<RunSecrets>
}

export interface WorkerOptions {
  readonly sandbox: CommandRunner
  /**
   * What runs of coding agents need of the host.
   * @default {}
   */
  readonly acp?: Pick<AcpGround, 'agents' | 'ask' | 'onEvent' | 'limits'> | undefined
  readonly secrets: SecretsSource
  /** Absolute path of the folder that an agent's runs may write to. */
  readonly workspaceFor: (agentId: string) => string
  /**
   * Functions that a task may name.
   * @default {}
   */
  readonly functions?: Readonly<Record<string, WorkerFunction>> | undefined
  /**
   * Longest a run may take when its job does not say, in milliseconds.
   * @default 1_800_000
   */
  readonly defaultWallClockMs?: number | undefined
  /**
   * How long a run that was asked to stop may take to do so, in milliseconds; a command is killed a good while before.
   * @default 5_000
   */
  readonly graceMs?: number | undefined
  /**
   * Longest silences of a run, in milliseconds. Commands and functions count as tools: 1,200,000 by default.
   * @default DEFAULT_STALL_LIMITS
   */
  readonly stall?: Partial<StallLimits> | undefined
  /**
   * Most bytes of UTF-8 in each text of an outcome; of more, the tail is kept. Also the most `data` may have as JSON.
   * @default 65_536
   */
  readonly resultLimitBytes?: number | undefined
}
