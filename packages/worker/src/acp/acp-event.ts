import type { RunProgress } from '../run-progress.ts'

/** What a coding agent is doing, while it does it. Every text is scrubbed. */
export type AcpEvent = Extract<
  RunProgress,
  {
    readonly type:
      | 'session-started'
      | 'text-delta'
      | 'thought-delta'
      | 'tool-started'
      | 'tool-ended'
      | 'plan'
      | 'permission'
      | 'question'
      | 'answer'
  }
>

/** What a coding agent's run used up, as far as the agent says. `sessionId` is what a later run can go on with. */
export type AcpUsage = {
  readonly sessionId?: string
  readonly agentName?: string
  readonly agentVersion?: string
  /** Tokens in the context at the end, and how many it takes. */
  readonly contextTokens?: number
  readonly contextSize?: number
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly costAmount?: number
  readonly costCurrency?: string
}
