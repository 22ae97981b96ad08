import { type AST, RegExpParser } from '@eslint-community/regexpp'
import { expect, test } from 'vitest'
import type { Look } from '../marker.ts'
import { captchaProducts } from './captcha-products.ts'
import { IDENTITY_PROVIDER_HOSTS } from './identity-providers.ts'
import { genericDefences, namedDefences } from './index.ts'
import { COMMENTING, LOGIN_SEGMENT, MUST_LOG_IN, RETURN_PARAMETER } from './login-words.ts'

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
  ['login-words', LOGIN_SEGMENT],
  ['login-words', RETURN_PARAMETER],
  ['login-words', MUST_LOG_IN],
  ['login-words', COMMENTING],
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
