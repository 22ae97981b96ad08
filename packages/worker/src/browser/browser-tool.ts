import type { RunTool } from '../tools/run-tool.ts'

/** All that a browser tool needs to know of the run that calls it. */
export interface SignalContext {
  /** Stop now. */
  readonly signal: AbortSignal
}

/** A tool of a browser session. Rejects with an error that says what the model can do better, or with the signal's reason. */
export type BrowserTool = RunTool<SignalContext>
