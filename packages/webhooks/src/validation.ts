import * as v from 'valibot'
import { WebhookError } from './errors.ts'
import { isWebhookSecret } from './signature.ts'

/** What a webhook is made of. */
export interface NewWebhook {
  /** `https:`, without a user, of at most 2,000 characters. What its path holds is told to nobody but the receiver. */
  readonly url: string
  /** What it is for: 1 to 200 characters. */
  readonly name?: string | undefined
  /**
   * Only what happens to this agent.
   * @default everything
   */
  readonly agentId?: string | undefined
  /**
   * Only events of these types, 1 to 64.
   * @default all
   */
  readonly types?: readonly string[] | undefined
  /**
   * What its messages are signed with: `whsec_` and the base64 of 24 to 64 bytes.
   * @default one is made
   */
  readonly secret?: string | undefined
}

function text(most: number) {
  return v.pipe(
    v.string('must be text'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(most, `must have at most ${most} characters`),
    v.check((given) => given.isWellFormed() && !given.includes('\0'), 'must be well-formed Unicode without NUL'),
  )
}

const newWebhookSchema = v.strictObject(
  {
    url: v.pipe(
      text(2_000),
      v.check((given) => URL.canParse(given), 'must be an address, as https://shop.example/hooks'),
      v.check((given) => {
        const { username, password } = new URL(given)
        return username === '' && password === ''
      }, 'must hold no user and no password: messages are signed'),
    ),
    name: v.optional(text(200)),
    agentId: v.optional(text(200)),
    types: v.optional(
      v.pipe(
        v.array(text(64), 'must be a list of types of events'),
        v.minLength(1, 'must name at least one type: leave it out for all'),
        v.maxLength(64, 'must name at most 64 types'),
      ),
    ),
    secret: v.optional(
      v.pipe(
        v.string('must be text'),
        v.check(isWebhookSecret, 'must be whsec_ and the base64 of 24 to 64 bytes: leave it out, and one is made'),
      ),
    ),
  },
  ({ expected }) => (expected === 'never' ? 'is not a known field: remove it or correct its name' : 'is required'),
)

/** Checks what a webhook is to be made of; throws WEBHOOK_INVALID naming the first field that is wrong. */
export function parseNewWebhook(given: NewWebhook, urlRefusal: (url: URL) => string | undefined): NewWebhook {
  const result = v.safeParse(newWebhookSchema, given, { abortPipeEarly: true })
  if (!result.success) {
    const [issue] = result.issues
    throw new WebhookError('WEBHOOK_INVALID', issue.message, v.getDotPath(issue) ?? 'webhook')
  }
  const refusal = urlRefusal(new URL(result.output.url))
  if (refusal !== undefined) throw new WebhookError('WEBHOOK_INVALID', refusal, 'url')
  return result.output
}

/** What travels in clear could be read and changed on its way. */
export function httpsOnly({ protocol }: URL): string | undefined {
  return protocol === 'https:' ? undefined : 'must begin with https:'
}
