import { type EmbeddedStore, key, type Operation, parts, under } from '@agentic/embedded-store'
import { type Link, mayWrite } from '../link.ts'
import type { LinkStore } from '../link-store.ts'
import { type Allowance, takeOne } from '../rate.ts'
import { parseAgentId, parseNewLink, parsePage } from '../validation.ts'

export interface EmbeddedLinkStoreOptions {
  /**
   * The time now, in milliseconds since 1970.
   * @default Date.now
   */
  readonly clock?: (() => number) | undefined
}

/*
 *   links | pair  | smaller id | larger id         -> Link
 *   links | agent | id | other id                  -> null      both agents of each link
 *   links | rate  | sender | receiver              -> Allowance
 */
const ROOT = 'links'

/** Makes a {@link LinkStore} on an embedded store, whose keys under `links` it then owns. */
export function createEmbeddedLinkStore(store: EmbeddedStore, options: EmbeddedLinkStoreOptions = {}): LinkStore {
  const { clock = () => Date.now() } = options

  const inTurn = <Result>(one: string, other: string, work: (pairKey: string) => Promise<Result>): Promise<Result> => {
    const pairKey = pairKeyOf(one, other)
    return store.exclusive(pairKey, () => work(pairKey))
  }

  async function remove(one: string, other: string): Promise<boolean> {
    return inTurn(one, other, async (pairKey) => {
      if ((await store.get(pairKey)) === undefined) return false
      const keys = [pairKey, agentKey(one, other), agentKey(other, one), rateKey(one, other), rateKey(other, one)]
      await store.write(keys.map((rowKey): Operation => ({ type: 'delete', key: rowKey })))
      return true
    })
  }

  return {
    async create(input) {
      const accepted = parseNewLink(input)
      const { from, to } = accepted
      return inTurn(from, to, async (pairKey) => {
        const there = await store.get<Link>(pairKey)
        if (there !== undefined) return { type: 'taken', link: there }
        const link: Link = { ...accepted, createdAt: Math.floor(clock()) }
        await store.write([
          { type: 'put', key: pairKey, value: link },
          { type: 'put', key: agentKey(from, to), value: null },
          { type: 'put', key: agentKey(to, from), value: null },
        ])
        return { type: 'created', link }
      })
    },

    async get(one, other) {
      return store.get<Link>(pairKeyOf(parseAgentId(one, 'one'), parseAgentId(other, 'other')))
    },

    async list(page = {}) {
      const { agentId, limit, cursor } = parsePage(page)
      const prefix = agentId === undefined ? [ROOT, 'pair'] : [ROOT, 'agent', agentId]
      const range = under(...prefix)
      const [, last = ''] = cursor?.split('~') ?? []
      const after = agentId === undefined ? key(...prefix, ...(cursor?.split('~') ?? [])) : key(...prefix, last)
      const keys = await store.keys({ ...range, gt: cursor === undefined ? range.gt : after, limit: limit + 1 })
      const shown = keys.slice(0, limit).map((rowKey) => parts(rowKey).slice(-2) as [string, string])
      const items = await Promise.all(shown.map(([one, other]) => store.get<Link>(pairKeyOf(one, other))))
      const end = shown.at(-1)
      return {
        items: items.filter((link) => link !== undefined),
        ...(keys.length > limit && end !== undefined ? { nextCursor: end.join('~') } : {}),
      }
    },

    async delete(one, other) {
      return remove(parseAgentId(one, 'one'), parseAgentId(other, 'other'))
    },

    async admit(from, to) {
      return inTurn(parseAgentId(from, 'from'), parseAgentId(to, 'to'), async (pairKey) => {
        const link = await store.get<Link>(pairKey)
        if (link === undefined) return { type: 'no-link' }
        if (!mayWrite(link, from)) return { type: 'wrong-direction', link }
        const taken = takeOne(link.rateLimit, await store.get<Allowance>(rateKey(from, to)), Math.floor(clock()))
        if (taken.type === 'used-up') return { type: 'rate-limited', retryAfterMs: taken.retryAfterMs }
        await store.write([{ type: 'put', key: rateKey(from, to), value: taken.allowance }])
        return { type: 'admitted', link }
      })
    },

    async deleteAgent(agentId) {
      const id = parseAgentId(agentId, 'agentId')
      const keys = await store.keys(under(ROOT, 'agent', id))
      const removed = await Promise.all(keys.map((rowKey) => remove(id, parts(rowKey)[3] ?? '')))
      return removed.filter(Boolean).length
    },
  }
}

/** One key for both orders, so that two agents cannot have two links. */
function pairKeyOf(one: string, other: string): string {
  return one < other ? key(ROOT, 'pair', one, other) : key(ROOT, 'pair', other, one)
}

function agentKey(agentId: string, other: string): string {
  return key(ROOT, 'agent', agentId, other)
}

function rateKey(from: string, to: string): string {
  return key(ROOT, 'rate', from, to)
}
