/** Codes of `failed` outcomes of coding agents. */
export type AcpErrorCode =
  /** It ended, or closed its output, before its turn was over. */
  | 'ACP_AGENT_EXITED'
  /** It answered a request with an error. */
  | 'ACP_AGENT_FAILED'
  /** There is no such program in the sandbox. */
  | 'ACP_AGENT_MISSING'
  /** It wants to be authenticated first. */
  | 'ACP_AUTH_REQUIRED'
  /** It does not offer what was asked for: a mode, a model, an option, a way to reach an MCP server. */
  | 'ACP_OPTION_UNKNOWN'
  /** It said more than is read. */
  | 'ACP_OUTPUT_TOO_LARGE'
  /** What it says is not the protocol. */
  | 'ACP_PROTOCOL_BROKEN'
  /** It refused to go on with the prompt. */
  | 'ACP_REFUSED'
  /** The session cannot be taken up again. */
  | 'ACP_SESSION_UNKNOWN'
  /** What the task asks for does not fit the host's settings or the workspace. */
  | 'ACP_SPEC_INVALID'
  /** It did not come to a session in time. */
  | 'ACP_START_TIMEOUT'
  /** It speaks another version of the protocol. */
  | 'ACP_VERSION_UNSUPPORTED'

/** Why a coding agent's run failed; in a run it becomes a `failed` outcome of the same code. */
export class AcpError extends Error {
  override readonly name = 'AcpError'
  readonly code: AcpErrorCode
  readonly retryable: boolean

  constructor(code: AcpErrorCode, message: string, options: ErrorOptions & { readonly retryable?: boolean } = {}) {
    super(message, options)
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
