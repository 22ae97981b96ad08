import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, open, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { KeySource } from '../key-source.ts'
import { argon2OfNode, argon2OfWasm } from './argon2.ts'
import { keyFromDescriptor, keyFromEnvironment, keyFromFile } from './key-places.ts'
import { keyFromService } from './key-service.ts'
import { keyFromPassphrase } from './passphrase.ts'
import { generateRootKey, keyFromText } from './raw-key.ts'

const text = generateRootKey()
const bytesOf = async (source: KeySource, description?: Parameters<KeySource['rootKey']>[0]) =>
  Buffer.from((await source.rootKey(description)).key).toString('base64url')

const folders: string[] = []
async function temporaryFile(content: string, mode = 0o600): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-secrets-'))
  folders.push(folder)
  const path = join(folder, 'key')
  await writeFile(path, content)
  await chmod(path, mode)
  return path
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

describe('a key as text', () => {
  test('is read in base64url, base64 and hex, with space around it', async () => {
    const bytes = Buffer.from(text, 'base64url')
    for (const form of [
      text,
      bytes.toString('base64'),
      bytes.toString('hex'),
      ` ${bytes.toString('hex').toUpperCase()}\n`,
    ]) {
      expect(await bytesOf(keyFromText(form))).toBe(text)
    }
  })

  test.for(['short', 'g'.repeat(64), `${text}A`, text.slice(1), `${text.slice(0, -1)}!`])(
    'is refused when it is none: %s',
    (form) => {
      const refused = (): unknown => keyFromText(form)
      expect(refused).toThrow(expect.objectContaining({ code: 'SECRETS_KEY_SOURCE' }))
      expect(refused).not.toThrow(form)
    },
  )

  test('is another each time one is generated', () => {
    expect(new Set(Array.from({ length: 100 }, generateRootKey)).size).toBe(100)
  })

  test('is not taken for the key of a store with a passphrase', async () => {
    const { description } = await keyFromService(service()).rootKey()
    await expect(keyFromText(text).rootKey(description)).rejects.toMatchObject({ code: 'SECRETS_WRONG_KEY' })
  })
})

describe('a key file', () => {
  test('is read anew each time', async () => {
    const path = await temporaryFile(`${text}\n`)
    const source = keyFromFile(path)
    expect(await bytesOf(source)).toBe(text)
    const other = generateRootKey()
    await writeFile(path, other)
    expect(await bytesOf(source)).toBe(other)
  })

  test.for([0o640, 0o604, 0o666, 0o644])('that others can read is refused: %o', async (mode) => {
    const source = keyFromFile(await temporaryFile(text, mode))
    await expect(source.rootKey()).rejects.toMatchObject({
      code: 'SECRETS_KEY_SOURCE',
      message: expect.stringContaining('0600') as string,
    })
  })

  test('that is a link, a folder, missing or too large is refused', async () => {
    const path = await temporaryFile(text)
    await symlink(path, `${path}-link`)
    const large = await temporaryFile('x'.repeat(5000))
    for (const bad of [`${path}-link`, tmpdir(), `${path}-missing`, large]) {
      await expect(keyFromFile(bad).rootKey()).rejects.toMatchObject({ code: 'SECRETS_KEY_SOURCE' })
    }
  })
})

test('a key from a descriptor is read once, and there after', async () => {
  await using file = await open(await temporaryFile(text))
  const source = keyFromDescriptor(file.fd)
  expect(await bytesOf(source)).toBe(text)
  expect(await bytesOf(source)).toBe(text)
  await expect(keyFromDescriptor(9999).rootKey()).rejects.toMatchObject({ code: 'SECRETS_KEY_SOURCE' })
})

test('a key from the environment leaves it, and no subprocess gets it', async () => {
  process.env['TEST_ROOT_KEY'] = text
  const source = keyFromEnvironment('TEST_ROOT_KEY')
  expect(process.env['TEST_ROOT_KEY']).toBeUndefined()
  expect(execFileSync('env', { encoding: 'utf8' })).not.toContain(text)
  expect(await bytesOf(source)).toBe(text)
  expect(() => keyFromEnvironment('TEST_ROOT_KEY')).toThrow(expect.objectContaining({ code: 'SECRETS_KEY_SOURCE' }))
})

const quick = { memoryKib: 64, passes: 1 }

describe('a passphrase', () => {
  test('gives the same key with the description that it gave, and another without', async () => {
    const { description } = await keyFromPassphrase('correct horse', quick).rootKey()
    const again = keyFromPassphrase('correct horse')
    expect(await bytesOf(again, description)).toBe(await bytesOf(again, description))
    expect(await bytesOf(keyFromPassphrase('wrong horse'), description)).not.toBe(await bytesOf(again, description))
    expect(await bytesOf(keyFromPassphrase('correct horse', quick))).not.toBe(await bytesOf(again, description))
    expect(JSON.stringify(description)).not.toContain('horse')
  })

  test('is the same however its accents were typed', async () => {
    const { description } = await keyFromPassphrase('caf\u00e9', quick).rootKey()
    expect(await bytesOf(keyFromPassphrase('cafe\u0301'), description)).toBe(
      await bytesOf(keyFromPassphrase('caf\u00e9'), description),
    )
  })

  test('is refused when it is empty', () => {
    expect(() => keyFromPassphrase('')).toThrow(expect.objectContaining({ code: 'SECRETS_KEY_SOURCE' }))
  })

  test('refuses a cost with which the store could not be opened again, by its field', () => {
    for (const field of ['memoryKib', 'passes', 'parallelism'] as const) {
      for (const wrong of [0, -1, 1.5, 5_000_000, Number.NaN]) {
        expect(() => keyFromPassphrase('x', { [field]: wrong })).toThrow(
          expect.objectContaining({ code: 'SECRETS_INVALID', field }),
        )
      }
    }
    expect(() => keyFromPassphrase('x', { memoryKib: 31, parallelism: 4 })).toThrow(
      expect.objectContaining({ field: 'memoryKib' }),
    )
  })

  test.for<[string, object]>([
    ['memory', { memoryKib: 4_000_000 }],
    ['passes', { memoryKib: 200_000, passes: 60 }],
    ['lanes', { parallelism: 60 }],
    ['less memory than its lanes need', { memoryKib: 8, parallelism: 3 }],
  ])('does not work without end for a store that asks for too much: %s', async ([, asked]) => {
    const { description } = await keyFromPassphrase('x', quick).rootKey()
    const hostile = { ...description, ...asked } as typeof description
    const refused = keyFromPassphrase('x').rootKey(hostile)
    await expect(refused).rejects.toMatchObject({ code: 'SECRETS_KEY_SOURCE', field: 'source' })
  })

  test('does what a store asks for when the options say that it is meant', async () => {
    const cost = { memoryKib: 64, passes: 1, parallelism: 6 }
    const { description, key } = await keyFromPassphrase('x', cost).rootKey()
    const expected = Buffer.from(key).toString('base64url')
    expect(await bytesOf(keyFromPassphrase('x', cost), description)).toBe(expected)
    await expect(keyFromPassphrase('x').rootKey(description)).rejects.toMatchObject({ code: 'SECRETS_KEY_SOURCE' })
  })
})

describe('Argon2id', () => {
  const bytes = (length: number, byte: number): Buffer => Buffer.alloc(length, byte)
  const costs = [
    { memoryKib: 8, passes: 1, parallelism: 1 },
    { memoryKib: 64, passes: 3, parallelism: 1 },
    { memoryKib: 64, passes: 2, parallelism: 4 },
    { memoryKib: 1000, passes: 2, parallelism: 3 },
  ]

  test.skipIf(argon2OfNode() === undefined)('gives the same from Node.js and from hash-wasm', async () => {
    for (const cost of costs) {
      for (const message of [Buffer.from('correct horse'), Buffer.from('caf\u00e9'), bytes(1, 0), bytes(300, 255)]) {
        const input = { message, salt: bytes(16, 2), ...cost }
        expect(Buffer.from(await argon2OfWasm(input)).toString('hex')).toBe(
          Buffer.from(await argon2OfNode()!(input)).toString('hex'),
        )
      }
    }
  })

  test('is what it always was, so that no store is locked out by another version', async () => {
    const input = {
      message: Buffer.from('correct horse'),
      salt: bytes(16, 2),
      memoryKib: 64,
      passes: 3,
      parallelism: 1,
    }
    expect(Buffer.from(await argon2OfWasm(input)).toString('hex')).toBe(
      '8139ffe7780a9ac789ffad83df1057f05a61cf333341d6567890c9a5b3d3eb26',
    )
  })
})

function service(secret = 7) {
  const flip = (bytes: Uint8Array) => Promise.resolve(Uint8Array.from(bytes, (byte) => byte ^ secret))
  return { keyId: 'kms/1', wrap: flip, unwrap: (wrapped: Uint8Array) => flip(wrapped) }
}

describe('a key service', () => {
  test('wraps a random key, and opens it again', async () => {
    const { key, description } = await keyFromService(service()).rootKey()
    expect(description).toMatchObject({ type: 'wrapped', keyId: 'kms/1' })
    expect(await bytesOf(keyFromService(service()), description)).toBe(Buffer.from(key).toString('base64url'))
  })

  test('that fails, keeps the key as it is or gives something else is refused', async () => {
    const { description } = await keyFromService(service()).rootKey()
    const failing = { ...service(), unwrap: () => Promise.reject(new Error('canary')) }
    const refused = { code: 'SECRETS_KEY_SOURCE', message: expect.not.stringContaining('canary') as string }
    await expect(keyFromService(failing).rootKey(description)).rejects.toMatchObject(refused)
    const short = { ...service(), unwrap: () => Promise.resolve(new Uint8Array(3)) }
    await expect(keyFromService(short).rootKey(description)).rejects.toMatchObject(refused)
    await expect(keyFromService(service(0)).rootKey()).rejects.toMatchObject(refused)
  })
})
