import type { EmbeddedStore } from '@agentic/embedded-store'
import { mergeMemories } from '../maintenance/merge.ts'
import type { MaintenanceChange, PlannedMemory } from '../maintenance/plan.ts'
import type { Memory } from '../memory.ts'
import type { MaintenanceCounts } from '../memory-store.ts'
import { createEdgeBook, type EdgeBook } from './edges.ts'
import type { MemoryReader } from './reader.ts'
import { keyOf, type MemoryChange } from './rows.ts'
import type { Turn } from './turn.ts'

/** Most memories that one batch changes. */
const BATCH = 100

type Mutable<Counts> = { -readonly [Name in keyof Counts]: Counts[Name] }

/** Cuts planned changes into batches; a merge of very many goes in parts, each with its own. */
export function batchesOf(changes: readonly MaintenanceChange[]): MaintenanceChange[][] {
  const batches: MaintenanceChange[][] = []
  let room = 0
  for (const change of changes.flatMap(partsOf)) {
    const size = change.type === 'merge' ? change.from.length : 1
    if (size > room) {
      batches.push([])
      room = BATCH
    }
    batches.at(-1)?.push(change)
    room -= size
  }
  return batches
}

function partsOf(change: MaintenanceChange): MaintenanceChange[] {
  if (change.type !== 'merge') return [change]
  const count = Math.ceil(change.from.length / BATCH)
  return Array.from({ length: count }, (_, part) => ({
    ...change,
    from: change.from.slice(part * BATCH, (part + 1) * BATCH),
  }))
}

/** What a maintenance knows of its own earlier batches. */
export interface Progress {
  readonly counts: Mutable<MaintenanceCounts>
  /** The versions that merged memories have now. */
  readonly versions: Map<string, number>
  /** What a part of a merge could not be merged into: the parts that follow belong to it. */
  readonly givenUp: Set<string>
}

export function startProgress(): Progress {
  return { counts: { pruned: 0, merged: 0, purged: 0, skipped: 0 }, versions: new Map(), givenUp: new Set() }
}

/** Makes one batch of changes in a turn. What it counts is only told when it is on disk. */
export async function applyBatch(
  store: EmbeddedStore,
  reader: MemoryReader,
  turn: Turn,
  batch: readonly MaintenanceChange[],
  progress: Progress,
): Promise<void> {
  const { agentId, at } = turn
  const edges = createEdgeBook(store, agentId)
  const made: MemoryChange[] = []
  const used = new Set<string>()
  const counts = { ...startProgress().counts }
  const versions = new Map<string, number>()

  /** The memory as it was planned, unless this batch or somebody else changed it. */
  async function asPlanned({ memoryId, version }: PlannedMemory): Promise<Memory | undefined> {
    if (used.has(memoryId)) return undefined
    const memory = await reader.any(agentId, memoryId)
    return memory?.version === (progress.versions.get(memoryId) ?? version) ? memory : undefined
  }

  async function prune(change: Extract<MaintenanceChange, { type: 'prune' }>): Promise<number> {
    const before = await asPlanned(change)
    if (before?.deletion !== undefined || before?.lastAccessedAt !== change.lastAccessedAt) return 0
    made.push({ before, after: { ...before, version: turn.nextVersion(), deletion: { type: 'pruned', at } } })
    used.add(before.id)
    return 1
  }

  async function purge(change: Extract<MaintenanceChange, { type: 'purge' }>): Promise<number> {
    const before = await asPlanned(change)
    if (before?.deletion === undefined) return 0
    await removeEdges(edges, before.id)
    made.push({ before })
    used.add(before.id)
    return 1
  }

  async function merge({ into, from, content }: Extract<MaintenanceChange, { type: 'merge' }>): Promise<number> {
    const named = await Promise.all([into, ...from].map(asPlanned))
    const all = named.filter((memory) => memory !== undefined && memory.deletion === undefined) as Memory[]
    const ids = new Set(all.map(({ id }) => id))
    const [before, ...losers] = all
    if (before === undefined || ids.size !== named.length || all.some(({ kind }) => kind !== before.kind)) return 0
    const same = await store.get<string>(keyOf.text(agentId, before.kind, content))
    if (same !== undefined && !ids.has(same)) return 0

    // The losers go first, so that the winner may take over the very words of one of them.
    for (const loser of losers) {
      await edges.move(loser.id, before.id)
      const deletion = { type: 'merged', at, into: before.id } as const
      made.push({ before: loser, after: { ...loser, version: turn.nextVersion(), deletion } })
    }
    const after = { ...mergeMemories(before, losers, content), updatedAt: at, version: turn.nextVersion() }
    made.push({ before, after })
    versions.set(before.id, after.version)
    for (const id of ids) used.add(id)
    return losers.length
  }

  async function mergePart(change: Extract<MaintenanceChange, { type: 'merge' }>): Promise<number> {
    const { memoryId } = change.into
    const merged = progress.givenUp.has(memoryId) ? 0 : await merge(change)
    if (merged === 0) progress.givenUp.add(memoryId)
    return merged
  }

  for (const change of batch) {
    if (change.type === 'prune') counts.pruned += note(await prune(change))
    else if (change.type === 'purge') counts.purged += note(await purge(change))
    else counts.merged += note(await mergePart(change))
  }
  if (made.length > 0) await turn.commit(made, edges.operations())
  for (const name of ['pruned', 'merged', 'purged', 'skipped'] as const) progress.counts[name] += counts[name]
  for (const [id, version] of versions) progress.versions.set(id, version)

  function note(done: number): number {
    if (done === 0) counts.skipped += 1
    return done
  }
}

export async function removeEdges(edges: EdgeBook, memoryId: string): Promise<void> {
  for (const edge of await edges.of(memoryId)) edges.remove(edge)
}
