export type SandboxErrorCode =
  | 'SANDBOX_COMMAND_INVALID'
  | 'SANDBOX_ENV_REFUSED'
  | 'SANDBOX_OPTIONS_INVALID'
  | 'SANDBOX_START_FAILED'
  | 'SANDBOX_UNAVAILABLE'
  | 'SANDBOX_WORKSPACE_DENIED'

/** The one error this package throws. Test `code`; the message is for people, names the way out and never holds a value of the environment. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError'
  readonly code: SandboxErrorCode

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
