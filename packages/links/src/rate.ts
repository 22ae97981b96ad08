import type { RateLimit } from './link.ts'

/** What is left of a rate limit at an instant, in milliseconds since 1970. */
export interface Allowance {
  readonly left: number
  readonly at: number
}

export type Taken =
  | { readonly type: 'taken'; readonly allowance: Allowance }
  | { readonly type: 'used-up'; readonly retryAfterMs: number }

/**
 * Takes one message from an allowance (none yet: a full one), which fills up again evenly. A clock that was set back
 * gives nothing and takes nothing.
 */
export function takeOne({ messages, perMs }: RateLimit, before: Allowance | undefined, now: number): Taken {
  const { left, at } = before ?? { left: messages, at: now }
  const passedMs = Math.max(0, now - at)
  const filled = Math.min(messages, left + (passedMs * messages) / perMs)
  if (filled >= 1) return { type: 'taken', allowance: { left: filled - 1, at: Math.max(now, at) } }
  return { type: 'used-up', retryAfterMs: Math.ceil(((1 - filled) * perMs) / messages) + Math.max(0, at - now) }
}
