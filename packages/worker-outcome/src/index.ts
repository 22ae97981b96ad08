export {
  type Block,
  type BlockEvidence,
  blockEvidenceSchema,
  type BlockReason,
  blockReasonSchema,
  describeBlock,
  HTML_SNIPPET_MAX_BYTES,
  htmlSnippetOf,
} from './block.ts'
export { type Json, jsonSchema, type WorkerOutcome, workerOutcomeSchema, type WorkerOutcomeType } from './outcome.ts'
