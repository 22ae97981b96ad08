import { createCipheriv, createDecipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WorkerError } from '../errors.ts'
import type { StorageStates } from './storage-state.ts'

const VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Keeps storage states in a folder, one file an agent, sealed with AES-256-GCM and bound to the agent's id. `load`
 * rejects with STORAGE_STATE_INVALID for a file that was altered, moved to another agent or sealed with another key.
 */
export function createSealedStates(options: {
  readonly folder: string
  /** 32 bytes. */
  readonly key: Uint8Array
}): StorageStates & { delete(agentId: string): Promise<void> } {
  const { folder, key } = options
  if (key.length !== 32) throw new WorkerError('INPUT_INVALID', `key: must have 32 bytes, not ${key.length}`)
  /** An id may hold what a file's name may not. */
  const fileOf = (agentId: string): string => join(folder, createHash('sha256').update(agentId).digest('hex'))

  return {
    async load(agentId) {
      const sealed = await readFile(fileOf(agentId)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      return sealed === undefined ? undefined : unseal(sealed, key, agentId)
    },
    async save(agentId, state) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const draft = join(folder, `draft-${randomUUID()}`)
      try {
        await writeFile(draft, seal(state, key, agentId), { mode: 0o600, flag: 'wx', flush: true })
        await rename(draft, fileOf(agentId))
      } finally {
        await rm(draft, { force: true })
      }
    },
    delete: (agentId) => rm(fileOf(agentId), { force: true }),
  }
}

function seal(state: string, key: Uint8Array, agentId: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(agentId))
  const sealed = [cipher.update(state, 'utf8'), cipher.final()]
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ...sealed])
}

function unseal(sealed: Buffer, key: Uint8Array, agentId: string): string {
  try {
    const body = 1 + NONCE_BYTES + TAG_BYTES
    if (sealed[0] !== VERSION) throw new Error(`version ${sealed[0]}`)
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
    decipher.setAAD(Buffer.from(agentId)).setAuthTag(sealed.subarray(1 + NONCE_BYTES, body))
    return Buffer.concat([decipher.update(sealed.subarray(body)), decipher.final()]).toString('utf8')
  } catch (error) {
    const message = `the storage state that is kept for ${agentId} cannot be opened: delete it to begin anew`
    throw new WorkerError('STORAGE_STATE_INVALID', message, { cause: error })
  }
}
