import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './write-durably.ts'

/**
 * Keeps a master key on disk from before it is used until it was told to whoever asked for it, and no longer: a process
 * that dies in between would otherwise take every secret with it.
 */
export interface PendingKey {
  read(): Promise<string | undefined>
  keep(masterKey: string): Promise<void>
  drop(): Promise<void>
}

export function createPendingKey(folder: string): PendingKey {
  const path = join(folder, 'pending-master-key')
  return {
    async read() {
      try {
        return await readFile(path, 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    keep: (masterKey) => writeDurably(path, masterKey),
    drop: () => rm(path, { force: true }),
  }
}
