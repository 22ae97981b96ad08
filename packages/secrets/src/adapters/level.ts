import { readdir } from 'node:fs/promises'
import type { EmbeddedStore } from '@agentic/embedded-store'
import { openLevelStore } from '@agentic/embedded-store/level'
import type { RollbackAnchor } from '../audit/anchor.ts'
import type { KeySource } from '../key-source.ts'
import type { SecretStore } from '../secret-store.ts'
import { createSecretStore } from './embedded.ts'

export interface OpenSecretStoreOptions {
  /** @default () => new Date() */
  readonly clock?: (() => Date) | undefined
  /**
   * Unlocks a store that is encrypted. One that is not is refused with SECRETS_WRONG_STATE: whoever can write to the disk
   * could have put it there in place of an encrypted one.
   * @default leaves the store locked if it is encrypted
   */
  readonly key?: KeySource | undefined
  /**
   * Shows that all of the store was put back to what it once was: opening, or unlocking, then rejects with
   * SECRETS_ROLLED_BACK. Each change waits for it, and rejects when it does, though it is on disk by then.
   * @default nothing inside the store can tell
   */
  readonly anchor?: RollbackAnchor | undefined
  /**
   * Folders of the time when each agent had its own store. What they hold is moved to that agent's scope; one that is
   * encrypted is carried over sealed, and opened with its own `key`, if it is given here. Folders that are not there, or
   * empty, are passed over.
   * @default none
   */
  readonly legacyAgentStores?:
    | readonly { readonly agentId: string; readonly location: string; readonly key?: KeySource | undefined }[]
    | undefined
}

/**
 * Opens the secrets in a folder of their own, made if it is not there, and moves what is there in older layouts. Rejects
 * with SECRETS_FORMAT_NEWER, touching nothing, when a later version wrote it, and as `openLevelStore` does.
 */
export async function openSecretStore(location: string, options: OpenSecretStoreOptions = {}): Promise<SecretStore> {
  const store = await openLevelStore(location)
  const legacyAgentStores: { agentId: string; store: EmbeddedStore; key: KeySource | undefined }[] = []
  try {
    for (const legacy of options.legacyAgentStores ?? []) {
      if (await isEmpty(legacy.location)) continue
      legacyAgentStores.push({
        agentId: legacy.agentId,
        store: await openLevelStore(legacy.location),
        key: legacy.key,
      })
    }
    const secrets = await createSecretStore(store, { ...options, legacyAgentStores })
    const close = async (): Promise<void> => {
      await secrets.close()
      await store.close()
    }
    return { ...secrets, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await store.close()
    throw error
  } finally {
    for (const legacy of legacyAgentStores) await legacy.store.close()
  }
}

async function isEmpty(location: string): Promise<boolean> {
  try {
    return (await readdir(location)).length === 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return true
    throw error
  }
}
