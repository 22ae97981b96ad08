import { blockEvidenceSchema, blockReasonSchema, jsonSchema, type WorkerOutcome } from '@agentic/worker-outcome'
import * as v from 'valibot'

/** An outcome over HTTP: durations in seconds. */
export const outcomeView = v.pipe(
  v.variant('type', [
    v.object({ type: v.literal('success'), result: v.string(), data: v.optional(jsonSchema) }),
    v.object({ type: v.literal('partial'), result: v.string(), segments: v.number(), reason: v.string() }),
    v.object({ type: v.literal('cancelled'), reason: v.string(), partialResult: v.optional(v.string()) }),
    v.object({
      type: v.literal('timeout'),
      elapsedSecs: v.number(),
      limit: v.picklist(['wall-clock', 'stall']),
      segments: v.number(),
      partialResult: v.optional(v.string()),
    }),
    v.object({
      type: v.literal('blocked'),
      block: blockReasonSchema,
      url: v.optional(v.string()),
      evidence: blockEvidenceSchema,
    }),
    v.object({
      type: v.literal('failed'),
      code: v.string(),
      message: v.string(),
      retryable: v.boolean(),
      partialResult: v.optional(v.string()),
    }),
  ]),
  v.metadata({ ref: 'Outcome', description: 'How a run ended: exactly one of these' }),
)

export type OutcomeView = v.InferOutput<typeof outcomeView>

export function viewOutcome(outcome: WorkerOutcome): OutcomeView {
  if (outcome.type !== 'timeout') return outcome
  const { elapsedMs, ...rest } = outcome
  return { ...rest, elapsedSecs: elapsedMs / 1000 }
}
