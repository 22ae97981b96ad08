import { describe, expect, test } from 'vitest'
import type { WorkerOutcome } from './outcome.ts'
import { WITHHELD_TEXT } from './scrub.ts'
import { scrubOutcome } from './scrub-outcome.ts'

const SECRET = 'hunter2-hunter2'
const scrub = (text: string) => text.replaceAll(SECRET, '[REDACTED]')

const everywhere: readonly WorkerOutcome[] = [
  { type: 'success', result: SECRET, data: { [SECRET]: [SECRET, { deep: SECRET }], n: 1, t: true, z: null } },
  { type: 'partial', result: SECRET, segments: 1, reason: SECRET },
  { type: 'cancelled', reason: SECRET, partialResult: SECRET },
  { type: 'timeout', elapsedMs: 1, limit: 'stall', segments: 0, partialResult: SECRET },
  {
    type: 'blocked',
    block: { type: 'captcha', provider: SECRET },
    url: `https://x/?t=${SECRET}`,
    evidence: { finalUrl: SECRET, htmlSnippet: SECRET, screenshot: SECRET, signals: [SECRET] },
  },
  { type: 'blocked', block: { type: 'fraud-detect', vendor: SECRET }, evidence: { signals: [] } },
  { type: 'failed', code: SECRET, message: SECRET, retryable: true, partialResult: SECRET },
]

describe('P3 scrubbing an outcome', () => {
  test.for(everywhere)('leaves no secret in $type', (outcome) => {
    const scrubbed = scrubOutcome(outcome, scrub)
    expect(JSON.stringify(scrubbed)).not.toContain(SECRET)
    expect(JSON.stringify(scrubbed)).toContain('[REDACTED]')
    expect(scrubbed.type).toBe(outcome.type)
  })

  test('finds a secret of digits among numbers, and loses no property whose name was one', () => {
    const outcome: WorkerOutcome = { type: 'success', result: '', data: { pin: 12345678, x12345678: 1, y12345678: 2 } }
    const scrubbed = scrubOutcome(outcome, (text) => text.replaceAll(/[xy]?12345678/g, '[REDACTED]'))
    expect(scrubbed).toMatchObject({ data: { pin: '[REDACTED]', '[REDACTED]': 1, '[REDACTED] (2)': 2 } })
  })

  test('withholds a text that the scrubber cannot handle', () => {
    const broken = () => {
      throw new Error(SECRET)
    }
    expect(scrubOutcome({ type: 'success', result: SECRET }, broken)).toMatchObject({ result: WITHHELD_TEXT })
  })

  test('keeps the snippet within its limit when markers are longer than secrets', () => {
    const outcome: WorkerOutcome = {
      type: 'blocked',
      block: { type: 'unknown' },
      evidence: { htmlSnippet: 'ab'.repeat(2048), signals: [] },
    }
    const scrubbed = scrubOutcome(outcome, (text) => text.replaceAll('a', '[REDACTED]'))
    expect(scrubbed.type === 'blocked' && scrubbed.evidence.htmlSnippet?.length).toBe(4096)
  })
})
