import * as v from 'valibot'
import { isJson, JSON_MAX_DEPTH, type Json } from './json.ts'
import { type BlockEvidence, blockEvidenceSchema, type BlockReason, blockReasonSchema } from './block.ts'

/** How a run ended. Every started run ends in exactly one of these. */
export type WorkerOutcome =
  /** The task is done. */
  | { readonly type: 'success'; readonly result: string; readonly data?: Json | undefined }
  /** A budget of work was used up; what there is counts as the result. */
  | { readonly type: 'partial'; readonly result: string; readonly segments: number; readonly reason: string }
  /** A person or the system stopped it. */
  | { readonly type: 'cancelled'; readonly reason: string; readonly partialResult?: string | undefined }
  /** It ran past its wall clock, or made no progress for too long. */
  | {
      readonly type: 'timeout'
      readonly elapsedMs: number
      readonly limit: 'wall-clock' | 'stall'
      readonly segments: number
      readonly partialResult?: string | undefined
    }
  /** A page stopped it; a person is needed. */
  | {
      readonly type: 'blocked'
      readonly block: BlockReason
      readonly url?: string | undefined
      readonly evidence: BlockEvidence
    }
  /** It broke. `retryable` says whether another attempt may end differently. */
  | {
      readonly type: 'failed'
      readonly code: string
      readonly message: string
      readonly retryable: boolean
      readonly partialResult?: string | undefined
    }

export type WorkerOutcomeType = WorkerOutcome['type']

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const jsonSchema: v.GenericSchema<unknown, Json> = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    if (isJson(dataset.value)) return dataset.value
    addIssue({ message: `must be JSON of plain values, nested at most ${JSON_MAX_DEPTH} deep` })
    return NEVER
  }),
)

export const workerOutcomeSchema: v.GenericSchema<unknown, WorkerOutcome> = v.variant('type', [
  v.strictObject({ type: v.literal('success'), result: v.string(), data: v.optional(jsonSchema) }),
  v.strictObject({ type: v.literal('partial'), result: v.string(), segments: count, reason: v.string() }),
  v.strictObject({ type: v.literal('cancelled'), reason: v.string(), partialResult: v.optional(v.string()) }),
  v.strictObject({
    type: v.literal('timeout'),
    elapsedMs: v.pipe(v.number(), v.finite(), v.minValue(0)),
    limit: v.picklist(['wall-clock', 'stall']),
    segments: count,
    partialResult: v.optional(v.string()),
  }),
  v.strictObject({
    type: v.literal('blocked'),
    block: blockReasonSchema,
    url: v.optional(v.string()),
    evidence: blockEvidenceSchema,
  }),
  v.strictObject({
    type: v.literal('failed'),
    code: v.pipe(v.string(), v.minLength(1)),
    message: v.string(),
    retryable: v.boolean(),
    partialResult: v.optional(v.string()),
  }),
])
