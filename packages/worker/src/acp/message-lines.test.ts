import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linesOf } from './message-lines.ts'

const limits = { messageMaxBytes: 1000, outputMaxBytes: 10_000 }

async function read(chunks: readonly Buffer[], given = limits): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(Readable.from(chunks), given)) lines.push(line)
  return lines
}

test('lines are the same wherever the chunks are cut, within a character too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 1, maxLength: 10 }),
      fc.array(fc.nat(60), { maxLength: 10 }),
      async (texts, cuts) => {
        const lines = texts.map((text) => text.replaceAll('\n', ' ').toWellFormed())
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        expect(await read(chunks.filter(({ length }) => length > 0))).toEqual(lines)
      },
    ),
  )
})

test('what comes after the last line end is a line too', async () => {
  expect(await read([Buffer.from('one\ntwo')])).toEqual(['one', 'two'])
})

test('a line over the limit is an error, ended or not', async () => {
  const long = Buffer.from('x'.repeat(1001))
  const error = expect.objectContaining({ code: 'ACP_OUTPUT_TOO_LARGE', retryable: false }) as Error
  await expect(read([long])).rejects.toThrow(error)
  await expect(read([long, Buffer.from('\n')])).rejects.toThrow(error)
  expect(await read([Buffer.from(`${'x'.repeat(1000)}\n`)])).toHaveLength(1)
})

test('more in all than the limit is an error, after what came before it', async () => {
  const line = Buffer.from(`${'x'.repeat(999)}\n`)
  const seen: string[] = []
  const reading = (async () => {
    for await (const each of linesOf(Readable.from(Array<Buffer>(11).fill(line)), limits)) seen.push(each)
  })()
  await expect(reading).rejects.toThrow(/in all has more than 10000 bytes/)
  expect(seen).toHaveLength(10)
})
