import { agentIdSchema } from '@agentic/agents'
import { agentScope, INSTANCE_SHARED, type LifeCycleReport, type SecretScope } from '@agentic/secrets'
import * as v from 'valibot'
import { scopeView } from './secret.ts'
import { instant } from './time.ts'

const masterKey = v.pipe(
  v.string('must be text'),
  v.minLength(1, 'must not be empty'),
  v.maxLength(1024, 'must be 32 bytes in base64url, base64 or hex'),
  v.metadata({ description: '32 bytes in base64url, base64 or hex' }),
)
const passphrase = v.pipe(
  v.string('must be text'),
  v.minLength(12, 'must have at least 12 characters'),
  v.maxLength(1024, 'must have at most 1024 characters'),
)
const scope = v.union(
  [v.literal('instance-shared'), v.strictObject({ agentId: agentIdSchema })],
  'must be "instance-shared" or {"agentId": ID}',
)

export const newKeyBody = v.pipe(
  v.strictObject({ masterKey: v.optional(masterKey) }),
  v.metadata({
    ref: 'NewMasterKey',
    description: 'A key of your own, kept before; without one a key is made and told',
  }),
)
export const unlockBody = v.strictObject({ masterKey })
export const exportBody = v.strictObject({ scope: v.optional(scope), passphrase: v.optional(passphrase) })
export const repairBody = v.strictObject({ scope })

/** The store looks at the file itself, and names the entry that is wrong. */
export const importBody = v.pipe(
  v.looseObject({
    overwrite: v.optional(v.boolean('must be true or false')),
    passphrase: v.optional(v.string('must be text')),
  }),
  v.metadata({
    ref: 'SecretsImport',
    description:
      'What `export` answered, or an export of spacebot, with `overwrite` (false by default: what is there stays) and, for a sealed one, its `passphrase`',
  }),
)

export const statusView = v.pipe(
  v.object({
    state: v.picklist(['unencrypted', 'locked', 'unlocked']),
    interrupted: v.optional(v.picklist(['enable', 'rotate', 'rotate-scopes'])),
    counts: v.object({ shared: v.number(), agent: v.number() }),
  }),
  v.metadata({ ref: 'SecretsStatus' }),
)

const namedSecret = v.object({ scope: scopeView, name: v.string() })

export const reportView = v.pipe(
  v.object({
    scopes: v.number(),
    rows: v.number(),
    unreadable: v.array(namedSecret),
    quarantined: v.array(v.object({ scope: scopeView, why: v.string() })),
  }),
  v.metadata({ ref: 'LifeCycleReport', description: 'What was done to how much, and what could not be done' }),
)

export const newKeyView = v.pipe(
  v.object({ masterKey: v.optional(v.string()), report: reportView }),
  v.metadata({
    ref: 'MasterKey',
    description: 'The key, told only this once; absent when it came with the request. Nothing gives it back: keep it',
  }),
)

export const unlockedView = v.object({ state: v.literal('unlocked'), report: reportView })
export const lockedView = v.object({ state: v.literal('locked') })

const exportedSecret = v.object({
  scope: scopeView,
  name: v.string(),
  value: v.string(),
  category: v.picklist(['system', 'tool']),
  createdAt: instant,
  updatedAt: instant,
  expiresAt: v.optional(instant),
  allowUnsafeName: v.optional(v.literal(true)),
})
export const exportView = v.union([
  v.pipe(
    v.object({
      version: v.literal(1),
      entries: v.array(exportedSecret),
      unreadable: v.optional(v.array(namedSecret)),
    }),
    v.metadata({ ref: 'SecretsExport', description: 'Values in clear: keep it as you keep the secrets' }),
  ),
  v.pipe(
    v.object({
      version: v.literal(1),
      encrypted: v.literal('aes-256-gcm'),
      key: v.looseObject({ type: v.string() }),
      box: v.string(),
    }),
    v.metadata({ ref: 'SealedSecretsExport', description: 'The same, sealed under the passphrase' }),
  ),
])

export const importView = v.object({
  created: v.number(),
  replaced: v.number(),
  skipped: v.array(namedSecret),
})

export const verifyView = v.pipe(
  v.object({
    isSound: v.boolean(),
    state: v.picklist(['unencrypted', 'unlocked']),
    format: v.number(),
    scopes: v.number(),
    rows: v.number(),
    damaged: v.array(
      v.object({
        scope: scopeView,
        quarantined: v.optional(v.string()),
        rolledBack: v.optional(v.literal(true)),
        damagedRows: v.array(v.string()),
        vanishedRows: v.array(v.string()),
        plantedRows: v.array(v.string()),
        staleRows: v.array(v.string()),
        unreadableLegacyRows: v.array(v.string()),
      }),
    ),
    audit: v.object({
      entries: v.number(),
      breaks: v.array(v.object({ sequence: v.number(), why: v.string() })),
    }),
  }),
  v.metadata({ ref: 'VerifyReport', description: 'What reading all that is stored found' }),
)

export const auditEntryView = v.pipe(
  v.object({
    sequence: v.number(),
    at: instant,
    actor: v.string(),
    action: v.string(),
    scope: v.optional(scopeView),
    name: v.optional(v.string()),
    scopeVersion: v.optional(v.number()),
    whileLocked: v.optional(v.literal(true)),
  }),
  v.metadata({ ref: 'AuditEntry', description: 'Who did what to which secret, and when; never a value' }),
)

export function readSecretScope(given: v.InferOutput<typeof scope>): SecretScope {
  return given === 'instance-shared' ? INSTANCE_SHARED : agentScope(given.agentId)
}

export function viewReport({ scopes, rows, unreadable, quarantined }: LifeCycleReport) {
  return { scopes, rows, unreadable, quarantined }
}
