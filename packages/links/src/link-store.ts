import type { Link, LinkDirection, LinkKind, RateLimit } from './link.ts'

export interface NewLink {
  /** `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`, as `to`, which is another agent. */
  readonly from: string
  readonly to: string
  /** @default 'one-way' */
  readonly direction?: LinkDirection | undefined
  /** @default 'peer' */
  readonly kind?: LinkKind | undefined
  /** @default false */
  readonly requiresApproval?: boolean | undefined
  /**
   * From 1 to 100,000 messages in 1,000 ms to a day.
   * @default 60 a minute
   */
  readonly rateLimit?: RateLimit | undefined
}

export type CreateLinkResult =
  | { readonly type: 'created'; readonly link: Link }
  /** These two have a link, in whichever direction: delete it to make another. */
  | { readonly type: 'taken'; readonly link: Link }

/** Whether an agent may write to another now. */
export type Admission =
  | { readonly type: 'admitted'; readonly link: Link }
  | { readonly type: 'no-link' }
  /** There is a link, over which only the other one may write. */
  | { readonly type: 'wrong-direction'; readonly link: Link }
  | { readonly type: 'rate-limited'; readonly retryAfterMs: number }

export interface LinkPageOptions {
  /** Links that this agent has a part in; all of them without it. */
  readonly agentId?: string | undefined
  /**
   * From 1 to 500.
   * @default 50
   */
  readonly limit?: number | undefined
  /** Where the last page ended, as it said in `nextCursor`. */
  readonly cursor?: string | undefined
}

export interface LinkPage {
  readonly items: readonly Link[]
  readonly nextCursor?: string | undefined
}

/**
 * Keeps links. Every method is one step that no other caller sees half of; what it resolved to is on disk. Bad input
 * rejects with LINK_INVALID and changes nothing. That agents exist is for the caller to know.
 */
export interface LinkStore {
  create(link: NewLink): Promise<CreateLinkResult>
  /** The link of two agents, in whichever order they are named. */
  get(one: string, other: string): Promise<Link | undefined>
  /** Lists links by their agents. */
  list(options?: LinkPageOptions): Promise<LinkPage>
  /** Removes the link of two agents, in whichever order they are named; false without one. */
  delete(one: string, other: string): Promise<boolean>
  /** Lets a message from one agent to another pass, and counts it against the link's rate limit. */
  admit(from: string, to: string): Promise<Admission>
  /** Removes all links that an agent has a part in; how many there were. A new agent of its id inherits none. */
  deleteAgent(agentId: string): Promise<number>
}
