import type { AgentLimits } from './agent-options.ts'

/**
 * How long to wait before a model call is made again, in milliseconds: twice as long each time, up to a half of it left
 * to chance so that many runs do not come back at once, and never sooner than the provider asks. Nothing, when it asks
 * for more than may be waited.
 */
export function retryDelayMs(
  failures: number,
  retryAfterMs: number | undefined,
  limits: Pick<AgentLimits, 'retryDelayMs' | 'retryMaxDelayMs'>,
  random: () => number = Math.random,
): number | undefined {
  if (retryAfterMs !== undefined && retryAfterMs > limits.retryMaxDelayMs) return undefined
  const backoff = Math.min(limits.retryMaxDelayMs, limits.retryDelayMs * 2 ** (failures - 1))
  return Math.round(Math.max(retryAfterMs ?? 0, backoff * (0.5 + random() / 2)))
}
