import { constants } from 'node:fs'
import { isAbsolute, resolve, sep } from 'node:path'
import { openFile, WorkspacePathError } from '../workspace-path.ts'

/** Files that the agent has the host read and write for it: those of its workspace and no others, whatever links it makes. */
export interface WorkspaceFiles {
  /** A text, or `limit` lines of it from `line` on, which counts from 1. */
  read(path: string, range?: { readonly line?: number | null; readonly limit?: number | null }): Promise<string>
  /** Writes a text, over what was there. The folder must be there. */
  write(path: string, content: string): Promise<void>
}

/** Of larger files a part can be had with a tool. */
const FILE_MAX_BYTES = 4 * 1024 * 1024

const { O_CREAT, O_RDONLY, O_WRONLY } = constants

/** @param root Real path of the workspace. */
export function createWorkspaceFiles(root: string): WorkspaceFiles {
  return {
    async read(path, { line, limit } = {}) {
      await using file = await openFile(root, absolute(path), O_RDONLY)
      const { size } = await file.stat()
      if (size > FILE_MAX_BYTES)
        throw new WorkspacePathError(path, `has more than ${FILE_MAX_BYTES} bytes: read a part of it yourself`)
      const text = textOf(await file.readFile(), path)
      if (line == null && limit == null) return text
      const first = Math.max(1, line ?? 1) - 1
      return text
        .split('\n')
        .slice(first, limit == null ? undefined : first + limit)
        .join('\n')
    },
    async write(path, content) {
      await using file = await openFile(root, absolute(path), O_WRONLY | O_CREAT)
      await file.truncate(0)
      await file.writeFile(content)
    },
  }
}

/** The protocol knows absolute paths alone. */
function absolute(path: string): string {
  if (!isAbsolute(path)) throw new WorkspacePathError(path, 'is not an absolute path')
  return path
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new WorkspacePathError(path, 'is not text in UTF-8')
  }
}

/** The folder of a session, which must be in the workspace. Links are left to the sandbox, where the agent follows them. */
export function folderWithin(root: string, folder: string): string | undefined {
  const path = resolve(root, folder)
  return path === root || path.startsWith(`${root}${sep}`) ? path : undefined
}
