export type SecretsErrorCode =
  | 'SECRETS_CLOSED'
  | 'SECRETS_CONFLICT'
  | 'SECRETS_EXPIRED'
  | 'SECRETS_FORMAT_NEWER'
  | 'SECRETS_INVALID'
  | 'SECRETS_KEY_SOURCE'
  | 'SECRETS_LOCKED'
  | 'SECRETS_NAME_UNSAFE'
  | 'SECRETS_NOT_A_TOOL'
  | 'SECRETS_QUARANTINED'
  | 'SECRETS_ROLLED_BACK'
  | 'SECRETS_SYSTEM_IS_SHARED'
  | 'SECRETS_TOO_LARGE'
  | 'SECRETS_UNREADABLE'
  | 'SECRETS_WRONG_KEY'
  | 'SECRETS_WRONG_STATE'

/**
 * The one error this package throws. Test `code`; the message is for people: it names the field and the way out, and
 * never repeats what was given, which may be a secret in the wrong place.
 */
export class SecretsError extends Error {
  override readonly name = 'SecretsError'
  readonly code: SecretsErrorCode
  /** The argument or option that was refused, when it was one. */
  readonly field: string | undefined

  constructor(code: SecretsErrorCode, message: string, field?: string) {
    super(message)
    this.code = code
    this.field = field
  }
}
