import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext } from 'playwright-core'
import { WorkerError } from '../errors.ts'
import type { Chromium } from './find-chromium.ts'
import { startScript } from './start-script.ts'

/** What is known of the host; the first start may learn better. */
export interface ChromiumHost {
  /** Whether Chromium can put its renderers in its own sandbox: never as root, and not where user namespaces are off. */
  hasChromiumSandbox: boolean
}

export interface ChromiumOptions {
  readonly chromium: Chromium
  readonly host: ChromiumHost
  readonly proxyUrl: string
  /** Ends Chromium, in order where it obeys. */
  readonly signal: AbortSignal
  /** Kills it. */
  readonly killSignal: AbortSignal
}

const START_MS = 15_000

/** How long Chromium may take to end in order, which spares the host the orphans of a killed one. */
const CLOSE_MS = 1000

/** How long a killed process is waited for. */
const GONE_MS = 250

/** Starts a Chromium of its own for the work; when this settles or a signal has fired, no process of it is left. */
export async function withChromium<Result>(
  options: ChromiumOptions,
  work: (context: BrowserContext) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'agentic-chromium-'))
  const kill = (): void => killGroup(folder)
  let context: BrowserContext | undefined
  let ending: Promise<void> | undefined
  const end = async (): Promise<void> => {
    if (context === undefined) return kill()
    ending ??= endChromium(context, kill)
    await ending
  }
  const stop = (): void => void end()
  options.signal.addEventListener('abort', stop)
  options.killSignal.addEventListener('abort', kill)
  try {
    context = await start(folder, options)
    options.signal.throwIfAborted()
    return await work(context)
  } finally {
    await end()
    options.signal.removeEventListener('abort', stop)
    options.killSignal.removeEventListener('abort', kill)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function start(folder: string, options: ChromiumOptions): Promise<BrowserContext> {
  const { host } = options
  const home = join(folder, 'home')
  await mkdir(home, { recursive: true })
  const script = join(folder, 'start')
  const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh'
  await writeFile(script, startScript(shell, options.chromium.executablePath, folder), { mode: 0o700 })
  try {
    return await launch(script, home, options)
  } catch (error) {
    if (!host.hasChromiumSandbox || !String(error).includes('No usable sandbox')) throw startFailure(error)
    host.hasChromiumSandbox = false
  }
  return launch(script, home, options).catch((error: unknown) => {
    throw startFailure(error)
  })
}

async function launch(script: string, home: string, options: ChromiumOptions): Promise<BrowserContext> {
  const { chromium } = await import('playwright-core')
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
    acceptDownloads: false,
    serviceWorkers: 'block',
  })
}

/** Sends everything through the proxy, and closes every way around it. */
function argumentsFor(proxyUrl: string): string[] {
  return [
    `--proxy-server=${proxyUrl}`,
    // Without this Chromium goes to loopback by itself.
    '--proxy-bypass-list=<-loopback>',
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

async function endChromium(context: BrowserContext, kill: () => void): Promise<void> {
  const closed = context.close().catch(() => undefined)
  await within(CLOSE_MS, closed)
  kill()
  await within(GONE_MS, closed)
}

async function within(limitMs: number, ended: Promise<void>): Promise<void> {
  const waiting = new AbortController()
  const limit = delay(limitMs, undefined, { signal: waiting.signal }).catch(() => undefined)
  await Promise.race([ended, limit])
  waiting.abort()
}

/** Kills all that Chromium started: Playwright makes it the leader of a process group. */
function killGroup(folder: string): void {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    if (Number.isSafeInteger(pid) && pid > 1) process.kill(-pid, 'SIGKILL')
  } catch {
    // Not started yet, or gone already.
  }
}

function startFailure(error: unknown): WorkerError {
  const [what = '', ...log] = String(error).split('\n')
  const said = log.filter((line) => line.includes('[err]')).slice(-5)
  return new WorkerError('CHROMIUM_FAILED', ['Chromium did not start.', what, ...said].join('\n'), {
    cause: error,
    retryable: true,
  })
}
