import { WorkerError } from '../errors.ts'
import { sweepChromiumFolders } from './chromium-folder.ts'
import { type BrowserLook, type ChromiumHost, type RunningChromium, startChromium } from './chromium-process.ts'
import { type ConnectionGuardOptions, createConnectionGuard } from './connection-guard.ts'
import { type Chromium, findChromium, type FindChromiumOptions } from './find-chromium.ts'
import { type GuardProxy, openGuardProxy } from './guard-proxy.ts'
import { createSlots } from './slots.ts'

export interface BrowserHostOptions extends FindChromiumOptions {
  /**
   * Most browsers at a time, at least 1; further runs wait, and their wall clock runs.
   * @default 2
   */
  readonly maxBrowsers?: number | undefined
}

/** What all browsers of a process share: which Chromium it is, what the host lets it do, how many there may be. */
export interface BrowserHost {
  /**
   * Starts a Chromium, behind a guard of its own, as soon as there is a slot. Rejects with CHROMIUM_MISSING,
   * CHROMIUM_FAILED or the signal's reason.
   */
  start(options: BrowserStart): Promise<RunningBrowser>
  /** Finds Chromium and starts nothing. Rejects with CHROMIUM_MISSING, which names the command to run. */
  find(): Promise<{ readonly executablePath: string }>
  /** Finds Chromium and starts it once, to say what this host can do. Costs a start each time that it is asked. */
  status(): Promise<BrowserStatus>
}

export interface BrowserStart {
  readonly guard: ConnectionGuardOptions
  readonly look: BrowserLook
  readonly acceptDownloads: boolean
  /** Ends the browser, in order where it obeys. */
  readonly signal: AbortSignal
  /** Kills it. */
  readonly killSignal: AbortSignal
}

export interface RunningBrowser extends RunningChromium {
  readonly proxy: GuardProxy
}

export type BrowserStatus =
  | {
      readonly type: 'available'
      readonly executablePath: string
      /** Whether pages are held in Chromium's own sandbox. */
      readonly sandbox: 'chromium' | 'none'
      /** Why there is no sandbox, and what would bring it. */
      readonly why?: string
    }
  | { readonly type: 'unavailable'; readonly code: string; readonly why: string }

const DEFAULT_MAX_BROWSERS = 2

/** For a browser that goes nowhere. */
const CLOSED_PROXY_URL = 'http://127.0.0.1:9'

/** Creates what starts browsers. One for a process: its bound holds for all that share it. */
export function createBrowserHost(options: BrowserHostOptions = {}): BrowserHost {
  const slots = createSlots(Math.max(1, options.maxBrowsers ?? DEFAULT_MAX_BROWSERS))
  const host: ChromiumHost = { hasChromiumSandbox: !isRoot() }
  let found: Promise<Chromium> | undefined
  let swept: Promise<void> | undefined

  async function findOnce(): Promise<Chromium> {
    found ??= findChromium(options)
    try {
      return await found
    } catch (error) {
      // One that is installed later is found then.
      found = undefined
      throw error
    }
  }

  async function startBehindGuard(start: BrowserStart): Promise<RunningBrowser> {
    const guard = createConnectionGuard(start.guard)
    swept ??= sweepChromiumFolders().catch(() => undefined)
    const [chromium] = await Promise.all([findOnce(), swept])
    const proxy = await openGuardProxy(guard)
    try {
      const running = await startChromium({ ...start, chromium, host, proxyUrl: proxy.url })
      const end = async (): Promise<void> => {
        await running.end()
        await proxy.close()
      }
      return { ...running, proxy, end }
    } catch (error) {
      await proxy.close()
      throw error
    }
  }

  return {
    async start(start) {
      const leave = await slots.enter(start.signal)
      try {
        const running = await startBehindGuard(start)
        const signals = [start.signal, start.killSignal]
        let ending: Promise<void> | undefined
        const end = (): Promise<void> => {
          ending ??= running.end().finally(leave)
          for (const signal of signals) signal.removeEventListener('abort', stop)
          return ending
        }
        const stop = (): void => void end()
        // Also where nobody is left to ask for it.
        for (const signal of signals) signal.addEventListener('abort', stop)
        return { ...running, end }
      } catch (error) {
        leave()
        throw error
      }
    },

    find: findOnce,

    async status() {
      const { signal } = new AbortController()
      try {
        const chromium = await findOnce()
        const still = { chromium, host, look: {}, proxyUrl: CLOSED_PROXY_URL, acceptDownloads: false }
        await (await startChromium({ ...still, signal, killSignal: signal })).end()
        const { executablePath } = chromium
        if (host.hasChromiumSandbox) return { type: 'available', executablePath, sandbox: 'chromium' }
        return { type: 'available', executablePath, sandbox: 'none', why: whyNoSandbox() }
      } catch (error) {
        const code = error instanceof WorkerError ? error.code : 'CHROMIUM_FAILED'
        return { type: 'unavailable', code, why: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function whyNoSandbox(): string {
  return isRoot()
    ? 'Chromium has no sandbox of its own when root starts it: run this process as another user'
    : 'the host gives Chromium no user namespaces: allow them (kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu)'
}
