import {
  type Bulletins,
  createBulletins,
  createEmbeddedMemoryStore,
  createRecall,
  type Memory,
  type MemoryStore,
  type OpenRecall,
  type RecallResult,
  type SearchOptions,
} from '@agentic/memory'
import type { EmbeddedStore } from '@agentic/embedded-store'
import type { AgentOptions } from '@agentic/worker'
import type { WorkerOutcome } from '@agentic/worker-outcome'
import type { AgentLifecycle } from '../ports.ts'
import type { MemoryModels } from './memory-models.ts'

export interface AgentMemoryOptions {
  readonly store: EmbeddedStore
  /** Takes an agent's secrets out of a text; rejects when it cannot. */
  readonly scrub: (agentId: string, text: string) => Promise<string>
  readonly withAgent: AgentLifecycle['withAgent']
  /** @default none: memories are found by their words, bulletins are rendered */
  readonly models?: MemoryModels | undefined
  /** Is told why a bulletin was rendered although a model is to write it. */
  readonly onModelFailed?: ((error: unknown, agentId: string) => void) | undefined
}

/** What agents remember: scrubbed before it is kept, in an index only while they are awake. */
export interface AgentMemory {
  readonly store: MemoryStore
  /** Written by a model where one is configured. */
  readonly bulletins: Bulletins
  /** The same without ever asking a model: for timers. */
  readonly renderedBulletins: Bulletins
  /** Searches; of an agent that is awake, in the index that its first search has loaded. */
  search(agentId: string, query: string, options?: SearchOptions): Promise<RecallResult>
  /** How many agents have an index in memory now. */
  readonly openAgents: number
  /** Lets an agent's index stay while it works, and drops it then. */
  whileAwake<Result>(agentId: string, work: () => Promise<Result>): Promise<Result>
  /** Remembers the site that a run was stopped at, once for each site. */
  noteBlock(run: { readonly agentId: string; readonly runId: string }, outcome: WorkerOutcome): Promise<void>
  /** The tools of a run of a language model. */
  readonly port: NonNullable<AgentOptions['memory']>
}

const PAGE = 500

export function createAgentMemory(options: AgentMemoryOptions): AgentMemory {
  const { store: rows, scrub, withAgent, models, onModelFailed } = options
  const store = scrubbed(createEmbeddedMemoryStore(rows), scrub)
  const recall = createRecall(store, { embedder: models?.embedder })
  const written = createBulletins({ store, summarise: models?.summarise })
  /** Agents that are awake, with the index that the first search has loaded. */
  const awake = new Map<string, { opened?: Promise<OpenRecall> }>()

  async function search(agentId: string, query: string, options?: SearchOptions): Promise<RecallResult> {
    const held = awake.get(agentId)
    if (held === undefined) return recall.search(agentId, query, options)
    held.opened ??= recall.open(agentId)
    return (await held.opened).search(query, options)
  }

  /** The memory of a site that was blocked before, whatever by. */
  async function findBlock(agentId: string, site: string): Promise<Memory | undefined> {
    let cursor: string | undefined
    do {
      const page = await store.list(agentId, { kind: 'observation', limit: PAGE, cursor })
      const known = page.items.find(({ content }) => content.startsWith(blockedAt(site)))
      if (known !== undefined) return known
      cursor = page.nextCursor
    } while (cursor !== undefined)
    return undefined
  }

  return {
    store,
    bulletins: {
      async get(agentId) {
        const bulletin = await written.get(agentId)
        if (bulletin.error !== undefined) onModelFailed?.(bulletin.error, agentId)
        return bulletin
      },
    },
    renderedBulletins: createBulletins({ store }),
    search,
    get openAgents() {
      return recall.openAgents
    },
    async whileAwake(agentId, work) {
      const held: { opened?: Promise<OpenRecall> } = {}
      awake.set(agentId, held)
      try {
        return await work()
      } finally {
        awake.delete(agentId)
        await held.opened?.then(
          (opened) => opened.close(),
          () => undefined,
        )
      }
    },
    async noteBlock({ agentId, runId }, outcome) {
      if (outcome.type !== 'blocked') return
      const site = siteOf(outcome.url ?? outcome.evidence.finalUrl)
      if (site === undefined) return
      const content = `${blockedAt(site)} ${outcome.block.type}. A person had to be asked.`
      await withAgent(agentId, async () => {
        const known = await findBlock(agentId, site)
        if (known !== undefined && known.content !== content) await store.update(known.id, { content })
        await store.save({ agentId, kind: 'observation', content, source: { type: 'run', id: runId } })
      })
    },
    port: {
      async search(query, { limit }, { agentId }) {
        const { items } = await search(agentId, query, { limit })
        return items.map(({ memory: { id, kind, content } }) => ({ id, kind, content }))
      },
      async save({ text }, { agentId, runId }) {
        const save = () => store.save({ agentId, kind: 'fact', content: text, source: { type: 'run', id: runId } })
        const saved = await withAgent(agentId, save)
        if (saved === undefined) throw new Error('the agent was deleted')
        return { id: saved.memory.id, status: saved.type }
      },
    },
  }
}

/** A store that keeps no secret of an agent in what it remembers. */
function scrubbed(store: MemoryStore, scrub: AgentMemoryOptions['scrub']): MemoryStore {
  return {
    ...store,
    save: async (memory) => store.save({ ...memory, content: await scrub(memory.agentId, memory.content) }),
    async update(memoryId, changes, condition) {
      const agentId = changes.content === undefined ? undefined : (await store.get(memoryId))?.agentId
      if (agentId === undefined || changes.content === undefined) return store.update(memoryId, changes, condition)
      return store.update(memoryId, { ...changes, content: await scrub(agentId, changes.content) }, condition)
    },
  }
}

function blockedAt(site: string): string {
  return `${site} stopped a run:`
}

function siteOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  const { origin } = new URL(url)
  return origin === 'null' ? undefined : origin
}
