export type WebhookErrorCode = 'WEBHOOK_INVALID' | 'WEBHOOKS_FULL'

/** The one error this package throws. Test `code`; the message is for people, and names the field and the way out. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
  readonly code: WebhookErrorCode
  /** The field that is wrong, of WEBHOOK_INVALID. */
  readonly field?: string | undefined

  constructor(code: WebhookErrorCode, message: string, field?: string) {
    super(field === undefined ? message : `${field}: ${message}`)
    this.code = code
    this.field = field
  }
}
