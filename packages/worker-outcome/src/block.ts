import * as v from 'valibot'

/** Longest HTML that evidence keeps, in bytes of UTF-8. */
export const HTML_SNIPPET_MAX_BYTES = 4096

/** Why a page stopped us. */
export type BlockReason =
  | { readonly type: 'captcha'; readonly provider: string }
  | { readonly type: 'login-wall' }
  | { readonly type: 'rate-limit'; readonly retryAfterSecs?: number | undefined }
  | { readonly type: 'fraud-detect'; readonly vendor: string }
  | { readonly type: 'unknown' }

/** What was seen when a page stopped us, for a person to check. */
export interface BlockEvidence {
  /** Address of the page that was shown in the end. */
  readonly finalUrl?: string | undefined
  /** HTTP status of that page. */
  readonly status?: number | undefined
  /** Start of its HTML, at most {@link HTML_SNIPPET_MAX_BYTES} bytes. */
  readonly htmlSnippet?: string | undefined
  /** Reference of a screenshot, resolved by whoever keeps the files. */
  readonly screenshot?: string | undefined
  /** Which marks were found, in words. */
  readonly signals: readonly string[]
}

/** A block with its evidence, as a tool reports it. */
export interface Block {
  readonly reason: BlockReason
  /** The address that was asked for. */
  readonly url?: string | undefined
  readonly evidence: BlockEvidence
}

export const blockReasonSchema: v.GenericSchema<unknown, BlockReason> = v.variant('type', [
  v.strictObject({ type: v.literal('captcha'), provider: v.pipe(v.string(), v.minLength(1)) }),
  v.strictObject({ type: v.literal('login-wall') }),
  v.strictObject({
    type: v.literal('rate-limit'),
    retryAfterSecs: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  }),
  v.strictObject({ type: v.literal('fraud-detect'), vendor: v.pipe(v.string(), v.minLength(1)) }),
  v.strictObject({ type: v.literal('unknown') }),
])

export const blockEvidenceSchema: v.GenericSchema<unknown, BlockEvidence> = v.strictObject({
  finalUrl: v.optional(v.string()),
  status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599))),
  htmlSnippet: v.optional(v.pipe(v.string(), v.maxBytes(HTML_SNIPPET_MAX_BYTES))),
  screenshot: v.optional(v.string()),
  signals: v.array(v.string()),
})

/** Cuts HTML to what evidence may keep, between characters. */
export function htmlSnippetOf(html: string): string {
  const bytes = new TextEncoder().encodeInto(html, new Uint8Array(HTML_SNIPPET_MAX_BYTES))
  return html.slice(0, bytes.read).toWellFormed()
}

/** Says a block in a few words. */
export function describeBlock(reason: BlockReason): string {
  switch (reason.type) {
    case 'captcha':
      return `captcha (${reason.provider})`
    case 'login-wall':
      return 'login wall'
    case 'rate-limit':
      return reason.retryAfterSecs === undefined ? 'rate limit' : `rate limit (retry after ${reason.retryAfterSecs} s)`
    case 'fraud-detect':
      return `fraud detection (${reason.vendor})`
    case 'unknown':
      return 'unknown block'
    default:
      return reason satisfies never
  }
}
