import { chmod, mkdir, readdir, realpath } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'
import type { EmbeddedStore } from '../embedded-store.ts'
import { EmbeddedStoreError } from '../errors.ts'
import { createStoreOnLevel } from '../store-on-level.ts'

/**
 * Opens the store in a folder, made with mode 0700 if it is not there. Rejects with STORE_IN_USE while it is open already,
 * by whatever path, here or in another process, and with STORE_DAMAGED rather than starting empty over what remains of an
 * older store.
 */
export async function openLevelStore(location: string): Promise<EmbeddedStore> {
  await mkdir(location, { recursive: true, mode: 0o700 })
  await refuseRemains(location)
  // LevelDB knows what this process has open by its name: a folder of two names would be opened twice, and spoilt.
  const database = new ClassicLevel(await realpath(location))
  try {
    await database.open()
    // LevelDB makes its files with the process's umask and at any time: the folder's mode is what keeps others out.
    await chmod(location, 0o700)
  } catch (error) {
    throw openError(location, error)
  }
  return createStoreOnLevel(database, { compact: (start, end) => database.compactRange(start, end) })
}

/** LevelDB answers a lost CURRENT file by making an empty database over the old one, which destroys it. */
async function refuseRemains(location: string): Promise<void> {
  const names = await readdir(location)
  const hasData = names.some((name) => name.startsWith('MANIFEST-') || name.endsWith('.ldb'))
  if (!hasData || names.includes('CURRENT')) return
  throw new EmbeddedStoreError(
    'STORE_DAMAGED',
    `${location} holds a store whose CURRENT file is missing: restore the folder from a backup, or move it away to start empty`,
  )
}

function openError(location: string, error: unknown): EmbeddedStoreError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'LEVEL_LOCKED') {
    return new EmbeddedStoreError(
      'STORE_IN_USE',
      `${location} is already open here, or in use by another process: close it there first, or take another folder`,
      {
        cause,
      },
    )
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new EmbeddedStoreError(
    'STORE_DAMAGED',
    `${location} could not be opened (${reason}): check its rights, else restore it from a backup`,
    { cause },
  )
}
