/** Where to tell what happens, and which of it. */
export interface Webhook {
  readonly id: string
  readonly url: string
  /** What it is for, in the words of whoever made it. */
  readonly name?: string | undefined
  /** Only what happens to this agent; it goes with the agent. */
  readonly agentId?: string | undefined
  /** Only events of these types; `resync` is told always. */
  readonly types?: readonly string[] | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

/** Something that has not arrived. Times in milliseconds since the epoch. */
export interface Failing {
  /** Its place in the log of events. */
  readonly place: number
  /** Failed attempts so far: at least 1. */
  readonly attempts: number
  readonly firstFailedAt: number
  readonly retryAt: number
  /** What came of the last attempt. It holds nothing that the receiver wrote. */
  readonly reason: string
}

/** How far a webhook has come. */
export interface Delivery {
  /** The place in the log up to which nothing is left to tell. */
  readonly cursor: number
  /** What everything after it waits for. */
  readonly failing?: Failing | undefined
  readonly lastDeliveredAt?: number | undefined
  /** How many messages were given up, each after it had been refused or failed for long. */
  readonly setAside: number
}

export interface WebhookStatus {
  readonly webhook: Webhook
  readonly delivery: Delivery
}
