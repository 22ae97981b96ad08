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
  /** Vendors that something hints at, too little to be a finding; they name a refusal that does not say its own name. */
  readonly suspects: Map<BlockReason, readonly string[]>
}

/** Keeps a confidence within what evidence in a page can ever say, to two digits. */
export function confidenceOf(value: number): number {
  return Math.round(Math.min(0.99, Math.max(0, value)) * 100) / 100
}

/** Gives a finding without a name the name of the one vendor that something hints at. */
export function named(finding: Finding | undefined, { suspects }: Notes): Finding | undefined {
  if (finding === undefined || hasName(finding.reason) || finding.reason.type === 'rate-limit') return finding
  const [suspect, ...others] = [...suspects].filter(([reason]) => hasName(reason))
  if (suspect === undefined || others.length > 0) return finding
  const [reason, signals] = suspect
  return { ...finding, reason, signals: [...new Set([...finding.signals, ...signals])] }
}

function hasName(reason: BlockReason): boolean {
  if (reason.type === 'captcha') return reason.provider !== 'unknown'
  return reason.type === 'fraud-detect' && reason.vendor !== 'unknown'
}
