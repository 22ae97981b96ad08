import type { BreakerView } from '@agentic/cortex'
import * as v from 'valibot'
import { instant, toInstant } from './time.ts'

export const breakerView = v.pipe(
  v.object({
    status: v.picklist(['closed', 'open', 'half-open']),
    failures: v.pipe(v.number(), v.description('Runs that failed or timed out, one after another')),
    openUntil: v.optional(instant),
  }),
  v.metadata({ ref: 'Breaker', description: 'Keeps an agent whose runs fail again and again from beginning more' }),
)

export function viewBreaker({ status, failures, openUntil }: BreakerView): v.InferOutput<typeof breakerView> {
  return { status, failures, ...(openUntil === undefined ? {} : { openUntil: toInstant(openUntil) }) }
}
