export type WakeErrorCode = 'WAKE_CLOSED' | 'WAKE_FORGOTTEN' | 'WAKE_INVALID' | 'WAKE_OVERLOADED'

/** The one error this package throws. Test `code`; the message is for people and names the way out. */
export class WakeError extends Error {
  override readonly name = 'WakeError'
  readonly code: WakeErrorCode
  /** With WAKE_OVERLOADED: how long to wait before ringing again, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(code: WakeErrorCode, message: string, options?: ErrorOptions & { readonly retryAfterMs?: number }) {
    super(message, options)
    this.code = code
    this.retryAfterMs = options?.retryAfterMs
  }
}
