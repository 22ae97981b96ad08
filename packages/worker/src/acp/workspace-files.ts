import { constants, existsSync } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'

/** Files that the agent has the host read and write for it: those of its workspace and no others, whatever links it makes. */
export interface WorkspaceFiles {
  /** A text, or `limit` lines of it from `line` on, which counts from 1. */
  read(path: string, range?: { readonly line?: number | null; readonly limit?: number | null }): Promise<string>
  /** Writes a text, over what was there. The folder must be there. */
  write(path: string, content: string): Promise<void>
}

/** Whether this system can open what lies in an open folder; without that, links cannot be kept from leading out. */
export const canConfineFiles: boolean = existsSync('/proc/self/fd')

/** Why a file is not read or written, in words for the agent. */
export class WorkspaceFileError extends Error {
  override readonly name = 'WorkspaceFileError'
}

/** As of Linux: a chain of links longer than this is a loop. */
const LINKS_MAX = 40
/** Of larger files a part can be had with a tool. */
const FILE_MAX_BYTES = 4 * 1024 * 1024

const { O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

/** @param root Real path of the workspace. */
export function createWorkspaceFiles(root: string): WorkspaceFiles {
  return {
    async read(path, { line, limit } = {}) {
      await using file = await openFile(root, path, O_RDONLY)
      const { size } = await file.stat()
      if (size > FILE_MAX_BYTES)
        throw problem(path, `has more than ${FILE_MAX_BYTES} bytes: read a part of it yourself`)
      const text = textOf(await file.readFile(), path)
      if (line == null && limit == null) return text
      const first = Math.max(1, line ?? 1) - 1
      return text
        .split('\n')
        .slice(first, limit == null ? undefined : first + limit)
        .join('\n')
    },
    async write(path, content) {
      await using file = await openFile(root, path, O_WRONLY | O_CREAT)
      await file.truncate(0)
      await file.writeFile(content)
    },
  }
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw problem(path, 'is not text in UTF-8')
  }
}

async function openFile(root: string, path: string, flags: number): Promise<FileHandle> {
  // A pipe or a device would block the open, or act on it.
  const file = await openWithin(root, path, flags | O_NONBLOCK)
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw problem(path, 'is not a file')
}

/**
 * Opens a path folder by folder, each in the one opened before and no link followed by the system. A link is read and
 * resolved here, where one that leads out is refused: between a look and an open, the agent could swap what it looked at.
 */
async function openWithin(root: string, path: string, flags: number, linksLeft = LINKS_MAX): Promise<FileHandle> {
  const parts = partsWithin(root, path)
  if (linksLeft === 0) throw problem(path, 'is a loop of links')
  let folder = await open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  try {
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1
      const place = `/proc/self/fd/${folder.fd}/${part}`
      const next = await openPart(place, isLast ? flags : O_RDONLY | O_DIRECTORY, path)
      if (typeof next === 'string') {
        const here = join(root, ...parts.slice(0, index))
        return await openWithin(root, join(resolve(here, next), ...parts.slice(index + 1)), flags, linksLeft - 1)
      }
      if (isLast) return next
      await folder.close()
      folder = next
    }
    throw problem(path, 'is not a file')
  } finally {
    await folder.close()
  }
}

/** Opens one part of a path; answers where it leads when it is a link. */
async function openPart(place: string, flags: number, path: string): Promise<FileHandle | string> {
  try {
    return await open(place, flags | O_NOFOLLOW, 0o644)
  } catch (error) {
    const code = codeOf(error)
    // A folder that is a link is "not a folder" to the system.
    const target = code === 'ELOOP' || code === 'ENOTDIR' ? await readlink(place).catch(() => undefined) : undefined
    if (target !== undefined) return target
    throw problem(path, code === 'ENOENT' ? 'is not there' : `cannot be opened (${code})`)
  }
}

function partsWithin(root: string, path: string): readonly string[] {
  if (!isAbsolute(path)) throw problem(path, 'is not an absolute path')
  const way = relative(root, resolve(path))
  if (way === '..' || way.startsWith(`..${sep}`) || path.includes('\0')) throw problem(path, 'is not in the workspace')
  return way === '' ? [] : way.split(sep)
}

function problem(path: string, what: string): WorkspaceFileError {
  return new WorkspaceFileError(`${path.slice(0, 1000)} ${what}`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

/** The folder of a session, which must be in the workspace. Links are left to the sandbox, where the agent follows them. */
export function folderWithin(root: string, folder: string): string | undefined {
  const path = resolve(root, folder)
  return path === root || path.startsWith(`${root}${sep}`) ? path : undefined
}
