export type LinkErrorCode = 'LINK_INVALID' | 'LINK_IDEMPOTENCY_MISMATCH'

/** The one error this package throws. Test `code`; the message is for people, and names the field and the way out. */
export class LinkError extends Error {
  override readonly name = 'LinkError'
  readonly code: LinkErrorCode
  /** The field that is wrong. */
  readonly field: string

  constructor(code: LinkErrorCode, field: string, message: string) {
    super(`${field}: ${message}`)
    this.code = code
    this.field = field
  }
}
