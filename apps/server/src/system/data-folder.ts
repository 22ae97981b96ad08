import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Longest name of a folder, in bytes, that common file systems take, with some to spare. */
const NAME_MAX = 240

/** Where everything of the process lies. */
export interface DataFolder {
  readonly path: string
  readonly storePath: string
  readonly secretsPath: string
  /** The folder that an agent's runs may write to; the only one of these that they see. */
  workspaceOf(agentId: string): string
  transcriptsOf(agentId: string): string
  /** What an agent's browser remembers. */
  browserOf(agentId: string): string
  /** Keeps a screenshot of a run; answers what it is called in the outcome's evidence. */
  saveScreenshot(png: Uint8Array, run: { readonly agentId: string; readonly runId: string }): Promise<string>
  readScreenshot(agentId: string, runId: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  removeScreenshot(agentId: string, runId: string): Promise<void>
  /** Removes an agent's files. */
  eraseAgent(agentId: string): Promise<void>
}

/** Opens the data folder, made with mode 0700 if it is not there. */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const root = resolve(dataDir)
  await mkdir(root, { recursive: true, mode: 0o700 })
  const agentPath = (agentId: string): string => join(root, 'agents', folderName(agentId))
  const screenshotPath = (agentId: string, runId: string): string =>
    join(agentPath(agentId), 'screenshots', `${runId}.png`)

  return {
    path: root,
    storePath: join(root, 'store'),
    secretsPath: join(root, 'secrets'),
    workspaceOf: (agentId) => join(agentPath(agentId), 'workspace'),
    transcriptsOf: (agentId) => join(agentPath(agentId), 'transcripts'),
    browserOf: (agentId) => join(agentPath(agentId), 'browser'),
    async saveScreenshot(png, { agentId, runId }) {
      await mkdir(join(agentPath(agentId), 'screenshots'), { recursive: true, mode: 0o700 })
      await writeFile(screenshotPath(agentId, runId), png, { mode: 0o600 })
      return `/api/runs/${runId}/screenshot`
    },
    async readScreenshot(agentId, runId) {
      try {
        return new Uint8Array(await readFile(screenshotPath(agentId, runId)))
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
        throw error
      }
    },
    removeScreenshot: (agentId, runId) => rm(screenshotPath(agentId, runId), { force: true }),
    eraseAgent: (agentId) => rm(agentPath(agentId), { recursive: true, force: true }),
  }
}

/** Ids differ by case, folders on some systems do not: what is not lower case is written as its code. */
function folderName(agentId: string): string {
  const name = agentId.replaceAll(/[^a-z0-9._-]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
  if (name.length <= NAME_MAX) return name
  // Two % in a row are in no written id, so a shortened name is never that of another agent.
  return `${name.slice(0, NAME_MAX - 66)}%%${createHash('sha256').update(agentId).digest('hex')}`
}
