export { MAX_WEBHOOKS, openWebhooks, type WebhookPage, type Webhooks, type WebhooksOptions } from './webhooks.ts'
export type { Delivery, Failing, Webhook, WebhookStatus } from './webhook.ts'
export type { NewWebhook } from './validation.ts'
export type { Attempt } from './deliver.ts'
export type { EventSource, LoggedEvent, WebhookClock, WebhookSecrets } from './ports.ts'
export type { PostFetch } from './post-message.ts'

export type { WebhookStore } from './webhook-store.ts'
export { createEmbeddedWebhookStore } from './adapters/embedded.ts'

export { isWebhookSecret, newWebhookSecret, type SignedMessage, webhookHeaders } from './signature.ts'
export { isSignedByGithub, isSignedByStandard, type ReceivedMessage } from './verify.ts'

export { WebhookError, type WebhookErrorCode } from './errors.ts'
