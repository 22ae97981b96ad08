import { confidenceOf, type Finding, type Notes } from './finding.ts'
import type { Defence, Marker } from './marker.ts'
import { isOutsideDocument, matches, placeOf, restsOnWords } from './match.ts'
import type { Reading } from './reading.ts'

/** Confidence by the strongest mark, before further marks are added. */
const BASE = { proof: 0.93, wall: 0.85, hint: 0.6 } as const
const PER_FURTHER_MARK = 0.02
const FOR_REFUSING_STATUS = 0.03
const AGAINST_CONTENT = 0.1

/** Judges a page by the marks of each defence and gives the most confident finding. */
export function judgeDefences(defences: readonly Defence[], reading: Reading, notes: Notes): Finding | undefined {
  let best: Finding | undefined
  for (const defence of defences) {
    const finding = judgeDefence(defence, reading, notes)
    if (finding !== undefined && finding.confidence > (best?.confidence ?? 0)) best = finding
  }
  return best
}

function judgeDefence(defence: Defence, reading: Reading, notes: Notes): Finding | undefined {
  const fired = defence.markers.filter(
    (marker) => isAdmitted(marker, reading) && matches(marker.look, reading) && isMeant(marker, reading),
  )
  if (fired.length === 0) return undefined
  for (const { strength, says } of fired) if (strength === 'presence') notes.advisories.add(says)

  const counters = fired.filter(({ strength }) => strength === 'counter')
  for (const { says } of counters) notes.vendorErrors.add(says)

  const proofs = fired.filter(({ strength }) => strength === 'proof')
  const walls = counters.length > 0 ? [] : fired.filter(({ strength }) => strength === 'wall')
  const hints = counters.length > 0 ? [] : fired.filter(({ strength }) => strength === 'hint')
  const evidence = [...proofs, ...walls, ...hints]
  const strongest =
    proofs.length > 0 ? 'proof' : walls.length > 0 ? 'wall' : areEnough(hints, defence, reading) ? 'hint' : undefined
  if (strongest === undefined) {
    if (hints.length > 0)
      notes.suspects.set(
        reasonOf(defence, fired, hints),
        hints.map(({ says }) => says),
      )
    return undefined
  }
  return {
    reason: reasonOf(defence, fired, evidence),
    confidence: confidence(strongest, evidence, reading),
    signals: signalsOf(evidence, reading),
  }
}

/** A mark in the document counts by what else the document holds; a mark of the response counts always. */
function isAdmitted({ strength, look }: Marker, reading: Reading): boolean {
  switch (strength) {
    case 'proof':
      return !reading.isFull || reading.isRefused || isOutsideDocument(look)
    case 'wall':
      return reading.isBare || (reading.isRefused && !reading.isFull)
    case 'hint':
    case 'counter':
      return reading.isBare
    case 'presence':
      return true
    default:
      return strength satisfies never
  }
}

/** Words on a page that also has ways on or something to read are about a block, unless the status says that they are one. */
function isMeant({ strength, look }: Marker, reading: Reading): boolean {
  if (strength === 'presence' || strength === 'counter' || !reading.isFurnished || reading.isRefused) return true
  return !restsOnWords(look, reading)
}

function areEnough(hints: readonly Marker[], { statuses }: Defence, { isRefused, status, page }: Reading): boolean {
  if (hints.length === 0) return false
  const isBacked = statuses === undefined ? isRefused : status !== undefined && statuses.includes(status)
  const places = new Set(hints.map(({ look }) => placeOf(look)))
  // Of a page without any text the title is read as one: it must not agree with itself.
  if (page.shape.characters === 0 && places.has('title')) places.delete('text')
  return isBacked || places.size > 1
}

/** The first mark that means something of its own decides, in the order of the defence's file. */
function reasonOf(defence: Defence, fired: readonly Marker[], evidence: readonly Marker[]): Finding['reason'] {
  return fired.find((marker) => evidence.includes(marker) && marker.reason !== undefined)?.reason ?? defence.reason
}

function confidence(strongest: keyof typeof BASE, evidence: readonly Marker[], reading: Reading): number {
  const further = Math.min(3, evidence.length - 1) * PER_FURTHER_MARK
  const byStatus = reading.isRefused ? FOR_REFUSING_STATUS : 0
  const isOfDocument = !evidence.some(({ look }) => isOutsideDocument(look))
  const byContent = isOfDocument && !reading.isBare ? AGAINST_CONTENT : 0
  return confidenceOf(BASE[strongest] + further + byStatus - byContent)
}

function signalsOf(evidence: readonly Marker[], reading: Reading): string[] {
  const signals = evidence.map(({ says }) => says)
  if (reading.isRefused) signals.push(`HTTP status ${reading.status}`)
  if (reading.isBare) signals.push('the page holds next to nothing else')
  return signals
}
