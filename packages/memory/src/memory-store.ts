import type { Association, AssociationKind, Memory, MemoryKind, MemorySource } from './memory.ts'
import type { MaintenanceChange } from './maintenance/plan.ts'

export interface NewMemory {
  /** `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}` */
  readonly agentId: string
  readonly kind: MemoryKind
  /** 1 to 8,000 characters, not blank. Scrub it first: it is kept as it is given. */
  readonly content: string
  /**
   * From 0 to 1.
   * @default by kind, from 1 (identity) to 0.3 (observation)
   */
  readonly importance?: number | undefined
  /** @default false */
  readonly isPinned?: boolean | undefined
  /** Where it was learnt. */
  readonly source?: MemorySource | undefined
}

/** What to change of a memory; what is left out stays. */
export type MemoryChanges = {
  readonly [Field in 'kind' | 'content' | 'importance' | 'isPinned']?: Memory[Field] | undefined
}

/** Only when the memory is still as it was at this version; without one, however it is. */
export interface VersionCondition {
  readonly version?: number | undefined
}

/** Made, or known before: then its source was added to that one. */
export interface SaveResult {
  readonly type: 'created' | 'known'
  readonly memory: Memory
}

export type ChangeResult =
  | { readonly type: 'changed'; readonly memory: Memory }
  /** It is not as it was at the version that was asked for. */
  | { readonly type: 'conflict'; readonly memory: Memory }
  /** Another memory of this kind says exactly that already. */
  | { readonly type: 'duplicate'; readonly memory: Memory }
  | { readonly type: 'not-found' }

export type AssociateResult =
  | { readonly type: 'associated'; readonly association: Association }
  /** The agent that has the first one does not have this memory. */
  | { readonly type: 'not-found'; readonly memoryId: string }
  /** This memory has as many associations as it can, all of them stronger. */
  | { readonly type: 'full'; readonly memoryId: string }

export interface Page<Item> {
  readonly items: readonly Item[]
  /** There is more: ask with this cursor. */
  readonly nextCursor?: string | undefined
}

export interface ListOptions {
  readonly kind?: MemoryKind | undefined
  /** Those that are gone and not yet purged, instead of those that are there. @default false */
  readonly deleted?: boolean | undefined
  /**
   * From 1 to 500.
   * @default 50
   */
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** What a text means to an embedding model, as numbers. */
export interface MemoryVector {
  readonly memoryId: string
  /** The text that it stands for. */
  readonly content: string
  readonly values: Float32Array
}

/** The short text of what an agent knows, at one knowledge version. */
export interface Bulletin {
  readonly text: string
  /** The knowledge that it speaks of. */
  readonly version: number
  /** Rendered from the memories, or written by a language model. */
  readonly source: 'rendered' | 'summarised'
  /** The last time that a language model was asked, and about which version. */
  readonly asked?: { readonly at: number; readonly version: number } | undefined
}

/** A fact about the knowledge of an agent, told in the same batch. Access, purging and the deletion of an agent are not told. */
export type KnowledgeChange =
  | { readonly type: 'memory-created'; readonly memory: Memory }
  | { readonly type: 'memory-updated'; readonly memory: Memory }
  | { readonly type: 'memory-deleted'; readonly memory: Memory }
  | { readonly type: 'memory-restored'; readonly memory: Memory }
  /** Removed for good while it was there; what it said is not told. */
  | { readonly type: 'memory-erased'; readonly agentId: string; readonly memoryId: string }

/** How many changes of a maintenance were made. */
export interface MaintenanceCounts {
  readonly pruned: number
  readonly merged: number
  readonly purged: number
  /** Planned, but the memory had changed or been used since. */
  readonly skipped: number
}

/**
 * Keeps what agents remember. Every method that reads, decides and writes does so as one step that no other caller sees
 * half of; what it resolved to is on disk. Absent things are `undefined`, empty or `not-found`, never errors; what cannot
 * be right rejects with MEMORY_INVALID and changes nothing. A memory that is gone is found only where it says so.
 */
export interface MemoryStore {
  /**
   * Remembers something. The same content of the same kind, but for the form of its Unicode and the space around it, is
   * one memory: then its source is added, and it is as fresh as if it had been recalled. Rejects with MEMORY_LIMIT when
   * the agent has as many memories as it may.
   */
  save(memory: NewMemory): Promise<SaveResult>
  get(memoryId: string, options?: { readonly deleted?: boolean | undefined }): Promise<Memory | undefined>
  /** Lists an agent's memories, newest first; of one kind, at a cost of those alone. */
  list(agentId: string, options?: ListOptions): Promise<Page<Memory>>
  update(memoryId: string, changes: MemoryChanges, condition?: VersionCondition): Promise<ChangeResult>
  /** Deletes softly: it can be restored until it is purged. */
  delete(
    memoryId: string,
    options?: VersionCondition & { readonly reason?: string | undefined },
  ): Promise<Exclude<ChangeResult, { type: 'duplicate' }>>
  /** Takes a deletion back. Rejects with MEMORY_LIMIT as {@link save} does. */
  restore(memoryId: string): Promise<Exclude<ChangeResult, { type: 'conflict' }>>
  /** Removes a memory for good, there or gone, with its associations; false when there is none. */
  erase(memoryId: string): Promise<boolean>

  /** Notes that memories were recalled, at most 100; unknown ones are passed over. Changes no knowledge. */
  touch(agentId: string, memoryIds: readonly string[]): Promise<void>

  /**
   * Puts an edge between two memories of one agent, or changes its weight. A memory has at most 50: beyond, the weakest
   * gives way to a stronger one. Changes no knowledge.
   */
  associate(association: {
    readonly from: string
    readonly to: string
    readonly kind: AssociationKind
    /**
     * Above 0, at most 1.
     * @default 0.5
     */
    readonly weight?: number | undefined
  }): Promise<AssociateResult>
  /** Takes an edge away; false when there is none. */
  dissociate(association: {
    readonly from: string
    readonly to: string
    readonly kind: AssociationKind
  }): Promise<boolean>
  /** The edges of a memory to those that are there, strongest first. */
  associationsOf(memoryId: string): Promise<readonly Association[]>

  /**
   * The agent's knowledge version: 0 while it never knew anything, else a number that rises, in the same write, exactly
   * when a memory is created, updated, deleted, restored, pruned, merged, or erased while it was there. It begins at the
   * clock, so that an agent made anew does not meet a version of the former one.
   */
  version(agentId: string): Promise<number>
  /**
   * The memories that changed after a version, in the order of their changes, also those that are gone: at most `limit`
   * (default 500). What was purged or erased is not told. Fewer than `limit` means that there are no more.
   */
  changes(
    agentId: string,
    options?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ): Promise<readonly Memory[]>

  /** Keeps vectors that a model made; one whose memory says something else by now is passed over. One for each memory. */
  putVectors(agentId: string, model: string, vectors: readonly MemoryVector[]): Promise<void>
  /** The vectors of what the agent's memories say now, of one model. */
  vectors(agentId: string, model: string): AsyncIterable<{ readonly memoryId: string; readonly values: Float32Array }>

  /** The bulletin that was kept last. */
  readBulletin(agentId: string): Promise<Bulletin | undefined>
  /** Keeps a bulletin; false, and nothing is kept, when the agent was deleted since that version. */
  writeBulletin(agentId: string, bulletin: Bulletin): Promise<boolean>

  /**
   * Makes planned changes, a bounded batch at a time, each batch whole: merging moves sources and associations along.
   * What is no longer as it was when it was planned is skipped, so that a plan can be made again at any time, after a
   * death too. Rejects with `signal.reason` between two batches when asked to stop.
   */
  applyMaintenance(
    agentId: string,
    changes: readonly MaintenanceChange[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<MaintenanceCounts>

  /** Every agent that has or had memories, once, in a fixed order; after one, those that follow it. */
  agents(options?: { readonly after?: string | undefined }): AsyncIterable<string>
  /**
   * Removes all that the agent remembers; how many memories were there. Each memory goes as a whole; when the process
   * dies between, calling it again removes the rest.
   */
  deleteAgent(agentId: string): Promise<number>
}
