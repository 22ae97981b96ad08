import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tailOf } from './text-tail.ts'

test('a text within the limit stays as it is', () => {
  expect(tailOf('héllo', 6)).toBe('héllo')
})

test('of a longer text the tail is kept, whole characters of it, and it is said how much was left out', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.integer({ min: 64, max: 200 }),
      (text, limitBytes) => {
        const tail = tailOf(text, limitBytes)
        expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(limitBytes)
        if (tail === text) return
        const [, leftOut, kept = ''] = /^\[(\d+) bytes left out\]\n([^]*)$/.exec(tail) ?? []
        expect(text.endsWith(kept)).toBe(true)
        expect(Buffer.byteLength(text) - Buffer.byteLength(kept)).toBe(Number(leftOut))
      },
    ),
  )
})

test('cutting what was cut changes nothing', () => {
  const once = tailOf('x'.repeat(1000), 100)
  expect(tailOf(once, 100)).toBe(once)
})
