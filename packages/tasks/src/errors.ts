export type TaskErrorCode = 'TASK_INVALID' | 'TASK_IDEMPOTENCY_MISMATCH' | 'TASK_STORE_DAMAGED'

/** The one error this package throws. Test `code`; the message is for people, and names the field and the way out. */
export class TaskError extends Error {
  override readonly name = 'TaskError'
  readonly code: TaskErrorCode
  /** With TASK_INVALID: the path of the first field that is wrong. */
  readonly field: string | undefined

  constructor(code: TaskErrorCode, message: string, options?: ErrorOptions & { readonly field?: string | undefined }) {
    super(message, options)
    this.code = code
    this.field = options?.field
  }
}
