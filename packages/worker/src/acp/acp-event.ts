/** What a coding agent is doing, while it does it. Every text is scrubbed. */
export type AcpEvent =
  | { readonly type: 'session-started'; readonly sessionId: string; readonly isResumed: boolean }
  /** A piece of what it says; the pieces of a message follow each other without gaps. */
  | { readonly type: 'text-delta'; readonly text: string }
  /** A piece of what it thinks. */
  | { readonly type: 'thought-delta'; readonly text: string }
  | {
      readonly type: 'tool-started'
      readonly callId: string
      readonly tool: string
      readonly kind: string
      readonly input: string
    }
  | {
      readonly type: 'tool-ended'
      readonly callId: string
      readonly tool: string
      readonly output: string
      readonly isError: boolean
    }
  | { readonly type: 'plan'; readonly entries: readonly { readonly content: string; readonly status: string }[] }
  /** It asked for permission, and this is what became of it. */
  | {
      readonly type: 'permission'
      readonly tool: string
      readonly kind: string
      readonly decision: 'allowed' | 'rejected' | 'cancelled'
    }
  /** The run waits for a person, and goes on with the answer. */
  | { readonly type: 'question'; readonly questionId: string; readonly question: string }
  | { readonly type: 'answer'; readonly questionId: string; readonly answer: string }

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
