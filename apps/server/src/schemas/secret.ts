import { type EffectiveSecret, type SecretInfo, type SecretScope, WITHHELD_REASONS } from '@agentic/secrets'
import * as v from 'valibot'
import { instant } from './time.ts'

const category = v.picklist(['system', 'tool'], 'must be system or tool')

export const scopeView = v.variant('type', [
  v.object({ type: v.literal('instance-shared') }),
  v.object({ type: v.literal('agent'), agentId: v.string() }),
])

const secretFields = {
  name: v.string(),
  scope: scopeView,
  category,
  version: v.number(),
  createdAt: instant,
  updatedAt: instant,
}

export const secretView = v.pipe(
  v.object(secretFields),
  v.metadata({ ref: 'Secret', description: 'What may be told of a secret: never its value' }),
)

export const effectiveSecretView = v.pipe(
  v.object({
    name: v.string(),
    scope: scopeView,
    available: v.boolean(),
    why: v.optional(v.picklist(WITHHELD_REASONS)),
    category: v.optional(category),
    version: v.optional(v.number()),
    createdAt: v.optional(instant),
    updatedAt: v.optional(instant),
  }),
  v.metadata({ ref: 'EffectiveSecret', description: 'A secret as an agent’s workers get it, or why they do not' }),
)

export const putSecretBody = v.pipe(
  v.strictObject({
    value: v.string('must be text'),
    category: v.optional(category),
    allowUnsafeName: v.optional(v.boolean('must be true or false')),
  }),
  v.metadata({ ref: 'PutSecret' }),
)

export function viewSecret({
  scope,
  name,
  category: kind,
  version,
  createdAt,
  updatedAt,
}: SecretInfo): v.InferOutput<typeof secretView> {
  return { name, scope: viewScope(scope), category: kind, version, createdAt, updatedAt }
}

export function viewEffectiveSecret(secret: EffectiveSecret): v.InferOutput<typeof effectiveSecretView> {
  const { scope, name, available, why, info } = secret
  return { ...(info === undefined ? { name, scope: viewScope(scope) } : viewSecret(info)), available, why }
}

function viewScope(scope: SecretScope): v.InferOutput<typeof scopeView> {
  return scope
}
