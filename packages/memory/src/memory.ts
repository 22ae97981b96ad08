/** What a memory can be. */
export const MEMORY_KINDS = [
  'fact',
  'preference',
  'decision',
  'identity',
  'event',
  'observation',
  'goal',
  'todo',
] as const

export type MemoryKind = (typeof MEMORY_KINDS)[number]

/** How much a memory matters when nobody says, by its kind. */
export const DEFAULT_IMPORTANCE: Readonly<Record<MemoryKind, number>> = {
  identity: 1,
  goal: 0.9,
  decision: 0.8,
  todo: 0.8,
  preference: 0.7,
  fact: 0.6,
  event: 0.4,
  observation: 0.3,
}

/** Where a memory came from. */
export interface MemorySource {
  readonly type: 'run' | 'task' | 'message' | 'person'
  /** 1 to 200 characters. */
  readonly id: string
}

/** A source, and when it was first heard of, in milliseconds since the epoch. */
export interface Provenance extends MemorySource {
  readonly at: number
}

/** Why a memory is gone, and since when. */
export type Deletion =
  | { readonly type: 'requested'; readonly at: number; readonly reason?: string | undefined }
  /** Its importance had decayed. */
  | { readonly type: 'pruned'; readonly at: number }
  /** It said the same as another memory, which has its sources now. */
  | { readonly type: 'merged'; readonly at: number; readonly into: string }

/** One thing that an agent remembers. Instants are in milliseconds since the epoch. */
export interface Memory {
  readonly id: string
  readonly agentId: string
  readonly kind: MemoryKind
  readonly content: string
  /** From 0 to 1, as it was when it was last said; `currentImportance` tells what is left of it. */
  readonly importance: number
  /** Does not decay, is not pruned, and is not merged into another memory. */
  readonly isPinned: boolean
  /** The first source and the newest ones, oldest first. */
  readonly provenance: readonly Provenance[]
  /** The agent's knowledge version at which this memory last changed. */
  readonly version: number
  readonly createdAt: number
  /** When what it says, its kind, importance or pin last changed. */
  readonly updatedAt: number
  /** When it was last saved, changed or recalled: decay counts from here. */
  readonly lastAccessedAt: number
  /** How often it was recalled. */
  readonly accessCount: number
  /** Only of a memory that is gone, until it is purged. */
  readonly deletion?: Deletion | undefined
}

/** How two memories of one agent hang together, and which kinds hold in both directions. */
export const ASSOCIATION_KINDS = {
  'related-to': { isSymmetric: true },
  contradicts: { isSymmetric: true },
  updates: { isSymmetric: false },
  'caused-by': { isSymmetric: false },
  'result-of': { isSymmetric: false },
  'part-of': { isSymmetric: false },
} as const

export type AssociationKind = keyof typeof ASSOCIATION_KINDS

/** An edge between two memories. One of a symmetric kind goes from the smaller id to the larger. */
export interface Association {
  readonly from: string
  readonly to: string
  readonly kind: AssociationKind
  /** Above 0, at most 1. */
  readonly weight: number
}

/** The edge with its ends in the order in which it is kept. */
export function orderedAssociation(association: Association): Association {
  const { from, to, kind, weight } = association
  return ASSOCIATION_KINDS[kind].isSymmetric && to < from ? { from: to, to: from, kind, weight } : association
}
