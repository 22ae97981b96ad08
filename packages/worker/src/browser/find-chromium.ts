import { access, constants } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { WorkerError } from '../errors.ts'
import { unpackChromium } from './unpack-chromium.ts'

/** A Chromium that can be started. */
export interface Chromium {
  readonly executablePath: string
  /** Folder of a `fonts.conf`, for a Chromium that brings its fonts. */
  readonly fontsPath?: string | undefined
}

export interface FindChromiumOptions {
  /**
   * Absolute path of a Chromium or Chrome. Nothing else is tried when it is given.
   * @default the environment variable AGENTIC_CHROMIUM_PATH
   */
  readonly executablePath?: string | undefined
  /**
   * Folder that the Chromium of `@sparticuz/chromium` is unpacked to, once.
   * @default the user's cache folder
   */
  readonly cacheFolder?: string | undefined
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome', 'headless_shell']

const FIXED_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Finds a Chromium: the one that is named, else an installed one, else Playwright's own, else that of
 * `@sparticuz/chromium` where that package is installed. Rejects with CHROMIUM_MISSING.
 */
export async function findChromium(options: FindChromiumOptions = {}): Promise<Chromium> {
  const named = options.executablePath ?? process.env['AGENTIC_CHROMIUM_PATH']
  if (named !== undefined && named !== '') return { executablePath: await checkedPath(named) }
  for (const place of [...installedPlaces(), await playwrightPlace()]) {
    if (await isExecutable(place)) return { executablePath: place }
  }
  const unpacked = await unpackChromium(options.cacheFolder)
  if (unpacked !== undefined) return unpacked
  throw new WorkerError(
    'CHROMIUM_MISSING',
    'no Chromium was found: run `npx playwright-core install --with-deps chromium`, or set AGENTIC_CHROMIUM_PATH',
  )
}

async function checkedPath(path: string): Promise<string> {
  if (isAbsolute(path) && (await isExecutable(path))) return path
  throw new WorkerError(
    'CHROMIUM_MISSING',
    `${path} is not the absolute path of an executable: mend executablePath or AGENTIC_CHROMIUM_PATH`,
  )
}

function installedPlaces(): readonly string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  return [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...FIXED_PLACES]
}

async function playwrightPlace(): Promise<string> {
  const { chromium } = await import('playwright-core')
  return chromium.executablePath()
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => path !== '',
    () => false,
  )
}
