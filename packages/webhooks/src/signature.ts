import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** What is signed of a message: its id, when it is sent (seconds since the epoch), and its body to the letter. */
export interface SignedMessage {
  readonly id: string
  readonly sentAtSecs: number
  readonly body: string
}

/** Makes a signing secret, in the form that Standard Webhooks libraries take. */
export function newWebhookSecret(): string {
  return PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** Whether this is `whsec_` and the base64 of 24 to 64 bytes, as the Standard Webhooks convention asks. */
export function isWebhookSecret(text: string): boolean {
  if (!text.startsWith(PREFIX)) return false
  const key = keyOf(text)
  return key.length >= 24 && key.length <= 64 && PREFIX + key.toString('base64') === text
}

/**
 * The headers of a message under the Standard Webhooks convention (standardwebhooks.com), with a signature by each
 * secret: receivers take a message of which one is theirs. All must pass {@link isWebhookSecret}.
 */
export function webhookHeaders(
  secrets: readonly string[],
  { id, sentAtSecs, body }: SignedMessage,
): Record<string, string> {
  const signed = `${id}.${sentAtSecs}.${body}`
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(signed).digest('base64')}`,
  )
  return { 'webhook-id': id, 'webhook-timestamp': String(sentAtSecs), 'webhook-signature': signatures.join(' ') }
}

/** The key of a secret that passes {@link isWebhookSecret}. */
export function keyOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64')
}
