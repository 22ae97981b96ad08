import type { AuditEntry } from './audit/ledger.ts'
import type { KeyDescription, KeySource } from './key-source.ts'
import type { QuarantineReason } from './scopes.ts'
import type { Scrubber } from './scrubber/scrubber.ts'
import type { SecretCategory, SecretScope } from './secret-scope.ts'

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
  /** RFC 3339: from then on nobody gets it but the host. */
  readonly expiresAt?: string | undefined
  /** The day when it was last given to a worker, resolved or revealed, `2026-05-01`; a kill can lose the latest. */
  readonly lastUsedOn?: string | undefined
  /** Nobody vouches for any of this: the store is locked. */
  readonly unverified?: true | undefined
}

/** Who does it, for the audit trail. */
export interface ActorOption {
  /**
   * At most 200 characters.
   * @default 'host'
   */
  readonly actor?: string | undefined
}

export interface PutOptions extends ActorOption {
  /** @default that of the secret that is there, else what {@link autoCategory} says */
  readonly category?: SecretCategory | undefined
  /**
   * Accepts the name of a variable that changes what programs do (`NODE_OPTIONS`, `GIT_SSH_COMMAND`) or has lower-case
   * letters. It does not accept variables that the host sets itself (`PATH`, `HOME`, `AGENTIC_...`), nor what no
   * environment can hold.
   * @default false
   */
  readonly allowUnsafeName?: boolean | undefined
  /**
   * Puts only if the secret is of this version now, 0 if it is not there; rejects with SECRETS_CONFLICT otherwise.
   * @default puts whatever is there
   */
  readonly ifVersion?: number | undefined
  /**
   * RFC 3339. From then on the value is withheld; its name goes on shadowing the shared secret.
   * @default never
   */
  readonly expiresAt?: string | undefined
  /**
   * How long the value that is replaced is kept and redacted in what workers print, in milliseconds; 0 forgets it.
   * @default 86_400_000
   */
  readonly graceMs?: number | undefined
}

/** A value that was replaced and is still kept. */
export interface PreviousSecret {
  readonly value: string
  readonly version: number
  /** RFC 3339: until when. */
  readonly keptUntil: string
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
 * `system`; its name or value must not be in an environment; it has expired; the secrets before it fill the environment;
 * nothing of its scope is believed, or of the agent's own, which might shadow it; or the store is locked.
 */
export type WithheldReason = (typeof WITHHELD_REASONS)[number]

/** All reasons, for schemas. */
export const WITHHELD_REASONS = [
  'unreadable',
  'system',
  'unsafe-name',
  'unusable-value',
  'expired',
  'no-room',
  'quarantined',
  'locked',
] as const

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
  /** Redacts the values in `env` and those that they replaced lately, whatever becomes of the store afterwards. */
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

/** `locked` is a store that is encrypted and whose key is not at hand. */
export type SecretsState = 'unencrypted' | 'locked' | 'unlocked'

export interface SecretsStatus {
  readonly state: SecretsState
  /**
   * What was interrupted and goes on at the next {@link SecretStore.unlock}; `rotate-scopes` at the next
   * {@link SecretStore.rotateScopes}.
   */
  readonly interrupted?: 'enable' | 'rotate' | 'rotate-scopes' | undefined
  readonly counts: { readonly shared: number; readonly agent: number }
}

/** What {@link SecretStore.names} tells; neither needs the store to be unlocked. */
export interface SecretName {
  readonly scope: SecretScope
  readonly name: string
  /** Absent when the row cannot be read. */
  readonly category?: SecretCategory | undefined
  readonly available: boolean
  readonly why?: WithheldReason | undefined
}

export interface UnreadableSecret {
  readonly scope: SecretScope
  readonly name: string
}

/**
 * A scope of which nothing is believed, and why: its head, or its data key, is lost or not what was written; or it has
 * a data key in a store that says that it is not encrypted.
 */
export interface QuarantinedScope {
  readonly scope: SecretScope
  readonly why: QuarantineReason
}

/** What was done to how much, and what could not be done. */
export interface LifeCycleReport {
  readonly scopes: number
  readonly rows: number
  /** They keep their names taken, and stay unreadable. */
  readonly unreadable: readonly UnreadableSecret[]
  readonly quarantined: readonly QuarantinedScope[]
}

export interface RotateScopesOptions extends ActorOption {
  /** Stops before the next scopes; what is done stays done. */
  readonly signal?: AbortSignal | undefined
  /** Is told now and then how much this call has done. */
  readonly onProgress?: ((done: { readonly scopes: number; readonly rows: number }) => void) | undefined
}

/** What is wrong in one scope; rows by their names. */
export interface ScopeReport {
  readonly scope: SecretScope
  /** Nothing of it is believed, and why. */
  readonly quarantined?: QuarantineReason | undefined
  /** All of it is as it was before a change of which the audit trail tells. */
  readonly rolledBack?: true | undefined
  /** They are not what was written. */
  readonly damagedRows: readonly string[]
  /** They are known and gone. */
  readonly vanishedRows: readonly string[]
  /** They are there and nobody put them. */
  readonly plantedRows: readonly string[]
  /** They were replaced or deleted, and put back. */
  readonly staleRows: readonly string[]
  /** Keys of legacy rows that are kept and cannot be read. */
  readonly unreadableLegacyRows: readonly string[]
}

/** Where the audit trail is not what was written. */
export interface AuditBreak {
  /** The number of the entry. */
  readonly sequence: number
  readonly why: 'missing' | 'altered' | 'unlinked' | 'wrong-end'
}

/** What reading all of a store found. */
export interface VerifyReport {
  /** Everything is as it was written, as far as that can be told. */
  readonly isSound: boolean
  readonly state: 'unencrypted' | 'unlocked'
  readonly format: number
  readonly scopes: number
  readonly rows: number
  /** The scopes with which something is wrong. */
  readonly damaged: readonly ScopeReport[]
  readonly audit: { readonly entries: number; readonly breaks: readonly AuditBreak[] }
}

/** A secret as an export has it. */
export interface ExportedSecret {
  readonly scope: SecretScope
  readonly name: string
  readonly value: string
  readonly category: SecretCategory
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt?: string | undefined
  readonly allowUnsafeName?: true | undefined
}

/** Secrets in clear: keep it as you keep the secrets. */
export interface SecretsExport {
  readonly version: 1
  readonly entries: readonly ExportedSecret[]
  /** What should be here and could not be read; absent when there is nothing of the kind. */
  readonly unreadable?: readonly UnreadableSecret[] | undefined
}

/** The same, sealed under the key of a source. */
export interface EncryptedExport {
  readonly version: 1
  readonly encrypted: 'aes-256-gcm'
  readonly key: KeyDescription
  readonly box: string
}

export interface ExportOptions extends ActorOption {
  /**
   * Only what is of this scope.
   * @default all scopes
   */
  readonly scope?: SecretScope | undefined
}

export interface ImportOptions extends ActorOption {
  /**
   * Replaces secrets that are there, instead of passing them over.
   * @default false
   */
  readonly overwrite?: boolean | undefined
  /** Opens an export that is encrypted. */
  readonly key?: KeySource | undefined
  /**
   * Whether an agent is there to have secrets; an entry of one that is not is refused, so that no later agent of its id
   * finds it.
   * @default all agents are
   */
  readonly isKnownAgent?: ((agentId: string) => Promise<boolean>) | undefined
}

export interface ImportReport {
  readonly created: number
  readonly replaced: number
  /** They were there, and stay as they were. */
  readonly skipped: readonly UnreadableSecret[]
}

/** A legacy row that stays where it is. */
export interface LegacyLeft {
  /** Whose legacy store it is in; absent for the store itself. */
  readonly agentId?: string | undefined
  readonly key: string
  /** `quarantined`: nothing of the scope it would go to is believed. `encrypted`: it would be taken in clear by an encrypted store, or is in one. */
  readonly why: 'invalid-name' | 'unreadable' | 'quarantined' | 'encrypted'
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
  /** Legacy stores that are encrypted themselves and are kept sealed as they are; absent when there are none. */
  readonly carried?: readonly CarriedLegacy[] | undefined
}

/** An agent's encrypted legacy store: its names are taken until {@link SecretStore.openLegacy} has its key. */
export interface CarriedLegacy {
  readonly agentId: string
  readonly names: readonly string[]
}

/**
 * Keeps secrets by scope and name. What a method resolved to is on disk. All reject with SECRETS_CLOSED after
 * {@link SecretStore.close}, and with SECRETS_INVALID for a scope, agent id or name that is not well formed. All that
 * needs a value, or changes something, rejects with SECRETS_LOCKED while the store is locked (deleting an agent does not),
 * and with SECRETS_QUARANTINED when nothing of the scope is believed.
 */
export interface SecretStore extends AsyncDisposable {
  /** What opening this store did with rows of older layouts. */
  readonly migration: MigrationReport

  /** What it is now, known without a look at the disk; `locked` too while encrypting it or rotating its key goes on. */
  state(): SecretsState

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

  /**
   * Tells about the rows of a scope by name, at most `limit` (100 by default, up to 1,000) after the name `after`. While
   * the store is locked, what it tells is `unverified`.
   */
  list(
    scope: SecretScope,
    page?: { readonly limit?: number | undefined; readonly after?: string | undefined },
  ): Promise<SecretPage>

  /** Deletes a row, readable or not. False if there was none. */
  delete(scope: SecretScope, name: string, options?: ActorOption): Promise<boolean>

  /**
   * Deletes all that is an agent's, its data key with it, from the disk too, and says how many secrets that were.
   * Works on a scope in quarantine, and while the store is locked: the audit trail then tells of it from the next unlock
   * on, as of something that nobody vouches for. Interrupted, the files are rewritten at the next opening, or when it is
   * called again.
   */
  deleteAgent(agentId: string, options?: ActorOption): Promise<number>

  /** Reads the value of one row, of any category, for the host's own use. Rejects with SECRETS_UNREADABLE. */
  reveal(scope: SecretScope, name: string): Promise<string | undefined>

  /** Reads the value that the present one replaced, while its grace lasts. */
  previous(scope: SecretScope, name: string): Promise<PreviousSecret | undefined>

  /**
   * Reads the value that a name has for an agent: its own, and only if it has no row of that name the shared one.
   * Rejects with SECRETS_UNREADABLE, with SECRETS_EXPIRED, and with SECRETS_NOT_A_TOOL for a `system` secret unless
   * `allowSystem` is said.
   */
  resolve(agentId: string, name: string, options?: ResolveOptions): Promise<string | undefined>

  /** Tells by name what an agent's workers get, and what they do not get and why; while locked, all is `locked`. */
  effective(agentId: string): Promise<readonly EffectiveSecret[]>

  /** Tells the names alone of what {@link effective} tells. */
  names(agentId: string): Promise<readonly SecretName[]>

  /**
   * Makes the environment of an agent's workers: its own `tool` secrets, and the shared ones of names that it has no
   * row of. A row decides by being there: unreadable, expired, `system` or refused by policy, its name is withheld. When
   * nothing of the agent's own scope is believed it rejects with SECRETS_QUARANTINED, since any shared secret might be
   * shadowed there; when nothing of the shared scope is believed, the agent's own are given and the shared withheld.
   */
  envFor(agentId: string): Promise<AgentEnv>

  /**
   * Gives an agent the secrets of its legacy store that was carried over sealed, with the key of that store: all in one
   * batch, and never over a secret that was put since. Rejects with SECRETS_WRONG_KEY, changing nothing. Does nothing
   * when there is none.
   */
  openLegacy(agentId: string, source: KeySource, options?: ActorOption): Promise<MigrationReport>

  /**
   * Encrypts a store that is not, row by row under data keys of its own for each scope, and takes what was in clear off
   * the disk. The key cannot be had back: keep it before. Interrupted, the store is locked, and unlocking it goes on.
   */
  enable(source: KeySource, options?: ActorOption): Promise<LifeCycleReport>

  /**
   * Opens an encrypted store, and finishes what was interrupted: a rotation towards the key that is given here, old or
   * new. Rejects with SECRETS_WRONG_KEY, and with SECRETS_KEY_SOURCE when the source fails.
   */
  unlock(source: KeySource, options?: ActorOption): Promise<LifeCycleReport>

  /** Forgets the keys. Environments and scrubbers made before stay as they are. */
  lock(): Promise<void>

  /**
   * Puts another root key in place: the data keys are wrapped anew, the secrets stay as they are. Interrupted, the store
   * is locked, and unlocking it with either key goes on towards that key.
   */
  rotate(source: KeySource, options?: ActorOption): Promise<LifeCycleReport>

  /** Gives one scope another data key and seals its rows anew, at once. */
  rotateScope(scope: SecretScope, options?: ActorOption): Promise<LifeCycleReport>

  /**
   * Does the same for all scopes, while others go on working, and takes the old data keys off the disk at the end.
   * Interrupted, the next call goes on where it was; the report is of what this call did. Rejects with `signal.reason`.
   */
  rotateScopes(options?: RotateScopesOptions): Promise<LifeCycleReport>

  /**
   * Takes a scope out of quarantine: rows that open are believed as they are, older ones that were put back too; the
   * others keep their names taken until they are put again or deleted. Rejects with SECRETS_WRONG_STATE if it is sound.
   */
  repair(scope: SecretScope, options?: ActorOption): Promise<LifeCycleReport>

  /** Reads the audit trail, the newest first: at most `limit` (100 by default, up to 1,000) before the number `before`. */
  audit(page?: {
    readonly limit?: number | undefined
    readonly before?: number | undefined
  }): Promise<{ readonly entries: readonly AuditEntry[]; readonly next?: number | undefined }>

  /** Reads all that is stored and tells what is not as it was written. Takes time in proportion to it. */
  verify(): Promise<VerifyReport>

  /**
   * Gives secrets with their values, of one scope or all; with a key, sealed under it. What cannot be read is named in
   * it. The audit trail tells of it before anything is given.
   */
  export(options?: ExportOptions): Promise<SecretsExport>
  export(options: ExportOptions & { readonly key: KeySource }): Promise<EncryptedExport>

  /**
   * Puts what an export holds, all or nothing; times and categories are kept. The error for an entry that cannot be
   * imported has `entries[NUMBER]` in its field. Takes spacebot's export too; an entry without a scope is shared.
   */
  import(file: unknown, options?: ImportOptions): Promise<ImportReport>

  /** Counts all rows, which takes time in proportion to them. */
  status(): Promise<SecretsStatus>

  /** Waits for what runs, then closes. Calling it again waits for the same. */
  close(): Promise<void>
}
