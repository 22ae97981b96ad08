import { type Json, scrubJson, type Scrub } from '@agentic/worker-outcome'
import type { RunInfo } from './worker.ts'

/** What a run is doing, while it does it. Every text is scrubbed. */
export type RunProgress =
  /** What the run says it is at. */
  | { readonly type: 'status'; readonly status: string }
  /** A piece of what a command puts out; of a long one the beginning. */
  | { readonly type: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  /** A piece of what the model says; pieces follow each other without gaps until a tool starts or the turn is tried again. */
  | { readonly type: 'text-delta'; readonly text: string }
  /** A piece of what a coding agent thinks. */
  | { readonly type: 'thought-delta'; readonly text: string }
  | {
      readonly type: 'tool-started'
      readonly callId: string
      readonly tool: string
      readonly input: string
      /** What sort of thing a coding agent's tool does: `read`, `edit`, `execute`. */
      readonly kind?: string
    }
  /** A piece of what a tool puts out while it works. */
  | { readonly type: 'tool-output'; readonly callId: string; readonly text: string }
  | {
      readonly type: 'tool-ended'
      readonly callId: string
      readonly tool: string
      readonly output: string
      readonly isError: boolean
    }
  /** The run waits for a person. */
  | { readonly type: 'question'; readonly questionId: string; readonly question: string }
  | { readonly type: 'answer'; readonly questionId: string; readonly answer: string }
  /** A coding agent began, or went on with, a session. */
  | { readonly type: 'session-started'; readonly sessionId: string; readonly isResumed: boolean }
  | { readonly type: 'plan'; readonly entries: readonly { readonly content: string; readonly status: string }[] }
  /** A coding agent asked for permission, and this is what became of it. */
  | {
      readonly type: 'permission'
      readonly tool: string
      readonly kind: string
      readonly decision: 'allowed' | 'rejected' | 'cancelled'
    }
  /** A model call failed and is made again: what it said so far does not count. */
  | { readonly type: 'retry'; readonly code: string; readonly delayMs: number }

/** Is told what a run does. It must not take long: the run waits for it. */
export type ReportProgress = (progress: RunProgress, run: RunInfo) => void

/** Most characters of a tool's input or output in an event; the transcript has more. */
const TEXT_MAX_LENGTH = 4000

/** Scrubs each event, cuts its texts and passes it on. What the model says is not cut: its pieces are to be joined. */
export function createProgressReporter(
  run: RunInfo,
  scrub: Scrub,
  report: ReportProgress | undefined,
): (progress: RunProgress) => void {
  if (report === undefined) return () => undefined
  return (progress) => {
    const cut = progress.type === 'text-delta' ? (value: Json): Json => value : shortened
    const scrubbed = Object.fromEntries(
      Object.entries(progress).map(([name, value]: [string, Json]) => [name, cut(scrubJson(value, scrub))]),
    )
    try {
      report({ ...scrubbed, type: progress.type } as RunProgress, run)
    } catch {
      // Who watches must not be able to end what is watched.
    }
  }
}

function shortened(value: Json): Json {
  return typeof value === 'string' && value.length > TEXT_MAX_LENGTH
    ? `${value.slice(0, TEXT_MAX_LENGTH).toWellFormed()} [...]`
    : value
}
