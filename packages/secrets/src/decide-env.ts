import { envNameProblem } from './env-policy.ts'
import type { SecretRecord } from './record.ts'
import type { NamedRow } from './rows.ts'
import { agentScope, INSTANCE_SHARED, type SecretScope } from './secret-scope.ts'
import type { WithheldReason } from './secret-store.ts'
import { valueProblem } from './secret-value.ts'

/** Most that all names and values of an environment take, in bytes: much more, and the kernel refuses to start a program. */
export const MAX_ENV_BYTES: number = 256 * 1024

/** What becomes of one name: given to the workers with the record's value, or withheld. */
export interface EnvDecision {
  readonly scope: SecretScope
  readonly name: string
  readonly record: SecretRecord | undefined
  /** Why the workers do not get it; `undefined` if they do. */
  readonly why: WithheldReason | undefined
}

/**
 * Decides what an agent's workers get. An agent's row shadows the shared one of its name by being there, whatever is in
 * it. When there is not room for all, the agent's own come first, in the order of their names.
 */
export function decideEnv(agentId: string, own: readonly NamedRow[], shared: readonly NamedRow[]): EnvDecision[] {
  const ownNames = new Set(own.map(({ name }) => name))
  const rows = [
    ...own.map((row) => ({ scope: agentScope(agentId), ...row })),
    ...shared
      .filter(({ name, record }) => !ownNames.has(name) && record?.category !== 'system')
      .map((row) => ({ scope: INSTANCE_SHARED, ...row })),
  ]
  let room = MAX_ENV_BYTES
  const decisions = rows.map(({ scope, name, record }) => {
    const size = record === undefined ? 0 : envSize(name, record.value)
    const why = whyWithheld(name, record) ?? (size > room ? 'no-room' : undefined)
    if (why === undefined) room -= size
    return { scope, name, record, why }
  })
  return decisions.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Bytes that a variable takes: name, `=`, value, NUL. */
export function envSize(name: string, value: string): number {
  return Buffer.byteLength(name) + Buffer.byteLength(value) + 2
}

/** The rules of writing hold once more at reading: rows of older layouts and of other hands were never checked. */
function whyWithheld(name: string, record: SecretRecord | undefined): WithheldReason | undefined {
  if (record === undefined) return 'unreadable'
  if (record.category === 'system') return 'system'
  const problem = envNameProblem(name)
  if (problem?.type === 'refused' || (problem?.type === 'unsafe' && record.unsafeNameAllowed !== true))
    return 'unsafe-name'
  return valueProblem(record.value) === undefined ? undefined : 'unusable-value'
}
