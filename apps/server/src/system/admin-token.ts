import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { EmbeddedStore } from '@agentic/embedded-store'
import { ConfigError } from '../config.ts'
import type { TokenVerifier } from '../http/bearer-auth.ts'

const ROW = 'admin-token'

export interface AdminToken extends TokenVerifier {
  /** The token, when it was made just now: to be shown once. Afterwards only its hash is known. */
  readonly fresh: string | undefined
}

/**
 * Takes the admin token: the one given, which from then on is the only one; else the one of an earlier start; else, where
 * one may be made, a new one. Only its hash is stored: tokens are random, so a plain SHA-256 cannot be guessed back.
 */
export async function openAdminToken(
  store: EmbeddedStore,
  given: string | undefined,
  { mayMake }: { readonly mayMake: boolean },
): Promise<AdminToken> {
  const stored = await store.get<{ readonly hash: string }>(ROW)
  const isFirst = given === undefined && stored === undefined
  if (isFirst && !mayMake) {
    throw new ConfigError(['adminToken: a server that others can reach needs one of your own: set AGENTIC_ADMIN_TOKEN'])
  }
  const fresh = isFirst ? `agentic_admin_${randomBytes(32).toString('base64url')}` : undefined
  const token = given ?? fresh
  const hash = token === undefined ? Buffer.from(stored?.hash ?? '', 'hex') : hashOf(token)
  if (hash.toString('hex') !== stored?.hash)
    await store.write([{ type: 'put', key: ROW, value: { hash: hash.toString('hex') } }])
  return {
    fresh,
    verify: async (text) => (timingSafeEqual(hashOf(text), hash) ? { type: 'admin', tokenId: 'admin' } : undefined),
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
