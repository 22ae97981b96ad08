import type { ModelErrorCode } from './agent/model-failure.ts'

/** Codes of `failed` outcomes that come from here; a command's own are `EXIT_<n>` and `SIGNAL_<name>`. */
export type WorkerErrorCode =
  | ModelErrorCode
  | 'ADDRESS_REFUSED'
  | 'AGENT_SETTINGS_INVALID'
  | 'ANSWER_EMPTY'
  | 'BROWSER_CLOSED'
  | 'BROWSER_CRASHED'
  | 'CHROMIUM_FAILED'
  | 'CHROMIUM_MISSING'
  | 'CONNECTION_FAILED'
  | 'CONTENT_FILTERED'
  | 'DNS_FAILED'
  | 'ELEMENT_UNAVAILABLE'
  | 'EVALUATE_REFUSED'
  | 'HOST_REFUSED'
  | 'INPUT_INVALID'
  | 'INPUT_TOO_LARGE'
  | 'LOOPING'
  | 'MCP_SERVER_FAILED'
  | 'MCP_SERVER_REFUSED'
  | 'MODEL_KEY_MISSING'
  | 'MODEL_MISSING'
  | 'MODEL_PROVIDER_MISSING'
  | 'NAVIGATION_FAILED'
  | 'NAVIGATION_TIMEOUT'
  | 'NOT_A_PAGE'
  | 'PAGE_BLOCKED'
  | 'PAGE_CRASHED'
  | 'PAGE_UNRESPONSIVE'
  | 'REFERENCE_STALE'
  | 'RESULT_INVALID'
  | 'RESULT_MISSING'
  | 'RESULT_TOO_LARGE'
  | 'SCRIPT_FAILED'
  | 'SECRET_REFUSED'
  | 'STORAGE_STATE_INVALID'
  | 'TAB_LIMIT'
  | 'TAB_UNKNOWN'
  | 'TLS_FAILED'
  | 'TOOLS_AMBIGUOUS'
  | 'UNKNOWN_FUNCTION'
  | 'UNKNOWN_TOOL'
  | 'UNKNOWN_WORKER'
  | 'WAIT_TIMEOUT'
  | 'WORKER_CLOSED'
  | 'WORKER_INVALID'

export interface WorkerErrorOptions extends ErrorOptions {
  /**
   * Whether another attempt may end differently.
   * @default false
   */
  readonly retryable?: boolean | undefined
}

/** The one error this package throws; thrown in a run, it becomes a `failed` outcome of the same code. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError'
  readonly code: WorkerErrorCode
  readonly retryable: boolean

  constructor(code: WorkerErrorCode, message: string, options: WorkerErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.retryable = options.retryable ?? false
  }
}
