import type { BrowserContext, Page, Request } from 'playwright-core'
import { WorkerError } from '../errors.ts'
import type { RunningBrowser } from './browser-host.ts'
import { bounded } from './bounded.ts'
import { type PageActivity, together } from './settle.ts'
import { type Tab, type TabBirth, watchTab } from './tab.ts'

/** A browser that runs, with its tabs. */
export interface OpenBrowser {
  readonly context: BrowserContext
  readonly proxy: RunningBrowser['proxy']
  readonly downloadsFolder: string
  readonly tabs: readonly Tab[]
  /** The tab that tools work on. */
  readonly current: Tab
  readonly isGone: boolean
  /** What moves in tabs, and in popups that are on their way. */
  activityOf(tabs: readonly Tab[]): PageActivity
  /** Opens an empty tab and makes it the current one. Rejects with TAB_LIMIT. */
  openTab(): Promise<Tab>
  /** Makes a tab the current one. Throws TAB_UNKNOWN. */
  switchTo(number: number): Tab
  /** Closes a tab whatever its page is up to; the last one makes room for an empty one. */
  closeTab(tab: Tab): Promise<void>
  /** Ends the browser; no process of it is left. */
  end(): Promise<void>
}

/** How long a tab may take to close: that of a page that hangs takes half a second. */
const CLOSE_TAB_MS = 5000

/** Puts its tabs around a browser that has just been started. */
export async function openBrowser(
  running: RunningBrowser,
  { maxTabs }: { readonly maxTabs: number },
): Promise<OpenBrowser> {
  const { context, proxy, downloadsFolder } = running
  const tabs = new Map<Page, Tab>()
  /** First requests of pages that are not there yet. */
  const unborn = new Set<Request>()
  let count = 0
  let isGone = false
  let isOpening = false

  const first = addTab(context.pages()[0] ?? (await context.newPage()))
  let current = first

  context.on('request', (request) => {
    if (!request.isNavigationRequest() || hasFrame(request)) return
    const before = request.redirectedFrom()
    if (before !== null) unborn.delete(before)
    unborn.add(request)
  })
  context.on('requestfailed', (request) => unborn.delete(request))
  context.on('page', (page) => {
    if (tabs.has(page)) return
    // A page can open as many as it likes.
    if (tabs.size >= maxTabs && !isOpening) void page.close().catch(() => undefined)
    else addTab(page)
    for (const request of unborn) if (request.url() === page.url()) unborn.delete(request)
  })
  context.on('close', () => void (isGone = true))

  function addTab(page: Page): Tab {
    count += 1
    const tab = watchTab(count, page, birthOf(page))
    tabs.set(page, tab)
    page.on('close', () => forget(tab))
    return tab
  }

  function birthOf(page: Page): TabBirth | undefined {
    const request = [...unborn].find((request) => request.url() === page.url())
    if (request === undefined) return undefined
    return { requestedUrl: firstOf(request).url(), response: request.existingResponse() ?? undefined }
  }

  function forget(tab: Tab): void {
    tabs.delete(tab.page)
    if (current === tab) current = [...tabs.values()].at(-1) ?? tab
  }

  async function newTab(): Promise<Tab> {
    isOpening = true
    const page = await context.newPage().finally(() => void (isOpening = false))
    current = tabs.get(page) ?? addTab(page)
    return current
  }

  return {
    context,
    proxy,
    downloadsFolder,
    get tabs() {
      return [...tabs.values()]
    },
    get current() {
      return current
    },
    get isGone() {
      return isGone
    },
    activityOf(tabs) {
      const activity = together(tabs.map(({ activity }) => activity))
      return { ...activity, openNavigations: activity.openNavigations + unborn.size }
    },
    async openTab() {
      if (tabs.size < maxTabs) return newTab()
      throw new WorkerError('TAB_LIMIT', `there are ${tabs.size} tabs already: close one first`)
    },
    switchTo(number) {
      const tab = [...tabs.values()].find((tab) => tab.number === number)
      if (tab === undefined) {
        const numbers = [...tabs.values()].map(({ number }) => number).join(', ')
        throw new WorkerError('TAB_UNKNOWN', `there is no tab ${number}: there are ${numbers}`)
      }
      current = tab
      return tab
    },
    async closeTab(tab) {
      // A browser without any page may end.
      if (tabs.size <= 1) await newTab()
      await bounded(tab.page.close(), CLOSE_TAB_MS, {
        onLimit: () => new WorkerError('PAGE_UNRESPONSIVE', `tab ${tab.number} does not close`),
      })
      forget(tab)
    },
    end: () => running.end(),
  }
}

/** A request for a page that is not there yet has no frame, and says so by throwing. */
function hasFrame(request: Request): boolean {
  try {
    request.frame()
    return true
  } catch {
    return false
  }
}

function firstOf(request: Request): Request {
  const before = request.redirectedFrom()
  return before === null ? request : firstOf(before)
}
