import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext } from 'playwright-core'
import { WorkerError } from '../errors.ts'
import { chromiumGone, killChromium, makeChromiumFolder, removeChromiumFolder } from './chromium-folder.ts'
import type { Chromium } from './find-chromium.ts'
import { startScript } from './start-script.ts'

/** What is known of the host; the first start may learn better. */
export interface ChromiumHost {
  /** Whether Chromium can put its renderers in its own sandbox: never as root, and not where user namespaces are off. */
  hasChromiumSandbox: boolean
}

/** What sites see of the browser. */
export interface BrowserLook {
  /**
   * Size of the window's inside, in CSS pixels.
   * @default 1280 x 720
   */
  readonly viewport?: { readonly width: number; readonly height: number } | undefined
  /**
   * As `de-DE`.
   * @default 'en-US'
   */
  readonly locale?: string | undefined
  /**
   * IANA name, as `Europe/Berlin`.
   * @default that of the host
   */
  readonly timeZone?: string | undefined
  /** @default Chromium's own */
  readonly userAgent?: string | undefined
}

export interface ChromiumOptions {
  readonly chromium: Chromium
  readonly host: ChromiumHost
  readonly look: BrowserLook
  readonly proxyUrl: string
  /** Whether files may be downloaded; they stand in a folder of Chromium's own until they are fetched from there. */
  readonly acceptDownloads: boolean
  /** Ends Chromium, in order where it obeys. */
  readonly signal: AbortSignal
  /** Kills it. */
  readonly killSignal: AbortSignal
}

/** A Chromium that was started. */
export interface RunningChromium {
  readonly context: BrowserContext
  /** Folder that downloads stand in while they come. */
  readonly downloadsFolder: string
  /** Ends it. When this has resolved no process and no file of it is left; when called again it waits for the first. */
  end(): Promise<void>
}

const START_MS = 15_000

/** How long Chromium may take to end in order, which spares the host the orphans of a killed one. */
const CLOSE_MS = 1000

/**
 * Starts a Chromium of its own. Rejects with CHROMIUM_FAILED or, when it fires first, with the signal's reason; then,
 * too, nothing of it is left.
 */
export async function startChromium(options: ChromiumOptions): Promise<RunningChromium> {
  const { signal, killSignal } = options
  const folder = await makeChromiumFolder()
  let context: BrowserContext | undefined
  let ending: Promise<void> | undefined

  const kill = (): void => killChromium(folder)
  const stop = (): void => void end()
  const stopStarting = (): void => (context === undefined ? kill() : stop())

  function end(): Promise<void> {
    ending ??= endNow()
    return ending
  }

  async function endNow(): Promise<void> {
    if (context !== undefined) await within(CLOSE_MS, context.close())
    kill()
    await chromiumGone(folder)
    signal.removeEventListener('abort', stopStarting)
    killSignal.removeEventListener('abort', kill)
    // What cannot be removed is no reason to fail: this is also called where nobody waits for it.
    await removeChromiumFolder(folder).catch(() => undefined)
  }

  signal.addEventListener('abort', stopStarting)
  killSignal.addEventListener('abort', kill)
  try {
    signal.throwIfAborted()
    context = await start(folder, options)
    signal.throwIfAborted()
    return { context, downloadsFolder: downloadsIn(folder), end }
  } catch (error) {
    await end()
    signal.throwIfAborted()
    throw error
  }
}

const homeIn = (folder: string): string => join(folder, 'home')
const downloadsIn = (folder: string): string => join(folder, 'downloads')

async function start(folder: string, options: ChromiumOptions): Promise<BrowserContext> {
  const { host, signal } = options
  await mkdir(homeIn(folder), { recursive: true })
  const script = join(folder, 'start')
  const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'
  await writeFile(script, startScript(shell, options.chromium.executablePath, folder), { mode: 0o700 })
  try {
    return await launch(folder, script, options)
  } catch (error) {
    if (!host.hasChromiumSandbox || signal.aborted || !String(error).includes('No usable sandbox')) {
      throw startFailure(error)
    }
    host.hasChromiumSandbox = false
  }
  return launch(folder, script, options).catch((error: unknown) => {
    throw startFailure(error)
  })
}

async function launch(folder: string, script: string, options: ChromiumOptions): Promise<BrowserContext> {
  const { chromium } = await import('playwright-core')
  const { viewport, locale, timeZone, userAgent } = options.look
  const home = homeIn(folder)
  return chromium.launchPersistentContext(join(home, 'profile'), {
    executablePath: script,
    chromiumSandbox: options.host.hasChromiumSandbox,
    args: argumentsFor(options.proxyUrl),
    env: environmentFor(home, options.chromium.fontsPath),
    timeout: START_MS,
    // The process's signals are its owner's; Playwright's own hook on exit still ends Chromium.
    handleSIGHUP: false,
    handleSIGINT: false,
    handleSIGTERM: false,
    artifactsDir: home,
    downloadsPath: downloadsIn(folder),
    acceptDownloads: options.acceptDownloads,
    serviceWorkers: 'block',
    ...(viewport === undefined ? {} : { viewport }),
    ...(locale === undefined ? {} : { locale }),
    ...(timeZone === undefined ? {} : { timezoneId: timeZone }),
    ...(userAgent === undefined ? {} : { userAgent }),
  })
}

/** Sends everything through the proxy, and closes every way around it. */
function argumentsFor(proxyUrl: string): string[] {
  return [
    `--proxy-server=${proxyUrl}`,
    // Without this Chromium goes to loopback by itself.
    '--proxy-bypass-list=<-loopback>',
    // No name is resolved by Chromium itself, for prefetching neither.
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    '--disable-quic',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-gpu',
    '--no-pings',
  ]
}

/** Nothing of the host's environment: it holds the host's secrets. */
function environmentFor(home: string, fontsPath: string | undefined): Record<string, string> {
  return {
    HOME: home,
    TMPDIR: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ...(fontsPath === undefined ? {} : { FONTCONFIG_PATH: fontsPath }),
  }
}

async function within(limitMs: number, ended: Promise<unknown>): Promise<void> {
  const waiting = new AbortController()
  const limit = delay(limitMs, undefined, { signal: waiting.signal })
  await Promise.race([ended, limit].map((each) => each.catch(() => undefined)))
  waiting.abort()
}

function startFailure(error: unknown): WorkerError {
  const [what = '', ...log] = String(error).split('\n')
  const said = log.filter((line) => line.includes('[err]')).slice(-5)
  return new WorkerError('CHROMIUM_FAILED', ['Chromium did not start.', what, ...said].join('\n'), {
    cause: error,
    retryable: true,
  })
}
