import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildAutomaton } from './automaton.ts'
import { createByteScan } from './byte-scan.ts'
import { createExactFinder, LONGEST_LINE_GAP } from './exact-finder.ts'
import { createStartFilter } from './start-filter.ts'

/** What the scan must do, told in the simplest way: try each needle everywhere, join the spans, put the markers. */
function naiveUnion(needles: readonly string[], text: string): string {
  const redacted = Array.from<boolean>({ length: text.length }).fill(false)
  for (const segment of text.matchAll(new RegExp(`(?:[^\r\n]|[\r\n]{1,${LONGEST_LINE_GAP}}(?![\r\n]))+`, 'gu'))) {
    const places = Array.from(segment[0]).flatMap((character, at) =>
      /[\r\n]/u.test(character) ? [] : [segment.index + at],
    )
    const letters = places.map((place) => text[place]).join('')
    for (const needle of needles) {
      for (let at = letters.indexOf(needle); at !== -1; at = letters.indexOf(needle, at + 1)) {
        redacted.fill(true, places[at], places[at + needle.length - 1]! + 1)
      }
    }
  }
  return text.replaceAll(/[^]/gu, (character, at: number) => {
    if (!redacted[at]) return character
    return redacted[at - 1] ? '' : '#'
  })
}

function scanOf(needles: readonly string[]) {
  const bytes = needles.map((needle) => Buffer.from(needle))
  const tables = {
    automaton: buildAutomaton(bytes),
    lengths: bytes.map(({ length }) => length),
    names: needles,
    starts: createStartFilter(bytes),
  }
  return createByteScan([createExactFinder(tables)], () => Buffer.from('#'))
}

function inChunks(needles: readonly string[], chunks: readonly string[]): string {
  const scan = scanOf(needles)
  return Buffer.concat([...chunks.map((chunk) => scan.write(Buffer.from(chunk))), scan.end()]).toString()
}

/**
 * Few letters, so that needles overlap and begin alike, and needles inside needles; texts are made of pieces of them.
 * How long the shortest are decides how much of a text is passed over at a time.
 */
const needlesAndText = fc
  .constantFrom(6, 6, 7, 9, 12, 15, 16, 17, 20)
  .chain((shortest) =>
    fc.tuple(
      fc.constant(shortest),
      fc.uniqueArray(
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: shortest, maxLength: shortest + 8 }),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
      fc.array(fc.tuple(fc.nat(5), fc.nat(8), fc.nat(8)), { maxLength: 3 }),
    ),
  )
  .map(([shortest, needles, inner]) => {
    const within = inner.map(([which, from, more]) =>
      needles[which % needles.length]!.slice(from, from + shortest + more),
    )
    return [...new Set([...needles, ...within.filter(({ length }) => length >= shortest)])]
  })
  .chain((needles) => {
    const piece = fc
      .tuple(fc.constantFrom(...needles), fc.nat(14), fc.nat(14))
      .map(([needle, from, to]) => needle.slice(Math.min(from, to), Math.max(from, to)))
    const between = fc.constantFrom('', '', 'a', 'b', 'd', '\n', '\r\n', 'dddddddd', '\n'.repeat(8), '\n'.repeat(9))
    const text = fc.array(fc.oneof(fc.constantFrom(...needles), piece, between), { maxLength: 12 })
    return fc.tuple(
      fc.constant(needles),
      text,
      fc.infiniteStream(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 60 }))),
    )
  })

test('P3 redacts the union of all matches, wherever the stream is cut', () => {
  fc.assert(
    fc.property(needlesAndText, ([needles, pieces, sizes]) => {
      const text = pieces.join('')
      const chunks: string[] = []
      for (let at = 0; at < text.length;) {
        const size = sizes.next().value
        chunks.push(text.slice(at, at + size))
        at += size
      }
      const expected = naiveUnion(needles, text)
      expect(inChunks(needles, [text])).toBe(expected)
      expect(inChunks(needles, chunks)).toBe(expected)
      expect(inChunks(needles, Array.from(text))).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})

test('finds a needle inside the beginning of another one that does not go on', () => {
  expect(inChunks(['xabcdefgh', 'abcdef'], ['xabcdef! xabcdefgh'])).toBe('x#! #')
})

test('joins matches that overlap or touch, and no others', () => {
  expect(inChunks(['abcabc', 'bcabcd'], ['xabcabcdx abcabcabcabc abcabc abcab'])).toBe('x#x # # abcab')
})

test('holds back no more than the beginning of a match', () => {
  const scan = scanOf(['secret-value'])
  const write = (text: string) => Buffer.from(scan.write(Buffer.from(text))).toString()
  expect(write('plain text')).toBe('plain text')
  expect(write('this is sec')).toBe('this is ')
  expect(write('ond')).toBe('second')
  expect(write('a secret-val')).toBe('a ')
  expect(write('ue')).toBe('')
  expect(write('.')).toBe('#.')
  expect(scan.end()).toHaveLength(0)
})

test('holds little, however long a match goes on or line ends follow each other', () => {
  const scan = scanOf(['aaaaaaaa', 'bbbbbbbb'])
  expect(scan.write(Buffer.from('a'.repeat(1_000_000)))).toEqual(new Uint8Array(Buffer.from('#')))
  expect(scan.write(Buffer.from('a'.repeat(1_000_000)))).toHaveLength(0)
  expect(scan.write(Buffer.from(`b${'\n'.repeat(1_000_000)}`))).toHaveLength(1_000_001)
})

test('gives back bytes that are its own, whatever becomes of the chunk', () => {
  const scan = scanOf(['secret'])
  const chunk = Buffer.from('some sec')
  const first = scan.write(chunk)
  chunk.fill(0)
  expect(Buffer.concat([first, scan.write(Buffer.from('tion')), scan.end()]).toString()).toBe('some section')
})

test('starts anew after the end', () => {
  const scan = scanOf(['secret'])
  scan.write(Buffer.from('secret sec'))
  scan.end()
  expect(Buffer.from(scan.write(Buffer.from('ret secret!'))).toString()).toBe('ret #!')
})
