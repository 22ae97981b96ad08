import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { canConfineFiles, type HeldFolder, openFolder } from '../workspace-path.ts'

/** A folder in an agent's workspace that this process writes to. The agent's commands write there as well, so nothing leads out of it. */
export interface WorkspaceFolder {
  /** Creates a file, under another name where that is taken; answers its path in the workspace and its handle. */
  create(name: string): Promise<{ readonly path: string; readonly file: FileHandle }>
  close(): Promise<void>
}

const NAMES_MAX = 1000
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants

/** Opens a folder right below the workspace, and makes it where it is missing. */
export async function openWorkspaceFolder(workspace: string, name: string): Promise<WorkspaceFolder> {
  const folder = canConfineFiles
    ? await openFolder(workspace, [name], { make: true })
    : await folderByName(workspace, name)
  return {
    async create(wanted) {
      for (let count = 0; ; count += 1) {
        const file = numbered(wanted, count)
        try {
          const flags = O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW
          return { path: `${name}/${file}`, file: await open(folder.at(file), flags, 0o644) }
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || count === NAMES_MAX) throw error
        }
      }
    },
    close: async () => folder[Symbol.asyncDispose](),
  }
}

/** Where a system cannot hold a folder, its name has to do: what is no folder, or a link, is still an error. */
async function folderByName(
  workspace: string,
  name: string,
): Promise<Pick<HeldFolder, 'at' | typeof Symbol.asyncDispose>> {
  const path = join(workspace, name)
  await mkdir(path, { recursive: true })
  const folder = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  return { at: (file) => join(path, file), [Symbol.asyncDispose]: () => folder.close() }
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
