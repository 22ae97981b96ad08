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
export { type Budget, type BudgetLimits, createBudget, DEFAULT_BUDGET, tightestBudget } from './budget.ts'
export { type Clock, systemClock } from './clock.ts'
export { failedOutcome } from './failed-outcome.ts'
export { DEFAULT_STALL_LIMITS, type RunPhase, type StallLimits } from './limits.ts'
export { isJson, JSON_MAX_DEPTH, type Json } from './json.ts'
export { jsonSchema, type WorkerOutcome, workerOutcomeSchema, type WorkerOutcomeType } from './outcome.ts'
export { type OutcomeRoute, routeOutcome } from './route.ts'
export { failClosed, type Scrub, WITHHELD_TEXT } from './scrub.ts'
export { scrubJson, scrubOutcome } from './scrub-outcome.ts'
export { type RunControl, type StopReason, supervise, type SuperviseOptions } from './supervise.ts'
