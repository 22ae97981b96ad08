import { agentIdSchema } from '@agentic/agents'
import type { WebhookStatus } from '@agentic/webhooks'
import * as v from 'valibot'
import { EVENT_TYPES } from './event.ts'
import { instant, toInstant, toOptionalInstant } from './time.ts'

const eventTypes = v.array(
  v.picklist(EVENT_TYPES, `must be one of ${EVENT_TYPES.join(', ')}`),
  'must be a list of types of events',
)

/** What the package checks further is left to it. */
export const newWebhookBody = v.pipe(
  v.strictObject({
    url: v.string('must be text'),
    name: v.optional(v.string('must be text')),
    agentId: v.optional(agentIdSchema),
    types: v.optional(eventTypes),
    secret: v.optional(v.string('must be text')),
  }),
  v.metadata({
    ref: 'NewWebhook',
    description:
      'Only what happens to `agentId`, and only `types`; without them everything. Without `secret` one is made',
  }),
)

const webhookFields = {
  id: v.string(),
  url: v.string(),
  name: v.optional(v.string()),
  agentId: v.optional(v.string()),
  types: v.optional(v.array(v.string())),
  createdAt: instant,
  lastDeliveredAt: v.optional(instant),
  setAside: v.pipe(
    v.number(),
    v.metadata({ description: 'Messages given up: failed for three days, or refused by the receiver for an hour' }),
  ),
  failing: v.optional(
    v.pipe(
      v.object({
        eventId: v.pipe(v.string(), v.metadata({ description: 'Its id in GET /api/events' })),
        attempts: v.number(),
        since: instant,
        retryAt: instant,
        reason: v.string(),
      }),
      v.metadata({ description: 'The message that has not arrived, for which the others wait' }),
    ),
  ),
}

export const webhookView = v.pipe(
  v.object(webhookFields),
  v.metadata({ ref: 'Webhook', description: 'Where what happens is told, and how far it has come; never its secret' }),
)

export const madeWebhookView = v.pipe(
  v.object({ ...webhookFields, secret: v.optional(v.string()) }),
  v.metadata({
    ref: 'MadeWebhook',
    description:
      'A webhook that was made, with the secret of its signatures (Standard Webhooks): shown only this once, and not when the request is repeated with its Idempotency-Key',
  }),
)

export function viewWebhook({ webhook, delivery }: WebhookStatus): v.InferOutput<typeof webhookView> {
  const { createdAt, types, ...rest } = webhook
  const { failing, lastDeliveredAt, setAside } = delivery
  return {
    ...rest,
    types: types === undefined ? undefined : [...types],
    createdAt: toInstant(createdAt),
    lastDeliveredAt: toOptionalInstant(lastDeliveredAt),
    setAside,
    failing:
      failing === undefined
        ? undefined
        : {
            eventId: String(failing.place),
            attempts: failing.attempts,
            since: toInstant(failing.firstFailedAt),
            retryAt: toInstant(failing.retryAt),
            reason: failing.reason,
          },
  }
}
