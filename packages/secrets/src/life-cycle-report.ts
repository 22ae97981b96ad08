import type { SecretScope } from './secret-scope.ts'
import type { LifeCycleReport, QuarantinedScope, UnreadableSecret } from './secret-store.ts'

/** A {@link LifeCycleReport} that is being made. */
export interface WritableReport {
  scopes: number
  rows: number
  readonly unreadable: UnreadableSecret[]
  readonly quarantined: QuarantinedScope[]
}

export function emptyReport(): WritableReport {
  return { scopes: 0, rows: 0, unreadable: [], quarantined: [] }
}

/** Adds what was done to one scope. */
export function addScope(report: WritableReport, scope: SecretScope, rows: number, names: readonly string[]): void {
  addReport(report, { scopes: 1, rows, unreadable: names.map((name) => ({ scope, name })), quarantined: [] })
}

/** Adds what another report tells. */
export function addReport(report: WritableReport, { scopes, rows, unreadable, quarantined }: LifeCycleReport): void {
  report.scopes += scopes
  report.rows += rows
  report.unreadable.push(...unreadable)
  report.quarantined.push(...quarantined)
}
