import { envNameProblem } from './env-policy.ts'
import { envSize, MAX_ENV_BYTES } from './env-size.ts'
import { isExpired, type SecretMetadata, type SecretRecord } from './record.ts'
import type { NamedRow } from './scopes.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import type { WithheldReason } from './secret-store.ts'
import { valueProblem } from './secret-value.ts'

/** The rows of a scope, and whether any of it is believed. */
export interface ScopeRows {
  readonly rows: readonly (NamedRow & { readonly unverified?: SecretMetadata | undefined })[]
  readonly state: 'sound' | 'quarantined' | 'locked'
}

/** What becomes of one name: given to the workers with the record's value, or withheld. */
export interface EnvDecision {
  readonly scope: SecretScope
  readonly name: string
  readonly record: SecretRecord | undefined
  /** What is said of it while the store is locked. */
  readonly unverified: SecretMetadata | undefined
  /** Why the workers do not get it; `undefined` if they do. */
  readonly why: WithheldReason | undefined
}

/**
 * Decides what an agent's workers get. An agent's row shadows the shared one of its name by being there, whatever is in
 * it. When there is not room for all, the agent's own come first, in the order of their names.
 */
export function decideEnv(agentId: string, own: ScopeRows, shared: ScopeRows, now: string): EnvDecision[] {
  const ownNames = new Set(own.rows.map(({ name }) => name))
  const rows = [
    ...own.rows.map((row) => ({ scope: agentScope(agentId), state: own.state, ...row })),
    ...shared.rows
      .filter(({ name, record, unverified }) => !ownNames.has(name) && (record ?? unverified)?.category !== 'system')
      // What is shared might be shadowed by a row of a scope that tells nothing.
      .map((row) => ({ scope: INSTANCE_SHARED, state: own.state === 'sound' ? shared.state : own.state, ...row })),
  ]
  let room = MAX_ENV_BYTES
  const decisions = rows.map(({ scope, state, name, record, unverified }) => {
    const size = record === undefined ? 0 : envSize(name, record.value)
    const why = state === 'sound' ? (whyWithheld(name, record, now) ?? (size > room ? 'no-room' : undefined)) : state
    if (why === undefined) room -= size
    return { scope, name, record, unverified, why }
  })
  return decisions.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** The rules of writing hold once more at reading: rows of older layouts and of other hands were never checked. */
function whyWithheld(name: string, record: SecretRecord | undefined, now: string): WithheldReason | undefined {
  if (record === undefined) return 'unreadable'
  if (record.category === 'system') return 'system'
  const problem = envNameProblem(name)
  if (problem?.type === 'refused' || (problem?.type === 'unsafe' && record.unsafeNameAllowed !== true))
    return 'unsafe-name'
  if (valueProblem(record.value) !== undefined) return 'unusable-value'
  return isExpired(record, now) ? 'expired' : undefined
}
