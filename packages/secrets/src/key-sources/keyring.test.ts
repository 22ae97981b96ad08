import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { keyFromKeyring, type KeyringEntry, type KeyringOptions, saveToKeyring } from './keyring.ts'
import { generateRootKey } from './raw-key.ts'

// A real Secret Service or Keychain is not to be had in tests: what is tested is how their answers are taken, by the
// small interface that `@napi-rs/keyring` has, and that package itself where there is no keyring.

function keyringOf(entries: Map<string, string> = new Map()) {
  const asked: KeyringOptions[] = []
  const openEntry = async (options: KeyringOptions): Promise<KeyringEntry> => {
    asked.push(options)
    const place = JSON.stringify([options.service, options.account])
    return {
      getPassword: () => Promise.resolve(entries.get(place) ?? null),
      setPassword: (text) => Promise.resolve(entries.set(place, text)),
    }
  }
  return { entries, asked, openEntry }
}

const place = { service: 'agentic', account: 'secrets' }
const refused = (message: string) => ({
  code: 'SECRETS_KEY_SOURCE',
  field: 'source',
  message: expect.stringContaining(message) as string,
})

describe('the keyring of the operating system', () => {
  test('gives the key that was saved in it, read anew each time', async () => {
    const { openEntry } = keyringOf()
    const source = keyFromKeyring({ ...place, openEntry })
    for (const text of [generateRootKey(), generateRootKey()]) {
      await saveToKeyring(text, { ...place, openEntry })
      const { key, description } = await source.rootKey()
      expect(Buffer.from(key).toString('base64url')).toBe(text)
      expect(description).toEqual({ type: 'raw' })
    }
  })

  test('takes nothing that is not a key, and gives nothing that is not one', async () => {
    const { entries, openEntry } = keyringOf()
    await expect(saveToKeyring('canary', { ...place, openEntry })).rejects.toMatchObject({ code: 'SECRETS_KEY_SOURCE' })
    expect(entries.size).toBe(0)
    await expect(keyFromKeyring({ ...place, openEntry }).rootKey()).rejects.toMatchObject(refused('saveToKeyring'))
    entries.set(JSON.stringify(['agentic', 'secrets']), 'canary')
    const error = await keyFromKeyring({ ...place, openEntry })
      .rootKey()
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'SECRETS_KEY_SOURCE',
      message: expect.not.stringContaining('canary') as string,
    })
  })

  test.for<[string, () => Promise<KeyringEntry>, string]>([
    [
      'the package is not installed',
      () => Promise.reject(Object.assign(new Error('canary'), { code: 'ERR_MODULE_NOT_FOUND' })),
      '@napi-rs/keyring is not installed',
    ],
    ['there is no keyring', () => Promise.reject(new Error('canary')), 'no such keyring'],
    [
      'it is locked',
      () =>
        Promise.resolve({
          getPassword: () => Promise.reject(new Error('canary')),
          setPassword: () => Promise.reject(new Error('canary')),
        }),
      'unlocked',
    ],
  ])('tells the way out when %s, and nothing of what it said', async ([, openEntry, message]) => {
    for (const asked of [
      keyFromKeyring({ ...place, openEntry }).rootKey(),
      saveToKeyring(generateRootKey(), { ...place, openEntry }),
    ]) {
      const error = await asked.catch((reason: unknown) => reason)
      expect(error).toMatchObject(refused(message))
      expect(String(error)).not.toContain('canary')
    }
  })

  const hasNone = process.platform === 'linux' && process.env['DBUS_SESSION_BUS_ADDRESS'] === undefined
  test.skipIf(!hasNone)(
    'of a machine without a Secret Service is refused, and the kernel does not stand in',
    async () => {
      const nowhere = { service: `agentic-test-${randomUUID()}`, account: 'none' }
      await expect(saveToKeyring(generateRootKey(), nowhere)).rejects.toMatchObject({ code: 'SECRETS_KEY_SOURCE' })
      await expect(keyFromKeyring(nowhere).rootKey()).rejects.toMatchObject({ code: 'SECRETS_KEY_SOURCE' })
    },
  )
})
