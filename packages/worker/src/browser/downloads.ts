import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Download } from 'playwright-core'
import { WorkspacePathError } from '../workspace-path.ts'
import { openWorkspaceFolder, safeFileName } from './workspace-folder.ts'

export interface DownloadOptions {
  /** Folder that Chromium keeps downloads in while they come. */
  readonly from: string
  /** Absolute path of the agent's folder; they end in `downloads` in it. */
  readonly workspace: string
  /** Most bytes of one, and of all together that are on their way. */
  readonly maxBytes: number
  /** How long one is waited for. */
  readonly limitMs: number
  readonly signal: AbortSignal
}

const LOOK_MS = 100

/** Brings a download to the workspace; answers in words what became of it. */
export async function bringDownload(download: Download, options: DownloadOptions): Promise<string> {
  const name = safeFileName(download.suggestedFilename())
  const cut = await watch(download, options)
  const path = cut === undefined ? await download.path().catch(() => undefined) : undefined
  try {
    if (path === undefined) return `${name} was not downloaded: ${cut ?? 'it failed'}`
    const { size } = await stat(path)
    if (size > options.maxBytes) return `${name} was not downloaded: ${tooLarge(options.maxBytes)}`
    const kept = await copyTo(options.workspace, name, path)
    return `downloaded to ${kept} (${size} bytes)`
  } catch (error) {
    return `${name} was not downloaded: it could not be kept (${whyNot(error)})`
  } finally {
    await download.delete().catch(() => undefined)
  }
}

function whyNot(error: unknown): string {
  if (error instanceof WorkspacePathError) return error.message
  return error instanceof Error && 'code' in error ? String(error.code) : 'it is gone'
}

/** Waits for the end of a download; cancels one that is too large or takes too long, and says which. */
async function watch(
  download: Download,
  { from, maxBytes, limitMs, signal }: DownloadOptions,
): Promise<string | undefined> {
  let isDone = false
  const done = download.failure().then(
    () => void (isDone = true),
    () => void (isDone = true),
  )
  const startedAt = performance.now()
  for (;;) {
    await Promise.race([done, delay(LOOK_MS, undefined, { signal })])
    if (isDone) return undefined
    const isTooLarge = (await sizeOf(from)) > maxBytes
    if (!isTooLarge && performance.now() - startedAt < limitMs) continue
    await download.cancel()
    return isTooLarge ? tooLarge(maxBytes) : `it took longer than ${limitMs} ms`
  }
}

function tooLarge(maxBytes: number): string {
  return `it has more than ${maxBytes} bytes`
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

async function copyTo(workspace: string, name: string, from: string): Promise<string> {
  const folder = await openWorkspaceFolder(workspace, 'downloads')
  try {
    const { path, file } = await folder.create(name)
    await pipeline(createReadStream(from), file.createWriteStream())
    return path
  } finally {
    await folder.close()
  }
}
