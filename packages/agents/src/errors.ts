export type AgentErrorCode = 'AGENT_INVALID' | 'AGENT_IDEMPOTENCY_MISMATCH'

/** The one error this package throws. `field` says what is wrong, the message how to mend it. */
export class AgentError extends Error {
  override readonly name = 'AgentError'
  readonly code: AgentErrorCode
  readonly field: string

  constructor(code: AgentErrorCode, field: string, message: string) {
    super(`${field}: ${message}`)
    this.code = code
    this.field = field
  }
}
