import type { EmbeddedStore, Operation } from '@agentic/embedded-store'
import { DEFAULT_ACTOR } from './audit/ledger.ts'
import { writePending } from './audit/pending.ts'
import { compactScope, isDue, markDue, settleScope } from './compaction-due.ts'
import { namesInHead } from './key-row.ts'
import type { LastUsed } from './last-used.ts'
import { dataKeyKey, headKey, keptRange, scopeRange, usedRange } from './row-keys.ts'
import type { Scopes } from './scopes.ts'
import type { SecretScope } from './secret-scope.ts'

/**
 * Erases all that an agent has, its data key with it, from the files too; needs no key. The scope's lock is held. Says
 * how many secrets there were.
 */
export async function deleteAgentSecrets(
  parts: {
    readonly store: EmbeddedStore
    readonly scopes: Scopes
    readonly lastUsed: LastUsed
    readonly isLocked: boolean
    readonly now: string
  },
  scope: Extract<SecretScope, { type: 'agent' }>,
  actor: string = DEFAULT_ACTOR,
): Promise<number> {
  const { store, scopes, lastUsed, isLocked, now } = parts
  // What is being noted of it must not arrive after it is gone; where the disk takes no more, it was not noted.
  await lastUsed.flush().catch(() => undefined)
  const { keys, names } = await allOf(store, scope)
  if (keys.length === 0) {
    // Interrupted once, it is done when it is asked for again.
    if (await isDue(store, scope)) await settleScope(store, scope)
    return 0
  }
  // LevelDB can keep a value that is written out together with its deletion: so the value is written out first.
  await compactScope(store, scope)
  const erase = [...keys.map((key): Operation => ({ type: 'delete', key })), markDue(scope)]
  if (isLocked) await writePending(store, erase, { agentId: scope.agentId, actor, at: now })
  else await scopes.commit([], [{ action: 'delete-agent', actor, scope }], erase)
  scopes.forget(scope)
  lastUsed.dropScope(scope)
  await settleScope(store, scope)
  return names.size
}

/** Every key that the agent has, and the names of its secrets, those that vanished too. */
async function allOf(store: EmbeddedStore, scope: SecretScope) {
  const single = [dataKeyKey(scope), headKey(scope)].map((key) => ({ gte: key, lte: key }))
  const ranges = [scopeRange(scope), keptRange(scope), usedRange(scope), ...single]
  const [secrets, ...others] = await Promise.all(ranges.map((range) => store.keys(range)))
  const known = await namesInHead(store, scope)
  const names = new Set([...secrets!.map((key) => key.slice(scopeRange(scope).gt.length)), ...known])
  return { keys: [...secrets!, ...others.flat()], names }
}
