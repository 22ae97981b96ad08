import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { compactScope, markDue, settleScope } from './compaction-due.ts'
import { SecretsError } from './errors.ts'
import { reseal } from './reseal.ts'
import { putHead } from './key-row.ts'
import { type DataKey, newDataKey, type RootKey } from './root-key.ts'
import { dataKeyKey, headKey } from './row-keys.ts'
import { createClearSeal, createKeyedSeal } from './scope-seal.ts'
import { quarantineError, type ScopePlan, type Scopes, type ScopeState } from './scopes.ts'
import type { SecretScope } from './secret-scope.ts'
import type { ActorOption, LifeCycleReport } from './secret-store.ts'

interface Parts {
  readonly store: EmbeddedStore
  readonly storeId: string
  readonly scopes: Scopes
}

/** Gives a scope another data key, rows and all in one batch, and takes the old one off the disk. Its lock is held. */
export async function rotateOneScope(
  parts: Parts,
  root: RootKey,
  scope: SecretScope,
  options: ActorOption,
): Promise<LifeCycleReport> {
  await compactScope(parts.store, scope)
  const report = await giveNewDataKey(parts, root, scope, options, [markDue(scope)])
  await settleScope(parts.store, scope)
  return report
}

/** The same without the disk: files still hold the old data key, wrapped. */
export async function giveNewDataKey(
  parts: Parts,
  root: RootKey,
  scope: SecretScope,
  options: ActorOption,
  more: readonly Operation[],
): Promise<LifeCycleReport> {
  const state = await parts.scopes.load(scope)
  if (state.type === 'quarantined') throw quarantineError(state.why)
  if (state.type === 'empty') return { scopes: 0, rows: 0, unreadable: [], quarantined: [] }
  const place = { storeId: parts.storeId, scope }
  const dataKey = newDataKey(root, place, (state.dataKey?.version ?? 0) + 1)
  const fact = { action: 'rotate-scope', actor: options.actor } as const
  return replace(parts, scope, state, dataKey, state.head.version + 1, fact, more)
}

/** Makes a head for a scope that has none to be believed. The scope's lock is held. */
export async function repairScope(
  parts: Parts,
  root: RootKey | undefined,
  scope: SecretScope,
  options: ActorOption,
): Promise<LifeCycleReport> {
  const state = await parts.scopes.load(scope)
  if (state.type !== 'quarantined') {
    throw new SecretsError(
      'SECRETS_WRONG_STATE',
      'scope: it is not in quarantine: put or delete single secrets instead',
      'scope',
    )
  }
  const place = { storeId: parts.storeId, scope }
  const dataKey = root && (state.dataKey ?? newDataKey(root, place, 1))
  return replace(parts, scope, state, dataKey, 1, { action: 'repair', actor: options.actor })
}

async function replace(
  { store, storeId, scopes }: Parts,
  scope: SecretScope,
  state: ScopeState,
  dataKey: DataKey | undefined,
  version: number,
  fact: { readonly action: 'rotate-scope' | 'repair'; readonly actor: string | undefined },
  more: readonly Operation[] = [],
): Promise<LifeCycleReport> {
  const place = { storeId, scope }
  const seal = dataKey === undefined ? createClearSeal(place) : createKeyedSeal(place, dataKey.key, dataKey.version)
  const { operations, entries, seals, rows, unreadable } = await reseal(store, place, state, seal)
  const head = { version, seals, entries }
  // Whatever stood where nothing is to stand now.
  const other = dataKey === undefined ? dataKeyKey(scope) : headKey(scope)
  const plan: ScopePlan = {
    scope,
    operations: [...operations, { type: 'delete', key: other }, putHead(scope, seal.sealHead(head), dataKey)],
    next: { type: 'sound', seal, head, dataKey },
  }
  await scopes.commit([plan], [{ ...fact, scope, scopeVersion: version }], more)
  return { scopes: 1, rows, unreadable: unreadable.map((name) => ({ scope, name })), quarantined: [] }
}
