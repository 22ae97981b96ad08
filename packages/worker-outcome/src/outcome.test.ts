import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { describeBlock, HTML_SNIPPET_MAX_BYTES, htmlSnippetOf } from './block.ts'
import { workerOutcomeSchema } from './outcome.ts'

const text = fc.string({ unit: 'grapheme' })
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

const outcomes = fc.oneof(
  fc.record({ type: fc.constant('success'), result: text, data: maybe(fc.jsonValue()) }),
  fc.record({ type: fc.constant('partial'), result: text, segments: fc.nat(), reason: text }),
  fc.record({ type: fc.constant('cancelled'), reason: text, partialResult: maybe(text) }),
  fc.record({
    type: fc.constant('timeout'),
    elapsedMs: fc.nat(),
    limit: fc.constantFrom('wall-clock', 'stall'),
    segments: fc.nat(),
    partialResult: maybe(text),
  }),
  fc.record({
    type: fc.constant('blocked'),
    block: fc.constantFrom(
      { type: 'captcha', provider: 'x' },
      { type: 'login-wall' },
      { type: 'rate-limit', retryAfterSecs: 3 },
      { type: 'fraud-detect', vendor: 'y' },
      { type: 'unknown' },
    ),
    url: maybe(text),
    evidence: fc.record({
      finalUrl: maybe(text),
      status: maybe(fc.integer({ min: 100, max: 599 })),
      signals: fc.array(text),
    }),
  }),
  fc.record({
    type: fc.constant('failed'),
    code: fc.constant('E'),
    message: text,
    retryable: fc.boolean(),
    partialResult: maybe(text),
  }),
)

const nested = (depth: number): unknown => (depth === 0 ? 0 : [nested(depth - 1)])

describe('an outcome on a wire', () => {
  test('arrives as it was sent', () => {
    fc.assert(
      fc.property(outcomes, (outcome) => {
        const sent: unknown = JSON.parse(JSON.stringify(outcome))
        expect(v.parse(workerOutcomeSchema, sent)).toEqual(sent)
      }),
    )
  })

  test.for([
    ['no type', { result: '' }],
    ['an unknown type', { type: 'done', result: '' }],
    ['a field of another variant', { type: 'success', result: '', segments: 1 }],
    ['an infinite time', { type: 'timeout', elapsedMs: Infinity, limit: 'stall', segments: 0 }],
    ['a captcha without provider', { type: 'blocked', block: { type: 'captcha' }, evidence: { signals: [] } }],
    ['data that JSON would lose', { type: 'success', result: '', data: { at: new Date(), map: new Map() } }],
    ['data nested beyond reason', { type: 'success', result: '', data: nested(101) }],
    [
      'a snippet over the limit',
      { type: 'blocked', block: { type: 'unknown' }, evidence: { signals: [], htmlSnippet: 'x'.repeat(4097) } },
    ],
  ] as const)('is refused with %s', ([, value]) => {
    expect(v.safeParse(workerOutcomeSchema, value).success).toBe(false)
  })
})

describe('an HTML snippet', () => {
  test('is cut between characters, within its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (unit) => {
        const html = unit.repeat(Math.ceil(5000 / unit.length))
        const snippet = htmlSnippetOf(html)
        expect(Buffer.byteLength(snippet)).toBeLessThanOrEqual(HTML_SNIPPET_MAX_BYTES)
        expect(Buffer.byteLength(snippet)).toBeGreaterThan(HTML_SNIPPET_MAX_BYTES - 4)
        expect(html.startsWith(snippet)).toBe(true)
      }),
    )
  })

  test('keeps a short page whole', () => {
    expect(htmlSnippetOf('<p>é</p>')).toBe('<p>é</p>')
  })
})

test('a block is said in a few words', () => {
  expect(describeBlock({ type: 'rate-limit', retryAfterSecs: 30 })).toBe('rate limit (retry after 30 s)')
  expect(describeBlock({ type: 'captcha', provider: 'hcaptcha' })).toBe('captcha (hcaptcha)')
})
