import { confidenceOf, type Finding } from './finding.ts'
import { captcha, fraudDetect } from './marker.ts'
import { RETURN_PARAMETER } from './markers/login-words.ts'
import type { Reading } from './reading.ts'
import { isSameSite, routeOf, segmentsOf } from './site.ts'

/** Path segments of gates, whoever made them. */
const CAPTCHA_SEGMENT =
  /^(?:(?:re|h)?captcha(?:[-_]?[a-z0-9]{1,20})?|are[-_]?you[-_]?(?:human|a[-_]?robot)|(?:human|bot|robot|browser)[-_]?(?:check|verification|challenge)|verify[-_]?human|anti[-_]?(?:ro)?bot)$/
/** Segments that sites use for other things, too: so the requested address must be kept in a parameter. */
const BLOCKED_SEGMENT = /^(?:blocked|security[-_]?check|bot[-_]?detected|punish)$/

/** Judges whether the visitor was sent to a gate of the same site instead of what was asked for, by its address. */
export function judgeGateAddress(reading: Reading): Finding | undefined {
  const { finalUrl, requestedUrl, status = 200, isBare, isFurnished, isRefused } = reading
  if (finalUrl === undefined || requestedUrl === undefined || !isBare || isFurnished) return undefined
  // A gate that is not there, or is broken, is an error like others.
  if (status >= 400 && !isRefused) return undefined
  if (!isSameSite(requestedUrl, finalUrl) || isGate(requestedUrl)) return undefined
  const keepsAddress = [...finalUrl.searchParams].some(([name, value]) => value !== '' && RETURN_PARAMETER.test(name))
  const segments = segmentsOf(routeOf(finalUrl))
  const kept = keepsAddress ? ['a parameter keeps an address to return to'] : []
  if (segments.some((segment) => CAPTCHA_SEGMENT.test(segment))) {
    return {
      reason: captcha('unknown'),
      confidence: confidenceOf(0.75 + 0.1 * kept.length),
      signals: ['redirected to the address of a captcha on the same site', ...kept],
    }
  }
  if (!keepsAddress || !segments.some((segment) => BLOCKED_SEGMENT.test(segment))) return undefined
  return {
    reason: fraudDetect('unknown'),
    confidence: 0.75,
    signals: ['redirected to an address for blocked visitors on the same site', ...kept],
  }
}

/** Whether who asked for this address asked for a gate, or for help about one. */
function isGate(url: URL): boolean {
  return segmentsOf(routeOf(url)).some((segment) => CAPTCHA_SEGMENT.test(segment) || BLOCKED_SEGMENT.test(segment))
}
