import { key, numberPart, type Operation, parts, under } from '@agentic/embedded-store'
import { fingerprintOf } from '../content.ts'
import type { Association, AssociationKind, Memory, MemoryKind } from '../memory.ts'

/*
 * The layout, all under `memory`. A row without a value written here holds null.
 *
 *   agent <agent>                                     AgentState
 *   there <agent> <memory>                            Memory
 *   gone <agent> <memory>                             Memory with its deletion
 *   owner <memory>                                    the agent that has it, there or gone
 *   kind <agent> <there|gone> <kind> <memory>         memories by kind
 *   text <agent> <fingerprint>                        id of the memory that is there and says exactly this
 *   change <agent> <version> <memory>                 each memory once, by its last change
 *   edge <agent> <memory> <other> <kind> <out|in>     weight; each association from both of its ends
 *   vector <agent> <memory>                           StoredVector of what a memory that is there says
 *   bulletin <agent>                                  Bulletin
 */
const ROOT = 'memory'

export interface AgentState {
  /** The version of its first change: what is older belongs to a former agent of this id. */
  readonly since: number
  readonly version: number
  /** How many memories are there. */
  readonly memories: number
}

export interface StoredVector {
  readonly model: string
  /** 32-bit floats, little-endian, as base64. */
  readonly data: string
}

type Presence = 'there' | 'gone'

export interface Range {
  readonly gt: string
  readonly lt: string
}

export const keyOf = {
  agent: (agentId: string): string => key(ROOT, 'agent', agentId),
  there: (agentId: string, memoryId: string): string => key(ROOT, 'there', agentId, memoryId),
  gone: (agentId: string, memoryId: string): string => key(ROOT, 'gone', agentId, memoryId),
  owner: (memoryId: string): string => key(ROOT, 'owner', memoryId),
  text: (agentId: string, kind: MemoryKind, content: string): string =>
    key(ROOT, 'text', agentId, fingerprintOf(kind, content)),
  vector: (agentId: string, memoryId: string): string => key(ROOT, 'vector', agentId, memoryId),
  bulletin: (agentId: string): string => key(ROOT, 'bulletin', agentId),
} as const

export const rangeOf = {
  agents: (after: string | undefined): Range => ({
    ...under(ROOT, 'agent'),
    ...(after === undefined ? {} : { gt: keyOf.agent(after) }),
  }),
  presence: (agentId: string, presence: Presence): Range => under(ROOT, presence, agentId),
  kind: (agentId: string, presence: Presence, kind: MemoryKind): Range => under(ROOT, 'kind', agentId, presence, kind),
  changesAfter: (agentId: string, version: number): Range => ({
    ...under(ROOT, 'change', agentId),
    gt: key(ROOT, 'change', agentId, version + 1),
  }),
  edges: (agentId: string, memoryId: string): Range => under(ROOT, 'edge', agentId, memoryId),
  vectors: (agentId: string): Range => under(ROOT, 'vector', agentId),
} as const

/** The last part of a key: the memory in every list of memories, the agent in the list of agents. */
export function lastPart(rowKey: string): string {
  return rowKey.slice(rowKey.lastIndexOf('\0') + 1)
}

/** What becomes of the rows of one memory. */
export interface MemoryChange {
  /** Nothing when it is made. */
  readonly before?: Memory | undefined
  /** Nothing when it is removed for good. */
  readonly after?: Memory | undefined
}

/** What a change writes. The rows of a memory follow from it alone, so that no index can be forgotten. */
export function operationsOf({ before, after }: MemoryChange): Operation[] {
  const old = before === undefined ? [] : rowsOf(before)
  const next = after === undefined ? [] : rowsOf(after)
  const kept = new Set(next.map((row) => row.key))
  const had = new Map(old.map((row) => [row.key, row.value]))
  return [
    ...old.filter((row) => !kept.has(row.key)).map((row): Operation => ({ type: 'delete', key: row.key })),
    // A memory's own row is an object and always written; an index row is written when it is new.
    ...next
      .filter((row) => (typeof row.value === 'object' && row.value !== null ? true : had.get(row.key) !== row.value))
      .map((row): Operation => ({ type: 'put', ...row })),
    ...(before === undefined || saysTheSame(before, after)
      ? []
      : [{ type: 'delete' as const, key: keyOf.vector(before.agentId, before.id) }]),
  ]
}

function rowsOf(memory: Memory): { readonly key: string; readonly value: unknown }[] {
  const { agentId, id, kind, content, version, deletion } = memory
  const presence = deletion === undefined ? 'there' : 'gone'
  return [
    { key: keyOf[presence](agentId, id), value: memory },
    { key: keyOf.owner(id), value: agentId },
    { key: key(ROOT, 'kind', agentId, presence, kind, id), value: null },
    { key: key(ROOT, 'change', agentId, version, id), value: null },
    ...(deletion === undefined ? [{ key: keyOf.text(agentId, kind, content), value: id }] : []),
  ]
}

function saysTheSame(before: Memory, after: Memory | undefined): boolean {
  return after !== undefined && after.deletion === undefined && after.content === before.content
}

/** The two rows of an association, one at each end. */
export function edgeRows(agentId: string, { from, to, kind, weight }: Association): { key: string; value: number }[] {
  return [
    { key: key(ROOT, 'edge', agentId, from, to, kind, 'out'), value: weight },
    { key: key(ROOT, 'edge', agentId, to, from, kind, 'in'), value: weight },
  ]
}

/** The version in the key of a change. */
export function versionInKey(changeKey: string): number {
  return numberPart(parts(changeKey)[3] ?? '')
}

export function associationOf(rowKey: string, weight: number): Association {
  const [memory = '', other = '', kind, direction] = parts(rowKey).slice(3)
  const [from, to] = direction === 'out' ? [memory, other] : [other, memory]
  return { from, to, kind: kind as AssociationKind, weight }
}

export function encodeVector(model: string, values: Float32Array): StoredVector {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4)
  return { model, data: bytes.toString('base64') }
}

export function decodeVector({ data }: StoredVector): Float32Array {
  const bytes = Buffer.from(data, 'base64')
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
}
