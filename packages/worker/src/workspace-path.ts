import { constants, existsSync } from 'node:fs'
import { type FileHandle, mkdir, open, readlink } from 'node:fs/promises'
import { posix } from 'node:path'

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/** As of Linux: a chain of links longer than this is a loop. */
const LINKS_MAX = 40

/** Whether this system can open what lies in an open folder; without that, links cannot be kept from leading out. */
export const canConfineFiles: boolean = existsSync('/proc/self/fd')

/** Why something in a workspace is not opened, by its path there and never by where it lies on the host. */
export class WorkspacePathError extends Error {
  override readonly name = 'WorkspacePathError'

  constructor(path: string, problem: string) {
    super(`path: ${path.slice(0, 1000)} ${problem}`)
  }
}

export interface OpenOptions {
  /**
   * Makes the folders on the way that are missing.
   * @default false
   */
  readonly make?: boolean
}

/** A folder held open, under whose name in `/proc` its entries are reached whatever is renamed meanwhile. */
export interface HeldFolder extends AsyncDisposable {
  readonly path: string
  /** Its own way from the workspace, which has no links. */
  readonly parts: readonly string[]
  /** Path of one entry of it. */
  at(name: string): string
}

/**
 * The parts of a path inside the workspace. A path may be relative or begin with the workspace; one that leads out of it
 * is refused before anything is touched.
 */
export function partsInside(workspace: string, path: string): readonly string[] {
  if (path.includes('\0')) throw new WorkspacePathError(path.replaceAll('\0', ''), 'must not hold a NUL character')
  const inside = posix.isAbsolute(path) ? posix.relative(workspace, path) : path
  const parts = posix
    .normalize(inside)
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  if (parts[0] === '..' || posix.isAbsolute(inside)) {
    throw new WorkspacePathError(path, 'lies outside the workspace: give one inside it')
  }
  return parts
}

/**
 * Opens the folder that these parts lead to, each in the one opened before and no link followed by the system. A link is
 * read and resolved here, where one that leads out is refused: between a look and an open, an agent's processes could
 * exchange what was looked at.
 */
export async function openFolder(
  workspace: string,
  parts: readonly string[],
  options: OpenOptions = {},
): Promise<HeldFolder> {
  if (options.make === true) await mkdir(workspace, { recursive: true, mode: 0o700 })
  return folderAt(workspace, parts, options, LINKS_MAX)
}

/** Opens a file of the workspace in the same way, without waiting for anybody; refuses what is no regular file. */
export function openFile(
  workspace: string,
  path: string,
  flags: number,
  options: OpenOptions = {},
): Promise<FileHandle> {
  return fileAt(workspace, partsInside(workspace, path), flags, options, LINKS_MAX)
}

async function folderAt(
  workspace: string,
  parts: readonly string[],
  options: OpenOptions,
  linksLeft: number,
): Promise<HeldFolder> {
  // The way to the workspace is the host's own and may have links.
  let folder = await open(workspace, O_RDONLY | O_DIRECTORY)
  for (const [index, part] of parts.entries()) {
    const next = await enter(folder, part, options).catch((error: unknown) => {
      throw pathError(error, parts.slice(0, index + 1))
    })
    if (typeof next !== 'string') {
      folder = next
      continue
    }
    const way = wayOf(workspace, parts.slice(0, index), next, linksLeft)
    return folderAt(workspace, [...way, ...parts.slice(index + 1)], options, linksLeft - 1)
  }
  return held(folder, parts)
}

/** Goes from a folder to one in it, or answers where the link leads that is in its place. The first is closed. */
async function enter(folder: FileHandle, part: string, { make = false }: OpenOptions): Promise<FileHandle | string> {
  const path = `/proc/self/fd/${folder.fd}/${part}`
  try {
    if (make) await mkdir(path, { mode: 0o755 }).catch(ignoreExisting)
    return await openOrRead(path, O_RDONLY | O_DIRECTORY)
  } finally {
    await folder.close()
  }
}

async function fileAt(
  workspace: string,
  parts: readonly string[],
  flags: number,
  options: OpenOptions,
  linksLeft: number,
): Promise<FileHandle> {
  const name = parts.at(-1)
  if (name === undefined) throw new WorkspacePathError('.', 'is the workspace itself: name a file in it')
  await using folder = await openFolder(workspace, parts.slice(0, -1), options)
  // A pipe or a device would block the open, or act on it.
  const file = await openOrRead(folder.at(name), flags | O_NONBLOCK).catch((error: unknown) => {
    throw pathError(error, parts)
  })
  if (typeof file === 'string') {
    return await fileAt(workspace, wayOf(workspace, folder.parts, file, linksLeft), flags, options, linksLeft - 1)
  }
  const stats = await file.stat()
  if (stats.isFile()) return file
  await file.close()
  const what = stats.isDirectory() ? 'a folder' : 'no regular file'
  throw new WorkspacePathError(parts.join('/'), `is ${what}: name a file`)
}

/** Opens one entry of an open folder; answers where it leads when it is a link. */
async function openOrRead(place: string, flags: number): Promise<FileHandle | string> {
  try {
    return await open(place, flags | O_NOFOLLOW, 0o644)
  } catch (error) {
    // With O_DIRECTORY a link is "no folder" to the system.
    const mayBeLink = codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR'
    const target = mayBeLink ? await readlink(place).catch(() => undefined) : undefined
    if (target === undefined) throw error
    return target
  }
}

/** The way that a link in a folder leads to. */
function wayOf(workspace: string, here: readonly string[], target: string, linksLeft: number): readonly string[] {
  if (linksLeft === 0) throw new WorkspacePathError([...here, target].join('/'), 'is a loop of links')
  return partsInside(workspace, posix.isAbsolute(target) ? target : posix.join(here.join('/'), target))
}

function held(folder: FileHandle, parts: readonly string[]): HeldFolder {
  const path = `/proc/self/fd/${folder.fd}`
  return { path, parts, at: (name) => `${path}/${name}`, [Symbol.asyncDispose]: () => folder.close() }
}

/** Says what went wrong with a path of the workspace, in words for the agent. */
export function pathError(error: unknown, parts: readonly string[]): WorkspacePathError {
  const code = codeOf(error)
  return new WorkspacePathError(parts.join('/') || '.', PROBLEMS[code] ?? `could not be opened (${code})`)
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'leads through something that is no folder',
  EISDIR: 'is a folder: name a file',
  ENXIO: 'is no regular file: name a file',
  EACCES: 'may not be opened',
  EPERM: 'may not be opened',
  ENAMETOOLONG: 'is too long a name',
  EROFS: 'may not be written',
  ENOSPC: 'could not be written: the disk is full',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error
}
