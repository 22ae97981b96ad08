/** Whose word a firing's timeout is. */
export type TimeoutSource = 'job' | 'agent' | 'default'

export interface Timeout {
  readonly timeoutMs: number
  readonly source: TimeoutSource
}

/** What a firing may take when neither its job nor its agent says: 1,500 s. */
export const DEFAULT_TIMEOUT_MS = 1_500_000

/** Decides how long a firing may take: what its job says, else what its agent says, else 1,500 s. */
export function timeoutOf(job: { readonly timeoutMs?: number | undefined }, agentDefaultMs?: number): Timeout {
  if (job.timeoutMs !== undefined) return { timeoutMs: job.timeoutMs, source: 'job' }
  if (agentDefaultMs !== undefined) return { timeoutMs: agentDefaultMs, source: 'agent' }
  return { timeoutMs: DEFAULT_TIMEOUT_MS, source: 'default' }
}
