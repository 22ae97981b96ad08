import { type BlockEvidence, describeBlock } from '@agentic/worker-outcome'
import { judgeCaptcha } from './captcha-wall.ts'
import { type Finding, named, type Notes } from './finding.ts'
import { judgeGateAddress } from './gate-address.ts'
import { judgeDefences } from './judge-defence.ts'
import { judgeLogin } from './login-wall.ts'
import { any } from './marker.ts'
import { genericFirewall } from './markers/generic-firewall.ts'
import { genericDefences, namedDefences } from './markers/index.ts'
import { MEANS, PROVE } from './markers/parts-of-walls.ts'
import { matches } from './match.ts'
import { judgeRateLimit, retryAfterSecsOf } from './rate-limit.ts'
import { type Reading, readSnapshot } from './reading.ts'
import { redactHtml, redactUrl } from './redact.ts'
import { judgeRefusal } from './refusal.ts'
import {
  type DetectOptions,
  type Detection,
  type Inspection,
  type PageSnapshot,
  type ResolvedOptions,
  resolveOptions,
} from './snapshot.ts'

type Judge = (reading: Reading, notes: Notes, options: ResolvedOptions) => Finding | undefined

/** From who knows most to who knows least: a vendor that challenges with 429 must be heard before the status is. */
const JUDGES: readonly Judge[] = [
  (reading, notes) => judgeDefences(namedDefences, reading, notes),
  judgeCaptcha,
  judgeGateAddress,
  judgeLogin,
  judgeGateOfLimit,
  judgeRateLimit,
  // A vendor's own word on what went wrong explains the page better than any guess.
  (reading, notes) =>
    notes.vendorErrors.size > 0 ? undefined : named(judgeDefences(genericDefences, reading, notes), notes),
  judgeRefusal,
]

/**
 * Says whether a page is a block instead of what was asked for.
 * Pure, without I/O, linear in the length of the page, and never throws.
 */
export function detectBlock(snapshot: PageSnapshot, options: DetectOptions = {}): Detection | undefined {
  return inspectPage(snapshot, options).detection
}

/** Says the same as {@link detectBlock}, together with what was noticed on a page that is no block. */
export function inspectPage(snapshot: PageSnapshot, options: DetectOptions = {}): Inspection {
  const resolved = resolveOptions(options)
  const reading = readSnapshot(snapshot, resolved.maxHtmlLength)
  const notes: Notes = {
    advisories: new Set(),
    counterSignals: new Set(),
    vendorErrors: new Set(),
    suspects: new Map(),
  }
  noteContent(reading, notes)
  const finding = firstFinding(reading, notes, resolved)
  const advisories = [...notes.advisories]
  const counterSignals = [...notes.vendorErrors, ...notes.counterSignals]
  if (finding === undefined) return { advisories, counterSignals }
  const said = detectionOf(finding, snapshot, reading, resolved, { advisories, counterSignals })
  const isBlock = finding.confidence >= resolved.minConfidence
  return { ...(isBlock ? { detection: said } : { suspicion: said }), advisories, counterSignals }
}

/** A gate that a site shows with 429: waiting gets nobody through, passing does. */
function judgeGateOfLimit(reading: Reading, notes: Notes): Finding | undefined {
  if (reading.status !== 429 || !reading.isBare || !matches(any(PROVE, MEANS), reading)) return undefined
  return named(judgeDefences([genericFirewall], reading, notes), notes)
}

/** The first finding that is sure enough, or else the surest that is not. */
function firstFinding(reading: Reading, notes: Notes, options: ResolvedOptions): Finding | undefined {
  let suspicion: Finding | undefined
  for (const judge of JUDGES) {
    const finding = judge(reading, notes, options)
    if (finding === undefined) continue
    if (options.ignore.has(finding.reason.type)) {
      notes.advisories.add(`${describeBlock(finding.reason)}, passed over as asked`)
      continue
    }
    if (finding.confidence >= options.minConfidence) return finding
    notes.advisories.add(`${describeBlock(finding.reason)}, at confidence ${finding.confidence}`)
    if (finding.confidence > (suspicion?.confidence ?? 0)) suspicion = finding
  }
  return suspicion
}

function detectionOf(
  { reason, confidence, signals }: Finding,
  snapshot: PageSnapshot,
  reading: Reading,
  options: ResolvedOptions,
  notes: Pick<Detection, 'advisories' | 'counterSignals'>,
): Detection {
  const evidence = evidenceOf(snapshot, reading, signals)
  if (reason.type !== 'rate-limit') return { reason, confidence, signals, ...notes, evidence }
  const retryAfterSecs = retryAfterSecsOf(reading, options.nowMs)
  if (retryAfterSecs === undefined) return { reason, confidence, signals, ...notes, evidence }
  return { reason: { type: 'rate-limit', retryAfterSecs }, confidence, signals, ...notes, retryAfterSecs, evidence }
}

function evidenceOf(
  snapshot: PageSnapshot,
  { finalUrl, status, page }: Reading,
  signals: readonly string[],
): BlockEvidence {
  const address = finalUrl === undefined ? undefined : redactUrl(finalUrl.href)
  const isHttpStatus = status !== undefined && status >= 100 && status <= 599
  return {
    ...(address === undefined ? {} : { finalUrl: address }),
    ...(isHttpStatus ? { status } : {}),
    ...(typeof snapshot.html === 'string' && snapshot.html !== '' ? { htmlSnippet: redactHtml(snapshot.html) } : {}),
    signals: page.isCut ? [...signals, 'only the head and the tail of the page were read'] : [...signals],
  }
}

function noteContent({ page, isBare, isFull }: Reading, notes: Notes): void {
  if (isBare) return
  const { elements, links, characters } = page.shape
  notes.counterSignals.add(
    `the page has ${isFull ? 'much ' : ''}content: ${elements} elements, ${links} links, ${characters > 12_000 ? 'over 12000' : characters} visible characters`,
  )
}
