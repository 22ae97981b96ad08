import { type EmbeddedStore, key } from '@agentic/embedded-store'
import { type Memory, type MemoryStore, planAssociations } from '@agentic/memory'

export interface Associator {
  /** Links what an agent learnt since the last time to what it knew; costs one read where it learnt nothing. */
  associate(agentId: string, options: { readonly signal: AbortSignal }): Promise<void>
  deleteAgent(agentId: string): Promise<void>
}

const PAGE = 500

/** Notes for each agent up to which version of its knowledge memories were associated. */
export function createAssociator(rows: EmbeddedStore, memories: MemoryStore): Associator {
  const rowOf = (agentId: string): string => key('associated', agentId)

  async function allOf(agentId: string, signal: AbortSignal): Promise<Memory[]> {
    const all: Memory[] = []
    let cursor: string | undefined
    do {
      signal.throwIfAborted()
      const page = await memories.list(agentId, { limit: PAGE, cursor })
      all.push(...page.items)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return all
  }

  return {
    async associate(agentId, { signal }) {
      const after = (await rows.get<number>(rowOf(agentId))) ?? 0
      const version = await memories.version(agentId)
      if (version <= after) return
      const changed = await memories.changes(agentId, { after, limit: PAGE })
      const edges =
        changed.length === 0 ? [] : planAssociations(await allOf(agentId, signal), new Set(changed.map(({ id }) => id)))
      for (const edge of edges) {
        signal.throwIfAborted()
        await memories.associate(edge)
      }
      // What was erased raises the version and is not told: with no more to come, all up to there is dealt with.
      const told = changed.at(-1)?.version ?? after
      const dealtWith = changed.length < PAGE ? Math.max(version, told) : told
      // Nothing is written of an agent that was deleted meanwhile.
      signal.throwIfAborted()
      await rows.write([{ type: 'put', key: rowOf(agentId), value: dealtWith }])
    },
    deleteAgent: (agentId) => rows.write([{ type: 'delete', key: rowOf(agentId) }]),
  }
}
