import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOutputTail } from './output-tail.ts'

function tailOf(chunks: readonly Uint8Array[], limitBytes: number): { text: string; droppedBytes: number } {
  const tail = createOutputTail(limitBytes)
  for (const chunk of chunks) tail.push(Buffer.from(chunk))
  return tail.read()
}

test('keeps all that fits', () => {
  expect(tailOf([Buffer.from('ab'), Buffer.from('cd')], 4)).toEqual({ text: 'abcd', droppedBytes: 0 })
})

test('starts the tail at a whole character', () => {
  expect(tailOf([Buffer.from('a€b')], 3)).toEqual({ text: 'b', droppedBytes: 4 })
})

test('keeps the same tail however the output is cut into chunks', () => {
  const chunks = fc.string({ unit: 'grapheme' }).chain((text) => {
    const bytes = Buffer.from(text)
    return fc.array(fc.nat(bytes.length)).map((cuts) => {
      const ends = [...cuts, bytes.length].toSorted((left, right) => left - right)
      return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    })
  })
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 12 }), (pieces, limit) => {
      const whole = Buffer.concat(pieces)
      const { text, droppedBytes } = tailOf(pieces, limit)
      expect(whole.toString().endsWith(text)).toBe(true)
      expect(Buffer.byteLength(text) + droppedBytes).toBe(whole.length)
      expect(Buffer.byteLength(text)).toBeGreaterThan(Math.min(whole.length, limit) - 4)
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
    }),
  )
})
