import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_LINE_GAP } from './exact-finder.ts'
import { needlesOf } from './needles.ts'
import { createScrubber } from './scrubber.ts'

/*
 * What both layers together must do, told in the simplest way: every needle and every rule is tried at every byte of the
 * whole text, all spans are joined, and each stretch gets the name of the one that begins first.
 */
interface Span {
  readonly start: number
  readonly end: number
  readonly name: string
  readonly rank: number
}

const ESCAPE = String.raw`\\[abfnrtv0]|\\u[\dA-Fa-f]{4}|(?:%|\\x)[\dA-Fa-f]{2}|\[[\d;]*m`
const wordStart = `(?:(?<![A-Za-z0-9])|(?<=${ESCAPE}))`
const nameStart = String.raw`(?:(?<![\w.-])|(?<=${ESCAPE}))`
const base64Start = String.raw`(?:(?<![\w+/.-])|(?<=${ESCAPE}))`
const digitWithin = (length: number) => String.raw`(?=[\w-]{0,${length - 1}}\d)`
const PEM_BYTE = String.raw`(?:[\w+/= \t\r\n\\:,>|]|(?<!-)-{1,4}(?!-))`

const rules: readonly (readonly [kind: string, rule: string, accept?: (match: RegExpExecArray) => boolean])[] = [
  ['anthropic-key', String.raw`${wordStart}sk-ant-${digitWithin(40)}[\w-]{20,}`],
  ['openai-key', String.raw`${wordStart}sk-proj-${digitWithin(40)}[\w-]{20,}`],
  ['openai-key', String.raw`${wordStart}sk-${digitWithin(40)}[A-Za-z0-9]{20}[\w-]*`],
  ['github-token', String.raw`${wordStart}gh[ps]_${digitWithin(56)}[A-Za-z0-9]{36}[\w-]*`],
  ['github-token', String.raw`${nameStart}ghs_\w*?eyJ[\w-]+\.[\w-]+\.[\w-]+`],
  ['slack-token', String.raw`${wordStart}xoxb-${digitWithin(30)}[\w-]{10,}`],
  ['aws-access-key', String.raw`${base64Start}AKIA[A-Z0-9]{16}(?![\w-])`],
  ['google-key', String.raw`${base64Start}AIza[\w-]{35}(?![\w-])`],
  ['sendgrid-key', String.raw`${nameStart}SG\.[\w-]{22}\.[\w-]{43}(?![\w-])`],
  ['telegram-token', String.raw`(?<=(?<!\d)\d{8,10}:)AA[\w-]{33}(?![\w-])`],
  [
    'jwt',
    String.raw`${nameStart}(eyJ[\w-]*)\.[\w-]*(?:\.[\w-]+){1,3}`,
    ([, header]) => {
      try {
        return typeof JSON.parse(Buffer.from(header!, 'base64url').toString()) === 'object'
      } catch {
        return false
      }
    },
  ],
  [
    'private-key',
    String.raw`-----BEGIN (?:RSA )?PRIVATE KEY-----(${PEM_BYTE}*(?:-{5}-*${PEM_BYTE}*(?:-{5})?)?)`,
    ([, body]) => /[A-Za-z0-9+/=]{24}/u.test(body!.slice(0, 256)),
  ],
  [
    'connection-password',
    String.raw`(?<=(?:[?&]|&amp;|=[^\s=;&?"'{}()][^=;&?"'{}()\r\n]{0,47};\s?)Pwd=)(?![;&"'\x60<>\\])(?:(?![;&"'\x60<>\\])[!-~\u0080-\u00ff])+`,
    ([text]) => !text.startsWith('[REDACTED'),
  ],
  [
    'url-password',
    String.raw`(?<=[A-Za-z0-9]://[^\s/?#"'\x60<>\\:\u0000-\u001f\u007f]*:)[^\s/?#"'\x60<>\\\u0000-\u001f\u007f]+(?=@[^\s/?#"'\x60<>\\@\u0000-\u001f\u007f]*(?:[\s/?#"'\x60<>\\\u0000-\u001f\u007f]|$))`,
    (match) => !match[0].startsWith('[REDACTED') && !match.input.startsWith('@sha256:', match.index + match[0].length),
  ],
]
const RULES = rules.map(([kind, rule, accept = () => true], index) => ({
  kind,
  rule: new RegExp(rule, 'yu'),
  accept,
  rank: index + 1,
}))

function patternSpans(text: string): Span[] {
  return RULES.flatMap(({ kind, rule, accept, rank }) =>
    Array.from(text).flatMap((_, start) => {
      rule.lastIndex = start
      const match = rule.exec(text)
      return match !== null && accept(match) ? [{ start, end: start + match[0].length, name: kind, rank }] : []
    }),
  )
}

function exactSpans(secrets: readonly { name: string; value: string }[], text: string): Span[] {
  const needles = needlesOf(secrets).map(({ bytes, name }) => ({ needle: Buffer.from(bytes).toString('latin1'), name }))
  const spans: Span[] = []
  for (const segment of text.matchAll(new RegExp(`(?:[^\r\n]|[\r\n]{1,${LONGEST_LINE_GAP}}(?![\r\n]))+`, 'gu'))) {
    const places = Array.from(segment[0]).flatMap((character, at) =>
      /[\r\n]/u.test(character) ? [] : [segment.index + at],
    )
    const letters = places.map((place) => text[place]).join('')
    for (const { needle, name } of needles) {
      for (let at = letters.indexOf(needle); at !== -1; at = letters.indexOf(needle, at + 1)) {
        spans.push({ start: places[at]!, end: places[at + needle.length - 1]! + 1, name, rank: 0 })
      }
    }
  }
  return spans
}

function reference(secrets: readonly { name: string; value: string }[], text: string): string {
  const bytes = Buffer.from(text).toString('latin1')
  const spans = [...exactSpans(secrets, bytes), ...patternSpans(bytes)]
  let redacted = ''
  let until = 0
  let marked = -1
  for (const { start, end, name } of spans.toSorted((a, b) => a.start - b.start || a.rank - b.rank || b.end - a.end)) {
    if (start > until) redacted += bytes.slice(until, start)
    if (start > marked) redacted += `[REDACTED:${name}]`
    until = Math.max(until, end)
    marked = Math.max(marked, end)
  }
  return Buffer.from(redacted + bytes.slice(until), 'latin1').toString()
}

const alphanumeric = fc.constantFrom('A', 'b', 'C', '0', 'd', 'E', '9', 'x', 'K', '5')
const letter = fc.oneof({ weight: 9, arbitrary: alphanumeric }, fc.constantFrom('_', '-', '.'))
const body = (length: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: alphanumeric, minLength: length - 1, maxLength: length + 1 }) },
    fc.string({ unit: letter, minLength: length - 3, maxLength: length + 30 }),
  )
const part = (text: string) => Buffer.from(text).toString('base64url')
const token = fc.oneof(
  ...[
    ['sk-ant-', 20],
    ['sk-proj-', 20],
    ['sk-', 20],
    ['ghp_', 36],
    ['ghs_', 36],
    ['xoxb-', 10],
    ['AIza', 35],
    ['123456789:AA', 33],
  ].map(([prefix, length]) => body(length as number).map((text) => `${prefix}${text}`)),
  fc.string({ unit: fc.constantFrom('A', 'Z', '0', '9'), minLength: 15, maxLength: 17 }).map((text) => `AKIA${text}`),
  fc.tuple(body(22), body(43)).map(([id, key]) => `SG.${id}.${key}`),
  fc
    .tuple(fc.constantFrom('{"alg":"HS256"}', '{"alg"', '{"a":1}'), body(10), body(20))
    .map(([header, payload, signature]) => `${part(header)}.${payload}.${signature}`),
  fc.tuple(body(8), body(30)).map(([id, jwt]) => `ghs_${id}_eyJ${jwt}.${jwt}.${id}`),
  fc
    .tuple(
      fc.constantFrom('', 'RSA '),
      fc.array(fc.string({ unit: alphanumeric, minLength: 20, maxLength: 60 }), { maxLength: 20 }),
      fc.constantFrom('\n', '\\n', ' ', '-----'),
    )
    .map(
      ([type, lines, between]) =>
        `-----BEGIN ${type}PRIVATE KEY-----${between}${lines.join(between)}-----END PRIVATE KEY-----`,
    ),
  body(9).map((password) => `ftp://u:${password}@h`),
  body(9).map((password) => `Uid=u;Pwd=${password}`),
)
const tokenInUrl = token.map((password) => `ftp://u:${password}@h`)
const values = ['AbC0dE9', 'secret-pässwörd', 'ghp_AbC0dE', '@h/Uid=u', 'sk-ant-xK5', 'ü\nnext-line', 'BEGIN']
const secrets = values.map((value, index) => ({ name: `S${index}`, value }))
const glue = fc.constantFrom(
  '',
  '',
  ' ',
  '\n',
  '\\n',
  '/',
  '@',
  ':',
  '.',
  '-',
  '_',
  '=',
  ';',
  '%3D',
  '"',
  'a',
  '9',
  'ü',
  '\u001B[1m',
  '://',
  '-----',
)
const pieceOf = (whole: fc.Arbitrary<string>) =>
  fc.tuple(whole, fc.nat(80), fc.nat(80)).map(([text, from, to]) => text.slice(Math.min(from, to), Math.max(from, to)))
const text = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 4, arbitrary: token }, pieceOf(token), tokenInUrl, {
        weight: 2,
        arbitrary: fc.constantFrom(...values),
      }),
      glue,
      glue,
    ),
    { maxLength: 5 },
  )
  .map((pieces) => pieces.flat().join(''))

test('P3 redacts what both layers find, as if each had been tried at every byte, wherever the stream is cut', () => {
  const scrubber = createScrubber(secrets, {
    marker: 'named',
    patterns: [...new Set(rules.map(([kind]) => kind))] as never,
  })
  const run = (chunks: readonly Uint8Array[]): string => {
    const stream = scrubber.stream()
    return Buffer.concat([...chunks.map((chunk) => stream.write(chunk)), stream.end()]).toString()
  }
  fc.assert(
    fc.property(text, fc.infiniteStream(fc.integer({ min: 1, max: 60 })), (whole, sizes) => {
      const bytes = Buffer.from(whole)
      const chunks: Uint8Array[] = []
      for (let at = 0; at < bytes.length; at += chunks.at(-1)!.length) {
        chunks.push(bytes.subarray(at, at + sizes.next().value))
      }
      const expected = reference(secrets, whole)
      expect(scrubber.scrub(whole)).toBe(expected)
      expect(run(chunks)).toBe(expected)
      expect(run([...bytes].map((byte) => Uint8Array.of(byte)))).toBe(expected)
    }),
    { numRuns: process.env['AGENTIC_LONG_RUN'] === '1' ? 100_000 : 500 },
  )
}, 600_000)
