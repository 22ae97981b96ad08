import { isFurnished } from './furnished.ts'
import { isBare, isFull, type Page } from './page.ts'
import { readPage } from './read-page.ts'
import type { PageSnapshot } from './snapshot.ts'

/** Statuses that some defence answers with when it refuses. A sick server (5xx but 503) or a missing page is none. */
const REFUSING_STATUSES: ReadonlySet<number> = new Set([
  401, 403, 405, 406, 412, 415, 416, 418, 420, 428, 429, 430, 444, 451, 456, 468, 493, 498, 503, 999,
])

/** A snapshot, read once, for all judges. */
export interface Reading {
  readonly page: Page
  readonly status: number | undefined
  readonly headers: ReadonlyMap<string, string>
  readonly cookieNames: readonly string[]
  readonly finalUrl: URL | undefined
  readonly requestedUrl: URL | undefined
  readonly isBare: boolean
  readonly isFull: boolean
  /** Whether the page has what walls do not have: ways on, something to read, something else to fill in. */
  readonly isFurnished: boolean
  /** Whether the status is one that defences refuse with. */
  readonly isRefused: boolean
}

export function readSnapshot(snapshot: PageSnapshot, maxHtmlLength: number): Reading {
  const page = readPage(textOf(snapshot.html), maxHtmlLength)
  const status = Number.isInteger(snapshot.status) ? snapshot.status : undefined
  const isBarePage = isBare(page)
  return {
    page,
    status,
    headers: headersOf(snapshot.headers),
    cookieNames: (snapshot.cookieNames ?? []).filter((name) => typeof name === 'string'),
    finalUrl: urlOf(snapshot.finalUrl),
    requestedUrl: urlOf(snapshot.requestedUrl),
    isBare: isBarePage,
    isFull: isFull(page),
    isFurnished: isBarePage && isFurnished(page),
    isRefused: status !== undefined && REFUSING_STATUSES.has(status),
  }
}

/** Callers without types, and browsers that gave nothing, must not make detection throw. */
function textOf(html: unknown): string {
  return typeof html === 'string' ? html : ''
}

function headersOf(headers: PageSnapshot['headers']): ReadonlyMap<string, string> {
  const byName = new Map<string, string>()
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value === 'string') byName.set(name.toLowerCase(), value.slice(0, 4096))
  }
  return byName
}

function urlOf(address: unknown): URL | undefined {
  if (typeof address !== 'string' || address.length > 65_536) return undefined
  return URL.parse(address) ?? undefined
}
