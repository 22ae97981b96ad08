import type { RunControl, WorkerOutcome } from '@agentic/worker-outcome'
import type { AcpUsage } from './acp/acp-event.ts'
import type { RunProgress } from './run-progress.ts'
import type { RunSeam } from './run-seam.ts'
import type { Transcript } from './transcript.ts'
import type { UsageMeter } from './usage-meter.ts'
import type { CommandRunner, RunJob } from './worker.ts'

/** What every kind of worker gets for a run. Safe to use after the run has ended: late calls change nothing. */
export interface RunContext {
  readonly job: RunJob
  readonly control: RunControl
  /** The agent's own and the shared `tool` secrets. */
  readonly env: Readonly<Record<string, string>>
  /** Absolute path of the agent's folder; it may not exist yet. */
  readonly workspace: string
  readonly seam: RunSeam
  readonly sandbox: CommandRunner
  readonly graceMs: number
  readonly resultLimitBytes: number
  readonly transcript: Transcript
  readonly meter: UsageMeter
  /** Keeps what a coding agent says that it used up: the last word counts. */
  readonly keepUsage: (usage: AcpUsage) => void
  /** Tells who watches; scrubbed on the way. */
  readonly report: (progress: RunProgress) => void
}

/** Does a run. What it throws is a `failed` outcome. */
export type RunWork = (context: RunContext) => Promise<WorkerOutcome>
