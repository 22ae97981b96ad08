import {
  type EffectiveSecret,
  type SecretInfo,
  type SecretPage,
  type SecretScope,
  WITHHELD_REASONS,
} from '@agentic/secrets'
import * as v from 'valibot'
import { instant, instantInput, toInstant } from './time.ts'

const category = v.picklist(['system', 'tool'], 'must be system or tool')

export const scopeView = v.variant('type', [
  v.object({ type: v.literal('instance-shared') }),
  v.object({ type: v.literal('agent'), agentId: v.string() }),
])

const infoFields = {
  category,
  version: v.number(),
  createdAt: instant,
  updatedAt: instant,
}
const laterFields = {
  expiresAt: v.optional(instant),
  lastUsedOn: v.optional(
    v.pipe(v.string(), v.metadata({ format: 'date', description: 'The day of its last use, roughly' })),
  ),
  unverified: v.optional(
    v.pipe(v.literal(true), v.metadata({ description: 'Nobody vouches for this: the store is locked' })),
  ),
}

export const secretView = v.pipe(
  v.object({ name: v.string(), scope: scopeView, ...infoFields, ...laterFields }),
  v.metadata({ ref: 'Secret', description: 'What may be told of a secret: never its value' }),
)

export const unreadableSecretView = v.pipe(
  v.object({ name: v.string(), scope: scopeView, unreadable: v.literal(true) }),
  v.metadata({
    ref: 'UnreadableSecret',
    description: 'A secret that is there and cannot be read: it is given to nobody until it is put again or deleted',
  }),
)

export const effectiveSecretView = v.pipe(
  v.object({
    name: v.string(),
    scope: scopeView,
    available: v.boolean(),
    why: v.optional(v.picklist(WITHHELD_REASONS)),
    ...v.partial(v.object(infoFields)).entries,
    ...laterFields,
  }),
  v.metadata({ ref: 'EffectiveSecret', description: 'A secret as an agent’s workers get it, or why they do not' }),
)

export const putSecretBody = v.pipe(
  v.strictObject({
    value: v.string('must be text'),
    category: v.optional(category),
    allowUnsafeName: v.optional(v.boolean('must be true or false')),
    expiresAt: v.optional(instantInput),
    ifVersion: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.safeInteger('must be a whole number'),
        v.minValue(0, 'must be 0, for a secret that is not there, or a version'),
      ),
    ),
    graceSecs: v.optional(
      v.pipe(
        v.number('must be a number of seconds'),
        v.minValue(0, 'must not be negative'),
        v.maxValue(31_536_000, 'must be at most a year'),
      ),
    ),
  }),
  v.metadata({
    ref: 'PutSecret',
    description:
      'With `ifVersion` it is put only if it is of that version now (0: not there). The value it replaces stays redacted in what workers print for `graceSecs`, a day by default',
  }),
)

export type PutSecret = v.InferOutput<typeof putSecretBody>

/** The options of a put, as the store takes them. */
export function readPutOptions({ category: kind, allowUnsafeName, ifVersion, expiresAt, graceSecs }: PutSecret) {
  return {
    category: kind,
    allowUnsafeName,
    ifVersion,
    ...(expiresAt === undefined ? {} : { expiresAt: toInstant(expiresAt) }),
    ...(graceSecs === undefined ? {} : { graceMs: Math.round(graceSecs * 1000) }),
  }
}

export function viewSecret(info: SecretInfo): v.InferOutput<typeof secretView> {
  const { scope, name, category: kind, version, createdAt, updatedAt, expiresAt, lastUsedOn, unverified } = info
  return {
    name,
    scope: viewScope(scope),
    category: kind,
    version,
    createdAt,
    updatedAt,
    expiresAt,
    lastUsedOn,
    unverified,
  }
}

/** The secrets of a page by name, those that cannot be read among them. */
export function viewSecretPage(
  scope: SecretScope,
  page: SecretPage,
): readonly v.InferOutput<typeof secretView | typeof unreadableSecretView>[] {
  const unreadable = page.unreadable.map((name) => ({ name, scope: viewScope(scope), unreadable: true as const }))
  return [...page.secrets.map(viewSecret), ...unreadable].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

export function viewEffectiveSecret(secret: EffectiveSecret): v.InferOutput<typeof effectiveSecretView> {
  const { scope, name, available, why, info } = secret
  return { ...(info === undefined ? { name, scope: viewScope(scope) } : viewSecret(info)), available, why }
}

export function viewScope(scope: SecretScope): v.InferOutput<typeof scopeView> {
  return scope
}
