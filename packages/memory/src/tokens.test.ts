import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tokensOf } from './tokens.ts'

test.for([
  ['words without their punctuation', 'The customer prefers e-mail!', ['the', 'customer', 'prefers', 'e', 'mail']],
  ['decomposed letters as composed ones', 'cafe\u0301', ['caf\u00e9']],
  ['full-width letters and ligatures as plain ones', 'ＰＤＦ ﬁle', ['pdf', 'file']],
  ['capital letters of every script as small ones', 'STRASSE ΣΊΣΥΦΟΣ Москва', ['strasse', 'σίσυφος', 'москва']],
  ['Japanese by its words', '東京都に住んでいます', expect.arrayContaining(['東京', '都', '住'])],
  ['Chinese by its words', '我喜欢绿茶', expect.arrayContaining(['喜欢', '绿茶'])],
  ['Thai by its words', 'ภาษาไทย', ['ภาษา', 'ไทย']],
  ['Indic words with their vowel signs', 'हिन्दी', ['हिन्दी']],
  ['an empty text as nothing', ' \n\t…', []],
] as const)('reads %s', ([, text, tokens]) => {
  expect(tokensOf(text)).toEqual(tokens)
})

test('reads a bounded part of what folds into very much', () => {
  expect(tokensOf('\ufdfa '.repeat(8000)).join(' ').length).toBeLessThanOrEqual(16_000)
})

test('reads the same words whatever the form of the Unicode', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(tokensOf(text.normalize('NFD'))).toEqual(tokensOf(text.normalize('NFC')))
      expect(tokensOf(text).every((token) => token.isWellFormed() && token.length > 0)).toBe(true)
    }),
  )
})
