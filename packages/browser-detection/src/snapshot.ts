import type { BlockEvidence, BlockReason } from '@agentic/worker-outcome'

/** A page as the browser or the HTTP client left it. Only `html` is needed; all else sharpens the answer. */
export interface PageSnapshot {
  /** HTML of the top document, as served or as serialised by the browser. */
  readonly html: string
  /** Address that is shown, after redirects. */
  readonly finalUrl?: string | undefined
  /** Address that was asked for; without it no login wall can be told from a login page. */
  readonly requestedUrl?: string | undefined
  /** HTTP status of the document. */
  readonly status?: number | undefined
  /** Response headers of the document; names in any case. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Names, never values, of the cookies that the page holds. */
  readonly cookieNames?: readonly string[] | undefined
}

export interface DetectOptions {
  /**
   * Kinds of block to pass over, for pages where one is expected; they become advisories.
   * @default []
   */
  readonly ignore?: readonly BlockReason['type'][] | undefined
  /**
   * What a redirect to the login of another site is: a `login-wall`, or an advisory because it may be meant.
   * @default 'advise'
   */
  readonly singleSignOn?: 'advise' | 'block' | undefined
  /**
   * Least confidence that is called a block, from 0 to 1; below it there is a suspicion, and an advisory of it.
   * @default 0.5
   */
  readonly minConfidence?: number | undefined
  /**
   * How much HTML is read, in characters; of a longer page its first three quarters and its last quarter.
   * @default 524_288
   */
  readonly maxHtmlLength?: number | undefined
  /**
   * Time to count a dated `Retry-After` from, in milliseconds since the epoch.
   * @default the response's own `Date` header
   */
  readonly nowMs?: number | undefined
}

/** A page that is a block. */
export interface Detection {
  readonly reason: BlockReason
  /** From 0 to 1. How it is made up stands in the README. */
  readonly confidence: number
  /** What was seen that says block, in words that a person can check. */
  readonly signals: readonly string[]
  /** What was seen that speaks against it. */
  readonly counterSignals: readonly string[]
  /** What was seen beside it and is no evidence. */
  readonly advisories: readonly string[]
  /** Seconds to wait, where the page is a rate limit and says so. */
  readonly retryAfterSecs?: number | undefined
  /** Evidence for a person, with addresses and tokens redacted. */
  readonly evidence: BlockEvidence
}

/** All that was seen on a page, block or not. */
export interface Inspection {
  readonly detection?: Detection | undefined
  /**
   * What the page may be, of which we are less sure than `minConfidence` asks for: a refusal without a cause is `unknown` at 0.4.
   * Only where there is no detection.
   */
  readonly suspicion?: Detection | undefined
  readonly advisories: readonly string[]
  readonly counterSignals: readonly string[]
}

/** Options with every default in place. */
export interface ResolvedOptions {
  readonly ignore: ReadonlySet<BlockReason['type']>
  readonly singleSignOn: 'advise' | 'block'
  readonly minConfidence: number
  readonly maxHtmlLength: number
  readonly nowMs: number | undefined
}

export function resolveOptions(options: DetectOptions): ResolvedOptions {
  return {
    ignore: new Set(options.ignore ?? []),
    singleSignOn: options.singleSignOn ?? 'advise',
    minConfidence: options.minConfidence ?? 0.5,
    maxHtmlLength: Math.max(1024, options.maxHtmlLength ?? 524_288),
    nowMs: options.nowMs,
  }
}
