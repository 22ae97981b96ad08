import type { BlockReason } from '@agentic/worker-outcome'

/** What one judge says of a page. */
export interface Finding {
  readonly reason: BlockReason
  readonly confidence: number
  readonly signals: readonly string[]
}

/** Notes that judges leave beside their findings. */
export interface Notes {
  readonly advisories: Set<string>
  readonly counterSignals: Set<string>
  /** Errors that a vendor reports and that are no refusal. */
  readonly vendorErrors: Set<string>
}

/** Keeps a confidence within what evidence in a page can ever say, to two digits. */
export function confidenceOf(value: number): number {
  return Math.round(Math.min(0.99, Math.max(0, value)) * 100) / 100
}
