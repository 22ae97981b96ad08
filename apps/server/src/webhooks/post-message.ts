import { type SignedMessage, webhookHeaders } from './signature.ts'

export interface Target {
  readonly url: string
  readonly secret: string
}

export interface PostOptions {
  /** Must refuse private addresses by itself: `createGuardedFetch` of `@agentic/worker`. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Gives it up: the message counts as neither delivered nor failed. */
  readonly signal: AbortSignal
  /**
   * How long to wait for an answer, in milliseconds.
   * @default 15_000
   */
  readonly timeoutMs?: number | undefined
}

/** What came of one attempt. The reason says nothing that the receiver wrote. */
export type PostResult = { readonly type: 'delivered' } | { readonly type: 'failed'; readonly reason: string }

/**
 * Posts a signed message once. Only an answer of 2xx in time is a delivery; redirects are not followed and bodies of
 * answers not read. Rejects with the signal's reason when it aborts, never otherwise.
 */
export async function postMessage(
  { url, secret }: Target,
  message: SignedMessage,
  { fetch, signal, timeoutMs = 15_000 }: PostOptions,
): Promise<PostResult> {
  const headers = { ...webhookHeaders(secret, message), 'content-type': 'application/json' }
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: message.body, redirect: 'manual', signal: within })
    await answer.body?.cancel()
    return answer.ok ? { type: 'delivered' } : { type: 'failed', reason: `answered ${answer.status}` }
  } catch (error) {
    signal.throwIfAborted()
    if (within.aborted) return { type: 'failed', reason: `no answer within ${timeoutMs} ms` }
    return { type: 'failed', reason: codeOf(error) }
  }
}

/** A code of ours, as ADDRESS_REFUSED; messages may hold the address, and with it what its path keeps secret. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'CONNECTION_FAILED'
}
