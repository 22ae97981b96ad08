import { createHash } from 'node:crypto'
import AhoCorasick from 'modern-ahocorasick'
import { test } from 'vitest'
import { createScrubber, type Scrubber } from '../src/scrubber/scrubber.ts'
import { compare } from './compare.ts'

/*
 * What does scrubbing 1 MB of log cost, beside what one would write without a scrubber? The others find no encoding, no
 * secret across chunks, and leave the rest of one that overlaps another; of the Aho-Corasick package only the finding is
 * measured.
 *
 * Workload: 1 MB of log lines that hold no secret, in chunks of 64 KiB; secrets of 43 random characters. With
 * AGENTIC_BENCH_SECRETS=1 every thirtieth line holds one. So many times a second are as many MB/s.
 */
const random = (seed: string): string => createHash('sha256').update(seed).digest('base64url')
const secretsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `S${index}`, value: random(`secret ${index}`) }))
const withSecrets = process.env['AGENTIC_BENCH_SECRETS'] === '1'
const lines = Array.from({ length: 14_000 }, (_, index) => {
  const id = createHash('sha256').update(`${index}`).digest('hex').slice(0, 24)
  const token = withSecrets && index % 30 === 0 ? random(`secret ${index % 10}`) : id
  return `2026-01-01T00:00:00Z INFO request ${token} answered 200 in 12 ms with ${index} bytes\n`
})
const text = lines.join('').slice(0, 1_000_000)
const bytes = Buffer.from(text)
const CHUNK_BYTES = 65_536
const options = { time: 700, warmupTime: 150 }

function stream(scrubber: Scrubber): number {
  const scrubbing = scrubber.stream()
  let length = 0
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    length += scrubbing.write(bytes.subarray(at, at + CHUNK_BYTES)).length
  }
  return length + scrubbing.end().length
}

/** Something came out, however much of it. */
const some = (length: number): number => (length > 0 ? 1 : 0)

test.for([10, 30, 100, 1000])('%i secrets', async (count, { bench }) => {
  const secrets = secretsOf(count)
  const scrubber = createScrubber(secrets)
  const exact = createScrubber(secrets, { patterns: false })
  const expression = new RegExp(secrets.map(({ value }) => value).join('|'), 'gu')
  const automaton = new AhoCorasick(secrets.map(({ value }) => value))
  await compare(
    bench,
    { title: `scrubbing 1 MB of log, ${count} secrets`, expected: 1, batch: 1, options },
    {
      'scrubber: all encodings, and patterns': () => some(stream(scrubber)),
      'scrubber: all encodings, no patterns': () => some(stream(exact)),
      'replaceAll of each value': () =>
        some(secrets.reduce((replaced, { value }) => replaced.replaceAll(value, '[REDACTED]'), text).length),
      'one RegExp of all values': () => some(text.replace(expression, '[REDACTED]').length),
      'modern-ahocorasick, finding only': () => some(automaton.search(text).length + 1),
    },
  )
})
