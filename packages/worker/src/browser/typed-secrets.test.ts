import * as fc from 'fast-check'
import type { ElementHandle, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { createTypedSecrets } from './typed-secrets.ts'

const field = {} as ElementHandle

function typed(...values: readonly string[]) {
  const secrets = createTypedSecrets()
  for (const value of values) secrets.add({ value, origin: 'https://shop.example' }, field)
  return secrets
}

test('P3 where a page does not say what its fields hold, no value is shown', async () => {
  const broken = { locator: () => ({ evaluateAll: () => Promise.reject(new Error('hangs')) }), isDetached: () => false }
  const isHidden = await createTypedSecrets().hiddenValues({ frames: () => [broken] } as unknown as Page)
  expect(isHidden('anything')).toBe(true)
})

test('without a secret a text stays as it is', () => {
  const secrets = createTypedSecrets()
  expect([secrets.isEmpty, secrets.mask('text')]).toEqual([true, 'text'])
})

test('a secret of a few characters does not take the words out of every text', () => {
  expect(typed('a1').mask('area a1')).toBe('area a1')
})

test('of secrets that hold each other, nothing is left over', () => {
  expect(typed('abcd', 'abcdef').mask('abcdef abcd')).toBe('[SECRET] [SECRET]')
})

test('P3 a secret is masked in the forms that pages and addresses give it', () => {
  // White space alone would take the spaces out of everything.
  const secret = fc.string({ unit: 'grapheme', minLength: 4, maxLength: 40 }).filter((value) => value.trim().length > 3)
  fc.assert(
    fc.property(secret, fc.string(), (value, around) => {
      const { mask } = typed(value)
      const forms = [value, encodeURIComponent(value), new URLSearchParams({ q: value }).toString().slice(2)]
      for (const form of [...forms, JSON.stringify(value).slice(1, -1)]) {
        expect(mask(`${around}${form}${around}`).replaceAll('[SECRET]', '')).not.toContain(form)
      }
    }),
  )
})
