import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { expect, test } from 'vitest'
import type { Look } from '../marker.ts'
import { captchaProducts } from './captcha-products.ts'
import { IDENTITY_PROVIDER_HOSTS } from './identity-providers.ts'
import { genericDefences, namedDefences } from './index.ts'
import * as loginWords from './login-words.ts'

/** Every pattern that runs over text of a page, with who runs it. */
const patterns: readonly (readonly [owner: string, pattern: RegExp])[] = [
  ...[...namedDefences, ...genericDefences].flatMap(({ name, markers }) =>
    markers.flatMap(({ id, look }) => patternsOf(look).map((pattern) => [`${name}/${id}`, pattern] as const)),
  ),
  ...captchaProducts.flatMap(({ provider, widgets, loaders, challengeFrame }) =>
    [...[...widgets, ...loaders].flatMap(patternsOf), ...(challengeFrame === undefined ? [] : [challengeFrame])].map(
      (pattern) => [provider, pattern] as const,
    ),
  ),
  ...IDENTITY_PROVIDER_HOSTS.map((pattern) => ['identity-providers', pattern] as const),
  ...Object.values(loginWords)
    .filter((words) => words instanceof RegExp)
    .map((pattern) => ['login-words', pattern] as const),
]

/**
 * A pattern that repeats nothing without a bound tries a bounded number of ways at each position, so its time is linear in the text.
 * The bound is the product of its repetitions, the greatest of any one way through it.
 */
test.for(patterns)('%s looks with a pattern that is linear, and cheap at each position', ([, pattern]) => {
  expect(waysOf(pattern)).toBeLessThanOrEqual(20_000)
})

test('knows a pattern that is not linear when it sees one', () => {
  expect(waysOf(/^(?:a+)+$/)).toBe(Infinity)
  expect(waysOf(/a.*b/)).toBe(Infinity)
  expect(waysOf(/(a)\1/)).toBe(Infinity)
  expect(waysOf(/a{0,9}b(?:c{0,9}|d)/)).toBe(100)
  expect(waysOf(/a b/)).toBe(1)
})

/**
 * JavaScript takes letters beyond ASCII for no part of a word, so at their side `\\b` finds an edge where there is none, and none where
 * there is one: "\\bбот\\b" is in no Russian sentence.
 */
test.for(patterns)('%s asks for no edge of a word beside a letter beyond ASCII', ([, pattern]) => {
  expect(brokenEdges(new RegExpParser().parseLiteral(String(pattern)).pattern.alternatives)).toEqual([])
})

test('knows such an edge when it sees one', () => {
  const edgesOf = (pattern: RegExp): readonly string[] =>
    brokenEdges(new RegExpParser().parseLiteral(String(pattern)).pattern.alternatives)
  for (const pattern of [/\bбот/, /бот[аы]?\b/, /\b(?:a|ö)n/, /\b(?:az )?ön/, /(?:\bú|a)/])
    expect(edgesOf(pattern)).toHaveLength(1)
  for (const pattern of [/\bbot\b/, /\bnão é/, /ваш[^.]{0,20}\bip\b/, /для\Bх/]) expect(edgesOf(pattern)).toEqual([])
})

/** Ways through a pattern from one position: the product along a sequence, the sum over alternatives. */
function waysOf(pattern: RegExp): number {
  return waysThrough(new RegExpParser().parseLiteral(String(pattern)).pattern.alternatives)
}

function waysThrough(alternatives: readonly AST.Alternative[]): number {
  return Math.max(
    1,
    alternatives.reduce((sum, { elements }) => {
      const ways = elements.reduce((product, element) => product * waysOfElement(element), 1)
      return sum + (ways === 1 ? 0 : ways)
    }, 0),
  )
}

function waysOfElement(element: AST.Element): number {
  switch (element.type) {
    case 'Backreference':
      return Infinity
    case 'Group':
    case 'CapturingGroup':
      return waysThrough(element.alternatives)
    case 'Assertion':
      return 'alternatives' in element ? waysThrough(element.alternatives) : 1
    case 'Quantifier': {
      const inner = waysOfElement(element.element)
      // An optional thing, or a fixed number of them, leaves next to no choice.
      if (element.max === 1 || (element.max === element.min && inner === 1)) return inner
      return element.max === Infinity ? Infinity : (element.max - element.min + 1) * inner ** element.max
    }
    default:
      return 1
  }
}

function patternsOf(look: Look): readonly RegExp[] {
  switch (look.at) {
    case 'all':
    case 'any':
    case 'none':
    case 'some':
      return look.looks.flatMap(patternsOf)
    case 'url':
      return [look.host, look.path, look.query].filter((pattern) => pattern !== undefined)
    case 'id':
    case 'class':
    case 'status':
    case 'shape':
      return []
    default:
      return [look.pattern]
  }
}

/** Edges of words that a letter beyond ASCII may stand beside. What lies beyond a gap of any characters stands nowhere. */
function brokenEdges(alternatives: readonly AST.Alternative[]): readonly string[] {
  return alternatives.flatMap(({ elements }) =>
    elements.flatMap((element, index) => {
      const inner = element.type === 'Quantifier' ? element.element : element
      if ('alternatives' in inner) return brokenEdges(inner.alternatives)
      if (inner.type !== 'Assertion' || inner.kind !== 'word' || inner.negate) return []
      const isBroken =
        mayBeForeign(elements.slice(index + 1)) || mayBeForeign(elements.slice(0, index).toReversed(), 'end')
      return isBroken
        ? [
            elements
              .map(({ raw }) => raw)
              .join('')
              .slice(0, 80),
          ]
        : []
    }),
  )
}

/** Whether the first of these that takes a character may take a letter beyond ASCII. */
function mayBeForeign(elements: readonly AST.Element[], side: 'start' | 'end' = 'start'): boolean {
  for (const element of elements) {
    if (takesForeign(element, side)) return true
    if (!mayBeEmpty(element)) return false
  }
  return false
}

function takesForeign(element: AST.Element, side: 'start' | 'end'): boolean {
  switch (element.type) {
    case 'Character':
      return isForeign(element.value)
    case 'CharacterClass':
      return (
        !element.negate &&
        element.elements.some(
          (part) =>
            (part.type === 'Character' && isForeign(part.value)) ||
            (part.type === 'CharacterClassRange' && isForeign(part.min.value)),
        )
      )
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.some(({ elements }) =>
        mayBeForeign(side === 'start' ? elements : elements.toReversed(), side),
      )
    case 'Quantifier':
      return takesForeign(element.element, side)
    default:
      return false
  }
}

function mayBeEmpty(element: AST.Element): boolean {
  switch (element.type) {
    case 'Assertion':
      return true
    case 'Quantifier':
      return element.min === 0 && element.max === 1
    case 'Group':
    case 'CapturingGroup':
      return element.alternatives.some(({ elements }) => elements.every(mayBeEmpty))
    default:
      return false
  }
}

function isForeign(codePoint: number): boolean {
  return codePoint > 0x7f && /\p{L}/u.test(String.fromCodePoint(codePoint))
}
