import { SecretsError } from '../errors.ts'
import type { KeySource } from '../key-source.ts'
import { keyFromText, rawSource } from './raw-key.ts'

/** One entry of a keyring, as `AsyncEntry` of `@napi-rs/keyring` is. */
export interface KeyringEntry {
  /** `null`, or nothing, when there is none. */
  getPassword(): Promise<string | null | undefined>
  setPassword(password: string): Promise<unknown>
}

export interface KeyringOptions {
  /** Under whose name the key is kept. */
  readonly service: string
  /** Which of the keys of that service: the name of the store, say. */
  readonly account: string
  /**
   * On Linux, who must keep it: the Secret Service of the desktop, or the kernel, which forgets it at a restart of the
   * machine and lets every process of the session read it. Neither stands in for the other.
   * @default 'secret-service'
   */
  readonly linuxStore?: 'secret-service' | 'keyutils' | undefined
  /**
   * Opens an entry.
   * @default that of `@napi-rs/keyring`, which has to be installed
   */
  readonly openEntry?: ((options: KeyringOptions) => Promise<KeyringEntry>) | undefined
}

/**
 * Takes the root key from the keyring of the operating system, read anew each time it is needed. It has to be there:
 * {@link saveToKeyring} puts it there.
 */
export function keyFromKeyring(options: KeyringOptions): KeySource {
  return rawSource(async () => {
    const entry = await open(options)
    const text = await entry.getPassword().catch(() => {
      throw unusable('the keyring does not give the key: see that it is there and unlocked')
    })
    if (typeof text === 'string' && text !== '') return text
    throw unusable('the keyring has no key under this service and account: put it there with saveToKeyring')
  })
}

/** Puts a root key, as {@link keyFromText} takes it, into the keyring of the operating system, over the one there. */
export async function saveToKeyring(text: string, options: KeyringOptions): Promise<void> {
  keyFromText(text)
  const entry = await open(options)
  await entry.setPassword(text).catch(() => {
    throw unusable('the keyring does not take the key: see that it is there and unlocked')
  })
}

async function open(options: KeyringOptions): Promise<KeyringEntry> {
  try {
    return await (options.openEntry ?? openNativeEntry)(options)
  } catch (error) {
    if (error instanceof SecretsError) throw error
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND'
    if (isAbsent) throw unusable('the package @napi-rs/keyring is not installed: add it, or take another source')
    throw unusable('this machine has no such keyring (a Linux server seldom has): take a key file or descriptor')
  }
}

async function openNativeEntry({
  service,
  account,
  linuxStore = 'secret-service',
}: KeyringOptions): Promise<KeyringEntry> {
  const { AsyncEntry } = await import('@napi-rs/keyring')
  // Unless one is named, the package silently takes the kernel's where there is no Secret Service.
  return new AsyncEntry(service, account, { linux: { store: linuxStore } })
}

function unusable(why: string): SecretsError {
  return new SecretsError('SECRETS_KEY_SOURCE', `source: ${why}`, 'source')
}
