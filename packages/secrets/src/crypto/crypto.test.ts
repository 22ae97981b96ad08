import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openBox, sealBox, tagOf } from './aead.ts'
import { encodeFields } from './fields.ts'
import { deriveKey, digestOf, keyOf, randomKey, sameDigest, unwrapKey, wrapKey } from './keys.ts'

const key = randomKey()
const here = Buffer.from('here')

test('gives two lists of fields the same bytes only if they are the same', () => {
  const field = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('', 'a\0b', 'a', 'b', '\0'))
  const fields = fc.array(field, { maxLength: 4 })
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      expect(encodeFields(one).equals(encodeFields(other))).toBe(JSON.stringify(one) === JSON.stringify(other))
    }),
    { numRuns: 2000 },
  )
  expect(encodeFields(['a\0x', 'Y']).equals(encodeFields(['a', 'x\0Y']))).toBe(false)
  expect(encodeFields(['a', '']).equals(encodeFields(['a']))).toBe(false)
})

test('opens what it sealed, with the same key and the same associated bytes alone', () => {
  const box = sealBox(key, Buffer.from('value'), here)
  expect(openBox(key, box, here)?.toString()).toBe('value')
  expect(openBox(key, box, Buffer.from('there'))).toBeUndefined()
  expect(openBox(key, box, Buffer.alloc(0))).toBeUndefined()
  expect(openBox(randomKey(), box, here)).toBeUndefined()
  expect(openBox(key, sealBox(key, Buffer.alloc(0), here), here)).toEqual(Buffer.alloc(0))
})

test('P5 opens nothing of which any bit was flipped, or that was cut anywhere', () => {
  const box = sealBox(key, Buffer.from('value'), here)
  for (let bit = 0; bit < box.length * 8; bit += 1) {
    const flipped = Buffer.from(box)
    flipped[bit >> 3]! ^= 1 << (bit & 7)
    expect(openBox(key, flipped, here)).toBeUndefined()
  }
  for (let length = 0; length < box.length; length += 1) {
    expect(openBox(key, box.subarray(0, length), here)).toBeUndefined()
  }
  expect(openBox(key, Buffer.concat([box, Buffer.alloc(1)]), here)).toBeUndefined()
})

const IS_LONG = process.env['AGENTIC_LONG_RUN'] === '1'

test('uses a nonce once, and has another tag each time', { timeout: IS_LONG ? 600_000 : 5000 }, () => {
  const count = IS_LONG ? 1_000_000 : 5000
  const [nonces, tags] = [new Set<string>(), new Set<string>()]
  for (let index = 0; index < count; index += 1) {
    const box = sealBox(key, Buffer.from('value'), here)
    nonces.add(box.subarray(0, 12).toString('latin1'))
    tags.add(tagOf(box))
  }
  expect([nonces.size, tags.size]).toEqual([count, count])
})

test('wipes the bytes that a key is made of', () => {
  const bytes = randomBytes(32)
  const copy = Buffer.from(bytes)
  const made = keyOf(bytes)
  expect(bytes.equals(Buffer.alloc(32))).toBe(true)
  expect(made.export().equals(copy)).toBe(true)
})

test('derives other keys for other purposes and stores, the same for the same', () => {
  const derived = [deriveKey(key, 'store', 'one'), deriveKey(key, 'store', 'two'), deriveKey(key, 'other', 'one'), key]
  expect(new Set(derived.map((each) => each.export().toString('hex'))).size).toBe(4)
  expect(deriveKey(key, 'store', 'one').equals(derived[0]!)).toBe(true)
})

test('wraps keys for one place', () => {
  const dataKey = randomKey()
  const box = wrapKey(key, dataKey, here)
  expect(unwrapKey(key, box, here)?.equals(dataKey)).toBe(true)
  expect(unwrapKey(key, box, Buffer.from('there'))).toBeUndefined()
  expect(unwrapKey(randomKey(), box, here)).toBeUndefined()
  expect(unwrapKey(key, sealBox(key, Buffer.alloc(31), here), here)).toBeUndefined()
})

test('tells digests with a key from those without', () => {
  const known = createSecretKey(Buffer.alloc(32, 1))
  const bytes = encodeFields(['a', 1])
  expect(bytes.toString('hex')).toBe('0000000200000001610000000131')
  expect(sameDigest(digestOf(known, ['a', 1]), digestOf(known, ['a', '1']))).toBe(true)
  expect(sameDigest(digestOf(known, ['a', 1]), digestOf(undefined, ['a', 1]))).toBe(false)
  expect(sameDigest('short', 'longer')).toBe(false)
})
