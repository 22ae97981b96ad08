import type { Delivery, Webhook, WebhookStatus } from './webhook.ts'

/** Keeps webhooks and how far each has come. There are few: all are read at once. What a method resolved to is on disk. */
export interface WebhookStore {
  /** Gives all webhooks, in the order of their ids. */
  load(): Promise<readonly WebhookStatus[]>
  /** Keeps a webhook, or replaces the one of its id. */
  put(webhook: Webhook, delivery: Delivery): Promise<void>
  /** Keeps how far a webhook has come. Must not be called for one that is deleted. */
  putDelivery(id: string, delivery: Delivery): Promise<void>
  /** Removes a webhook and how far it has come. Its mark stays. */
  delete(id: string): Promise<void>
  /** Notes that a secret of this id may be kept, before it is: what a killed process leaves is found by it. */
  mark(id: string): Promise<void>
  unmark(id: string): Promise<void>
  /** The ids that are marked. */
  marked(): Promise<readonly string[]>
}
