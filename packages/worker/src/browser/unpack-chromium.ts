import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Chromium } from './find-chromium.ts'

const PACKAGE = '@sparticuz/chromium'

/**
 * Unpacks the Chromium of `@sparticuz/chromium` to a folder of our own; `undefined` where the package is not installed.
 * Left to itself it unpacks to a fixed name in the shared temporary folder, where another user can put a program first
 * and a second process finds half a file.
 */
export async function unpackChromium(cacheFolder: string = userCacheFolder()): Promise<Chromium | undefined> {
  const entry = packageEntry()
  if (entry === undefined) return undefined
  const parent = join(cacheFolder, 'chromium')
  const folder = join(parent, `sparticuz-${await versionAt(entry)}-${process.arch}`)
  const unpacked = { executablePath: join(folder, 'chromium'), fontsPath: join(folder, 'fonts') }
  if (await exists(unpacked.executablePath)) return unpacked
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const draft = await mkdtemp(join(parent, 'draft-'))
  try {
    await unpackTo(draft, entry)
    await writeFile(join(draft, 'fonts', 'fonts.conf'), fontsConf(unpacked.fontsPath))
    await rename(draft, folder)
  } catch (error) {
    // Another process may have been first.
    if (!(await exists(unpacked.executablePath))) throw error
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return unpacked
}

/** In a process of its own, because the package takes its target from what the process calls its temporary folder. */
async function unpackTo(folder: string, entry: string): Promise<void> {
  const script = `import(${JSON.stringify(pathToFileURL(entry).href)}).then((found) => found.default.executablePath())`
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env: { TMPDIR: folder } })
}

function packageEntry(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE)
  } catch {
    return undefined
  }
}

async function versionAt(entry: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(entry, '..', '..', 'package.json'), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}

function userCacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'agentic')
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** The host's fonts, and those that were unpacked for a host that has none. */
function fontsConf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`
}
