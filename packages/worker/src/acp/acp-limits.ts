/** What one coding agent may take of the host's time and memory. */
export interface AcpLimits {
  /**
   * Longest from the start of the process to its session, in milliseconds.
   * @default 120_000
   */
  readonly startTimeoutMs: number
  /**
   * Longest message it may send, in bytes.
   * @default 16_777_216
   */
  readonly messageMaxBytes: number
  /**
   * Most bytes it may send in a run.
   * @default 268_435_456
   */
  readonly outputMaxBytes: number
  /**
   * Most lines on its standard output that are no messages: programs log there by mistake.
   * @default 1_000
   */
  readonly strayLinesMax: number
  /**
   * Most of its requests that wait for an answer at a time; it is not read meanwhile.
   * @default 32
   */
  readonly openRequestsMax: number
}

export const DEFAULT_ACP_LIMITS: AcpLimits = {
  startTimeoutMs: 120_000,
  messageMaxBytes: 16 * 1024 * 1024,
  outputMaxBytes: 256 * 1024 * 1024,
  strayLinesMax: 1000,
  openRequestsMax: 32,
}
