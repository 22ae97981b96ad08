/** Who may write: `from` alone, or both. */
export const LINK_DIRECTIONS = ['one-way', 'two-way'] as const
export type LinkDirection = (typeof LINK_DIRECTIONS)[number]

/** How two agents stand to each other: as equals, or `from` above `to`. It gives no leave to write; the direction does. */
export const LINK_KINDS = ['peer', 'hierarchical'] as const
export type LinkKind = (typeof LINK_KINDS)[number]

/** Lets an agent hand work to another. Two agents have one link at most. */
export interface Link {
  readonly from: string
  readonly to: string
  readonly direction: LinkDirection
  readonly kind: LinkKind
  /** What comes over it waits for a person before it is worked on. */
  readonly requiresApproval: boolean
  /** So many messages at once, and after that as many in each `perMs`; for each direction by itself. */
  readonly rateLimit: RateLimit
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface RateLimit {
  readonly messages: number
  readonly perMs: number
}

/** How a sender stands to the receiver of its message. */
export type Relation = 'peer' | 'above' | 'below'

/** Says how `sender` stands to the other agent of a link. */
export function relationOf(link: Link, sender: string): Relation {
  if (link.kind === 'peer') return 'peer'
  return link.from === sender ? 'above' : 'below'
}

/** Says whether an agent may write to the other one of a link. */
export function mayWrite(link: Link, sender: string): boolean {
  return link.from === sender || link.direction === 'two-way'
}
