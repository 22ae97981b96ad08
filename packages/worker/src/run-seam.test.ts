import { createScrubber } from '@agentic/secrets'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRunSeam } from './run-seam.ts'

const env = { TOKEN: 'abcdef123456' }
const seamOf = () => createRunSeam(createScrubber([{ name: 'TOKEN', value: env.TOKEN }]), env, createScrubber)

describe('P3 the seam of a run', () => {
  test('takes a value that was learnt out together with one that it overlaps', () => {
    for (const value of ['abcdef123456-and-more', 'before-abcdef123456', 'ef123456xyz']) {
      const seam = seamOf()
      seam.learn({ name: 'NEW', value })
      expect(seam.scrub(`<${value}> <${env.TOKEN}> <abcdef123456xyz>`)).not.toMatch(/and-more|before|abcdef|123456/)
    }
  })

  test('holds back what may be the start of a secret, however a stream is cut', () => {
    const seam = seamOf()
    seam.learn({ name: 'NEW', value: 'nEwVaLuE-ü-0099' })
    const text = 'a nEwVaLuE-ü-0099 b abcdef123456 c ü'
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
        const stream = seam.textStream()
        const pieces = places.slice(1).map((end, index) => stream.write(text.slice(places[index], end)))
        expect([...pieces, stream.end()].join('')).toBe('a [REDACTED] b [REDACTED] c ü')
      }),
    )
  })

  test('withholds what it cannot scrub, and never throws', () => {
    const broken = (): never => {
      throw new Error('broken')
    }
    const seam = createRunSeam({ scrub: broken, stream: () => ({ write: broken, end: broken }) }, {}, undefined)
    const stream = seam.textStream()
    expect(seam.scrub('secret')).toContain('withheld')
    expect([stream.write('secret'), stream.write('more'), stream.end()].join('')).toBe(
      '[withheld: it could not be scrubbed]',
    )
  })
})
