export { createSecretStore, type SecretStoreOptions } from './adapters/embedded.ts'
export type {
  AgentEnv,
  EffectiveSecret,
  LegacyCollision,
  LegacyLeft,
  MigrationReport,
  PutOptions,
  ResolveOptions,
  SecretInfo,
  SecretPage,
  SecretsStatus,
  SecretStore,
  WithheldReason,
  WithheldSecret,
} from './secret-store.ts'
export { agentScope, INSTANCE_SHARED, type SecretCategory, type SecretScope } from './secret-scope.ts'

export { createScrubber, type Scrubber, type ScrubberOptions, type ScrubStream } from './scrubber/scrubber.ts'

export { autoCategory } from './auto-category.ts'
export { MAX_ENV_BYTES } from './decide-env.ts'
export { envNameProblem, type EnvNameProblem } from './env-policy.ts'
export { MAX_VALUE_BYTES } from './secret-value.ts'

export { SecretsError, type SecretsErrorCode } from './errors.ts'
