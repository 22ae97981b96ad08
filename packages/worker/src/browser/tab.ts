import type { Download, Frame, Page, Request, Response } from 'playwright-core'
import type { PageActivity } from './settle.ts'

/** One page of the browser, watched from its first moment. */
export interface Tab {
  /** By which the agent names it; never used twice in a session. */
  readonly number: number
  readonly page: Page
  /** Address that was asked for when the page came to be what it is: before redirects, the server's and scripts'. */
  readonly requestedUrl: string | undefined
  /** Whether a form was sent there. */
  readonly isRequestedByForm: boolean
  /** Answer to the request for a frame's current document, where it was one. */
  responseOf(frame: Frame): Response | undefined
  /** Last main-frame request that failed, since the page last got somewhere. */
  readonly failure: { readonly url: string; readonly error: string } | undefined
  /** Counts the documents that its frames have shown: references to elements hold within a count. */
  readonly documentCount: number
  readonly activity: PageActivity
  readonly isCrashed: boolean
  /** Says that what comes now is done on purpose: where the page goes first is what was asked for. */
  beginAction(options?: { readonly acceptDialogs?: boolean | undefined }): void
  /** Dialogs that were answered since last asked. */
  takeDialogs(): readonly AnsweredDialog[]
  /** Downloads that began since last asked. */
  takeDownloads(): readonly Download[]
}

export interface AnsweredDialog {
  readonly type: string
  readonly message: string
  readonly isAccepted: boolean
}

/** Requests that last as long as they like. */
const LASTING: ReadonlySet<string> = new Set(['websocket', 'eventsource', 'media', 'ping', 'manifest', 'texttrack'])

const DIALOGS_MAX = 5
/** More than is told of it, so that no secret is cut before it is known. */
const DIALOG_MESSAGE_MAX_LENGTH = 10_000
const URL_MAX_LENGTH = 8192

/** What is known of a popup's first document: it was asked for and answered before there was a page to watch. */
export interface TabBirth {
  readonly requestedUrl: string
  readonly response: Response | undefined
}

/** Watches a page. Dialogs are answered at once: a page stands still while one is open. */
export function watchTab(number: number, page: Page, birth?: TabBirth): Tab {
  const responses = new Map<Frame, Response>()
  if (birth?.response !== undefined) responses.set(page.mainFrame(), birth.response)
  const pending = new Map<Frame, Response>()
  const openRequests = new Set<Request>()
  const openNavigations = new Set<Request>()
  let movedAt = performance.now()
  let requestedAt = movedAt
  let isLoaded = true
  let documentCount = 0
  let isCrashed = false
  let failure: Tab['failure']
  let acceptsDialogs = false
  let dialogs: AnsweredDialog[] = []
  let downloads: Download[] = []
  /** Whether the first move since something was done on purpose is still to come. */
  let awaitsMove = birth === undefined
  let askedUrl = birth?.requestedUrl
  let lastNavigation: Request | undefined
  let isAskedByForm = false

  function noteMove(url: string, method = 'GET'): void {
    movedAt = performance.now()
    if (!awaitsMove) return
    awaitsMove = false
    askedUrl = url.slice(0, URL_MAX_LENGTH)
    isAskedByForm = method === 'POST'
  }

  page.on('request', (request) => {
    if (LASTING.has(request.resourceType())) return
    openRequests.add(request)
    const frame = navigatedFrame(request)
    if (frame !== page.mainFrame()) return
    openNavigations.add(request)
    lastNavigation = request
    failure = undefined
    if (request.redirectedFrom() === null) noteMove(request.url(), request.method())
  })
  page.on('response', (response) => {
    const frame = navigatedFrame(response.request())
    if (frame !== undefined) pending.set(frame, response)
  })
  const finish = (request: Request): void => {
    if (openRequests.delete(request)) requestedAt = performance.now()
    if (openNavigations.delete(request)) movedAt = performance.now()
  }
  page.on('requestfinished', finish)
  page.on('requestfailed', (request) => {
    finish(request)
    if (navigatedFrame(request) !== page.mainFrame()) return
    // One that another has taken the place of may fail after it.
    if (lastNavigation !== undefined && request !== lastNavigation) return
    failure = { url: request.url(), error: request.failure()?.errorText ?? 'failed' }
  })
  page.on('framenavigated', (frame) => {
    const response = pending.get(frame)
    pending.delete(frame)
    // Without an answer it is the same document at another address, or one that no server gave.
    const isAnswered = response !== undefined && withoutHash(response.url()) === withoutHash(frame.url())
    const isSameDocument = !isAnswered && /^https?:/.test(frame.url())
    if (isAnswered) responses.set(frame, response)
    else if (!isSameDocument) responses.delete(frame)
    if (!isSameDocument) documentCount += 1
    if (frame !== page.mainFrame()) return
    noteMove(frame.url())
    openNavigations.clear()
    if (isAnswered) isLoaded = false
  })
  page.on('framedetached', (frame) => {
    responses.delete(frame)
    pending.delete(frame)
  })
  page.on('load', () => {
    isLoaded = true
    movedAt = performance.now()
  })
  page.on('crash', () => void (isCrashed = true))
  page.on('download', (download) => {
    openNavigations.clear()
    downloads.push(download)
  })
  page.on('dialog', (dialog) => {
    const isAccepted = dialog.type() === 'beforeunload' || dialog.type() === 'alert' || acceptsDialogs
    const message = dialog.message().slice(0, DIALOG_MESSAGE_MAX_LENGTH)
    if (dialogs.length < DIALOGS_MAX) dialogs.push({ type: dialog.type(), message, isAccepted })
    void (isAccepted ? dialog.accept() : dialog.dismiss()).catch(() => undefined)
  })

  return {
    number,
    page,
    get requestedUrl() {
      return askedUrl
    },
    get isRequestedByForm() {
      return isAskedByForm
    },
    responseOf: (frame) => responses.get(frame),
    get failure() {
      return failure
    },
    get documentCount() {
      return documentCount
    },
    get activity() {
      return { openNavigations: openNavigations.size, openRequests: openRequests.size, requestedAt, movedAt, isLoaded }
    },
    get isCrashed() {
      return isCrashed
    },
    beginAction(options = {}) {
      awaitsMove = true
      failure = undefined
      acceptsDialogs = options.acceptDialogs ?? false
    },
    takeDialogs() {
      const taken = dialogs
      dialogs = []
      return taken
    },
    takeDownloads() {
      const taken = downloads
      downloads = []
      return taken
    },
  }
}

/** The frame that a request is to fill; what it is asked for by is gone with its page at times. */
function navigatedFrame(request: Request): Frame | undefined {
  if (!request.isNavigationRequest()) return undefined
  try {
    return request.frame()
  } catch {
    return undefined
  }
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? url
}
