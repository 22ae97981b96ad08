import { type EmbeddedStore, key, type Operation, parts, under } from '@agentic/embedded-store'
import type { Caller } from '../http/caller.ts'
import type { Token, TokenStore } from './token-store.ts'
import { hashOfToken, newTimedId, newTokenText } from './token-text.ts'

/**
 * Keeps tokens under their hashes, so that looking one up reads one row, however many there are. Looking up by hash tells
 * an observer of times nothing about a token: who does not know it cannot choose its hash.
 */
export function createEmbeddedTokenStore(store: EmbeddedStore, clock: () => number = Date.now): TokenStore {
  const ends = new Map<string, AbortController>()

  const rowOf = async (id: string): Promise<{ readonly hash: string; readonly token: Token } | undefined> => {
    const hash = await store.get<string>(idKey(id))
    const token = hash === undefined ? undefined : await store.get<Token>(hashKey(hash))
    return hash === undefined || token === undefined ? undefined : { hash, token }
  }

  async function remove(ids: readonly string[]): Promise<boolean> {
    const rows = (await Promise.all(ids.map(rowOf))).filter((row) => row !== undefined)
    await store.write(
      rows.flatMap(({ hash, token }) => keysOf(token, hash).map((each) => ({ type: 'delete', key: each }))),
    )
    for (const id of ids) {
      ends.get(id)?.abort(new Error('the token was deleted'))
      ends.delete(id)
    }
    return rows.length > 0
  }

  return {
    async create({ scope, name, expiresAt }) {
      const createdAt = clock()
      const token: Token = { id: newTimedId(createdAt), scope, name, createdAt, expiresAt }
      const text = newTokenText(scope.type)
      const hash = hashOfToken(text)
      const values: readonly unknown[] = [token, hash, 0]
      await store.write(
        keysOf(token, hash).map((each, index): Operation => ({ type: 'put', key: each, value: values[index] })),
      )
      return { token, text }
    },

    async list({ limit, cursor }) {
      const range = under('token')
      const keys = await store.keys({
        ...range,
        ...(cursor === undefined ? {} : { gt: idKey(cursor) }),
        limit: limit + 1,
      })
      const ids = keys.slice(0, limit).map((each) => parts(each)[1] ?? '')
      const rows = await Promise.all(ids.map(rowOf))
      const items = rows.flatMap((row) => (row === undefined ? [] : [row.token]))
      return { items, nextCursor: keys.length > limit ? ids.at(-1) : undefined }
    },

    delete: (id) => remove([id]),

    async deleteAgent(agentId) {
      const keys = await store.keys(under('agent-token', agentId))
      await remove(keys.map((each) => parts(each)[2] ?? ''))
    },

    whileValid(tokenId) {
      const end = ends.get(tokenId) ?? new AbortController()
      ends.set(tokenId, end)
      return end.signal
    },

    async verify(text) {
      const token = await store.get<Token>(hashKey(hashOfToken(text)))
      if (token === undefined || (token.expiresAt !== undefined && token.expiresAt <= clock())) return undefined
      return callerOf(token)
    },
  }
}

function callerOf({ id: tokenId, scope, expiresAt }: Token): Caller {
  return scope.type === 'admin'
    ? { type: 'admin', tokenId, expiresAt }
    : { type: 'agent', agentId: scope.agentId, tokenId, expiresAt }
}

/** The rows of a token, the one that opens things first. */
function keysOf({ id, scope }: Token, hash: string): readonly string[] {
  const keys = [hashKey(hash), idKey(id)]
  return scope.type === 'admin' ? keys : [...keys, key('agent-token', scope.agentId, id)]
}

function idKey(id: string): string {
  return key('token', id)
}

function hashKey(hash: string): string {
  return key('token-hash', hash)
}
