import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, test } from 'vitest'
import { generateRootKey, keyFromText } from '../src/index.ts'
import { compare } from './compare.ts'
import { type Population, populate } from './population.ts'

/*
 * What does it take to put another root key in place, beside reading as many wrapped keys with classic-level alone,
 * opening and sealing each with AES-256-GCM, and writing them back in synced batches?
 *
 * Workload: 10,000 scopes (100,000 with AGENTIC_LONG_RUN=1) with one secret each. Rotating compacts all files as well, so
 * that what was replaced leaves the disk; the raw rows are compacted too.
 */
const SCOPES = process.env['AGENTIC_LONG_RUN'] === '1' ? 100_000 : 10_000
const BATCH = 256

let population: Population
const wrapping = createSecretKey(randomBytes(32))

beforeAll(async () => {
  population = await populate(SCOPES, 1)
  await population.raw.clear()
  const keys = Array.from({ length: SCOPES }, (_, scope) => `key-${String(scope).padStart(6, '0')}`)
  await population.raw.batch(keys.map((key) => ({ type: 'put', key, value: wrap(key, randomBytes(32)) })))
}, 600_000)

afterAll(async () => {
  await population[Symbol.asyncDispose]()
})

function wrap(at: string, bytes: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce).setAAD(Buffer.from(at))
  return Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
}

function unwrap(at: string, box: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', wrapping, box.subarray(0, 12))
  decipher.setAAD(Buffer.from(at)).setAuthTag(box.subarray(-16))
  return Buffer.concat([decipher.update(box.subarray(12, -16)), decipher.final()])
}

async function rawRotate(): Promise<number> {
  const { raw } = population
  await raw.compactRange('', '\uffff')
  let rewrapped = 0
  for (let after = ''; rewrapped < SCOPES;) {
    const rows = await raw.iterator({ gt: after, limit: BATCH }).all()
    await raw.batch(
      rows.map(([key, box]) => ({ type: 'put', key, value: wrap(key, unwrap(key, box)) })),
      { sync: true } as object,
    )
    rewrapped += rows.length
    after = rows.at(-1)![0]
  }
  await raw.compactRange('', '\uffff')
  return rewrapped
}

async function storeRotate(): Promise<number> {
  const { scopes } = await population.secrets.rotate(keyFromText(generateRootKey()))
  return scopes
}

test('root key', async ({ bench }) => {
  const title = `rotating the root key over ${SCOPES.toLocaleString('en')} scopes`
  await compare(
    bench,
    { title, expected: SCOPES, batch: 1, options: { time: 0, warmupTime: 0, iterations: 3 } },
    { 'raw rewrapping': rawRotate, rotate: storeRotate },
  )
})
