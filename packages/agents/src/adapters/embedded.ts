import { isDeepStrictEqual } from 'node:util'
import { type Alongside, type EmbeddedStore, key, type Operation, parts, under } from '@agentic/embedded-store'
import * as v from 'valibot'
import { type Agent, agentIdSchema, type AgentMode, agentModeSchema, agentSettingsSchema } from '../agent.ts'
import type { AgentStore, CreateAgentResult } from '../agent-store.ts'
import { AgentError } from '../errors.ts'

/** One change, told so that more can be written in the same batch. */
export type AgentChange =
  | { readonly type: 'agent-created'; readonly agent: Agent }
  | { readonly type: 'agent-updated'; readonly agent: Agent; readonly previous: Agent }
  | { readonly type: 'agent-deleted'; readonly agentId: string }

export interface EmbeddedAgentStoreOptions {
  /** @default Date.now */
  readonly clock?: (() => number) | undefined
  /** More to write in the same batch as a change. Called in the turn in which the batch is written. */
  readonly alongside?: ((change: AgentChange) => Alongside) | undefined
}

const PAGE_SIZE = 50

// Rows: `agent\0<id>` holds the agent; `agent-active\0<id>` marks the active ones; `agent-deleting\0<id>` those that go;
// `agent-key\0<idempotency key>` holds what was asked for with it, `agent-key-of\0<id>` the key that made the agent.
const agentKey = (agentId: string): string => key('agent', agentId)
const activeKey = (agentId: string): string => key('agent-active', agentId)
const deletingKey = (agentId: string): string => key('agent-deleting', agentId)
const requestKey = (idempotencyKey: string): string => key('agent-key', idempotencyKey)
const requestOfKey = (agentId: string): string => key('agent-key-of', agentId)

type AgentContent = Pick<Agent, 'id' | 'mode' | 'settings'>

const idempotencyKeySchema = v.optional(
  v.pipe(
    v.string(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(255, 'must be at most 255 characters'),
    v.check((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'must not hold control characters'),
  ),
)

/** Keeps agents in an embedded store: `createMemoryStore()` or `openLevelStore()`. */
export function createEmbeddedAgentStore(store: EmbeddedStore, options: EmbeddedAgentStoreOptions = {}): AgentStore {
  const clock = options.clock ?? Date.now
  const alone = <Result>(agentId: string, work: () => Promise<Result>): Promise<Result> =>
    store.exclusive(agentKey(agentId), work)

  async function write(change: AgentChange, operations: readonly Operation[]): Promise<void> {
    const more = options.alongside?.(change)
    await store.write([...operations, ...(more?.operations ?? [])])
    more?.onWritten?.()
  }

  const make = (content: AgentContent, more: readonly Operation[]): Promise<CreateAgentResult> =>
    alone(content.id, async () => {
      const there = (await store.get(agentKey(content.id))) ?? (await store.get(deletingKey(content.id)))
      if (there !== undefined) return { type: 'taken' }
      const now = clock()
      const agent: Agent = { ...content, createdAt: now, updatedAt: now }
      await write({ type: 'agent-created', agent }, [...rowsOf(agent, undefined), ...more])
      return { type: 'created', agent }
    })

  const makeOnce = (idempotencyKey: string, content: AgentContent): Promise<CreateAgentResult> =>
    store.exclusive(requestKey(idempotencyKey), async () => {
      const earlier = await store.get<AgentContent>(requestKey(idempotencyKey))
      if (earlier !== undefined && !isSame(earlier, content)) {
        throw new AgentError(
          'AGENT_IDEMPOTENCY_MISMATCH',
          'idempotencyKey',
          `${earlier.id} was made with this key and other content; repeat that content, or take another key`,
        )
      }
      const agent = earlier === undefined ? undefined : await store.get<Agent>(agentKey(content.id))
      if (agent !== undefined) return { type: 'repeated', agent }
      return make(content, [
        { type: 'put', key: requestKey(idempotencyKey), value: content },
        { type: 'put', key: requestOfKey(content.id), value: idempotencyKey },
      ])
    })

  return {
    async create(input) {
      const id = parse(agentIdSchema, input.id, 'id')
      const mode = parse(agentModeSchema, input.mode ?? 'dormant', 'mode')
      const settings = parse(agentSettingsSchema, input.settings ?? {}, 'settings')
      const idempotencyKey = parse(idempotencyKeySchema, input.idempotencyKey, 'idempotencyKey')
      const content: AgentContent = { id, mode, settings }
      return idempotencyKey === undefined ? make(content, []) : makeOnce(idempotencyKey, content)
    },
    async get(agentId) {
      return v.is(agentIdSchema, agentId) ? store.get<Agent>(agentKey(agentId)) : undefined
    },
    async update(agentId, patch) {
      const mode = patch.mode === undefined ? undefined : parse(agentModeSchema, patch.mode, 'mode')
      const settings = patch.settings === undefined ? undefined : parse(agentSettingsSchema, patch.settings, 'settings')
      if (!v.is(agentIdSchema, agentId)) return undefined
      return alone(agentId, async () => {
        const previous = await store.get<Agent>(agentKey(agentId))
        if (previous === undefined) return undefined
        const agent: Agent = {
          ...previous,
          mode: mode ?? previous.mode,
          settings: settings ?? previous.settings,
          updatedAt: Math.max(clock(), previous.updatedAt),
        }
        await write({ type: 'agent-updated', agent, previous }, rowsOf(agent, previous))
        return agent
      })
    },
    async list({ limit = PAGE_SIZE, cursor, mode } = {}) {
      const ids = await idPage(store, mode, cursor, limit + 1)
      const items = (await Promise.all(ids.slice(0, limit).map((id) => store.get<Agent>(agentKey(id))))).filter(
        (agent) => agent !== undefined,
      )
      return { items, nextCursor: ids.length > limit ? ids[limit - 1] : undefined }
    },
    async beginDelete(agentId) {
      if (!v.is(agentIdSchema, agentId)) return false
      return alone(agentId, async () => {
        const agent = await store.get<Agent>(agentKey(agentId))
        if (agent === undefined) return false
        const idempotencyKey = await store.get<string>(requestOfKey(agentId))
        await store.write([
          ...(idempotencyKey === undefined ? [] : [requestOfKey(agentId), requestKey(idempotencyKey)]).map(deletion),
          deletion(agentKey(agentId)),
          ...(agent.mode === 'active' ? [deletion(activeKey(agentId))] : []),
          { type: 'put', key: deletingKey(agentId), value: clock() },
        ])
        return true
      })
    },
    endDelete: (agentId) =>
      alone(agentId, () => write({ type: 'agent-deleted', agentId }, [{ type: 'delete', key: deletingKey(agentId) }])),
    async deleting() {
      const keys = await store.keys(under('agent-deleting'))
      return keys.map(idOf)
    },
  }
}

function deletion(text: string): Operation {
  return { type: 'delete', key: text }
}

function rowsOf(agent: Agent, previous: Agent | undefined): Operation[] {
  const row: Operation = { type: 'put', key: agentKey(agent.id), value: agent }
  if (agent.mode === 'active') return [row, { type: 'put', key: activeKey(agent.id), value: 0 }]
  // Only where there is one: whoever lists the active agents has to go past each deletion until the disk is tidied.
  return previous?.mode === 'active' ? [row, deletion(activeKey(agent.id))] : [row]
}

/** Whether two say the same as what is kept, where a field that is `undefined` is none. */
function isSame(one: AgentContent, other: AgentContent): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)))
}

/** A page of ids in order. Active agents have an index of their own; dormant ones are nearly all, so those are filtered. */
async function idPage(
  store: EmbeddedStore,
  mode: AgentMode | undefined,
  cursor: string | undefined,
  limit: number,
): Promise<string[]> {
  const table = mode === 'active' ? 'agent-active' : 'agent'
  const range = { ...under(table), ...(cursor === undefined ? {} : { gt: key(table, cursor) }) }
  if (mode !== 'dormant') return (await store.keys({ ...range, limit })).map(idOf)
  const ids: string[] = []
  for await (const { value } of store.walk<Agent>(range)) {
    if (value.mode === mode) ids.push(value.id)
    if (ids.length === limit) break
  }
  return ids
}

function idOf(text: string): string {
  return parts(text)[1] ?? ''
}

function parse<Output>(schema: v.GenericSchema<unknown, Output>, value: unknown, field: string): Output {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const path = v.getDotPath(issue)
  throw new AgentError('AGENT_INVALID', path === null ? field : `${field}.${path}`, issue.message)
}
