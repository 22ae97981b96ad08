export type EmbeddedStoreErrorCode =
  | 'STORE_CLOSED'
  | 'STORE_CORRUPT'
  | 'STORE_DAMAGED'
  | 'STORE_IN_USE'
  | 'STORE_UNAVAILABLE'

/** The one error this package throws. Test `code`; the message is for people and names the way out. */
export class EmbeddedStoreError extends Error {
  override readonly name = 'EmbeddedStoreError'
  readonly code: EmbeddedStoreErrorCode

  constructor(code: EmbeddedStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
