export type CronErrorCode =
  | 'CRON_CLOSED'
  | 'CRON_INVALID_EXPRESSION'
  | 'CRON_INVALID_INPUT'
  | 'CRON_INVALID_TIME_ZONE'
  | 'CRON_JOB_EXISTS'
  | 'CRON_IDEMPOTENCY_MISMATCH'
  | 'CRON_JOB_NOT_FOUND'
  | 'CRON_NEVER_DUE'

export interface CronErrorOptions extends ErrorOptions {
  /** What was wrong: a field of an expression (`minute`) or of an input (`schedule.everyMs`). */
  readonly field?: string | undefined
  /** Where in the expression, counted from 1. */
  readonly position?: number | undefined
}

/** The one error this package throws. Test `code`; the message is for people and names the way out. */
export class CronError extends Error {
  override readonly name = 'CronError'
  readonly code: CronErrorCode
  readonly field: string | undefined
  readonly position: number | undefined

  constructor(code: CronErrorCode, message: string, options: CronErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.field = options.field
    this.position = options.position
  }
}
