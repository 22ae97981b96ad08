import { type EmbeddedStore, key, type Operation, parts, under } from '@agentic/embedded-store'
import { hashOfToken, newTimedId, newTokenText } from '../tokens/token-text.ts'
import { type Hook, type HookStore, MAX_HOOKS } from './hook-store.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'

interface Row {
  readonly hook: Hook
  readonly sealedSecret?: string | undefined
}

/*
 *   hook    | hash of its token -> Row
 *   hook-of | agent | id        -> hash of its token
 */
const hookKey = (hash: string): string => key('hook', hash)
const ownKey = (agentId: string, id: string): string => key('hook-of', agentId, id)

/** Keeps hooks under the hashes of their tokens, so that looking one up reads one row, however many there are. */
export function createEmbeddedHookStore(store: EmbeddedStore, clock: () => number = Date.now): HookStore {
  async function remove(agentId: string, ids: readonly string[]): Promise<boolean> {
    const found = await Promise.all(ids.map((id) => store.get<string>(ownKey(agentId, id))))
    const operations = ids.flatMap((id, index): Operation[] => {
      const hash = found[index]
      const own: Operation = { type: 'delete', key: ownKey(agentId, id) }
      return hash === undefined ? [] : [{ type: 'delete', key: hookKey(hash) }, own]
    })
    await store.write(operations)
    return operations.length > 0
  }

  return {
    async create({ secret, ...fields }) {
      const { agentId } = fields
      const own = under('hook-of', agentId)
      return store.exclusive(key('hook-of', agentId), async () => {
        if ((await store.keys({ ...own, limit: MAX_HOOKS })).length === MAX_HOOKS) return { type: 'full' }
        const createdAt = clock()
        const hook: Hook = { ...fields, id: newTimedId(createdAt), createdAt }
        const token = newTokenText('hook')
        const hash = hashOfToken(token)
        const row: Row = { hook, ...(secret === undefined ? {} : { sealedSecret: sealSecret(secret, token) }) }
        await store.write([
          { type: 'put', key: hookKey(hash), value: row },
          { type: 'put', key: ownKey(agentId, hook.id), value: hash },
        ])
        return { type: 'created', hook, token }
      })
    },

    async find(token) {
      const row = await store.get<Row>(hookKey(hashOfToken(token)))
      if (row === undefined) return undefined
      const { hook, sealedSecret } = row
      return { hook, secret: sealedSecret === undefined ? undefined : openSecret(sealedSecret, token) }
    },

    async list(agentId, { limit, cursor }) {
      const range = under('hook-of', agentId)
      const after = cursor === undefined ? range.gt : ownKey(agentId, cursor)
      const entries = await store.list<string>({ ...range, gt: after, limit: limit + 1 })
      const shown = entries.slice(0, limit)
      const rows = await Promise.all(shown.map(({ value }) => store.get<Row>(hookKey(value))))
      const end = shown.at(-1)
      return {
        items: rows.flatMap((row) => (row === undefined ? [] : [row.hook])),
        nextCursor: entries.length > limit && end !== undefined ? parts(end.key)[2] : undefined,
      }
    },

    delete: (agentId, id) => remove(agentId, [id]),

    async deleteAgent(agentId) {
      const keys = await store.keys(under('hook-of', agentId))
      await remove(
        agentId,
        keys.map((text) => parts(text)[2] ?? ''),
      )
    },
  }
}
