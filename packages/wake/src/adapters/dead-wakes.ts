import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import type { Bundle } from '../bundle.ts'
import { assertAgentId, assertDeadPage } from '../validate.ts'
import type { DeadWake } from '../wake.ts'
import type { DeadPage, WakeStore } from '../wake-store.ts'
import * as rows from './rows.ts'

const DEFAULT_LIMIT = 50

/** More to write, and what to do once it is written. */
export interface Prepared {
  readonly operations: readonly Operation[]
  readonly onWritten: () => void
}

/** Makes the part of a wake store that keeps the dead; `ring` makes an ordinary wake of a bundle. */
export function createDeadWakes(
  store: EmbeddedStore,
  ring: (agentId: string, bundle: Bundle, at: number) => Prepared,
): Pick<WakeStore, 'listDead' | 'revive' | 'discard'> {
  return {
    async listDead(page = {}): Promise<DeadPage> {
      assertDeadPage(page)
      const { agentId, limit = DEFAULT_LIMIT, cursor } = page
      const stretch = agentId === undefined ? rows.ALL_DEAD : rows.deadOf(agentId)
      const after = cursor === undefined ? '' : rows.deadKeyOf(cursor)
      const from = after > stretch.gt ? after : stretch.gt
      const entries = await store.list<rows.DeadBundle>({ ...stretch, gt: from, limit: limit + 1 })
      const items = entries
        .slice(0, limit)
        .map(({ key, value }): DeadWake => ({ id: rows.deadIdOf(key), agentId: rows.agentOfDead(key), ...value }))
      return { items, nextCursor: entries.length > limit ? items.at(-1)?.id : undefined }
    },

    async revive(agentId) {
      assertAgentId(agentId)
      const entries = await store.list<rows.DeadBundle>(rows.deadOf(agentId))
      const rings = entries.map(({ value: { triggers, more, diedAt } }) =>
        ring(agentId, { triggers, more, attempt: 1 }, diedAt),
      )
      const removals = entries.map(({ key }): Operation => ({ type: 'delete', key }))
      await store.write([...removals, ...rings.flatMap(({ operations }) => operations)])
      for (const { onWritten } of rings) onWritten()
      return entries.length
    },

    async discard(agentId) {
      assertAgentId(agentId)
      const keys = await store.keys(rows.deadOf(agentId))
      await store.write(keys.map((key) => ({ type: 'delete', key })))
      return keys.length
    },
  }
}
