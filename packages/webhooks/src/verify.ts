import { createHmac, timingSafeEqual } from 'node:crypto'
import { keyOf } from './signature.ts'

/** A message as it was received; the body to the byte. */
export interface ReceivedMessage {
  /** Reads a header by its name in lower case. */
  header(name: string): string | undefined
  readonly body: Uint8Array
}

/** How far a sender's clock may be from ours, in milliseconds: what the Standard Webhooks convention names. */
const TOLERANCE_MS = 300_000

/**
 * Whether a message was signed with this secret under the Standard Webhooks convention, within five minutes of `now`
 * (milliseconds since the epoch). Senders that name their headers `svix-` are understood. The secret must pass
 * {@link isWebhookSecret}.
 */
export function isSignedByStandard(secret: string, { header, body }: ReceivedMessage, now: number): boolean {
  const read = (name: string): string => header(`webhook-${name}`) ?? header(`svix-${name}`) ?? ''
  const [id, timestamp] = [read('id'), read('timestamp')]
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now - Number(timestamp) * 1000) > TOLERANCE_MS) return false
  const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest()
  return read('signature')
    .split(' ')
    .some((each) => each.startsWith('v1,') && isSame(Buffer.from(each.slice(3), 'base64'), expected))
}

/** Whether a message was signed with this secret as GitHub does it: `x-hub-signature-256`, over the body alone. */
export function isSignedByGithub(secret: string, { header, body }: ReceivedMessage): boolean {
  const [, given = ''] = /^sha256=([0-9a-f]{64})$/.exec(header('x-hub-signature-256') ?? '') ?? []
  return isSame(Buffer.from(given, 'hex'), createHmac('sha256', secret).update(body).digest())
}

/** In constant time for what is of the right length. */
function isSame(given: Uint8Array, expected: Uint8Array): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected)
}
