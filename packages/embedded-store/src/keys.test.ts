import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key, numberPart, parts, under } from './keys.ts'

const part = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'))

describe('a key', () => {
  test('gives its parts back', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (texts) => {
        expect(parts(key(...texts))).toEqual(texts)
      }),
    )
  })

  test('sorts by its numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        expect(key('x', a) < key('x', b)).toBe(a < b)
        expect(numberPart(parts(key('x', a))[1] ?? '')).toBe(a)
      }),
    )
  })

  test('is under its own beginning and under no other', () => {
    fc.assert(
      fc.property(part, part, part, (one, other, rest) => {
        const bytes = (text: string) => Buffer.from(text)
        const range = under('t', other)
        const inside =
          bytes(key('t', one, rest)).compare(bytes(range.gt)) > 0 &&
          bytes(key('t', one, rest)).compare(bytes(range.lt)) < 0
        fc.pre(rest !== '')
        expect(inside).toBe(one === other)
      }),
    )
  })

  test.for([
    ['NUL in a part', ['a\0b']],
    ['a lone surrogate', ['\ud800']],
    ['a negative number', [-1]],
    ['a fraction', [1.5]],
  ] as const)('refuses %s', ([, given]) => {
    expect(() => key(...given)).toThrow(RangeError)
  })
})
