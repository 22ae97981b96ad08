import { createHash } from 'node:crypto'
import { test, type TestContext } from 'vitest'
import { createScrubber, type Scrubber } from '../src/scrubber/scrubber.ts'

/*
 * What does scrubbing 1 MB of log cost, beside what one would write without a scrubber? The others find no encoding, no
 * secret across chunks, and leave the rest of one that overlaps another.
 *
 * Workload: 1 MB of log lines that hold no secret; secrets of 43 random characters. With AGENTIC_BENCH_SECRETS=1 every
 * thirtieth line holds one.
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
const run = { time: 1000, warmupTime: 200 }

/** The lengths are summed so that nothing is left out as unused. */
function stream(scrubber: Scrubber): number {
  const scrubbing = scrubber.stream()
  let length = 0
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    length += scrubbing.write(bytes.subarray(at, at + CHUNK_BYTES)).length
  }
  return length + scrubbing.end().length
}

type Candidates = Readonly<Record<string, () => number>>

async function compare(bench: TestContext['bench'], title: string, candidates: Candidates): Promise<void> {
  const names = Object.keys(candidates)
  let length = 0
  const registrations = names.map((name) => {
    const candidate = candidates[name]!
    return bench(name, () => {
      length = candidate()
    })
  })
  const results = await bench.compare(...registrations, run)
  if (length === 0) throw new Error('nothing came out')
  const rates = names.map((name) => `${name}: ${(1000 / results.get(name).latency.p50).toFixed(0)} MB/s`)
  console.log(`${title}\n  ${rates.join('\n  ')}`)
}

test('30 secrets in all encodings, and patterns', async ({ bench }) => {
  const secrets = secretsOf(30)
  const both = createScrubber(secrets)
  const exact = createScrubber(secrets, { patterns: false })
  const patterns = createScrubber([])
  await compare(bench, '1 MB of log, 30 secrets in all encodings, stream of 64 KiB chunks', {
    'values and patterns': () => stream(both),
    'values alone': () => stream(exact),
    'patterns alone': () => stream(patterns),
    'whole text at once': () => both.scrub(text).length,
  })
})

for (const count of [10, 100, 1000]) {
  test(`${count} values`, async ({ bench }) => {
    const secrets = secretsOf(count)
    const both = createScrubber(secrets)
    const expression = new RegExp(secrets.map(({ value }) => value).join('|'), 'gu')
    const found = await ahoCorasick(secrets.map(({ value }) => value))
    await compare(bench, `1 MB of log, ${count} values`, {
      'scrubber: all encodings, and patterns': () => stream(both),
      'replaceAll of each value': () =>
        secrets.reduce((replaced, { value }) => replaced.replaceAll(value, '[REDACTED]'), text).length,
      'one RegExp of all values': () => text.replace(expression, '[REDACTED]').length,
      ...(found === undefined ? {} : { 'modern-ahocorasick, finding only': () => found(text) + 1 }),
    })
  })
}

/** Not a dependency: compared with only where somebody has installed it. */
async function ahoCorasick(values: readonly string[]): Promise<((text: string) => number) | undefined> {
  const name = 'modern-ahocorasick'
  try {
    const { default: AhoCorasick } = (await import(name)) as {
      default: new (values: readonly string[]) => { search(text: string): unknown[] }
    }
    const automaton = new AhoCorasick(values)
    return (searched) => automaton.search(searched).length
  } catch {
    console.log('modern-ahocorasick is not installed: left out')
    return undefined
  }
}
