import { type BlockEvidence, type BlockReason, htmlSnippetOf } from './block.ts'
import type { Json } from './json.ts'
import type { WorkerOutcome } from './outcome.ts'
import { failClosed, type Scrub } from './scrub.ts'

/** Scrubs every text of an outcome: results, reasons, messages, URLs, evidence and data, keys of data included. */
export function scrubOutcome(outcome: WorkerOutcome, scrub: Scrub): WorkerOutcome {
  const text = failClosed(scrub)
  switch (outcome.type) {
    case 'success':
      return { ...outcome, result: text(outcome.result), data: optional(outcome.data, (data) => scrubJson(data, text)) }
    case 'partial':
      return { ...outcome, result: text(outcome.result), reason: text(outcome.reason) }
    case 'cancelled':
      return { ...outcome, reason: text(outcome.reason), partialResult: optional(outcome.partialResult, text) }
    case 'timeout':
      return { ...outcome, partialResult: optional(outcome.partialResult, text) }
    case 'blocked':
      return {
        ...outcome,
        block: scrubReason(outcome.block, text),
        url: optional(outcome.url, text),
        evidence: scrubEvidence(outcome.evidence, text),
      }
    case 'failed':
      return {
        ...outcome,
        code: text(outcome.code),
        message: text(outcome.message),
        partialResult: optional(outcome.partialResult, text),
      }
    default:
      return outcome satisfies never
  }
}

function scrubReason(reason: BlockReason, text: Scrub): BlockReason {
  if (reason.type === 'captcha') return { ...reason, provider: text(reason.provider) }
  if (reason.type === 'fraud-detect') return { ...reason, vendor: text(reason.vendor) }
  return reason
}

function scrubEvidence(evidence: BlockEvidence, text: Scrub): BlockEvidence {
  return {
    ...evidence,
    finalUrl: optional(evidence.finalUrl, text),
    // Markers can be longer than what they stand for, so the snippet is cut once more.
    htmlSnippet: optional(evidence.htmlSnippet, (html) => htmlSnippetOf(text(html))),
    screenshot: optional(evidence.screenshot, text),
    signals: evidence.signals.map(text),
  }
}

/** Scrubs every text of plain data, the names of properties and numbers included. */
export function scrubJson(value: Json, text: Scrub): Json {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number') return scrubNumber(value, text)
  if (typeof value !== 'object' || value === null) return value
  if (isList(value)) return value.map((item) => scrubJson(item, text))
  return scrubProperties(value, text)
}

/** A secret of digits may stand as a number: then its marker stands in its place. */
function scrubNumber(value: number, text: Scrub): Json {
  const scrubbed = text(String(value))
  return scrubbed === String(value) ? value : scrubbed
}

/** Names that become the same are told apart by a number, so that no property is lost. */
function scrubProperties(value: { readonly [key: string]: Json }, text: Scrub): Json {
  const properties = new Map<string, Json>()
  for (const [given, item] of Object.entries(value)) {
    const name = text(given)
    let unique = name
    for (let count = 2; properties.has(unique); count++) unique = `${name} (${count})`
    properties.set(unique, scrubJson(item, text))
  }
  return Object.fromEntries(properties)
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function optional<Value>(value: Value | undefined, change: (value: Value) => Value): Value | undefined {
  return value === undefined ? undefined : change(value)
}
