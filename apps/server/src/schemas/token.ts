import { agentIdSchema } from '@agentic/agents'
import * as v from 'valibot'
import type { Token, TokenScope } from '../tokens/token-store.ts'
import { instant, instantInput, toInstant, toOptionalInstant } from './time.ts'

const scope = v.union(
  [v.literal('admin'), v.strictObject({ agentId: agentIdSchema })],
  'must be "admin" or {"agentId": ID}',
)

const tokenFields = {
  id: v.string(),
  scope,
  name: v.optional(v.string()),
  createdAt: instant,
  expiresAt: v.optional(instant),
}

export const tokenView = v.pipe(
  v.object(tokenFields),
  v.metadata({ ref: 'Token', description: 'What may be told of a token: never the token itself' }),
)

export const madeTokenView = v.pipe(
  v.object({ ...tokenFields, token: v.optional(v.string()) }),
  v.metadata({
    ref: 'MadeToken',
    description:
      'A token that was made, with the token itself: shown only this once, and not when the request is repeated with its Idempotency-Key',
  }),
)

export const newTokenBody = v.pipe(
  v.strictObject({
    scope,
    name: v.optional(
      v.pipe(
        v.string('must be text'),
        v.minLength(1, 'must not be empty'),
        v.maxLength(200, 'must have at most 200 characters'),
      ),
    ),
    expiresAt: v.optional(instantInput),
  }),
  v.metadata({ ref: 'NewToken' }),
)

export function readScope(given: v.InferOutput<typeof scope>): TokenScope {
  return given === 'admin' ? { type: 'admin' } : { type: 'agent', agentId: given.agentId }
}

export function viewToken({ id, scope: of, name, createdAt, expiresAt }: Token): v.InferOutput<typeof tokenView> {
  return {
    id,
    scope: of.type === 'admin' ? 'admin' : { agentId: of.agentId },
    name,
    createdAt: toInstant(createdAt),
    expiresAt: toOptionalInstant(expiresAt),
  }
}
