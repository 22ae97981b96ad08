export type MemoryErrorCode = 'MEMORY_INVALID' | 'MEMORY_LIMIT' | 'MEMORY_STORE_DAMAGED' | 'MEMORY_RECALL_CLOSED'

/** The one error this package throws. Test `code`; the message is for people, and names the field and the way out. */
export class MemoryError extends Error {
  override readonly name = 'MemoryError'
  readonly code: MemoryErrorCode
  /** With MEMORY_INVALID: the path of the first field that is wrong. */
  readonly field: string | undefined

  constructor(
    code: MemoryErrorCode,
    message: string,
    options?: ErrorOptions & { readonly field?: string | undefined },
  ) {
    super(message, options)
    this.code = code
    this.field = options?.field
  }
}
