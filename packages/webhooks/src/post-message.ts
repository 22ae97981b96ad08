import { type SignedMessage, webhookHeaders } from './signature.ts'

/** A `fetch` that posts. */
export type PostFetch = (url: string, init: RequestInit) => Promise<Response>

export interface Target {
  readonly url: string
  /** What to sign with. */
  readonly secrets: readonly string[]
}

export interface PostOptions {
  readonly fetch: PostFetch
  /** Gives it up: the message counts as neither delivered nor failed. */
  readonly signal: AbortSignal
  /** How long to wait for an answer, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * What came of one attempt. `refused` is a receiver that read the message and will not have it. The reason says nothing
 * that the receiver wrote.
 */
export type PostResult =
  | { readonly type: 'delivered' }
  | { readonly type: 'failed' | 'refused'; readonly reason: string }

/** Answers to this very message, which another attempt will hardly change. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 415, 422])

/**
 * Posts a signed message once. Only an answer of 2xx in time is a delivery; redirects are not followed and bodies of
 * answers not read. Rejects with the signal's reason when it aborts, never otherwise.
 */
export async function postMessage(
  { url, secrets }: Target,
  message: SignedMessage,
  { fetch, signal, timeoutMs }: PostOptions,
): Promise<PostResult> {
  const headers = { ...webhookHeaders(secrets, message), 'content-type': 'application/json' }
  const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: message.body, redirect: 'manual', signal: within })
    await answer.body?.cancel()
    if (answer.ok) return { type: 'delivered' }
    return { type: REFUSALS.has(answer.status) ? 'refused' : 'failed', reason: `answered ${answer.status}` }
  } catch (error) {
    signal.throwIfAborted()
    if (within.aborted) return { type: 'failed', reason: `no answer within ${timeoutMs} ms` }
    return { type: 'failed', reason: codeOf(error) }
  }
}

/** A code, as ADDRESS_REFUSED; messages may hold the address, and with it what its path keeps secret. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'CONNECTION_FAILED'
}
