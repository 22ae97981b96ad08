import { createScrubber } from '@agentic/secrets'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createScrubbedOutput } from './scrubbed-output.ts'

const secret = 'hunter2-hunter2-hunter2'

test('P3 no part of a secret is left, wherever chunks end and the tail begins', () => {
  const scrubber = createScrubber([{ name: 'KEY', value: secret }])
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(secret), fc.constant('~'), fc.constant('~~~~é~~~~')), { maxLength: 60 }),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 64, max: 256 }),
      (parts, chunkBytes, limitBytes) => {
        const shown: string[] = []
        const output = createScrubbedOutput(scrubber, limitBytes, (text) => shown.push(text))
        const bytes = Buffer.from(parts.join(''))
        for (let at = 0; at < bytes.length; at += chunkBytes) {
          output.push(bytes.subarray(at, at + chunkBytes))
          expect(output.tail()).toMatch(scrubbed)
        }
        const tail = output.end()
        expect(tail).toMatch(scrubbed)
        expect(Buffer.byteLength(tail)).toBeLessThanOrEqual(limitBytes)
        expect(shown.join('')).toBe(scrubber.scrub(parts.join('')))
      },
    ),
  )
})

/** What there can be without the secret: filler and markers, cut where the tail begins or the last chunk ended. */
const scrubbed = /^(\[\d+ bytes left out\]\n)?[~é[\]REDACT]*\uFFFD?$/

test('the whole output is given when it is within the limit', () => {
  const output = createScrubbedOutput(createScrubber([]), 100)
  output.push(Buffer.from('one\n'))
  output.push(Buffer.from('two\n'))
  expect(output.end()).toBe('one\ntwo\n')
})

test('bytes that are no text take no more room than the limit', () => {
  const output = createScrubbedOutput(createScrubber([]), 128)
  output.push(Buffer.alloc(1000, 0xff))
  expect(Buffer.byteLength(output.end())).toBeLessThanOrEqual(128)
})
