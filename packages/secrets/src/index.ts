export { createSecretStore, type SecretStoreOptions } from './adapters/embedded.ts'
export {
  type ActorOption,
  type AgentEnv,
  type AuditBreak,
  type CarriedLegacy,
  type EffectiveSecret,
  type EncryptedExport,
  type ExportedSecret,
  type ExportOptions,
  type ImportOptions,
  type ImportReport,
  type LegacyCollision,
  type LegacyLeft,
  type LifeCycleReport,
  type MigrationReport,
  type PreviousSecret,
  type PutOptions,
  type QuarantinedScope,
  type ResolveOptions,
  type RotateScopesOptions,
  type ScopeReport,
  type SecretInfo,
  type SecretName,
  type SecretPage,
  type SecretsExport,
  type SecretsState,
  type SecretsStatus,
  type SecretStore,
  type UnreadableSecret,
  type VerifyReport,
  WITHHELD_REASONS,
  type WithheldReason,
  type WithheldSecret,
} from './secret-store.ts'
export type { RollbackAnchor } from './audit/anchor.ts'
export type { AuditAction, AuditEntry } from './audit/ledger.ts'
export type { QuarantineReason } from './scopes.ts'
export { agentScope, INSTANCE_SHARED, type SecretCategory, type SecretScope } from './secret-scope.ts'

export type { KeyDescription, KeySource } from './key-source.ts'
export { generateRootKey, keyFromText } from './key-sources/raw-key.ts'
export { keyFromDescriptor, keyFromEnvironment, keyFromFile } from './key-sources/key-places.ts'
export { keyFromKeyring, type KeyringEntry, type KeyringOptions, saveToKeyring } from './key-sources/keyring.ts'
export { keyFromPassphrase, type PassphraseOptions } from './key-sources/passphrase.ts'
export { keyFromService, type KeyService } from './key-sources/key-service.ts'

export {
  createPatternScrubber,
  createScrubber,
  type Scrubber,
  type ScrubberOptions,
  type ScrubStream,
} from './scrubber/scrubber.ts'
export { SECRET_PATTERNS, type SecretPattern } from './scrubber/patterns.ts'

export { autoCategory } from './auto-category.ts'
export { MAX_ENV_BYTES } from './env-size.ts'
export { envNameProblem, type EnvNameProblem } from './env-policy.ts'
export { MAX_VALUE_BYTES } from './secret-value.ts'

export { SecretsError, type SecretsErrorCode } from './errors.ts'
