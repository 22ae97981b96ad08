import {
  generateRootKey,
  keyFromFile,
  keyFromText,
  type LifeCycleReport,
  SecretsError,
  type SecretStore,
} from '@agentic/secrets'
import type { Logger } from 'pino'
import { ConfigError } from '../config.ts'
import type { PendingKey } from './pending-key.ts'

/** A new master key that is in force. */
export interface NewMasterKey {
  /** Absent when the caller brought it. */
  readonly masterKey: string | undefined
  readonly report: LifeCycleReport
  /** Is to be called when the caller has it: until then it is kept, so that it cannot be lost. */
  told(): Promise<void>
}

/** Encrypts, locks and unlocks the secrets, and lets work wait until they can be used. */
export interface SecretKeys {
  /** Encrypts the store, under a key that is given or made. */
  encrypt(masterKey: string | undefined, actor: string): Promise<NewMasterKey>
  /** Puts another key in the place of the one in use. */
  rotate(masterKey: string | undefined, actor: string): Promise<NewMasterKey>
  unlock(masterKey: string, actor: string): Promise<LifeCycleReport>
  lock(): Promise<void>
  /** Resolves at once unless the store is locked, else when it no longer is. Rejects with the signal's reason. */
  usable(signal: AbortSignal): Promise<void>
}

export interface SecretKeysOptions {
  readonly secrets: SecretStore
  readonly pending: PendingKey
  /** File that holds the master key, for starts without anybody there. */
  readonly masterKeyFile: string | undefined
  readonly log: Logger
}

/** Unlocks the store where its key is at hand. */
export async function openSecretKeys({ secrets, pending, masterKeyFile, log }: SecretKeysOptions): Promise<SecretKeys> {
  let changed = Promise.withResolvers<void>()

  if (masterKeyFile !== undefined) await unlockWithFile(secrets, masterKeyFile)
  else await takeUpPending()
  if (secrets.state() === 'locked') {
    log.warn('the secrets are locked: no work is done until POST /api/secrets/unlock is given the master key')
  }

  /**
   * An earlier process died before it could tell the key it had just put in force. Of a rotation that it did not finish
   * the earlier key is known to its owner, and unlocking with it goes back to that.
   */
  async function takeUpPending(): Promise<void> {
    const masterKey = await pending.read()
    if (masterKey === undefined || secrets.state() !== 'locked') return
    if ((await secrets.status()).interrupted === 'rotate') return
    try {
      await secrets.unlock(keyFromText(masterKey))
    } catch (error) {
      if (isCode(error, 'SECRETS_WRONG_KEY')) return pending.drop()
      throw error
    }
    log.warn('nobody was told the master key that is in force: POST /api/secrets/rotate makes one that is told')
  }

  function tellChange(): void {
    log.info({ state: secrets.state() }, 'the secrets can be used')
    changed.resolve()
    changed = Promise.withResolvers()
  }

  async function withNewKey(
    given: string | undefined,
    put: (key: string) => Promise<LifeCycleReport>,
  ): Promise<NewMasterKey> {
    if (given !== undefined) {
      const report = await put(given)
      await pending.drop()
      tellChange()
      return { masterKey: undefined, report, told: async () => undefined }
    }
    const masterKey = generateRootKey()
    const earlier = await pending.read()
    await pending.keep(masterKey)
    try {
      const report = await put(masterKey)
      tellChange()
      return { masterKey, report, told: pending.drop }
    } catch (error) {
      // It never came into force; nothing is lost with it. What was pending before still is.
      if (!isEnteringForce()) await (earlier === undefined ? pending.drop() : pending.keep(earlier))
      throw error
    }
  }

  /** Whether a failed change may have left the store under the new key, or on its way there. */
  function isEnteringForce(): boolean {
    return secrets.state() === 'locked'
  }

  return {
    async encrypt(given, actor) {
      const isCutShort = given === undefined && (await secrets.status()).interrupted === 'enable'
      const masterKey = isCutShort ? await pending.read() : undefined
      if (masterKey === undefined) return withNewKey(given, (key) => secrets.enable(keyFromText(key), { actor }))
      // An earlier try was cut short: it goes on.
      const report = await secrets.unlock(keyFromText(masterKey), { actor })
      tellChange()
      return { masterKey, report, told: pending.drop }
    },
    rotate: (given, actor) => withNewKey(given, (key) => secrets.rotate(keyFromText(key), { actor })),
    async unlock(masterKey, actor) {
      const report = await secrets.unlock(keyFromText(masterKey), { actor })
      // Whoever unlocks it has the key.
      await pending.drop()
      tellChange()
      return report
    },
    async lock() {
      await secrets.lock()
      log.info('the secrets are locked: no work is begun until they are unlocked')
    },
    async usable(signal) {
      while (secrets.state() === 'locked') await abortable(changed.promise, signal)
    },
  }
}

/** With a key file a store in clear is not accepted: whoever can write to the disk could have put it there. */
async function unlockWithFile(secrets: SecretStore, path: string): Promise<void> {
  const key = keyFromFile(path)
  try {
    if (secrets.state() === 'locked') return void (await secrets.unlock(key))
    const { counts } = await secrets.status()
    if (counts.shared + counts.agent === 0) return void (await secrets.enable(key))
  } catch (error) {
    if (error instanceof SecretsError) throw new ConfigError([`masterKeyFile: ${error.message}`])
    throw error
  }
  throw new ConfigError([
    'masterKeyFile: the store holds secrets in clear: start once without this setting, POST /api/secrets/encrypt with {"masterKey": KEY}, and start again',
  ])
}

async function abortable(wait: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const abort = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([wait, aborted.promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function isCode(error: unknown, code: SecretsError['code']): boolean {
  return error instanceof SecretsError && error.code === code
}
