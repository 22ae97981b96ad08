import { Agent, buildConnector, fetch, type RequestInit as UndiciInit } from 'undici'
import { WorkerError } from '../errors.ts'
import {
  type ConnectionGuard,
  type ConnectionGuardOptions,
  connectionFailure,
  createConnectionGuard,
  targetOf,
} from './connection-guard.ts'

/**
 * Fetches over checked connections, redirects included. Rejects with ADDRESS_REFUSED or HOST_REFUSED before anything is
 * sent to what is refused, with DNS_FAILED or CONNECTION_FAILED, or with the signal's reason.
 */
export interface GuardedFetch extends AsyncDisposable {
  (url: string | URL, init?: RequestInit): Promise<Response>
  /** Why an address is refused, as far as its host says; the host's addresses are checked when it is connected to. */
  refusalOf(url: URL): WorkerError | undefined
  /** Cuts what is open. */
  close(): Promise<void>
}

const REDIRECTS_MAX = 5
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** All that another origin is told after a redirect: any other header may be a credential. */
const HEADERS_FOR_OTHERS: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-type', 'user-agent'])

/**
 * Creates a `fetch` for addresses that are not ours to trust: webhooks, servers of tools. It reaches public addresses
 * alone unless the options say otherwise, and hands the caller's headers to no origin but the one that was asked for.
 */
export function createGuardedFetch(options: ConnectionGuardOptions = {}): GuardedFetch {
  const guard = createConnectionGuard(options)
  const dispatcher = new Agent({ connect: checkedConnector(guard) })

  async function guardedFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
    let step = firstStep(url, init)
    for (let redirects = 0; ; redirects += 1) {
      const response = await send(step, init.signal ?? undefined)
      const location = REDIRECT_STATUSES.has(response.status) ? response.headers.get('location') : null
      if (location === null || init.redirect === 'manual') return response
      await response.body?.cancel()
      if (init.redirect === 'error' || redirects === REDIRECTS_MAX) {
        const why = init.redirect === 'error' ? 'redirects' : `redirects more than ${REDIRECTS_MAX} times`
        throw new WorkerError('CONNECTION_FAILED', `${step.url.origin} ${why}`)
      }
      step = nextStep(step, response.status, location)
    }
  }

  async function send({ url, ...request }: Step, signal: AbortSignal | undefined): Promise<Response> {
    try {
      const init = { ...request, redirect: 'manual', dispatcher, signal: signal ?? null } as const
      return await fetch(url, init satisfies UndiciInit)
    } catch (error) {
      signal?.throwIfAborted()
      throw connectionFailure(rootOf(error), targetOf(url).authority)
    }
  }

  const close = (): Promise<void> => dispatcher.destroy()
  const refusalOf = (url: URL): WorkerError | undefined => guard.refusalOf(targetOf(url))
  return Object.assign(guardedFetch, { refusalOf, close, [Symbol.asyncDispose]: close })
}

interface Step {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | URLSearchParams | Uint8Array<ArrayBuffer> | ArrayBuffer | null
}

function firstStep(url: string | URL, init: RequestInit): Step {
  return {
    url: webAddress(String(url), undefined),
    method: (init.method ?? 'GET').toUpperCase(),
    headers: Object.fromEntries(new Headers(init.headers)),
    body: replayable(init.body ?? null),
  }
}

/** What the Fetch standard asks of a redirect, and no header of the caller's for another origin. */
function nextStep(step: Step, status: number, location: string): Step {
  const url = webAddress(location, step.url)
  const isGet = status === 303 ? step.method !== 'HEAD' : status <= 302 && step.method === 'POST'
  const kept = Object.entries(step.headers).filter(
    ([name]) =>
      (url.origin === step.url.origin || HEADERS_FOR_OTHERS.has(name)) && !(isGet && name.startsWith('content-')),
  )
  const headers = Object.fromEntries(kept)
  return isGet ? { url, method: 'GET', headers, body: null } : { ...step, url, headers }
}

function webAddress(text: string, base: URL | undefined): URL {
  const url = URL.parse(text, base?.href)
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url
  const from = base === undefined ? 'url' : `a redirect of ${base.origin}`
  throw new WorkerError('ADDRESS_REFUSED', `${from}: must be an address of http: or https:, without a user in it`)
}

/** A redirect may ask for the body once more. */
function replayable(body: RequestInit['body']): Step['body'] {
  if (body === null || typeof body === 'string' || body instanceof URLSearchParams) return body ?? null
  if (body instanceof ArrayBuffer) return body
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer as ArrayBuffer, body.byteOffset, body.byteLength)
  throw new WorkerError('INPUT_INVALID', 'body: must be a text, URLSearchParams or bytes')
}

function checkedConnector(guard: ConnectionGuard): buildConnector.connector {
  return (options, done) => {
    const target = targetOf(new URL(`${options.protocol}//${options.host ?? options.hostname}`))
    const refusal = guard.refusalOf(target)
    if (refusal !== undefined) return done(refusal, null)
    buildConnector({ lookup: guard.lookupFor(target) })({ ...options, hostname: target.host }, done)
  }
}

/** `fetch failed` says nothing; its cause does. */
function rootOf(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  return error.cause instanceof Error ? rootOf(error.cause) : error
}
