import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { posix } from 'node:path'
import { ToolError } from './run-tool.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants

/**
 * The parts of a path inside the workspace. A path may be relative or begin with the workspace; one that leads out of it
 * is refused before anything is touched.
 */
export function partsInside(workspace: string, path: string): readonly string[] {
  if (path.includes('\0')) throw new ToolError('path: must not hold a NUL character')
  const inside = posix.isAbsolute(path) ? posix.relative(workspace, path) : path
  const parts = posix
    .normalize(inside)
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  if (parts[0] === '..' || posix.isAbsolute(inside)) {
    throw new ToolError('path: lies outside the workspace: give one inside it')
  }
  return parts
}

/** A folder held open, under whose name in `/proc` its entries are reached whatever is renamed meanwhile. */
export interface HeldFolder extends AsyncDisposable {
  /** Path of one entry of it. */
  at(name: string): string
  readonly path: string
}

/**
 * Opens the folder that these parts lead to, one step at a time and through no link: what an agent's processes exchange
 * for a link while the path is walked is not followed either.
 */
export async function openFolder(
  workspace: string,
  parts: readonly string[],
  options: { readonly make?: boolean } = {},
): Promise<HeldFolder> {
  if (options.make === true) await mkdir(workspace, { recursive: true, mode: 0o700 })
  // The way to the workspace is the host's own and may have links.
  let folder = await open(workspace, O_RDONLY | O_DIRECTORY)
  for (const [index, part] of parts.entries()) {
    const path = `/proc/self/fd/${folder.fd}/${part}`
    try {
      if (options.make === true) await mkdir(path, { mode: 0o755 }).catch(ignoreExisting)
      const next = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
      await folder.close()
      folder = next
    } catch (error) {
      await folder.close()
      throw pathError(error, parts.slice(0, index + 1).join('/'))
    }
  }
  return held(folder)
}

/** Opens a file of the workspace without following links or waiting for anybody; refuses what is no regular file. */
export async function openFile(
  workspace: string,
  path: string,
  flags: number,
  options: { readonly make?: boolean } = {},
): Promise<FileHandle> {
  const parts = partsInside(workspace, path)
  const name = parts.at(-1)
  if (name === undefined) throw new ToolError('path: is the workspace itself: name a file in it')
  await using folder = await openFolder(workspace, parts.slice(0, -1), options)
  const file = await open(folder.at(name), flags | O_NOFOLLOW | O_NONBLOCK, 0o644).catch((error: unknown) => {
    throw pathError(error, parts.join('/'))
  })
  const stats = await file.stat()
  if (stats.isFile()) return file
  await file.close()
  throw new ToolError(
    `path: ${parts.join('/')} is ${stats.isDirectory() ? 'a folder' : 'no regular file'}: name a file`,
  )
}

function held(folder: FileHandle): HeldFolder {
  const path = `/proc/self/fd/${folder.fd}`
  return { path, at: (name) => `${path}/${name}`, [Symbol.asyncDispose]: () => folder.close() }
}

/** Says what is wrong by the path as it was given, never by where it lies on the host. */
export function pathError(error: unknown, path: string): ToolError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return new ToolError(`path: ${path} ${PROBLEMS[code] ?? `could not be opened (${code})`}`)
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ELOOP: 'is a link, and links are not followed: name what it leads to',
  // With O_DIRECTORY a link is "no folder".
  ENOTDIR: 'leads through something that is no folder, or through a link, and links are not followed',
  EISDIR: 'is a folder: name a file',
  ENXIO: 'is no regular file: name a file',
  EACCES: 'may not be opened',
  EPERM: 'may not be opened',
  ENAMETOOLONG: 'is too long a name',
  EROFS: 'may not be written',
  ENOSPC: 'could not be written: the disk is full',
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}
