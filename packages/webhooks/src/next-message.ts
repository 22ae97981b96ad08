import type { EventSource, LoggedEvent } from './ports.ts'
import type { Webhook } from './webhook.ts'

/** What is to be told next. */
export interface Message {
  /** The place in the log up to which all is told with it. */
  readonly place: number
  /** The same at each attempt, and of no other message, over a log that was put back too. */
  readonly id: string
  readonly body: string
}

export type NextMessage =
  | { readonly type: 'message'; readonly message: Message }
  /** There is nothing to tell up to a place, and nothing after it yet. */
  | { readonly type: 'none'; readonly seenTo: number }

/** How many events are looked through at once for those of the types that are wanted. */
const PAGE_SIZE = 100

/** Finds what a webhook is to be told after a place of the log. */
export async function nextMessage(webhook: Webhook, after: number, events: EventSource): Promise<NextMessage> {
  const last = events.last()
  // A place that is yet to come is of another log, such as one from before a restored backup.
  if (after > last) return { type: 'message', message: resyncOf(last) }
  const limit = webhook.types === undefined ? 1 : PAGE_SIZE
  for (let seenTo = after; ;) {
    const page = await events.read(seenTo, { agentId: webhook.agentId, limit })
    if (page.type === 'resync') return { type: 'message', message: resyncOf(page.after) }
    const event = page.events.find((each) => isFor(webhook, each))
    if (event !== undefined) return { type: 'message', message: messageOf(event) }
    const end = page.events.at(-1)
    if (end === undefined) return { type: 'none', seenTo }
    seenTo = end.seq
  }
}

/** Whether a webhook is to be told of an event. */
export function isFor({ agentId, types }: Webhook, event: LoggedEvent): boolean {
  return (agentId === undefined || agentId === event.agentId) && (types?.includes(event.type) ?? true)
}

function messageOf({ seq, type, at, agentId, data }: LoggedEvent): Message {
  const body = JSON.stringify({ type, at: new Date(at).toISOString(), agentId, data })
  return { place: seq, id: `event-${seq}-${at}`, body }
}

/** Tells that events are gone, so that what the receiver knows is out of date. */
function resyncOf(after: number): Message {
  return { place: after, id: `resync-${after}`, body: JSON.stringify({ type: 'resync' }) }
}
