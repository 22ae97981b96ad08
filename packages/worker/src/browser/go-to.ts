import { WorkerError } from '../errors.ts'
import type { GuardProxy } from './guard-proxy.ts'
import { firstLine } from './read-page.ts'
import type { Tab } from './tab.ts'

/** Says why a tab shows no page where it went to one, or `undefined` when it shows one. */
export function whyNotOpened(tab: Tab, proxy: GuardProxy): WorkerError | undefined {
  const { page, failure } = tab
  const response = tab.responseOf(page.mainFrame())
  const isOwnAnswer = response !== undefined && proxy.isOwnAnswer(response.headers())
  if (!isOwnAnswer && !page.url().startsWith('chrome-error:')) return undefined
  const url = failure?.url ?? page.url()
  return failureOf(url, failure?.error ?? '', proxy)
}

/**
 * Takes a tab to an address, up to the first of its answer; says whether that is a page, or a file that is being
 * downloaded. Rejects with a {@link WorkerError} that says what went wrong.
 */
export async function goTo(
  tab: Tab,
  url: string,
  { proxy, navigationTimeoutMs }: { readonly proxy: GuardProxy; readonly navigationTimeoutMs: number },
): Promise<'page' | 'file'> {
  try {
    await tab.page.goto(url, { waitUntil: 'commit', timeout: navigationTimeoutMs })
    return 'page'
  } catch (error) {
    const said = firstLine(error)
    if (said.includes('Download is starting')) return 'file'
    if (error instanceof Error && error.name === 'TimeoutError') {
      const message = `${shown(url)} did not answer within ${navigationTimeoutMs} ms`
      throw new WorkerError('NAVIGATION_TIMEOUT', message, { cause: error, retryable: true })
    }
    // A script of the page has already gone on: what comes of that is for who waits for the page to rest.
    const isAborted = said.includes('net::ERR_ABORTED')
    if (said.includes('interrupted by another navigation') || (isAborted && tab.activity.openNavigations > 0)) {
      return 'page'
    }
    if (isAborted) throw notAPage(url)
    throw failureOf(tab.failure?.url ?? url, said, proxy)
  }
}

export function notAPage(url: string): WorkerError {
  return new WorkerError('NOT_A_PAGE', `${shown(url)} answers with a file or with nothing`)
}

function failureOf(url: string, said: string, proxy: GuardProxy): WorkerError {
  const name = /net::ERR_\w+/.exec(said)?.[0] ?? said
  // What Chromium itself refuses, it never asked the proxy for.
  const isOfProxy = name === '' || /ERR_(?:TUNNEL_CONNECTION_FAILED|HTTP_RESPONSE_CODE_FAILURE)/.test(name)
  const failure = isOfProxy ? proxy.failureOf(url) : undefined
  if (failure !== undefined) return failure
  if (/ERR_(?:CERT|SSL)_/.test(name)) return new WorkerError('TLS_FAILED', `${shown(url)}: ${name}`)
  if (/ERR_(?:UNSAFE_REDIRECT|DISALLOWED_URL_SCHEME|UNKNOWN_URL_SCHEME|BLOCKED_BY_CLIENT|UNSAFE_PORT)/.test(name)) {
    return new WorkerError('ADDRESS_REFUSED', `${shown(url)}: ${name}`)
  }
  return new WorkerError('NAVIGATION_FAILED', `${shown(url)} could not be opened: ${name}`, { retryable: true })
}

/** An address without what may be secret in it. */
function shown(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null || parsed.origin === 'null'
    ? url.slice(0, 100)
    : `${parsed.origin}${parsed.pathname}`.slice(0, 500)
}
