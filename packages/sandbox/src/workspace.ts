import { mkdir, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { SandboxError } from './errors.ts'
import { isWithin, realPathOf } from './paths.ts'

/** A workspace is writable, hence never one of these or a folder that holds one. */
const systemFolders = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/lib64',
  '/opt',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
]
/** Nor is it anywhere in one of these. */
const closedFolders = ['/boot', '/dev', '/etc', '/proc', '/sys']

/**
 * Makes the workspace if it is not there and returns its real path; refuses one that would open up denied or system
 * folders. Inside a denied folder it is fine: it is then all that is seen there.
 */
export async function openWorkspace(workspace: string, deniedPaths: readonly string[]): Promise<string> {
  if (typeof workspace !== 'string' || !isAbsolute(workspace) || workspace.includes('\0')) {
    throw denied(JSON.stringify(workspace), 'is not an absolute path: give one')
  }
  const denials = await Promise.all(deniedPaths.map(realPathOf))
  refuseOverlap(await realPathOf(workspace), denials)
  const real = await made(workspace)
  refuseOverlap(real, denials)
  return real
}

async function made(workspace: string): Promise<string> {
  try {
    await mkdir(workspace, { recursive: true, mode: 0o700 })
    const real = await realpath(workspace)
    if ((await stat(real)).isDirectory()) return real
  } catch (error) {
    throw new SandboxError(
      'SANDBOX_WORKSPACE_DENIED',
      `workspace ${workspace} could not be made: check its parent's rights`,
      { cause: error },
    )
  }
  throw denied(workspace, 'is not a folder: give one')
}

function refuseOverlap(real: string, denials: readonly string[]): void {
  for (const path of denials) {
    if (isWithin(path, real))
      throw denied(real, `is or holds ${path}, which commands must not see: give a folder in it or elsewhere`)
  }
  for (const path of [...systemFolders, ...homeFolders()]) {
    if (isWithin(path, real))
      throw denied(real, `holds ${path}, which a command must not write: give a folder of its own`)
  }
  for (const path of closedFolders) {
    if (isWithin(real, path)) throw denied(real, `lies in ${path}: give a folder elsewhere`)
  }
}

function homeFolders(): readonly string[] {
  try {
    return [homedir()]
  } catch {
    // A user without an entry in the system's list has no home to protect.
    return []
  }
}

function denied(workspace: string, problem: string): SandboxError {
  return new SandboxError('SANDBOX_WORKSPACE_DENIED', `workspace ${workspace} ${problem}`)
}
