import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext, Page, Request, Response } from 'playwright-core'
import { WorkerError } from '../errors.ts'
import type { GuardProxy } from './guard-proxy.ts'

export interface VisitOptions {
  readonly url: string
  /** How long to let the page's scripts go on after it has loaded. */
  readonly waitMs: number
  /** Longest that an address may take to answer. */
  readonly navigationTimeoutMs: number
  readonly proxy: GuardProxy
  readonly signal: AbortSignal
}

/** A page as it stood at the end of a visit. */
export interface Visit {
  readonly page: Page
  readonly html: string
  readonly title: string
  readonly text: string
  readonly finalUrl: string
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly cookieNames: readonly string[]
}

/** Most of a page that is taken over, in characters: what is detected and quoted stands in far less. */
const HTML_MAX_LENGTH = 2_097_152
const TEXT_MAX_LENGTH = 65_536
const URL_MAX_LENGTH = 8192

/** How long the rest of a page may take to load: a page is judged without its last picture. */
const LOAD_MS = 5000

/** How often a page is read again because it went to another address meanwhile. */
const READ_ATTEMPTS = 5

/** Opens an address and reads what stands there in the end. Rejects with a {@link WorkerError} that says what went wrong. */
export async function visit(context: BrowserContext, options: VisitOptions): Promise<Visit> {
  const page = context.pages()[0] ?? (await context.newPage())
  const navigation = watchNavigation(page)
  try {
    await page.goto(options.url, { waitUntil: 'domcontentloaded', timeout: options.navigationTimeoutMs })
    await loaded(page)
    await delay(options.waitMs, undefined, { signal: options.signal })
  } catch (error) {
    throw navigationFailure(error, navigation.lastUrl() ?? options.url, options)
  }
  const read = await readPage(page)
  const response = navigation.lastResponse()
  const headers = response?.headers() ?? {}
  const lastUrl = navigation.lastUrl() ?? options.url
  if (options.proxy.isOwnAnswer(headers) || page.url().startsWith('chrome-error:')) {
    throw options.proxy.failureOf(lastUrl) ?? new WorkerError('NAVIGATION_FAILED', `${lastUrl} could not be opened`)
  }
  return {
    page,
    ...read,
    finalUrl: page.url().slice(0, URL_MAX_LENGTH),
    status: response?.status(),
    headers,
    cookieNames: (await context.cookies()).map(({ name }) => name),
  }
}

interface Navigation {
  /** Last address that the page itself went to, redirects included. */
  lastUrl(): string | undefined
  lastResponse(): Response | undefined
}

function watchNavigation(page: Page): Navigation {
  let lastUrl: string | undefined
  let lastResponse: Response | undefined
  page.on('request', (request) => {
    if (isOfPage(request, page)) lastUrl = request.url()
  })
  page.on('response', (response) => {
    if (isOfPage(response.request(), page)) lastResponse = response
  })
  return { lastUrl: () => lastUrl, lastResponse: () => lastResponse }
}

function isOfPage(request: Request, page: Page): boolean {
  return request.isNavigationRequest() && request.frame() === page.mainFrame()
}

async function readPage(page: Page): Promise<Pick<Visit, 'html' | 'title' | 'text'>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // In text, because it runs in the page; cut there, because a page can be as large as it likes.
      const [html, text, title] = await Promise.all([
        page.evaluate(`(document.documentElement?.outerHTML ?? '').slice(0, ${HTML_MAX_LENGTH})`),
        page.evaluate(`(document.body?.innerText ?? '').slice(0, ${TEXT_MAX_LENGTH})`),
        page.evaluate(`(document.title ?? '').slice(0, 1024)`),
      ])
      return { html: String(html), text: String(text), title: String(title) }
    } catch (error) {
      if (attempt === READ_ATTEMPTS || !String(error).includes('Execution context was destroyed')) {
        throw new WorkerError('NAVIGATION_FAILED', `the page could not be read: ${firstLine(error)}`, {
          cause: error,
          retryable: true,
        })
      }
      await loaded(page)
    }
  }
}

async function loaded(page: Page): Promise<void> {
  await page.waitForLoadState('load', { timeout: LOAD_MS }).catch(() => undefined)
}

function navigationFailure(error: unknown, url: string, { proxy, navigationTimeoutMs }: VisitOptions): WorkerError {
  const said = firstLine(error)
  if (said.includes('ERR_TUNNEL_CONNECTION_FAILED')) {
    const failure = proxy.failureOf(url)
    if (failure !== undefined) return failure
  }
  const name = /net::ERR_\w+/.exec(said)?.[0] ?? said
  if (/ERR_(CERT|SSL)_/.test(name)) return new WorkerError('TLS_FAILED', `${url}: ${name}`, { cause: error })
  if (error instanceof Error && error.name === 'TimeoutError') {
    const message = `${url} did not answer within ${navigationTimeoutMs} ms`
    return new WorkerError('NAVIGATION_TIMEOUT', message, { cause: error, retryable: true })
  }
  if (said.includes('Download is starting') || name === 'net::ERR_ABORTED') {
    return new WorkerError('NOT_A_PAGE', `${url} answers with a file or with nothing`, { cause: error })
  }
  return new WorkerError('NAVIGATION_FAILED', `${url}: ${name}`, { cause: error, retryable: true })
}

function firstLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? ''
}
