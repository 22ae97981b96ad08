import type { SecretCategory, SecretScope } from './secret-scope.ts'
import type { Scrubber } from './scrubber/scrubber.ts'

/** All that is told about a secret; its value is not. */
export interface SecretInfo {
  readonly scope: SecretScope
  readonly name: string
  readonly category: SecretCategory
  /** 1 at first, one more at each change. */
  readonly version: number
  /** RFC 3339. */
  readonly createdAt: string
  /** RFC 3339. */
  readonly updatedAt: string
}

export interface PutOptions {
  /** @default that of the secret that is there, else what {@link autoCategory} says */
  readonly category?: SecretCategory | undefined
  /**
   * Accepts the name of a variable that changes what programs do (`NODE_OPTIONS`, `GIT_SSH_COMMAND`) or has lower-case
   * letters. It does not accept variables that the host sets itself (`PATH`, `HOME`, `AGENTIC_...`), nor what no
   * environment can hold.
   * @default false
   */
  readonly allowUnsafeName?: boolean | undefined
}

export interface SecretPage {
  readonly secrets: readonly SecretInfo[]
  /** Names of rows on this page that are there and cannot be read. */
  readonly unreadable: readonly string[]
  /** Give it as `after` to go on; absent on the last page. */
  readonly next?: string | undefined
}

/**
 * Why a secret is not in an environment that its name would be in: its row cannot be read; it is an agent's row and
 * `system`; its name or value must not be in an environment; or the secrets before it fill the environment.
 */
export type WithheldReason = 'unreadable' | 'system' | 'unsafe-name' | 'unusable-value' | 'no-room'

export interface WithheldSecret {
  readonly name: string
  readonly why: WithheldReason
}

/** What a name means to an agent's workers: the secret of which scope, and whether they get it. */
export interface EffectiveSecret {
  readonly scope: SecretScope
  readonly name: string
  /** Whether the agent's environment holds it. */
  readonly available: boolean
  /** Why not, when it is not available. */
  readonly why?: WithheldReason | undefined
  /** Absent when the row cannot be read. */
  readonly info?: SecretInfo | undefined
}

/** What a run of an agent gets. Inspected, or turned to JSON, it shows names only. */
export interface AgentEnv {
  /** The values by name, without a prototype, frozen. Give it to the subprocess as it is. */
  readonly env: Readonly<Record<string, string>>
  /** Redacts exactly the values in `env`, whatever becomes of the store afterwards. */
  readonly scrubber: Scrubber
  /** By name, what would have been in `env` and is not. */
  readonly withheld: readonly WithheldSecret[]
}

export interface ResolveOptions {
  /**
   * Also gives `system` secrets. Say so for the host's own use, never on behalf of a worker.
   * @default false
   */
  readonly allowSystem?: boolean | undefined
}

export interface SecretsStatus {
  readonly state: 'unencrypted'
  readonly counts: { readonly shared: number; readonly agent: number }
}

/** A legacy row that stays where it is. */
export interface LegacyLeft {
  /** Whose legacy store it is in; absent for the store itself. */
  readonly agentId?: string | undefined
  readonly key: string
  readonly why: 'invalid-name' | 'unreadable'
}

/** Both of two rows that wanted the same place are kept: the newer where it was, the legacy one under `keptAs`. */
export interface LegacyCollision {
  readonly scope: SecretScope
  readonly name: string
  readonly keptAs: string
}

/** What opening did with rows of older layouts. All is empty on a store that needed nothing. */
export interface MigrationReport {
  /** How many rows were moved to their scope. */
  readonly moved: number
  /** How many were there already, with the same value. */
  readonly same: number
  readonly collisions: readonly LegacyCollision[]
  readonly left: readonly LegacyLeft[]
}

/**
 * Keeps secrets by scope and name. What a method resolved to is on disk. All reject with SECRETS_CLOSED after
 * {@link SecretStore.close}, and with SECRETS_INVALID for a scope, agent id or name that is not well formed.
 */
export interface SecretStore extends AsyncDisposable {
  /** What opening this store did with rows of older layouts. */
  readonly migration: MigrationReport

  /**
   * Creates a secret or replaces its value, atomically; a row that cannot be read is replaced as well. Rejects with
   * SECRETS_SYSTEM_IS_SHARED for a `system` secret of an agent, with SECRETS_NAME_UNSAFE, with SECRETS_TOO_LARGE when
   * the value, or all `tool` values of the scope together, would not fit an environment.
   */
  put(
    scope: SecretScope,
    name: string,
    value: string,
    options?: PutOptions,
  ): Promise<{ readonly secret: SecretInfo; readonly created: boolean }>

  /** Tells about one row; absent is `undefined`. Rejects with SECRETS_UNREADABLE if it is there and cannot be read. */
  info(scope: SecretScope, name: string): Promise<SecretInfo | undefined>

  /** Tells about the rows of a scope by name, at most `limit` (100 by default, up to 1,000) after the name `after`. */
  list(
    scope: SecretScope,
    page?: { readonly limit?: number | undefined; readonly after?: string | undefined },
  ): Promise<SecretPage>

  /** Deletes a row, readable or not. False if there was none. */
  delete(scope: SecretScope, name: string): Promise<boolean>

  /** Deletes all that is an agent's, from the disk too, and says how many secrets that were. */
  deleteAgent(agentId: string): Promise<number>

  /** Reads the value of one row, of any category, for the host's own use. Rejects with SECRETS_UNREADABLE. */
  reveal(scope: SecretScope, name: string): Promise<string | undefined>

  /**
   * Reads the value that a name has for an agent: its own, and only if it has no row of that name the shared one.
   * Rejects with SECRETS_UNREADABLE, and with SECRETS_NOT_A_TOOL for a `system` secret unless `allowSystem` is said.
   */
  resolve(agentId: string, name: string, options?: ResolveOptions): Promise<string | undefined>

  /** Tells by name what an agent's workers get, and what they do not get and why. */
  effective(agentId: string): Promise<readonly EffectiveSecret[]>

  /**
   * Makes the environment of an agent's workers: its own `tool` secrets, and the shared ones of names that it has no
   * row of. A row decides by being there: unreadable, `system` or refused by policy, its name is withheld.
   */
  envFor(agentId: string): Promise<AgentEnv>

  /** Counts all rows, which takes time in proportion to them. */
  status(): Promise<SecretsStatus>

  /** Waits for what runs, then closes. Calling it again waits for the same. */
  close(): Promise<void>
}
