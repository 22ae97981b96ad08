import type { Sandbox } from '@agentic/sandbox'
import type { Json, StallLimits, WorkerOutcome } from '@agentic/worker-outcome'
import type { AcpUsage } from './acp/acp-event.ts'
import type { AcpOptions } from './acp/run-acp.ts'
import type { AgentOptions } from './agent/agent-options.ts'
import type { ReportProgress } from './run-progress.ts'
import type { OpenTranscript } from './transcript.ts'
import type { RunUsage } from './usage-meter.ts'
import type { WorkerFunction } from './worker-function.ts'

/** Which run something belongs to. */
export interface RunInfo {
  readonly agentId: string
  readonly taskId: string
  readonly runId: string
}

/** One attempt at a task. */
export interface RunJob extends RunInfo {
  readonly title: string
  /** What does the run: a {@link WorkerSpec}, checked when the run starts. */
  readonly worker: unknown
  readonly input?: Json | undefined
  /** What a person says about an earlier attempt at the task, when this is another. */
  readonly note?: string | undefined
  /** Longest the run may take, in milliseconds. */
  readonly wallClockMs?: number | undefined
  /**
   * What the agent's commands reach when the worker spec does not say.
   * @default 'none'
   */
  readonly network?: 'none' | 'host' | undefined
  /** The agent's own settings for `agent` runs: an {@link AgentRunSettings}, checked when the run starts. */
  readonly agentSettings?: unknown
  /** Goes on where an earlier run of the task was interrupted; for `agent` runs. */
  readonly resumeFrom?: ResumeFrom | undefined
}

/** What an earlier run left behind. The run that takes it up has a budget and a wall clock of its own. */
export interface ResumeFrom {
  /** Lines of its transcript. */
  readonly transcript: readonly string[]
  /** Answers to questions that were still open, by `questionId`. A question without one is asked again. */
  readonly answers?: Readonly<Record<string, string>> | undefined
}

/** How a run ended. Usage and transcript are those of the whole run, however it ended. */
export interface RunResult {
  readonly outcome: WorkerOutcome
  /** What the run used up, for kinds of worker that count it. */
  readonly usage?: RunUsage | AcpUsage | undefined
  /** Reference of its transcript, where transcripts are kept. */
  readonly transcript?: string | undefined
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

/** What runs a command, or holds a program open: the sandbox, or anything that keeps its promises. */
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
  readonly secrets: SecretsSource
  /** Absolute path of the folder that an agent's runs may write to. */
  readonly workspaceFor: (agentId: string) => string
  /**
   * Functions that a task may name.
   * @default {}
   */
  readonly functions?: Readonly<Record<string, WorkerFunction>> | undefined
  /**
   * What `agent` runs need of the host.
   * @default there are no `agent` runs
   */
  readonly agent?: AgentOptions | undefined
  /**
   * What `acp` runs need of the host beside a sandbox that can hold programs open.
   * @default no coding agents by name, and nobody to ask
   */
  readonly acp?: AcpOptions | undefined
  /**
   * Opens the transcript of a run, outside the workspace.
   * @default none is kept
   */
  readonly openTranscript?: OpenTranscript | undefined
  /** Is told, scrubbed, what a run is doing while it does it. What it throws is ignored. */
  readonly onProgress?: ReportProgress | undefined
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
