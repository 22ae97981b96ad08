import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A folder in an agent's workspace that this process writes to. The agent's commands write there as well, so nothing
 * is followed: a link planted for the folder or for a file is an error, not a way out.
 */
export interface WorkspaceFolder {
  /** Creates a file, under another name where that is taken; answers its path in the workspace and its handle. */
  create(name: string): Promise<{ readonly path: string; readonly file: FileHandle }>
  close(): Promise<void>
}

const NAMES_MAX = 1000

/** Opens a folder right below the workspace, and makes it where it is missing. */
export async function openWorkspaceFolder(workspace: string, name: string): Promise<WorkspaceFolder> {
  await mkdir(workspace, { recursive: true })
  const path = join(workspace, name)
  await mkdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  // By its descriptor, so that it cannot be put elsewhere in between; where the system knows no such path, by its name.
  const inside = process.platform === 'linux' ? `/proc/self/fd/${folder.fd}` : path

  return {
    async create(wanted) {
      const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW
      for (let count = 0; ; count += 1) {
        const file = numbered(wanted, count)
        try {
          return { path: `${name}/${file}`, file: await open(join(inside, file), flags, 0o644) }
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count === NAMES_MAX) throw error
        }
      }
    },
    close: () => folder.close(),
  }
}

/** Of characters, with at most four bytes each: a name has at most 255 bytes. */
const NAME_MAX_LENGTH = 50

/** Makes a file's name of one that a site gave: letters, digits and `. _ -` alone, no hidden file, not long. */
export function safeFileName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/^.*[/\\]/s, '')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '_')
    .replace(/^[._-]+/, '')
  if (plain === '') return 'file'
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(plain)?.[0] ?? ''
  const stem = plain.slice(0, plain.length - ending.length).slice(0, NAME_MAX_LENGTH)
  // A cut through a pair of surrogates leaves half a letter.
  return stem.replace(/[\uD800-\uDBFF]$/, '') + ending
}

function numbered(name: string, count: number): string {
  if (count === 0) return name
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? `${name}-${count}` : `${name.slice(0, dot)}-${count}${name.slice(dot)}`
}
