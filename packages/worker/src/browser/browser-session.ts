import { WorkerError } from '../errors.ts'
import type { BrowserHost } from './browser-host.ts'
import type { BrowserLook } from './chromium-process.ts'
import type { ConnectionGuardOptions } from './connection-guard.ts'
import { openBrowser, type OpenBrowser } from './open-browser.ts'
import { keepState, restoreState, type StorageStates } from './storage-state.ts'

export interface BrowserSessionOptions extends BrowserLook, ConnectionGuardOptions {
  readonly agentId: string
  readonly runId: string
  /** Ends the browser, in order where it obeys, when what it remembers has been kept. */
  readonly signal: AbortSignal
  /** Kills it. */
  readonly killSignal: AbortSignal
  /**
   * Absolute path of the agent's folder, for downloads and screenshots.
   * @default neither is kept
   */
  readonly workspace?: string | undefined
  /**
   * Keeps what the agent's browser remembers from run to run.
   * @default every run begins anew
   */
  readonly storageStates?: StorageStates | undefined
  /**
   * Longest that an address may take to answer, in milliseconds.
   * @default 30_000
   */
  readonly navigationTimeoutMs?: number | undefined
  /**
   * Longest that an element may take to be ready for what is done to it, in milliseconds.
   * @default 5_000
   */
  readonly actionTimeoutMs?: number | undefined
  /**
   * How long a page must be at rest before it is judged, in milliseconds; what comes later, the next tool sees.
   * @default 250
   */
  readonly quietMs?: number | undefined
  /**
   * Most tabs, popups included; a popup more is closed at once.
   * @default 10
   */
  readonly maxTabs?: number | undefined
  /**
   * Most bytes of a download.
   * @default 104_857_600
   */
  readonly maxDownloadBytes?: number | undefined
}

/** Options with their defaults in place. */
export interface SessionSettings extends Pick<BrowserSessionOptions, 'agentId' | 'runId' | 'workspace'> {
  readonly navigationTimeoutMs: number
  readonly actionTimeoutMs: number
  readonly quietMs: number
  readonly maxTabs: number
  readonly maxDownloadBytes: number
}

/** The browser of one run: no process until it is first used, and none after it is closed. */
export interface BrowserSession extends AsyncDisposable {
  readonly settings: SessionSettings
  /** Whether a browser runs. */
  readonly isRunning: boolean
  /**
   * Does work with the browser, alone: calls wait for each other. Starts one where none runs. Rejects with the signal's
   * reason as soon as it fires, BROWSER_CLOSED after the end, BROWSER_CRASHED when the browser ended meanwhile (the next
   * call starts another), PAGE_CRASHED or PAGE_UNRESPONSIVE when the page did (its tab is closed).
   */
  turn<Result>(signal: AbortSignal, work: (browser: OpenBrowser) => Promise<Result>): Promise<Result>
  /** Ends the browser and keeps what it remembers; the next turn starts another. Rejects when that cannot be kept. */
  stop(): Promise<void>
  /** Ends the browser for good, also in the middle of a turn. Rejects, at its end, when what it remembers cannot be kept. */
  close(): Promise<void>
  /** Closes, and does not reject: a run that succeeded does not fail for what could not be kept. */
  [Symbol.asyncDispose](): Promise<void>
}

const DEFAULTS = {
  navigationTimeoutMs: 30_000,
  actionTimeoutMs: 5_000,
  quietMs: 250,
  maxTabs: 10,
  maxDownloadBytes: 104_857_600,
} as const

/** How often a run may start another browser because one ended by itself. */
const CRASHES_MAX = 3

export function createBrowserSession(host: BrowserHost, options: BrowserSessionOptions): BrowserSession {
  const { agentId, workspace, storageStates, signal, killSignal } = options
  const settings = settingsOf(options)
  let browser: OpenBrowser | undefined
  let crashes = 0
  const closing = new AbortController()
  /** Follows the run's signal as soon as what the browser remembers is kept: a run that is blocked or late has signed in, too. */
  const ending = new AbortController()
  let keeping: Promise<void> | undefined
  /** One call after the other: they share the tabs. */
  let last: Promise<unknown> = Promise.resolve()

  async function start(): Promise<OpenBrowser> {
    if (closing.signal.aborted) throw closed()
    signal.throwIfAborted()
    if (browser !== undefined && !browser.isGone) return browser
    await end()
    if (crashes >= CRASHES_MAX) throw new WorkerError('BROWSER_CRASHED', `the browser ended by itself ${crashes} times`)
    const acceptDownloads = workspace !== undefined
    const stopped = AbortSignal.any([ending.signal, closing.signal])
    const running = await host.start({ guard: options, look: options, acceptDownloads, signal: stopped, killSignal })
    try {
      if (storageStates !== undefined) await restoreState(running.context, agentId, storageStates)
      browser = await openBrowser(running, settings)
      return browser
    } catch (error) {
      await running.end()
      throw error
    }
  }

  async function end(): Promise<void> {
    const ended = browser
    browser = undefined
    await ended?.end()
  }

  async function keep(): Promise<void> {
    if (browser === undefined || browser.isGone || storageStates === undefined) return
    await keepState(browser.context, agentId, storageStates)
  }

  function endWithRun(): void {
    keeping = keep()
    // Whoever closes the session is told.
    void keeping.catch(() => undefined).then(() => ending.abort(signal.reason))
  }

  async function stop(): Promise<void> {
    try {
      await keep()
    } finally {
      await end()
    }
  }

  async function work<Result>(does: (browser: OpenBrowser) => Promise<Result>): Promise<Result> {
    const open = await start()
    if (open.current.page.isClosed()) await open.openTab()
    try {
      const result = await does(open)
      if (!open.isGone && !open.tabs.some(({ isCrashed }) => isCrashed)) return result
    } catch (error) {
      throw await explain(open, error)
    }
    throw await explain(open, undefined)
  }

  /** Says what became of the browser or the page, if that is why, and closes what does not work any more. */
  async function explain(open: OpenBrowser, error: unknown): Promise<unknown> {
    signal.throwIfAborted()
    if (closing.signal.aborted) return closed()
    if (open.isGone) {
      crashes += 1
      await end()
      const message = 'the browser ended by itself: what was open in it is gone'
      return new WorkerError('BROWSER_CRASHED', message, { cause: error, retryable: true })
    }
    const crashed = open.tabs.find(({ isCrashed }) => isCrashed)
    if (crashed !== undefined) {
      await closeOrEnd(open, crashed.number)
      const message = `the page of tab ${crashed.number} crashed: its tab was closed`
      return new WorkerError('PAGE_CRASHED', message, { cause: error, retryable: true })
    }
    if (error instanceof WorkerError && error.code === 'PAGE_UNRESPONSIVE') {
      await closeOrEnd(open, open.current.number)
    }
    return error
  }

  async function closeOrEnd(open: OpenBrowser, number: number): Promise<void> {
    const tab = open.tabs.find((tab) => tab.number === number)
    if (tab !== undefined) await open.closeTab(tab).catch(end)
  }

  /** In its turn; who asked hears of an abort at once, and the next still waits for what goes on. */
  function inTurn<Result>(does: () => Promise<Result>, stopped: AbortSignal): Promise<Result> {
    const turn = last.then(() => {
      stopped.throwIfAborted()
      return does()
    })
    last = turn.catch(() => undefined)
    return abortable(turn, stopped)
  }

  if (signal.aborted) ending.abort(signal.reason)
  else signal.addEventListener('abort', endWithRun, { once: true })

  return {
    settings,
    get isRunning() {
      return browser !== undefined && !browser.isGone
    },
    turn: (stopped, does) => inTurn(() => work(does), AbortSignal.any([signal, stopped])),
    stop: () => inTurn(stop, new AbortController().signal),
    async close() {
      signal.removeEventListener('abort', endWithRun)
      try {
        await (keeping ?? keep())
      } finally {
        closing.abort(closed())
        await end()
        await last
      }
    },
    async [Symbol.asyncDispose]() {
      await this.close().catch(() => undefined)
    },
  }
}

function closed(): WorkerError {
  return new WorkerError('BROWSER_CLOSED', 'the browser of this run is closed')
}

function settingsOf(options: BrowserSessionOptions): SessionSettings {
  const { agentId, runId, workspace } = options
  return {
    agentId,
    runId,
    workspace,
    navigationTimeoutMs: options.navigationTimeoutMs ?? DEFAULTS.navigationTimeoutMs,
    actionTimeoutMs: options.actionTimeoutMs ?? DEFAULTS.actionTimeoutMs,
    quietMs: options.quietMs ?? DEFAULTS.quietMs,
    maxTabs: options.maxTabs ?? DEFAULTS.maxTabs,
    maxDownloadBytes: options.maxDownloadBytes ?? DEFAULTS.maxDownloadBytes,
  }
}

async function abortable<Result>(turn: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const stopped = Promise.withResolvers<never>()
  const stop = (): void => stopped.reject(signal.reason)
  // Told in the turn itself when it has fired before.
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([turn, stopped.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
